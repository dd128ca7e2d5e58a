"""Money: orders, payments, what goes back of them, and what their grants give up for it.

How much a payment's grants have to give up depends on the sum that went back alone. What a
referral gave for a payment stands beside its own grants, on whichever account it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import ZERO, Grant, Parts, share
from tests.wallets import Row


@dataclass
class Order:
    """A purchase that somebody was quoted, and may have paid.

    Attributes:
        code: of the promotion that it uses.
        version: of the catalog.
    """

    account_id: UUID
    user_id: UUID
    package: str
    code: str | None
    quote: Row
    created_at: datetime
    version: int
    is_paid: bool = False


@dataclass
class Clawback:
    """What was taken of a grant, and how long it would have lived; what was given back of it."""

    amount: Decimal
    life: timedelta | None
    reinstated: Decimal = ZERO


@dataclass
class Backed:
    """A grant that a payment stands for, on an account, and what was taken of it."""

    account: Account
    grant: Grant
    reference: str
    is_reward: bool = False
    clawbacks: list[Clawback] = field(default_factory=list)

    @property
    def taken(self) -> Decimal:
        """What was taken of it and not given back."""
        return sum((c.amount - c.reinstated for c in self.clawbacks), ZERO)


@dataclass
class Sale:
    """A payment: its cents, those refunded and disputed, and the grants that it stands for."""

    order: Order
    payment_id: str
    paid_cents: int
    at: datetime
    refunded_cents: int = 0
    disputed_cents: int = 0
    backed: list[Backed] = field(default_factory=list)
    has_void_rewards: bool = False

    @property
    def returned_cents(self) -> int:
        """What the payer has again."""
        return min(self.paid_cents, self.refunded_cents + self.disputed_cents)


def settle_payment(order: Order, account: Account, payment_id: str) -> Sale:
    """Credit what an order is for: the credits bought, and the bonus, which has cost nothing."""
    account.settle()
    order.is_paid = True
    cents = order.quote["total_cents"]
    sale = Sale(order, payment_id, cents, account.clock.now)
    for source in ("purchase", "bonus"):
        amount = Decimal(order.quote["credits" if source == "purchase" else "bonus_credits"])
        if amount:
            id_ = account.grant(
                source,
                amount,
                is_paid=source == "purchase",
                paid_cents=cents if source == "purchase" else None,
                reference=payment_id,
            )
            sale.backed.append(Backed(account, account.grants[id_], payment_id))
    return sale


def settle_returns(sale: Sale) -> None:
    """Take and give back until each grant has given up its share of the money."""
    for backed in sorted(sale.backed, key=lambda it: (it.account.id, it.grant.id)):
        cents = sale.returned_cents
        if backed.is_reward and sale.has_void_rewards:
            cents = sale.paid_cents
        due = share(backed.grant.amount, cents, sale.paid_cents) - backed.taken
        if due > 0:
            claw_back(backed, due)
        elif due < 0:
            reinstate(backed, -due)


def claw_back(backed: Backed, amount: Decimal) -> None:
    """Take credits back: the grant's own, what was reinstated of it, others, and then debt."""
    account, grant = backed.account, backed.grant
    account.settle()
    own = [grant] + [
        g
        for g in account.grants.values()
        if g.source == "reinstatement" and g.reference == backed.reference
    ]
    taken = account.take(amount, own)
    for id_, part in account.take(amount - sum(taken.values()), account.ranked()).items():
        taken[id_] = taken.get(id_, ZERO) + part
    account.debt += amount - sum(taken.values())
    account.post("clawback", Decimal(-sum(taken.values())), taken)
    life = life_left(account, grant, taken)
    backed.clawbacks.append(Clawback(amount, life))


def life_left(account: Account, grant: Grant, taken: Parts) -> timedelta | None:
    """Return how much longer the longest-lived of what was taken would have lived; None: ever."""
    ends = [account.grants[id_].expires_at for id_ in taken] or [grant.expires_at]
    known = [end for end in ends if end is not None]
    if len(known) < len(ends) or max(known) <= account.clock.now:
        return None
    return max(known) - account.clock.now


def reinstate(backed: Backed, amount: Decimal) -> None:
    """Give back what was taken, the latest first: it cancels debt, the rest is a new grant."""
    account, grant = backed.account, backed.grant
    for clawback in reversed(backed.clawbacks):
        part = min(amount, clawback.amount - clawback.reinstated)
        if not part:
            continue
        account.settle()
        amount -= part
        clawback.reinstated += part
        cancelled = min(part, account.debt)
        account.debt -= cancelled
        if part == cancelled:
            account.post("reinstatement", ZERO, {})
            continue
        account.grant(
            "reinstatement",
            part - cancelled,
            priority=grant.priority,
            expires_at=account.clock.now + clawback.life if clawback.life else None,
            is_paid=grant.is_paid,
            reference=backed.reference,
        )
