"""Rules of the referral program: codes are claimed, and cards are told of."""

from __future__ import annotations

from tests.events import shop
from tests.events.payloads import charge, event
from tests.model.acts import act
from tests.model.machine import EMAILS, USERS, Machine
from tests.model.referral import claim, note_card, show_code

FRIENDS = [None, *EMAILS, *EMAILS, *EMAILS]


class ReferralRules(Machine):
    """People bring each other."""

    @act(weight=2, user=USERS, friend=FRIENDS)
    def claim(self, user: str, friend: str | None) -> None:
        """Claim the code of a friend (none: a wrong code), also one's own."""
        code = "NOBODYS1"
        if friend:
            friend_id = self.world.ids[friend]
            shown = self.both(
                "get_referral_code", lambda: show_code(self.world, friend_id), {}, friend
            )
            code = shown["code"]
        answer = self.both(
            "claim_referral_code",
            lambda: claim(self.world, self.world.ids[user], self.user_id(friend)),
            {"code": code},
            user,
        )
        if answer is not None:
            self.count("claim", answer["message"])

    @act(
        when=lambda self: self.world.sales,
        fingerprint=["one", "other"],
    )
    def tell_card(self, fingerprint: str) -> None:
        """Tell with which card a payment was made."""
        sale = self.world.sales[self.chance.randrange(len(self.world.sales))]
        purchase = next(it for it in self.purchases.values() if it.payment_id == sale.payment_id)
        card = {"card": {"fingerprint": fingerprint}, "type": "card"}
        account = self.world.accounts[sale.order.account_id]
        is_new = note_card(self.world, account, fingerprint)
        told = event("charge.succeeded", charge(purchase.intent, payment_method_details=card))
        assert shop.tell(self.conn, told) == ("applied" if is_new else "ignored")
        self.count("card", None if is_new else "known already")
