"""The shape of events before Basil (2025-03-31), which endpoints pinned to an older version get."""

from __future__ import annotations

import copy

from tests.events.payloads import Json

ACACIA = "2024-10-28.acacia"


def before_basil(told: Json, intent_id: str | None = None) -> Json:
    """Return the same event in the older shape.

    Args:
        told: an event of the newest shape.
        intent_id: what paid the event's invoice, or the invoice of the event's charge.
    """
    older = copy.deepcopy(told) | {"api_version": ACACIA}
    subject = older["data"]["object"]
    if subject["object"] == "subscription":
        _subscription(subject)
    elif subject["object"] == "invoice":
        _invoice(subject, intent_id)
    return older


def _subscription(subject: Json) -> None:
    items = subject["items"]["data"]
    subject["current_period_start"] = min(item.pop("current_period_start") for item in items)
    subject["current_period_end"] = min(item.pop("current_period_end") for item in items)
    for item in items:
        item["plan"] = _plan(item["price"])
    subject["plan"] = items[0]["plan"] if len(items) == 1 else None
    subject["quantity"] = items[0]["quantity"] if len(items) == 1 else None
    del subject["billing_mode"]


def _plan(price: Json) -> Json:
    return {
        "id": price["id"],
        "object": "plan",
        "amount": price["unit_amount"],
        "currency": price["currency"],
        "interval": price["recurring"]["interval"],
        "interval_count": 1,
        "product": price["product"],
    }


def _invoice(subject: Json, intent_id: str | None) -> None:
    parent = subject.pop("parent") or {"subscription_details": None}
    details = parent["subscription_details"]
    subject["subscription"] = details and details["subscription"]
    subject["subscription_details"] = details and {"metadata": details["metadata"]}
    subject.pop("payments", None)
    subject.pop("amount_paid_off_stripe")
    subject["payment_intent"] = intent_id
    subject["charge"] = intent_id and intent_id.replace("pi_", "ch_")
    subject["paid"] = subject["status"] == "paid"
    subject["paid_out_of_band"] = False
    subject["discount"] = None
    for line in subject["lines"]["data"]:
        _line(line)


def _line(line: Json) -> None:
    parent = line.pop("parent") or {}
    item = parent.get("subscription_item_details") or {}
    details = item or parent.get("invoice_item_details") or {}
    pricing = line.pop("pricing")
    line.pop("subtotal")
    line["proration"] = details.get("proration", False)
    line["type"] = "subscription" if item and not line["proration"] else "invoiceitem"
    line["proration_details"] = details.get("proration_details")
    line["subscription"] = details.get("subscription")
    line["subscription_item"] = item.get("subscription_item")
    line["invoice_item"] = details.get("invoice_item")
    line["price"] = pricing and {
        "id": pricing["price_details"]["price"],
        "object": "price",
        "product": pricing["price_details"]["product"],
        "unit_amount_decimal": pricing["unit_amount_decimal"],
    }
    line["plan"] = line["price"] and {"id": line["price"]["id"], "object": "plan"}
