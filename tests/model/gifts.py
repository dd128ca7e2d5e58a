"""Gifts between users: bought credits only; what moves keeps its expiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import ZERO, Hold, RefusedError
from tests.model.holds import NO_ID, put_aside
from tests.model.spending import check_active
from tests.wallets import Row

LIFE = timedelta(days=30)
STATES = {"open": "pending", "captured": "accepted", "released": "cancelled", "expired": "expired"}


@dataclass
class Gift:
    """Credits on their way from one user to an e-mail address; their hold says how it went."""

    id: UUID
    giver: Account
    recipient_email: str
    hold: Hold
    message: str | None
    created_at: datetime
    expires_at: datetime
    moved: Decimal | None = None

    @property
    def state(self) -> str:
        """How far it is."""
        return STATES[self.hold.state]

    def show(self, direction: str = "sent") -> Row:
        """Return the gift as users see it."""
        is_over = self.hold.state == "open" and self.expires_at <= self.giver.clock.now
        return {
            "id": self.id,
            "direction": direction,
            "state": "expired" if is_over else self.state,
            "amount": self.hold.amount if self.moved is None else self.moved,
            "sender_email": self.giver.email,
            "recipient_email": self.recipient_email,
            "message": self.message,
            "created_at": self.created_at,
            "expires_at": self.expires_at,
        }


def send(giver: Account, email: str, amount: Decimal, message: str | None) -> Gift:
    """Set bought credits aside for somebody; the database gives the gift its id."""
    giver.settle()
    check_active(giver)
    bought = [g for g in giver.ranked() if g.source == "purchase" and g.is_paid]
    if amount > sum((g.remaining for g in bought), ZERO):
        raise RefusedError("PT402", "insufficient_credits")
    now = giver.clock.now
    hold = Hold(NO_ID, amount, now + LIFE, giver.id, is_gift=True)
    put_aside(giver, hold, bought)
    return Gift(NO_ID, giver, email, hold, message, now, now + LIFE)


def accept(gift: Gift, friend: Account) -> Row:
    """Move what is alive of a gift to the friend; the rest goes back, and expires."""
    giver, hold = gift.giver, gift.hold
    if friend.email != gift.recipient_email:
        raise RefusedError("PT404", "gift_not_found")
    giver.settle()
    friend.settle()
    if gift.state != "accepted":
        # What expires within a second is too late.
        soon = giver.clock.now + timedelta(seconds=1)
        moved = {i: part for i, part in hold.parts.items() if not giver.grants[i].is_over(soon)}
        if gift.state != "pending" or giver.debt or not moved:
            raise RefusedError("PT409", "gift_not_pending")
        lost = {id_: part for id_, part in hold.parts.items() if id_ not in moved}
        hold.parts = moved
        giver.give_back(lost)
        giver.settle()
        hold.state = "captured"
        gift.moved = sum(moved.values(), ZERO)
        giver.post("gift_sent", -gift.moved, moved, giver.id)
        for origin in (giver.grants[id_] for id_ in moved):
            friend.grant(
                "gift_received",
                moved[origin.id],
                priority=origin.priority,
                expires_at=origin.expires_at,
                is_paid=True,
            )
    return gift.show("received")


def cancel(gift: Gift, user_id: UUID) -> Row:
    """Take a gift back that nobody has accepted; again, that changes nothing."""
    if gift.giver.id != user_id:
        raise RefusedError("PT404", "gift_not_found")
    gift.giver.settle()
    if gift.state != "cancelled":
        if gift.state != "pending":
            raise RefusedError("PT409", "gift_not_pending")
        gift.giver.end_hold(gift.hold, "released")
        gift.giver.settle()
    return gift.show()
