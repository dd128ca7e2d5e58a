"""Products and prices: what checkout sessions and subscriptions refer to."""

from __future__ import annotations

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

MOST_MINOR_UNITS = 99_999_999
_MONEY = ("currency", "product", "product_data", "recurring", "unit_amount")


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


def update_product(state: State, params: Params, product_id: str) -> Json:
    """Change the given fields of a product."""
    product = state.get("product", product_id)
    params.only("name", "description", "active", "metadata")
    changes: Json = {
        name: params.required(name) for name in ("name", "description") if name in params
    }
    changes |= _common(params, product) | {"updated": state.clock.now()}
    return events.updated(state, "product.updated", product, changes)


def create_price(state: State, params: Params) -> Json:
    """Create a price of a product, given as ``product`` or ``product_data``.

    A ``lookup_key`` names one active price; ``transfer_lookup_key`` takes it from another one.
    """
    params.only(*_MONEY, "active", "lookup_key", "metadata", "nickname", "transfer_lookup_key")
    fields = _money(state, params)
    fields |= {
        "active": params.flag("active") is not False,
        "lookup_key": _lookup_key(state, params),
        "metadata": params.metadata(),
        "nickname": params.text("nickname"),
    }
    return events.created(state, objects.price(state, fields))


def update_price(state: State, params: Params, price_id: str) -> Json:
    """Change what may be changed of a price; its money and its interval never do."""
    price = state.get("price", price_id)
    params.only("active", "lookup_key", "metadata", "nickname", "transfer_lookup_key")
    changes = _common(params, price)
    if "nickname" in params:
        changes["nickname"] = params.required("nickname")
    if "lookup_key" in params:
        changes["lookup_key"] = _lookup_key(state, params, price)
    return events.updated(state, "price.updated", price, changes)


def create_inline_price(state: State, params: Params) -> Json:
    """Create the price of a line item's ``price_data``: it cannot be used a second time."""
    params.only(*_MONEY)
    fields = _money(state, params) | {"active": False}
    return events.created(state, objects.price(state, fields))


def _common(params: Params, known: Json) -> Json:
    changes: Json = {"metadata": params.merged_metadata(known["metadata"])}
    active = params.flag("active")
    return changes if active is None else changes | {"active": active}


def _money(state: State, params: Params) -> Json:
    currency = params.currency()
    amount = params.required_integer("unit_amount", 0, MOST_MINOR_UNITS)
    if ("product" in params) is ("product_data" in params):
        raise params.refuse("product", "Give either product or product_data", "parameter_missing")
    if "product" in params:
        product = state.get("product", params.required("product"), params.name("product"))
    else:
        product = create_product(state, params.group("product_data"), active=False)
    return {
        "currency": currency,
        "unit_amount": amount,
        "product": product["id"],
        "recurring": _recurring(params.group("recurring")) if "recurring" in params else None,
    }


def _recurring(params: Params) -> Json:
    params.only("interval", "interval_count", "usage_type")
    params.required("interval")
    params.choice("usage_type", ("licensed",))
    return {
        "interval": params.choice("interval", ("day", "week", "month", "year")),
        "interval_count": params.integer("interval_count", 1, 36) or 1,
        "meter": None,
        "trial_period_days": None,
        "usage_type": "licensed",
    }


def _lookup_key(state: State, params: Params, wanted_by: Json | None = None) -> str | None:
    lookup_key = params.text("lookup_key", 200)
    for other in state.all("price") if lookup_key is not None else []:
        if other["active"] and other["lookup_key"] == lookup_key and other is not wanted_by:
            if not params.flag("transfer_lookup_key"):
                raise params.refuse("lookup_key", f"In use by another price: {lookup_key}")
            events.updated(state, "price.updated", other, {"lookup_key": None})
    return lookup_key


COLLECTIONS = {"products": "product", "prices": "price"}
FILTERS = {
    "product": {"active": "active"},
    "price": {name: name for name in ("active", "product", "currency", "type")},
}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/products"): create_product,
    ("POST", "/products/<id>"): update_product,
    ("POST", "/prices"): create_price,
    ("POST", "/prices/<id>"): update_price,
}
