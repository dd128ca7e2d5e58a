"""Builders of invoices, their lines and their payments."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import objects
from scripts.dev.stripe.store import Json, State


def manual_line(state: State, price: Json, text: str) -> Json:
    """Return one line for something that is not a subscription, bought once at a price."""
    parent: Json = {
        "invoice_item_details": {
            "invoice_item": state.new_id("ii"),
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": None,
        },
        "subscription_item_details": None,
        "type": "invoice_item_details",
    }
    now = state.clock.now()
    built = _line(state, price, 1, (now, now), price["unit_amount"], text)
    return built | {"parent": parent}


def line(state: State, item: Json, period: tuple[int, int], amount: int, text: str) -> Json:
    """Return one line for a subscription's item, without an invoice yet.

    Args:
        state: Gives the id.
        item: The subscription's item; its price now is the line's.
        period: What is paid for, from and to, in Unix seconds.
        amount: In the currency's smallest unit; negative gives back.
        text: The line's description.
    """
    parent: Json = {
        "invoice_item_details": None,
        "subscription_item_details": {
            "invoice_item": None,
            "proration": False,
            "proration_details": {"credited_items": None},
            "subscription": item["subscription"],
            "subscription_item": item["id"],
        },
        "type": "subscription_item_details",
    }
    built = _line(state, item["price"], item["quantity"], period, amount, text)
    return built | {"parent": parent, "subscription": item["subscription"]}


def _line(
    state: State, price: Json, quantity: int, period: tuple[int, int], amount: int, text: str
) -> Json:
    fields: Json = {
        "amount": amount,
        "currency": price["currency"],
        "description": text,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": {
            "price_details": {"price": price["id"], "product": price["product"]},
            "type": "price_details",
            "unit_amount_decimal": str(amount // quantity),
        },
        "quantity": quantity,
        "quantity_decimal": str(quantity),
        "subtotal": amount,
        "taxes": [],
    }
    return objects.new(state, stripe.InvoiceLineItem, "il", fields)


def proration(state: State, item: Json, period: tuple[int, int], amount: int, text: str) -> Json:
    """Return a line for a part of a period, as a change of the plan makes it."""
    built = line(state, item, period, amount, text)
    built["discountable"] = False
    details = built["parent"]["subscription_item_details"]
    details |= {"invoice_item": state.new_id("ii"), "proration": True}
    return built


def invoice(state: State, customer: Json, lines: list[Json], fields: Json) -> Json:
    """Return a draft of the lines; ``fields`` has ``parent``, ``billing_reason`` and the period."""
    total = sum(it["amount"] for it in lines)
    due = max(total, 0)
    defaults: Json = {
        "account_country": "US",
        "account_name": "Stand-in",
        "amount_due": due,
        "amount_overpaid": 0,
        "amount_paid": 0,
        "amount_paid_off_stripe": 0,
        "amount_remaining": due,
        "amount_shipping": 0,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatic_tax": {
            **dict.fromkeys(("disabled_reason", "liability", "provider", "status")),
            "enabled": False,
        },
        "collection_method": "charge_automatically",
        "currency": lines[0]["currency"],
        "customer": customer["id"],
        "customer_email": customer["email"],
        "customer_name": customer["name"],
        "customer_phone": customer["phone"],
        "customer_tax_exempt": "none",
        "customer_tax_ids": [],
        "default_tax_rates": [],
        "discounts": [],
        "issuer": {"account": None, "type": "self"},
        "payment_settings": dict.fromkeys(
            ("default_mandate", "payment_method_options", "payment_method_types")
        ),
        "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0,
        "starting_balance": customer["balance"],
        "status": "draft",
        "status_transitions": dict.fromkeys(
            ("finalized_at", "marked_uncollectible_at", "paid_at", "voided_at")
        ),
        "subtotal": total,
        "subtotal_excluding_tax": total,
        "total": total,
        "total_discount_amounts": [],
        "total_excluding_tax": total,
        "total_pretax_credit_amounts": [],
        "total_taxes": [],
    }
    built = objects.new(state, stripe.Invoice, "in", defaults | fields)
    owned = [it | {"invoice": built["id"]} for it in lines]
    url = f"/v1/invoices/{built['id']}/lines"
    built["lines"] = {"object": "list", "data": owned, "has_more": False, "url": url}
    return built


def payment(state: State, an_invoice: Json, intent_id: str) -> Json:
    """Return what ties an open invoice to the intent that is to pay it."""
    fields: Json = {
        "amount_requested": an_invoice["amount_due"],
        "currency": an_invoice["currency"],
        "invoice": an_invoice["id"],
        "is_default": True,
        "payment": {
            "charge": None,
            "payment_intent": intent_id,
            "payment_record": None,
            "type": "payment_intent",
        },
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }
    return objects.new(state, stripe.InvoicePayment, "inpay", fields)
