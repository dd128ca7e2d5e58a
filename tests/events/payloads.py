"""Events as an endpoint of API version 2026-10-28.endive is told them, and what a purchase tells.

Each builder returns an object with the fields that matter and some that must not; ``**fields``
replaces or adds. Amounts are cents, times seconds since 1970. Subscriptions and their invoices are
in ``subscription_payloads``; ``older_payloads`` rewrites an event into the shape before Basil.
"""

from __future__ import annotations

import copy
import time
from typing import Any
from uuid import uuid4

from tests.wallets import Row

Json = dict[str, Any]

DAY = 86400
NEWEST = "2026-10-28.endive"


def new_id(prefix: str) -> str:
    """Return an id as Stripe makes them: ``pi_...``."""
    return f"{prefix}_{uuid4().hex[:24]}"


def day(number: float) -> int:
    """Return the time so many days from now; negative ones are past."""
    return int(time.time() + number * DAY)


def event(kind: str, subject: Json, at: int | None = None, **fields: Any) -> Json:
    """Return an event that tells what an object looked like when it happened, now by default."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": NEWEST,
        "created": day(0) if at is None else at,
        "data": {"object": copy.deepcopy(subject)},
        "livemode": subject.get("livemode", False),
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
        **fields,
    }


def again(told: Json, **fields: Any) -> Json:
    """Return another event (another id) that tells the same, with the object's ``fields`` changed.

    A resent event keeps its id; a second endpoint, or an older twin of a type, does not.
    """
    other = copy.deepcopy(told) | {"id": new_id("evt")}
    other["data"]["object"] |= fields
    return other


def customer(account_id: object, **fields: Any) -> Json:
    """Return a customer as the edge creates them."""
    return {
        "id": new_id("cus"),
        "object": "customer",
        "created": day(0),
        "email": None,
        "livemode": False,
        "metadata": {"account_id": str(account_id)},
        "name": "Zoë",
        **fields,
    }


def order_metadata(order: Row) -> Json:
    """Return the metadata that the edge writes to what pays an order."""
    return {"account_id": str(order["account_id"]), "order_id": str(order["order_id"])}


def payment_intent(order: Row, **fields: Any) -> Json:
    """Return the intent that has paid an order; for a top-up there is nothing but it."""
    amount = order["total_cents"]
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": amount,
        "amount_received": amount,
        "created": day(0),
        "currency": order["currency"],
        "customer": None,
        "latest_charge": new_id("ch"),
        "livemode": False,
        "metadata": order_metadata(order),
        "status": "succeeded",
        **fields,
    }


def session(order: Row, intent: Json | None, **fields: Any) -> Json:
    """Return the completed checkout session of an order, paid by an intent (None: it was free)."""
    amount = order["total_cents"]
    return {
        "id": new_id("cs_test"),
        "object": "checkout.session",
        "amount_subtotal": amount,
        "amount_total": amount,
        "client_reference_id": str(order["account_id"]),
        "created": day(0),
        "currency": order["currency"],
        "customer": None,
        "customer_details": {"email": "zoe@example.org", "name": "Zoë"},
        "livemode": False,
        "metadata": order_metadata(order),
        "mode": "payment",
        "payment_intent": intent and intent["id"],
        "payment_status": "paid" if intent else "no_payment_required",
        "status": "complete",
        "subscription": None,
        **fields,
    }


def charge(intent: Json, refunded_cents: int = 0, **fields: Any) -> Json:
    """Return the charge of an intent, of which so much in all was refunded."""
    return {
        "id": intent["latest_charge"],
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": refunded_cents,
        "captured": True,
        "created": day(0),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "disputed": False,
        "livemode": intent["livemode"],
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "refunded": refunded_cents >= intent["amount"],
        "status": "succeeded",
        **fields,
    }


def refund(intent: Json, amount_cents: int, **fields: Any) -> Json:
    """Return one refund of an intent; Stripe gives it no ``livemode``."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount_cents,
        "charge": intent["latest_charge"],
        "created": day(0),
        "currency": intent["currency"],
        "metadata": {},
        "payment_intent": intent["id"],
        "reason": "requested_by_customer",
        "status": "succeeded",
        **fields,
    }


def dispute(intent: Json, amount_cents: int | None = None, **fields: Any) -> Json:
    """Return a dispute of an intent's charge, over all of it unless an amount is given."""
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": intent["amount"] if amount_cents is None else amount_cents,
        "balance_transactions": [],
        "charge": intent["latest_charge"],
        "created": day(0),
        "currency": intent["currency"],
        "is_charge_refundable": False,
        "livemode": intent["livemode"],
        "metadata": {},
        "payment_intent": intent["id"],
        "reason": "fraudulent",
        "status": "needs_response",
        **fields,
    }
