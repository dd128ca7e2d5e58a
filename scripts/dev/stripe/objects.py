"""Builders of Stripe's objects: every field the library annotates, null unless we know better."""

from __future__ import annotations

from types import NoneType
from typing import get_args

import stripe

from scripts.dev.stripe.store import Json, State

# Annotated fields that an answer holds only when they are expanded, or only for deleted objects.
_LEFT_OUT = {
    "cash_balance",
    "confirmation_secret",
    "currency_options",
    "deleted",
    "invoice_credit_balance",
    "line_items",
    "payments",
    "refunds",
    "sources",
    "subscriptions",
    "tax",
    "tax_ids",
    "tiers",
}
SESSION_SECONDS = 24 * 3600
_NO_ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))


def new(state: State, resource: type[stripe.StripeObject], prefix: str, fields: Json) -> Json:
    """Return a new object with its id and time, the given fields, and null for all that may be.

    Args:
        state: Gives the id and the time.
        resource: The library's class, whose annotations are the schema.
        prefix: What the id begins with, such as ``pi``.
        fields: What is known of the object.
    """
    nulls = {
        name: None
        for name, annotation in resource.__annotations__.items()
        if NoneType in get_args(annotation) and name not in _LEFT_OUT
    }
    common = {"created": state.clock.now(), "livemode": False, "metadata": {}}
    return (
        nulls
        | {name: value for name, value in common.items() if name in resource.__annotations__}
        | {
            "id": state.new_id(prefix),
            "object": resource.OBJECT_NAME,  # type: ignore[attr-defined]
            **fields,
        }
    )


def customer(state: State, fields: Json) -> Json:
    """Return a customer."""
    settings = dict.fromkeys(
        ("custom_fields", "default_payment_method", "footer", "rendering_options")
    )
    defaults: Json = {
        "balance": 0,
        "delinquent": False,
        "invoice_prefix": state.new_id("cus")[-8:].upper(),
        "invoice_settings": settings,
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
    }
    return new(state, stripe.Customer, "cus", defaults | fields)


def product(state: State, fields: Json) -> Json:
    """Return a product; ``fields`` has its ``name``."""
    defaults: Json = {
        "active": True,
        "images": [],
        "marketing_features": [],
        "type": "service",
        "updated": state.clock.now(),
    }
    return new(state, stripe.Product, "prod", defaults | fields)


def price(state: State, fields: Json) -> Json:
    """Return a price; ``fields`` has ``product``, ``currency``, ``unit_amount``, ``recurring``."""
    defaults: Json = {
        "active": True,
        "billing_scheme": "per_unit",
        "tax_behavior": "unspecified",
        "type": "recurring" if fields["recurring"] else "one_time",
        "unit_amount_decimal": str(fields["unit_amount"]),
    }
    return new(state, stripe.Price, "price", defaults | fields)


def line_item(state: State, a_price: Json, description: str, quantity: int) -> Json:
    """Return one line of a session, without tax or discount."""
    amount = a_price["unit_amount"] * quantity
    built = new(
        state,
        stripe.LineItem,
        "li",
        {
            "amount_discount": 0,
            "amount_subtotal": amount,
            "amount_tax": 0,
            "amount_total": amount,
            "currency": a_price["currency"],
            "description": description,
            "price": a_price,
            "quantity": quantity,
        },
    )
    del built["discounts"]  # shown only when expanded
    return built


def session(state: State, fields: Json, amount: int) -> Json:
    """Return an open checkout session of a hosted page; ``amount`` is paid at once."""
    now = state.clock.now()
    is_payment = fields["mode"] == "payment"
    address = {"customer": fields["customer"], "email": fields["customer_email"]}
    defaults: Json = {
        "adaptive_pricing": {"enabled": False},
        "amount_subtotal": amount,
        "amount_total": amount,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "custom_fields": [],
        "custom_text": dict.fromkeys(
            ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
        ),
        "customer_creation": "if_required" if is_payment and not address["customer"] else None,
        "expires_at": now + SESSION_SECONDS,
        "invoice_creation": (
            {"enabled": False, "invoice_data": _invoice_data()} if is_payment else None
        ),
        "payment_method_collection": "if_required" if is_payment else "always",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
    }
    built = new(state, stripe.checkout.Session, "cs_test", defaults | fields)
    return built | {"url": f"{state.public_url}/c/pay/{built['id']}"}


def _invoice_data() -> Json:
    names = ("account_tax_ids", "custom_fields", "description", "footer", "issuer")
    return {**dict.fromkeys(names), "metadata": {}, "rendering_options": None}


def payment_intent(state: State, fields: Json) -> Json:
    """Return an intent without a payment; ``fields`` has ``amount``, ``currency``, ``customer``."""
    defaults: Json = {
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": "automatic_async",
        "confirmation_method": "automatic",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "status": "requires_payment_method",
    }
    built = new(state, stripe.PaymentIntent, "pi", defaults | fields)
    return built | {"client_secret": f"{built['id']}_secret_{state.new_id('x')[2:]}"}


def charge(state: State, intent: Json, status: str, fingerprint: str) -> Json:
    """Return the charge of one attempt at an intent: ``succeeded``, ``pending`` or ``failed``.

    ``fingerprint`` is the same for every payment with the same card, whoever pays.
    """
    paid = status == "succeeded"
    fields: Json = {
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "billing_details": {
            "address": _NO_ADDRESS,
            "email": intent["receipt_email"],
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "STAND-IN",
        "captured": paid,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "fraud_details": {},
        "metadata": dict(intent["metadata"]),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": state.new_id("pm"),
        "payment_method_details": {"type": "card", "card": _card(fingerprint)},
        "radar_options": {},
        "receipt_email": intent["receipt_email"],
        "refunded": False,
        "status": status,
    }
    return new(state, stripe.Charge, "ch", fields)


def _card(fingerprint: str) -> Json:
    return {
        "brand": "visa",
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": fingerprint,
        "last4": "4242",
    }


def event(state: State, kind: str, subject: Json) -> Json:
    """Return an event of the library's API version that holds ``subject`` as it is now."""
    fields: Json = {
        "api_version": stripe.api_version,
        "data": {"object": subject},
        "pending_webhooks": 0,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    built = new(state, stripe.Event, "evt", fields)
    # A snapshot event of one's own account has neither of these.
    return {k: v for k, v in built.items() if k not in ("account", "context")}
