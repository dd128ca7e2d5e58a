"""Checkout sessions: opened by the API, closed by a payment or by their end."""

from __future__ import annotations

from scripts.dev.stripe import catalog, events, objects
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.listing import list_all
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State

_OPEN_SECONDS = (30 * 60, objects.SESSION_SECONDS)
_MOST_LINES = 100
_LEAST_CHARGES = {"usd": 50, "eur": 50, "gbp": 30}


def create_session(state: State, params: Params) -> Json:
    """Open a session for one payment.

    ``hidden[id]`` keeps its line items and what its payment intent will be made of.
    """
    params.only(
        "billing_address_collection", "cancel_url", "client_reference_id", "customer",
        "customer_email", "expires_at", "line_items", "locale", "metadata", "mode",
        "payment_intent_data", "payment_method_types", "submit_type", "success_url", "ui_mode",
    )  # fmt: skip
    params.required("mode")
    params.choice("mode", ("payment",))
    params.choice("ui_mode", ("hosted_page",))
    params.required("success_url")
    intent_data = _intent_data(params.group("payment_intent_data"))
    fields = _fields(state, params)
    lines = _line_items(state, params)
    currency = lines[0]["currency"]
    amount = _total(params, lines, currency)
    session = state.put(objects.session(state, fields | {"currency": currency}, amount))
    first_page = list_all(lines, _lines_url(session["id"]), Params({}))
    state.hidden[session["id"]] = {
        "lines": lines,
        "expandable": {"line_items": first_page},
        "intent_data": intent_data,
    }
    return session


def list_line_items(state: State, params: Params, session_id: str) -> Json:
    """Return one page of a session's lines, in the order they were given."""
    state.get("checkout.session", session_id)
    return list_all(state.hidden[session_id]["lines"], _lines_url(session_id), params)


def expire_session(state: State, params: Params, session_id: str) -> Json:
    """End an open session."""
    params.only()
    return _expire(state, open_session(state, session_id))


def expire_due(state: State) -> None:
    """End every open session whose time is over."""
    for session in state.all("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= state.clock.now():
            _expire(state, session)


def open_session(state: State, session_id: str) -> Json:
    """Return a session that can still be paid.

    Raises:
        ApiError: 404 it is unknown, 400 it is complete or expired.
    """
    session = state.get("checkout.session", session_id)
    if session["status"] != "open":
        raise ApiError(f"The session is {session['status']}, not open: {session_id}")
    return session


def _expire(state: State, session: Json) -> Json:
    session |= {"status": "expired", "url": None}
    events.emit(state, "checkout.session.expired", session)
    return session


def _total(params: Params, lines: list[Json], currency: str) -> int:
    """Return what the lines come to. Nothing at all can be completed; very little not charged."""
    amount: int = sum(line["amount_total"] for line in lines)
    text = f"The total cannot be charged: {amount} {currency}"
    if 0 < amount < _LEAST_CHARGES.get(currency, 1):
        raise params.refuse("line_items", text, "amount_too_small")
    if amount > catalog.MOST_MINOR_UNITS:
        raise params.refuse("line_items", text, "amount_too_large")
    return amount


def _lines_url(session_id: str) -> str:
    return f"/v1/checkout/sessions/{session_id}/line_items"


def _fields(state: State, params: Params) -> Json:
    email, customer_id = params.text("customer_email"), params.text("customer")
    if customer_id is not None:
        if email is not None:
            raise params.refuse("customer_email", "customer and customer_email exclude each other")
        email = state.get("customer", customer_id, "customer")["email"]
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
        "submit_type": params.choice("submit_type", ("auto", "book", "donate", "pay")),
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
    params.only("description", "metadata", "receipt_email")
    texts = {name: params.text(name) for name in ("description", "receipt_email")}
    return {**texts, "metadata": params.metadata()}


def _line_items(state: State, params: Params) -> list[Json]:
    groups = params.groups("line_items")
    if not 1 <= len(groups) <= _MOST_LINES:
        raise params.refuse(
            "line_items", f"Give 1 to {_MOST_LINES} line items", "parameter_missing"
        )
    lines = [_line_item(state, group) for group in groups]
    if len({line["currency"] for line in lines}) > 1:
        raise params.refuse("line_items", "All line items must have one currency")
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
