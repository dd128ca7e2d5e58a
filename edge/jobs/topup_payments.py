"""The payment of an automatic top-up: a saved card, charged under the key of the attempt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import stripe

# What the bank says when the buyer has to be there.
_WANTS_BUYER = {"authentication_required", "payment_intent_authentication_failure"}


@dataclass(frozen=True)
class Attempt:
    """What ``credits.open_topup`` answers; money in minor units of the currency.

    Attributes:
        provider_key: the idempotency key of the payment.
        name: what is bought.
        is_stale: Stripe may have forgotten the key.
    """

    order_id: UUID
    provider_key: UUID
    customer_id: str | None
    name: str
    total_cents: int
    currency: str
    is_stale: bool


class RefusedError(Exception):
    """The card cannot be charged; the text is a reason of ``credits.fail_topup``."""


def charge_card(
    client: stripe.StripeClient, account_id: UUID, attempt: Attempt
) -> stripe.PaymentIntent:
    """Return the attempt's payment, whose money is there: the one made before, or a new one.

    Raises:
        RefusedError: the money does not come by itself.
        stripe.StripeError: it is not known whether it comes; the same attempt may ask again.
    """
    intent = _pay(client, account_id, attempt)
    match intent.status:
        case "succeeded":
            return intent
        case "requires_action":
            raise RefusedError("requires_action")
        case "requires_payment_method" | "canceled":
            raise RefusedError(_reason(intent.last_payment_error))
    raise stripe.APIError(f"{intent.id} is {intent.status}")


def _pay(client: stripe.StripeClient, account_id: UUID, attempt: Attempt) -> stripe.PaymentIntent:
    if attempt.customer_id is None:
        raise RefusedError("no_customer")
    earlier = _find(client, attempt.customer_id, attempt) if attempt.is_stale else None
    if earlier is not None:
        return earlier
    try:
        intent = client.v1.payment_intents.create(
            {
                "amount": attempt.total_cents,
                "currency": attempt.currency,
                "customer": attempt.customer_id,
                "payment_method": _card(client, attempt.customer_id),
                "off_session": True,
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                "description": attempt.name,
                "metadata": {"account_id": str(account_id), "order_id": str(attempt.order_id)},
            },
            {"idempotency_key": str(attempt.provider_key)},
        )
    except stripe.IdempotencyError:
        # The customer's card is another one than in the call whose answer was lost.
        earlier = _find(client, attempt.customer_id, attempt)
        if earlier is None:
            raise
        return earlier
    except stripe.CardError as error:
        raise RefusedError(_reason(error.error)) from error
    if intent.status == "processing":
        # Under a key Stripe repeats its first answer: what has become of it since?
        return client.v1.payment_intents.retrieve(intent.id)
    return intent


def _find(
    client: stripe.StripeClient, customer_id: str, attempt: Attempt
) -> stripe.PaymentIntent | None:
    intents = client.v1.payment_intents.list({"customer": customer_id, "limit": 100})
    return next(
        (
            intent
            for intent in intents.auto_paging_iter()
            if intent.metadata.to_dict().get("order_id") == str(attempt.order_id)
        ),
        None,
    )


def _card(client: stripe.StripeClient, customer_id: str) -> str:
    """Return the customer's card: the one that pays invoices, else the newest."""
    try:
        customer = client.v1.customers.retrieve(customer_id)
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            raise RefusedError("no_customer") from error
        raise
    if getattr(customer, "deleted", False):
        raise RefusedError("no_customer")
    settings = customer.invoice_settings
    card = settings.default_payment_method if settings else None
    if card is None:
        cards = client.v1.payment_methods.list(
            {"customer": customer_id, "type": "card", "limit": 1}
        )
        card = next(iter(cards.data), None)
    if card is None:
        raise RefusedError("no_payment_method")
    return card if isinstance(card, str) else card.id


def _reason(error: Any) -> str:
    codes = {getattr(error, "code", None), getattr(error, "decline_code", None)}
    return "requires_action" if codes & _WANTS_BUYER else "declined"
