"""A plain model of money that comes back: what is known of a payment decides, not in which order.

It is written from the published rules with sets, sums and maxima, and shares nothing with the SQL.
``Told`` is one thing that the payment provider has told; ``Sale`` what was bought and all that was
told of it; ``Wallet`` the sales, other credits and spends of one account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.000000001")
FAILED = {"failed", "canceled"}
AWAY = {"needs_response", "under_review", "lost", "appeal_needs_response", "appeal_under_review"}
# Of two things told of one dispute in the same second the later stage holds.
STAGES = (
    {"warning_needs_response"},
    {"warning_under_review"},
    {"warning_closed"},
    {"needs_response"},
    {"under_review"},
    {"lost"},
    {"appeal_needs_response"},
    {"appeal_under_review"},
    {"won", "prevented"},
)


@dataclass(frozen=True)
class Told:
    """One thing told of a payment.

    Attributes:
        type: of the event; each but those of refunds and disputes tells that it was paid.
        cents: what was paid, what is refunded in sum (charge.refunded), the refund, the dispute.
        id: which refund or dispute.
        status: of the refund or dispute.
        at: when it happened, in seconds.
    """

    type: str
    cents: int
    id: str = ""
    status: str = ""
    at: int = 0

    @property
    def is_sum(self) -> bool:
        """Whether it tells how much is refunded in sum."""
        return self.type == "charge.refunded"

    @property
    def is_refund(self) -> bool:
        """Whether it tells of one refund."""
        return self.type.startswith(("refund.", "charge.refund."))

    @property
    def is_dispute(self) -> bool:
        """Whether it tells of one dispute."""
        return self.type.startswith("charge.dispute.")

    @property
    def is_paid(self) -> bool:
        """Whether it tells that the payment was made."""
        return not (self.is_sum or self.is_refund or self.is_dispute)


@dataclass
class Sale:
    """A payment: the credits that it gives, by name of the grant, and what was told of it."""

    grants: dict[str, Decimal]
    told: set[Told] = field(default_factory=set)

    @property
    def paid_cents(self) -> int:
        """What was paid; 0 before that is told."""
        return max((t.cents for t in self.told if t.is_paid), default=0)

    @property
    def is_paid(self) -> bool:
        """Whether it is known to be paid, be it nothing."""
        return any(t.is_paid for t in self.told)

    @property
    def returned_cents(self) -> int:
        """What of the payment is with the payer again, at most all of it."""
        cents = {t.id: t.cents for t in self.told if t.is_refund}
        failed = {t.id for t in self.told if t.is_refund and t.status in FAILED}
        kept = sum(amount for id_, amount in cents.items() if id_ not in failed)
        sums = max((t.cents for t in self.told if t.is_sum), default=0)
        refunded = max(kept, sums - sum(cents[id_] for id_ in failed))
        return min(self.paid_cents, refunded + sum(self.disputed_cents().values()))

    def disputed_cents(self) -> dict[str, int]:
        """Return what each dispute has taken, by what was told of it last."""
        last: dict[str, Told] = {}
        for told in sorted(self.told, key=lambda t: (t.at, _stage(t.status))):
            if told.is_dispute:
                last[told.id] = told
        return {id_: told.cents for id_, told in last.items() if told.status in AWAY}

    def clawed(self) -> dict[str, Decimal]:
        """Return what each grant has to give back, in sum, at nine places."""
        if not self.paid_cents:
            return dict.fromkeys(self.grants, Decimal(0))
        return {
            name: (amount * self.returned_cents / self.paid_cents).quantize(PLACES, ROUND_HALF_UP)
            for name, amount in self.grants.items()
        }


@dataclass
class Wallet:
    """One account whose credits do not expire.

    Attributes:
        given: credits of other origin.
        spent: credits used.
    """

    sales: list[Sale] = field(default_factory=list)
    given: Decimal = Decimal(0)
    spent: Decimal = Decimal(0)

    @property
    def worth(self) -> Decimal:
        """All that was ever given, less what was used and what had to be given back."""
        sold = sum(
            sum(sale.grants.values()) - sum(sale.clawed().values())
            for sale in self.sales
            if sale.is_paid
        )
        return self.given - self.spent + sold

    @property
    def balance(self) -> Decimal:
        """What there is to spend."""
        return max(self.worth, Decimal(0))

    @property
    def debt(self) -> Decimal:
        """What had to be given back and was not there."""
        return max(-self.worth, Decimal(0))

    def spend(self, amount: Decimal) -> bool:
        """Spend an amount if it is there; return whether it was."""
        if amount > self.balance:
            return False
        self.spent += amount
        return True


def _stage(status: str) -> int:
    return next((n for n, stage in enumerate(STAGES) if status in stage), 0)
