"""Rules of gifts: people give each other what they have bought."""

from __future__ import annotations

from decimal import Decimal

from tests.model.acts import act
from tests.model.entries import RefusedError, person
from tests.model.gifts import Gift, accept, cancel, send
from tests.model.machine import EMAILS, USERS, Machine

AMOUNTS = [Decimal(it) for it in ("1", "5", "9.000000001", "15", "30", "70")]
# The others are one person, who gives nothing to itself.
GIVERS = ["ann", "ann", "bob", "cat"]


class GiftRules(Machine):
    """Credits are given away."""

    @act(
        weight=3,
        giver=GIVERS,
        friend=USERS,
        amount=AMOUNTS,
        message=[None, "Thanks!"],
    )
    def send_gift(self, giver: str, friend: str, amount: Decimal, message: str | None) -> None:
        """Send a gift, also to oneself."""

        def do() -> Gift:
            gift = send(self.account(giver), EMAILS[friend], amount, message)
            self.world.gifts.append(gift)
            return gift

        arguments = {"recipient_email": EMAILS[friend], "amount": amount, "message": message}
        if person(EMAILS[giver]) == person(EMAILS[friend]):
            self.both("send_credit_gift", self.to_self, {"key": self.new_key(), **arguments}, giver)
            return
        answer = self.keyed("send_credit_gift", self.account(giver), do, arguments, giver)
        if answer is not None:
            gift = self.world.gifts[-1]
            gift.id = answer["id"]
            query = "select hold_id from credits.gifts where id = %s"
            ((gift.hold.id,),) = self.conn.execute(query, [gift.id]).fetchall()

    def to_self(self) -> None:
        """Refuse a gift to oneself."""
        raise RefusedError("22023", "gift_to_self")

    @act(
        weight=2,
        when=lambda self: self.world.gifts,
        friend=[None, None, None, None, *EMAILS],
    )
    def accept_gift(self, friend: str | None) -> None:
        """Accept a gift, most often as the one whom it is for."""
        number = self.chance.randrange(len(self.world.gifts))
        gift = self.world.gifts[number]
        friend = friend or next(n for n in EMAILS if EMAILS[n] == gift.recipient_email)
        self.both(
            "accept_credit_gift",
            lambda: accept(self.world.gifts[number], self.account(friend)),
            {"gift_id": gift.id},
            friend,
        )

    @act(
        when=lambda self: self.world.gifts,
        user=[None, None, None, *EMAILS],
    )
    def cancel_gift(self, user: str | None) -> None:
        """Cancel a gift, most often as the giver."""
        number = self.chance.randrange(len(self.world.gifts))
        gift = self.world.gifts[number]
        names = {id_: name for name, id_ in self.world.ids.items()}
        user = user or names[gift.giver.id]
        self.both(
            "cancel_credit_gift",
            lambda: cancel(self.world.gifts[number], self.world.ids[user]),
            {"gift_id": gift.id},
            user,
        )
