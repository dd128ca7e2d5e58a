"""Customers, products and prices: what checkout sessions refer to."""

from __future__ import annotations

from typing import Any

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State

MOST_MINOR_UNITS = 99_999_999


def create_customer(state: State, params: Params) -> Json:
    """Create a customer of ``email``, ``name``, ``phone``, ``description`` and ``metadata``."""
    names = ("email", "name", "phone", "description")
    params.only(*names, "metadata")
    fields: dict[str, Any] = {name: params.text(name) for name in names}
    built = objects.customer(state, fields | {"metadata": params.metadata()})
    return events.created(state, built)


def create_product(state: State, params: Params, *, active: bool = True) -> Json:
    """Create a product; only ``name`` is required."""
    params.only("name", "description", "active", "metadata")
    chosen = params.flag("active")
    fields = {
        "name": params.required("name"),
        "description": params.text("description"),
        "active": active if chosen is None else chosen,
        "metadata": params.metadata(),
    }
    return events.created(state, objects.product(state, fields))


def create_price(state: State, params: Params) -> Json:
    """Create a one-time price of a product, given as ``product`` or ``product_data``.

    A ``lookup_key`` names one active price; ``transfer_lookup_key`` takes it from another one.
    """
    params.only(
        "active", "currency", "lookup_key", "metadata", "nickname",
        "product", "product_data", "transfer_lookup_key", "unit_amount",
    )  # fmt: skip
    fields = _money(state, params)
    lookup_key = params.text("lookup_key", 200)
    if lookup_key is not None:
        _free_lookup_key(state, lookup_key, params)
    fields |= {
        "active": params.flag("active") is not False,
        "lookup_key": lookup_key,
        "metadata": params.metadata(),
        "nickname": params.text("nickname"),
    }
    return events.created(state, objects.price(state, fields))


def create_inline_price(state: State, params: Params) -> Json:
    """Create the price of a line item's ``price_data``: it cannot be used a second time."""
    params.only("currency", "product", "product_data", "unit_amount")
    fields = _money(state, params) | {"active": False}
    return events.created(state, objects.price(state, fields))


def _money(state: State, params: Params) -> Json:
    currency = params.currency()
    amount = params.required_integer("unit_amount", 0, MOST_MINOR_UNITS)
    if ("product" in params) is ("product_data" in params):
        raise params.refuse("product", "Give either product or product_data", "parameter_missing")
    if "product" in params:
        product = state.get("product", params.required("product"), params.name("product"))
    else:
        product = create_product(state, params.group("product_data"), active=False)
    return {"currency": currency, "unit_amount": amount, "product": product["id"]}


def _free_lookup_key(state: State, lookup_key: str, params: Params) -> None:
    for other in state.all("price"):
        if other["active"] and other["lookup_key"] == lookup_key:
            if not params.flag("transfer_lookup_key"):
                raise params.refuse("lookup_key", f"In use by another price: {lookup_key}")
            other["lookup_key"] = None
            events.emit(state, "price.updated", other)
