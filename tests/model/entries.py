"""What an account's books hold: grants, holds, charges, members, transactions; and the time.

The model of this folder is written from the published rules and shares nothing with the SQL. Its
clock stands still during an act, as the database's does in these tests. An act that is refused
may leave the books half changed: who plays it goes back to a copy of before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol
from uuid import UUID

from tests.wallets import Row

ZERO = Decimal(0)
PLACES = Decimal("0.000000001")
Parts = dict[int, Decimal]


class Shown(Protocol):
    """What a key made, and shows itself as it is now when the key is repeated."""

    def show(self) -> Row:
        """Return what a caller is answered."""


class RefusedError(Exception):
    """The model refuses: SQLSTATE and token are the arguments."""


@dataclass
class Clock:
    """The time, the same for all accounts."""

    now: datetime

    @property
    def month(self) -> datetime:
        """When the calendar month began."""
        return self.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@dataclass
class Grant:
    """Credits of one origin, and what they cost, where they were bought by an order."""

    id: int
    source: str
    amount: Decimal
    remaining: Decimal
    priority: int
    expires_at: datetime | None
    is_paid: bool
    paid_cents: int | None
    reference: str | None

    def burn_rank(self) -> tuple[int, float, bool, int]:
        """Sort by the published order: priority, soonest expiry, free before paid, oldest."""
        expiry = self.expires_at.timestamp() if self.expires_at else float("inf")
        return (self.priority, expiry, self.is_paid, self.id)

    def is_over(self, at: datetime) -> bool:
        """Tell whether it has expired by then."""
        return self.expires_at is not None and self.expires_at <= at


@dataclass
class Hold:
    """Credits set aside.

    Attributes:
        amount: how much it has set aside.
        parts: what each grant gave, in burn-down order; while it ends, what it has still.
        placed: balance and held as it was placed.
        captured: what the capture that ended it asked for, and was answered.
        gift: whether it is a gift's, and no use.
    """

    id: UUID
    amount: Decimal
    expires_at: datetime
    user_id: UUID | None = None
    service: str | None = None
    is_gift: bool = False
    parts: Parts = field(default_factory=dict)
    placed: tuple[Decimal, Decimal] = (ZERO, ZERO)
    state: str = "open"
    captured: tuple[Row, Row] | None = None

    def show(self, standing: tuple[Decimal, Decimal] | None = None) -> Row:
        """Return the hold as callers see it, beside balance and held: as placed, or as told."""
        balance, held = standing or self.placed
        return {
            "hold_id": self.id,
            "amount": self.amount,
            "state": self.state,
            "expires_at": self.expires_at,
            "balance": balance,
            "held": held,
            "available": balance - held,
        }


@dataclass
class Charge:
    """A use that was paid, and how much of it went back, in all and to each grant."""

    id: int
    cost: Decimal
    parts: Parts
    at: datetime
    user_id: UUID | None
    service: str | None
    refunded: Decimal = ZERO
    returned: Parts = field(default_factory=dict)


@dataclass
class Member:
    """A member of a team."""

    role: str
    cap: Decimal | None = None


@dataclass(frozen=True)
class Move:
    """A transaction: the balance and what is held after it, what each grant gave or got."""

    parts: Parts
    type: str
    amount: Decimal
    balance: Decimal
    held: Decimal
    user_id: UUID | None = None
    service: str | None = None


def person(email: str) -> str:
    """Return who somebody is, whatever tag the address has."""
    name, domain = email.split("@")
    return f"{name.split('+')[0]}@{domain}"


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    """Return a share of an amount to nine places, half up."""
    return (amount * part / whole).quantize(PLACES, ROUND_HALF_UP)
