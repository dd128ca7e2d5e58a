"""Rules of money: packs are ordered and paid, money goes back and comes again, codes are used."""

from __future__ import annotations

from uuid import UUID

from tests.billing.purchases import open_order as open_stored_order
from tests.events.payloads import payment_intent
from tests.model.acts import act
from tests.model.books import Account
from tests.model.codes import count_attempt, forgive_attempt, open_order, quote, redeem
from tests.model.machine import USERS, Machine
from tests.model.members import check_manager
from tests.model.referral import pay, settle_payer
from tests.model.sales import Sale, settle_returns
from tests.model.shop import CODES, PACKS
from tests.returns.model import Told
from tests.returns.sales import Purchase, tell
from tests.wallets import Row

PACKAGES = sorted(PACKS)
CODE = [None, None, None, *CODES, "WRONG"]


class SalesRules(Machine):
    """Money comes and goes."""

    @act(weight=3, user=USERS, team=[True, False], package=PACKAGES, code=CODE, pays=[True, False])
    def order(self, user: str, team: bool, package: str, code: str | None, pays: bool) -> None:
        """Order a pack as the edge does, and most often pay it at once."""
        name, user_id = "team" if team else user, self.world.ids[user]
        if code and not self.takes_code(user_id):
            return

        def do() -> Row:
            account = self.manageable(name, user)
            order = open_order(self.world, account, user_id, package, code)
            return {"total_cents": order.quote["total_cents"]}

        with self.attempt(do) as came:
            came["answer"] = open_stored_order(
                self.conn,
                user_id,
                account_id=self.world.ids[name],
                package=package,
                promotion_code=code,
            )
        self.count("order", came["token"])
        if came["token"] is None:
            stored = came["answer"]
            self.purchases.setdefault(stored["order_id"], Purchase(stored, payment_intent(stored)))
            assert len(self.purchases) == len(self.world.orders)
            if pays:
                self.pay(list(self.purchases).index(stored["order_id"]))

    def takes_code(self, user_id: UUID) -> bool:
        """Count an attempt with a code, as the edge does beforehand; tell whether it is taken."""
        with self.attempt(lambda: count_attempt(self.world, user_id)) as came:
            self.conn.execute("select credits.count_code_attempt(%s)", [user_id])
        self.count("code", came["token"])
        return came["token"] is None

    def manageable(self, name: str, user: str) -> Account:
        """Return an account whose money a person may spend."""
        account = self.account(name)
        if name == "team":
            check_manager(account, self.world.ids[user])
        return account

    @act(when=lambda self: self.world.orders)
    def pay_later(self) -> None:
        """Pay an order, perhaps late, perhaps told again."""
        self.pay(self.chance.randrange(len(self.world.orders)))

    def pay(self, number: int) -> None:
        """Tell that an order is paid."""
        order, purchase = self.world.orders[number], list(self.purchases.values())[number]
        was_paid = order.is_paid
        if was_paid:
            settle_payer(self.world, order.account_id)
        else:
            pay(self.world, order, purchase.payment_id)
        told = Told("checkout.session.completed", order.quote["total_cents"])
        assert tell(self.conn, purchase, told) == ["ignored" if was_paid else "applied"]
        self.count("pay", "told again" if was_paid else None)

    @act(
        weight=2,
        when=lambda self: self.world.sales,
        part=[1, 2, 3],
    )
    def refund_money(self, part: int) -> None:
        """Tell that so many thirds of a payment are refunded in all, perhaps less than before."""
        sale = self.some_sale()
        cents = sale.paid_cents * part // 3
        sale.refunded_cents = max(sale.refunded_cents, cents)
        self.tell_return(sale, "charge.refunded", cents)

    @act(
        weight=2,
        when=lambda self: self.world.sales,
        status=["needs_response", "won", "lost"],
    )
    def dispute(self, status: str) -> None:
        """Tell of a payment's dispute, that it is open, won or lost."""
        sale = self.some_sale()
        sale.disputed_cents = 0 if status == "won" else sale.paid_cents
        self.tell_return(sale, "charge.dispute.updated", sale.paid_cents, "du_1", status)

    def some_sale(self) -> Sale:
        """Draw a payment, most often of somebody whose gift is on its way."""
        sales = self.world.sales
        givers = {gift.giver.id for gift in self.world.gifts if gift.state == "pending"}
        return self.chance.choice(sales + 3 * [it for it in sales if it.order.account_id in givers])

    def tell_return(
        self, sale: Sale, kind: str, cents: int, id_: str = "", status: str = ""
    ) -> None:
        """Settle what goes back of a payment, and tell the database."""
        settle_payer(self.world, sale.order.account_id)
        settle_returns(sale)
        self.calls += 1
        purchase = next(it for it in self.purchases.values() if it.payment_id == sale.payment_id)
        tell(self.conn, purchase, Told(kind, cents, id_, status, self.calls))
        self.count(kind, status)

    @act(user=USERS, package=PACKAGES, code=CODE)
    def quote(self, user: str, package: str, code: str | None) -> None:
        """Ask what a pack costs, perhaps with a code: a wrong one counts."""
        user_id = self.world.ids[user]

        def do() -> Row:
            if code:
                count_attempt(self.world, user_id)
            quoted = quote(self.world, self.account(user), user_id, package, code)
            quoted.pop("again")
            if code and quoted["message"] != "promotion_code_invalid":
                forgive_attempt(self.world, user_id)
            return quoted

        given = {"package": package, "promotion_code": code}
        self.both("quote_credit_purchase", do, given, user)

    @act(
        user=USERS,
        team=[True, False],
        code=[*CODES, "GIFT", "gi-ft", "WRONG"],
        tries=[1, 1, 5],
    )
    def redeem(self, user: str, team: bool, code: str, tries: int) -> None:
        """Redeem a code for the own account or the team's, or guess several times."""
        name = "team" if team else user

        def do() -> Row:
            account = self.manageable(name, user)
            known = code.upper().replace("-", "")
            return redeem(self.world, account, self.world.ids[user], known)

        given = {"code": code, "account_id": self.world.ids[name]}
        for _ in range(tries):
            answer = self.both("redeem_credit_code", do, given, user)
            if answer is not None:
                self.count("redeem", answer["message"])
