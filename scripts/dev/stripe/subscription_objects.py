"""Builders of subscriptions and their items."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import objects
from scripts.dev.stripe.store import Json, State


def subscription(state: State, fields: Json) -> Json:
    """Return a subscription without items, of this ``currency``, ``customer`` and ``status``."""
    now = state.clock.now()
    defaults: Json = {
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": now,
        "billing_mode": {
            "flexible": {"proration_discounts": "included"},
            "type": "flexible",
            "updated_at": None,
        },
        "billing_schedules": [],
        "cancel_at_period_end": False,
        "cancellation_details": dict.fromkeys(("comment", "feedback", "feedback_option", "reason")),
        "collection_method": "charge_automatically",
        "default_tax_rates": [],
        "discounts": [],
        "invoice_settings": {
            **dict.fromkeys(("account_tax_ids", "custom_fields", "description", "footer")),
            "issuer": {"account": None, "type": "self"},
        },
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "start_date": now,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
    }
    return objects.new(state, stripe.Subscription, "sub", defaults | fields)


def item(state: State, subscription_id: str, price: Json, quantity: int) -> Json:
    """Return an item whose period is yet to be set."""
    fields: Json = {
        "current_period_end": 0,
        "current_period_start": 0,
        "discounts": [],
        "quantity": quantity,
        "subscription": subscription_id,
        "tax_rates": [],
        **of_price(price),
    }
    return objects.new(state, stripe.SubscriptionItem, "si", fields)


def of_price(price: Json) -> Json:
    """Return the fields of an item that come from its price; ``plan`` is the price's old form."""
    same = ("active", "billing_scheme", "created", "currency", "livemode", "nickname", "product")
    plan: Json = {
        **{name: price[name] for name in same},
        **price["recurring"],
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "id": price["id"],
        "metadata": dict(price["metadata"]),
        "object": "plan",
        "tiers_mode": None,
        "transform_usage": None,
    }
    return {"plan": plan, "price": price}
