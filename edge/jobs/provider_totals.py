"""What was paid and what went back, by Stripe's account, to compare with the payments here."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from edge.jobs.stripe_lists import Json, StripeLists

# Of disputes whose money is away; an inquiry moves none, and a dispute won gives it back.
_MONEY_IS_AWAY = (
    "needs_response",
    "under_review",
    "lost",
    "appeal_needs_response",
    "appeal_under_review",
)
_PATHS = {"pi": "payment_intents", "in": "invoices", "cs": "checkout/sessions"}


class Payment(NamedTuple):
    """A payment as it is known here; amounts in minor units of the currency."""

    account_id: UUID
    id: str
    intent_id: str | None
    amount_cents: int
    returned_cents: int
    currency: str


@dataclass(frozen=True)
class ProviderTotals:
    """Sums over objects of Stripe.

    Attributes:
        paid: amount and currency by the id under which we keep such a payment: an intent, an
            invoice, or a session that asked for nothing.
        returned: what was refunded, and what disputes took, by intent.
    """

    paid: dict[str, tuple[int, str]] = field(default_factory=dict)
    returned: Counter[str] = field(default_factory=Counter)

    def add(self, thing: Json) -> None:
        """Count an object; each only once."""
        match thing:
            case {"object": "payment_intent", "status": "succeeded"}:
                self._add_paid(thing, "amount_received")
            case {"object": "invoice", "status": "paid"}:
                self._add_paid(thing, "amount_paid")
            case {"object": "checkout.session", "payment_status": "no_payment_required"}:
                self._add_paid(thing, "amount_total")
            case {"object": "charge", "payment_intent": str(intent_id)}:
                self.returned[intent_id] += thing["amount_refunded"]
            case {"object": "dispute", "payment_intent": str(intent_id), "status": status}:
                if status in _MONEY_IS_AWAY:
                    self.returned[intent_id] += thing["amount"]

    def describe_difference(self, payment: Payment) -> str | None:
        """Return in which way a payment is another one here; None where it is the same."""
        if payment.id not in self.paid:
            return "Stripe does not have it as paid"
        amount, currency = self.paid[payment.id]
        if (amount, currency) != (payment.amount_cents, payment.currency):
            here = f"{payment.amount_cents} {payment.currency} cents"
            return f"{amount} {currency} cents were paid by Stripe's account, {here} here"
        returned = min(amount, self.returned[payment.intent_id or payment.id])
        if returned != payment.returned_cents:
            here = f"{payment.returned_cents} {payment.currency} cents"
            return f"{returned} {currency} cents went back by Stripe's account, {here} here"
        return None

    def _add_paid(self, thing: Json, amount: str) -> None:
        self.paid[thing["id"]] = (thing[amount], thing["currency"])


def fetch_totals(lists: StripeLists, payment: Payment) -> ProviderTotals:
    """Return what Stripe knows now of one payment.

    Raises:
        UnreadableError: Stripe does not answer.
        stripe.StripeError: Stripe refuses the question.
    """
    totals = ProviderTotals()
    path = _PATHS.get(payment.id.partition("_")[0])
    if path and (found := lists.get(f"{path}/{payment.id}")):
        totals.add(found)
    if payment.intent_id:
        for path in ("charges", "disputes"):
            for thing in lists.read(path, {"payment_intent": payment.intent_id}):
                totals.add(thing)
    return totals
