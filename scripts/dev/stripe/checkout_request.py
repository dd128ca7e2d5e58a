"""What a request for a checkout session asks for, read and checked."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.dev.stripe import catalog, customers, objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State

_OPEN_SECONDS = (30 * 60, objects.SESSION_SECONDS)
_MOST_LINES = 100
_LEAST_CHARGES = {"usd": 50, "eur": 50, "gbp": 30}
_NAMES = (
    "billing_address_collection", "cancel_url", "client_reference_id", "customer",
    "customer_email", "expires_at", "line_items", "locale", "metadata", "mode",
    "payment_method_types", "submit_type", "success_url", "ui_mode",
)  # fmt: skip
# What only one of the modes takes.
_OF_MODE = {
    "payment": ("payment_intent_data",),
    "subscription": ("payment_method_collection", "subscription_data"),
}


@dataclass(frozen=True)
class Asked:
    """A session to be opened.

    Attributes:
        fields: Its fields but for the amount.
        lines: Its line items.
        amount: What is paid at once, in the currency's smallest unit.
        intent_data: Fields of its payment intent.
        subscription_data: ``description``, ``metadata`` and ``trial_period_days``.
    """

    fields: Json
    lines: list[Json]
    amount: int
    intent_data: Json
    subscription_data: Json


def read(state: State, params: Params) -> Asked:
    """Read a request; the prices of ``price_data`` are created.

    Raises:
        ApiError: 400, it asks for something wrong, or for more than the stand-in does.
    """
    params.required("mode")
    mode = params.choice("mode", tuple(_OF_MODE)) or ""
    params.only(*_NAMES, *_OF_MODE[mode])
    params.choice("ui_mode", ("hosted_page",))
    params.choice("payment_method_collection", ("always",))
    params.required("success_url")
    intent_data = _intent_data(params.group("payment_intent_data"))
    subscription_data = _subscription_data(params.group("subscription_data"))
    fields = _fields(state, params)
    lines = _line_items(state, params, mode)
    currency = lines[0]["currency"]
    amount = 0 if subscription_data["trial_period_days"] else _total(params, lines, currency)
    fields |= {"currency": currency, "mode": mode}
    return Asked(fields, lines, amount, intent_data, subscription_data)


def _fields(state: State, params: Params) -> Json:
    email, customer_id = params.text("customer_email"), params.text("customer")
    if customer_id is not None:
        if email is not None:
            raise params.refuse("customer_email", "customer and customer_email exclude each other")
        email = customers.live(state, customer_id)["email"]
    fields: Json = {
        "billing_address_collection": params.choice(
            "billing_address_collection", ("auto", "required")
        ),
        "cancel_url": params.url("cancel_url"),
        "client_reference_id": params.text("client_reference_id", 200),
        "customer": customer_id,
        "customer_email": params.text("customer_email"),
        "customer_details": _details(email) if email else None,
        "locale": params.text("locale"),
        "metadata": params.metadata(),
        "submit_type": params.choice("submit_type", ("auto", "book", "donate", "pay", "subscribe")),
        "success_url": params.url("success_url"),
    }
    now = state.clock.now()
    expires_at = params.integer("expires_at", now + _OPEN_SECONDS[0], now + _OPEN_SECONDS[1])
    if expires_at is not None:
        fields["expires_at"] = expires_at
    if "payment_method_types" in params and params.texts("payment_method_types") != ["card"]:
        raise params.refuse("payment_method_types", "The stand-in takes only card")
    return fields


def _details(email: str) -> Json:
    nothing = ("address", "business_name", "individual_name", "name", "phone")
    return {**dict.fromkeys(nothing), "email": email, "tax_exempt": "none", "tax_ids": []}


def _intent_data(params: Params) -> Json:
    params.only("description", "metadata", "receipt_email", "setup_future_usage")
    fields: Json = {name: params.text(name) for name in ("description", "receipt_email")}
    fields["setup_future_usage"] = params.choice("setup_future_usage", ("off_session",))
    return fields | {"metadata": params.metadata()}


def _subscription_data(params: Params) -> Json:
    params.only("description", "metadata", "trial_period_days")
    return {
        "description": params.text("description"),
        "metadata": params.metadata(),
        "trial_period_days": params.integer("trial_period_days", 1, 730),
    }


def _line_items(state: State, params: Params, mode: str) -> list[Json]:
    groups = params.groups("line_items")
    if not 1 <= len(groups) <= _MOST_LINES:
        raise params.refuse(
            "line_items", f"Give 1 to {_MOST_LINES} line items", "parameter_missing"
        )
    lines = [_line_item(state, group) for group in groups]
    if len({line["currency"] for line in lines}) > 1:
        raise params.refuse("line_items", "All line items must have one currency")
    recurring = [line["price"]["recurring"] is not None for line in lines]
    if mode == "payment" and any(recurring):
        raise params.refuse("line_items", "A recurring price needs mode subscription")
    if mode == "subscription" and recurring != [True]:
        raise params.refuse(
            "line_items", "The stand-in starts a subscription of one recurring price"
        )
    return lines


def _line_item(state: State, params: Params) -> Json:
    params.only("price", "price_data", "quantity")
    quantity = params.required_integer("quantity", 1, 999_999)
    if ("price" in params) is ("price_data" in params):
        raise params.refuse("price", "Give either price or price_data", "parameter_missing")
    if "price" in params:
        price = state.get("price", params.required("price"), params.name("price"))
        if not price["active"]:
            raise params.refuse("price", f"The price is not active: {price['id']}")
    else:
        price = catalog.create_inline_price(state, params.group("price_data"))
    name = state.get("product", price["product"])["name"]
    return objects.line_item(state, price, name, quantity)


def _total(params: Params, lines: list[Json], currency: str) -> int:
    """Return what the lines come to. Nothing at all can be completed; very little not charged."""
    amount: int = sum(line["amount_total"] for line in lines)
    text = f"The total cannot be charged: {amount} {currency}"
    if 0 < amount < _LEAST_CHARGES.get(currency, 1):
        raise params.refuse("line_items", text, "amount_too_small")
    if amount > catalog.MOST_MINOR_UNITS:
        raise params.refuse("line_items", text, "amount_too_large")
    return amount
