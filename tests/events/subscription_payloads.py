"""Subscriptions, their invoices and what paid them, as API version 2026-10-28.endive tells them.

As in ``payloads``: ``**fields`` replaces or adds; amounts are cents, times seconds since 1970.
"""

from __future__ import annotations

from typing import Any

from tests.events.payloads import Json, day, new_id


def price(price_id: str, amount_cents: int, interval: str = "month", **fields: Any) -> Json:
    """Return a recurring price."""
    return {
        "id": price_id,
        "object": "price",
        "active": True,
        "currency": "usd",
        "livemode": False,
        "product": "prod_" + price_id,
        "recurring": {"interval": interval, "interval_count": 1, "usage_type": "licensed"},
        "type": "recurring",
        "unit_amount": amount_cents,
        **fields,
    }


def subscription_item(a_price: Json, start: int, end: int, **fields: Any) -> Json:
    """Return one item of a subscription, which carries the running period."""
    return {
        "id": new_id("si"),
        "object": "subscription_item",
        "created": start,
        "current_period_start": start,
        "current_period_end": end,
        "metadata": {},
        "price": a_price,
        "quantity": 1,
        **fields,
    }


def subscription(items: list[Json], customer_id: str, metadata: Json, **fields: Any) -> Json:
    """Return an active subscription that began with its items' period."""
    built = {
        "id": new_id("sub"),
        "object": "subscription",
        "billing_mode": {"type": "flexible", "flexible": {"proration_discounts": "included"}},
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "created": items[0]["current_period_start"],
        "currency": "usd",
        "customer": customer_id,
        "ended_at": None,
        "items": {"object": "list", "data": items, "has_more": False},
        "livemode": False,
        "metadata": metadata,
        "pause_collection": None,
        "start_date": items[0]["current_period_start"],
        "status": "active",
        "trial_end": None,
        "trial_start": None,
        **fields,
    }
    for item in items:
        item["subscription"] = built["id"]
    return built


def line(sub: Json, item: Json, proration: bool = False, **fields: Any) -> Json:
    """Return an invoice's line for one item of a subscription, for the item's period."""
    amount = item["price"]["unit_amount"] * item["quantity"]
    source = {
        "invoice_item": new_id("ii") if proration else None,
        "proration": proration,
        "proration_details": {"credited_items": None},
        "subscription": sub["id"],
        "subscription_item": item["id"],
    }
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": amount,
        "currency": sub["currency"],
        "discount_amounts": [],
        "livemode": sub["livemode"],
        "metadata": sub["metadata"],
        "parent": {
            "type": "subscription_item_details",
            "subscription_item_details": source,
            "invoice_item_details": None,
        },
        "period": {"start": item["current_period_start"], "end": item["current_period_end"]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": item["price"]["id"], "product": item["price"]["product"]},
            "unit_amount_decimal": str(item["price"]["unit_amount"]),
        },
        "quantity": item["quantity"],
        "subtotal": fields.get("amount", amount),
        **fields,
    }


def invoice(sub: Json, reason: str = "subscription_cycle", **fields: Any) -> Json:
    """Return the paid invoice of a subscription's running period.

    Args:
        sub: the subscription.
        reason: why it was made: subscription_create, _cycle, _update, manual ...
        fields: ``lines`` are a list of lines, one for each item by default.
    """
    lines = fields.pop("lines", None)
    lines = [line(sub, item) for item in sub["items"]["data"]] if lines is None else lines
    subtotal = sum(one["amount"] for one in lines)
    total = subtotal - sum(
        discount["amount"] for one in lines for discount in one["discount_amounts"]
    )
    details = {"metadata": sub["metadata"], "subscription": sub["id"]}
    return {
        "id": new_id("in"),
        "object": "invoice",
        "amount_due": max(total, 0),
        "amount_paid": max(total, 0),
        "amount_paid_off_stripe": 0,
        "amount_remaining": 0,
        "billing_reason": reason,
        "created": day(0),
        "currency": sub["currency"],
        "customer": sub["customer"],
        "lines": {"object": "list", "data": lines, "has_more": False, "total_count": len(lines)},
        "livemode": sub["livemode"],
        "metadata": {},
        "parent": {
            "type": "subscription_details",
            "quote_details": None,
            "subscription_details": {**details, "subscription_proration_date": None},
        },
        # Of the invoice's own period Stripe says: look at the lines instead.
        "period_end": day(0),
        "period_start": day(0),
        "status": "paid",
        "status_transitions": {"finalized_at": day(0), "paid_at": day(0)},
        "subtotal": subtotal,
        "total": total,
        **fields,
    }


def prorated(sub: Json, item: Json, cents: int, days_left: float, **fields: Any) -> Json:
    """Return the line of a change in mid-period: a credit for the old item, a charge for the new.

    Args:
        sub: the subscription.
        item: the item before (``cents`` below 0) or after the change.
        cents: what the rest of the period is worth.
        days_left: how long that rest is.
        fields: replace or add.
    """
    end = item["current_period_end"]
    period = {"start": int(end - days_left * 86400), "end": end}
    built = line(sub, item, proration=True, amount=cents, period=period, **fields)
    built["parent"]["subscription_item_details"]["proration_details"] = {
        "credited_items": {"invoice": new_id("in"), "invoice_line_items": [new_id("il")]}
        if cents < 0
        else None
    }
    return built


def as_invoice_item(a_line: Json) -> Json:
    """Return a line whose parent is an invoice item, as it is where prorations are pending."""
    details = a_line["parent"]["subscription_item_details"]
    kept = ("invoice_item", "proration", "proration_details", "subscription")
    parent = {
        "type": "invoice_item_details",
        "invoice_item_details": {name: details[name] for name in kept},
        "subscription_item_details": None,
    }
    return a_line | {"parent": parent}


def invoice_payment(paid: Json, intent_id: str, **fields: Any) -> Json:
    """Return the payment of an invoice by an intent: the only place that names both."""
    return {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": paid["amount_paid"],
        "amount_requested": paid["amount_due"],
        "created": day(0),
        "currency": paid["currency"],
        "invoice": paid["id"],
        "is_default": True,
        "livemode": paid["livemode"],
        "payment": {"type": "payment_intent", "payment_intent": intent_id},
        "status": "paid",
        "status_transitions": {"canceled_at": None, "paid_at": day(0)},
        **fields,
    }


def with_payments(paid: Json, *payments: Json) -> Json:
    """Return an invoice whose payments are expanded, as the API tells it when asked to."""
    return paid | {"payments": {"object": "list", "data": list(payments), "has_more": False}}
