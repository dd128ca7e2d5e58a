"""What tests of returns share: a shop, purchases, the events told of them, what is left."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from typing import Any, TypeVar
from uuid import UUID

from tests.billing.purchases import open_order
from tests.events import shop
from tests.events.payloads import Json, charge, day, dispute, event, payment_intent, refund, session
from tests.returns.model import Sale, Told
from tests.support import Connection, sign_up
from tests.wallets import Row

T = TypeVar("T")
Credits = Any  # exact decimals, which tests compare with whole numbers too
PACKS: dict[str, Row] = {
    "pack": {"name": "Pack", "credits": 1000, "bonus_credits": 100, "price_cents": 1000},
    "thirds": {"name": "Thirds", "credits": 1000, "bonus_credits": 1, "price_cents": 3},
    "huge": {"name": "Huge", "credits": 99_999_999_999.5, "price_cents": 7},
    "plain": {"name": "Plain", "credits": 100, "price_cents": 700},
}
PACKAGES: list[Row] = [{"code": code, **pack} for code, pack in PACKS.items()]
FREE_PLANS: list[Row] = [
    {"code": "guest", "name": "Guest", "welcome_credits": 50},
    {"code": "member", "name": "Member", "monthly_credits": 80},
]
# What happened to the money so long ago that it can be told in any order.
BEGIN = day(-40)


@dataclass(frozen=True)
class Purchase:
    """An order, and the intent that pays it."""

    order: Row
    intent: Json

    @property
    def account_id(self) -> UUID:
        """Whose it is."""
        account_id: UUID = self.order["account_id"]
        return account_id

    @property
    def payment_id(self) -> str:
        """What its payment is called."""
        return str(self.intent["id"])

    def event(self, told: Told) -> Json:
        """Return a new event that tells something of this purchase."""
        return event(told.type, self._subject(told), BEGIN + told.at)

    def _subject(self, told: Told) -> Json:
        own_id = f"{told.id}_{self.intent['id']}"
        if told.type == "charge.refunded":
            return charge(self.intent, told.cents)
        if told.is_refund:
            return refund(self.intent, told.cents, id=own_id, status=told.status)
        if told.is_dispute:
            return dispute(self.intent, told.cents, id=own_id, status=told.status)
        if told.type == "payment_intent.succeeded":
            return self.intent
        return session(self.order, self.intent if self.order["total_cents"] else None)


@dataclass(frozen=True)
class Standing:
    """What an account has; payments are named by their place in the list that was asked for.

    Attributes:
        returned: cents that are with the payer again, by payment; not those of 0.
        clawed: credits that each grant of a payment has given back, by payment and source.
        kept: credits that remain, by the payment that they were bought with (None: other credits).
    """

    balance: Credits
    debt: Credits
    available: Credits
    returned: dict[int, int]
    clawed: dict[tuple[int, str], Credits]
    kept: dict[int | None, Credits]


def open_shop(conn: Connection) -> None:
    """Open the shop of the tests of events, with the packs and free plans of these tests."""
    shop.open_shop(conn, packages=PACKAGES, plans=[*shop.SHOP["plans"], *FREE_PLANS])


def buy(conn: Connection, account_id: UUID | None = None, package: str = "pack") -> Purchase:
    """Open an order of a package; a new user's, unless an account is named. Nothing is paid yet."""
    account_id = account_id or sign_up(conn)
    order = open_order(conn, account_id, package=package)
    return Purchase(order, payment_intent(order))


def bought(conn: Connection, account_id: UUID | None = None, package: str = "pack") -> Purchase:
    """Buy a package, and pay."""
    purchase = buy(conn, account_id, package)
    tell(conn, purchase, paid(purchase))
    return purchase


def paid(purchase: Purchase) -> Told:
    """Return the news that a purchase is paid."""
    return Told("checkout.session.completed", purchase.order["total_cents"])


def sale_of(package: str) -> Sale:
    """Return the model of a purchase of a package."""
    pack = PACKS[package]
    grants = {"purchase": pack["credits"], "bonus": pack.get("bonus_credits", 0)}
    return Sale({name: Decimal(amount) for name, amount in grants.items() if amount})


def tell(conn: Connection, purchase: Purchase, *news: Told) -> list[str]:
    """Deliver an event for each piece of news of a purchase; return the states."""
    return [shop.tell(conn, purchase.event(told)) for told in news]


def some_orders(news: Sequence[T]) -> list[tuple[T, ...]]:
    """Return at most 24 of the orders in which something can be told, evenly spread."""
    orders = list(permutations(news))
    return orders[:: -(-len(orders) // 24)]


def maintain(conn: Connection) -> None:
    """Try again what waits for a payment that has come meanwhile, as maintenance does."""
    conn.execute("select credits.retry_due_stripe_events(clock_timestamp(), 100)")


def standing(conn: Connection, account_id: UUID, payment_ids: Sequence[str] = ()) -> Standing:
    """Return what an account has, whose payments are these or some of them."""
    place: dict[str | None, int] = {id_: number for number, id_ in enumerate(payment_ids)}
    ((balance, debt, available),) = conn.execute(
        "select balance, debt, available from public.get_credit_balance(%s)", [account_id]
    ).fetchall()
    returned = conn.execute(
        """
        select id, returned_cents from credits.list_provider_payments('stripe', false, '-infinity')
        where account_id = %s and returned_cents > 0
        """,
        [account_id],
    )
    clawed = conn.execute(
        """
        select g.reference, g.source, sum(c.amount - c.reinstated)
        from credits.clawbacks as c
        inner join credits.grants as g on c.account_id = g.account_id and c.grant_id = g.id
        where c.account_id = %s
        group by g.reference, g.source
        having sum(c.amount - c.reinstated) > 0
        """,
        [account_id],
    )
    kept = conn.execute(
        """
        select p.id, sum(g.remaining)
        from public.credit_grants as g
        left join credits.grants as o on g.account_id = o.account_id and g.id = o.id
        left join credits.payments as p on o.account_id = p.account_id and o.reference = p.id
        where g.account_id = %s and g.remaining > 0
        group by p.id
        """,
        [account_id],
    )
    return Standing(
        balance,
        debt,
        available,
        {place[id_]: cents for id_, cents in returned},
        {(place[id_], source): amount for id_, source, amount in clawed},
        {place.get(id_): amount for id_, amount in kept},
    )


def standing_of(conn: Connection, *purchases: Purchase) -> Standing:
    """Return what the account of these purchases has."""
    payment_ids = [purchase.payment_id for purchase in purchases]
    return standing(conn, purchases[0].account_id, payment_ids)


def open_events(conn: Connection) -> list[tuple[Any, ...]]:
    """Return the stored events that are neither applied nor ignored."""
    query = """
        select type, state, reason from credits.stripe_events
        where state not in ('applied', 'ignored')
    """
    return conn.execute(query).fetchall()


def violations(conn: Connection, accounts: Iterable[UUID]) -> list[tuple[Any, ...]]:
    """Return what is wrong with some accounts' books."""
    query = "select * from public.check_credit_integrity(%s)"
    return [row for account_id in accounts for row in conn.execute(query, [account_id])]
