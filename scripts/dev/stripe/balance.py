"""Balance transactions: what a refund or a dispute moves on the seller's balance at Stripe."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import objects
from scripts.dev.stripe.store import Json, State


def entry(state: State, source: Json, amount: int, fee: int, type: str, category: str) -> Json:  # noqa: A002  Stripe's own name for it
    """Keep a movement of ``amount`` (less ``fee``, both in cents) that ``source`` has caused."""
    now = state.clock.now()
    details = [
        {
            "amount": fee,
            "application": None,
            "currency": source["currency"],
            "description": "Dispute fee",
            "type": "stripe_fee",
        }
    ]
    fields: Json = {
        "amount": amount,
        "available_on": now,
        "balance_type": "payments",
        "currency": source["currency"],
        "fee": fee,
        "fee_details": details if fee else [],
        "net": amount - fee,
        "reporting_category": category,
        "source": source["id"],
        "status": "available",
        "type": type,
    }
    return state.put(objects.new(state, stripe.BalanceTransaction, "txn", fields))
