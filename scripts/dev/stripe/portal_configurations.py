"""The billing portal's configurations: what a customer may do on its page."""

from __future__ import annotations

import copy

import stripe

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

KIND = "billing_portal.configuration"
_MOST_PRODUCTS = 10
_PRORATIONS = ("always_invoice", "create_prorations", "none")
_UPDATES = ("address", "email", "name", "phone", "shipping", "tax_id")
_FEATURES: Json = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False, "payment_method_configuration": None},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "feedback_options": None, "options": []},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {
        "duration": {"interval_options": [], "type": "indefinite"},
        "enabled": False,
    },
    "subscription_update": {
        "billing_cycle_anchor": "unchanged",
        "default_allowed_updates": [],
        "enabled": False,
        "products": [],
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "end_trial",
    },
}


def create(state: State, params: Params) -> Json:
    """Create a configuration; ``features`` is required, and what it does not name is off."""
    params.only("default_return_url", "features", "metadata", "name")
    if "features" not in params:
        raise params.refuse("features", "Missing required parameter", "parameter_missing")
    features = _features(state, params.group("features"), _FEATURES)
    return _make(state, _common(params, {}) | {"features": features})


def update(state: State, params: Params, configuration_id: str) -> Json:
    """Change what is named of a configuration."""
    known = state.get(KIND, configuration_id)
    params.only("active", "default_return_url", "features", "metadata", "name")
    changes = _common(params, known["metadata"]) | {"updated": state.clock.now()}
    changes["features"] = _features(state, params.group("features"), known["features"])
    if (active := params.flag("active")) is not None:
        changes["active"] = active
    return events.updated(state, f"{KIND}.updated", known, changes)


def default(state: State) -> Json:
    """Return the default: as saved in the Dashboard, cancelling and cards but no other plans."""
    found = next((it for it in state.all(KIND) if it["is_default"]), None)
    if found is not None:
        return found
    features = copy.deepcopy(_FEATURES)
    for name in ("invoice_history", "payment_method_update", "subscription_cancel"):
        features[name]["enabled"] = True
    return _make(state, {"features": features, "is_default": True})


def _make(state: State, fields: Json) -> Json:
    profile = ("headline", "privacy_policy_url", "terms_of_service_url")
    defaults: Json = {
        "active": True,
        "business_profile": dict.fromkeys(profile),
        "is_default": False,
        "login_page": {"enabled": False, "url": None},
        "updated": state.clock.now(),
    }
    resource = stripe.billing_portal.Configuration
    made = state.put(objects.new(state, resource, "bpc", defaults | fields))
    events.emit(state, f"{KIND}.created", made)
    return made


def _common(params: Params, metadata: dict[str, str]) -> Json:
    changes: Json = {"metadata": params.merged_metadata(metadata)}
    if "default_return_url" in params:
        changes["default_return_url"] = params.url("default_return_url")
    if "name" in params:
        changes["name"] = params.required("name")
    return changes


def _features(state: State, params: Params, known: Json) -> Json:
    params.only(*known)
    features: Json = copy.deepcopy(known)
    for name, feature in features.items():
        group = params.group(name)
        if name in params:
            group.required("enabled")
            feature["enabled"] = group.flag("enabled")
        match name:
            case "customer_update":
                group.only("allowed_updates", "enabled")
                _texts(group, "allowed_updates", _UPDATES, feature)
            case "subscription_cancel":
                group.only("enabled", "mode", "proration_behavior")
                _choice(group, "mode", ("at_period_end", "immediately"), feature)
                _choice(group, "proration_behavior", _PRORATIONS, feature)
            case "subscription_update":
                _subscription_update(state, group, feature)
            case _:
                group.only("enabled")
    return features


def _subscription_update(state: State, group: Params, feature: Json) -> None:
    group.only(
        "default_allowed_updates", "enabled", "products", "proration_behavior",
        "schedule_at_period_end", "trial_update_behavior",
    )  # fmt: skip
    _texts(group, "default_allowed_updates", ("price",), feature)
    _choice(group, "proration_behavior", _PRORATIONS, feature)
    _choice(group, "trial_update_behavior", ("continue_trial", "end_trial"), feature)
    if group.is_cleared("products"):
        feature["products"] = []
    elif "products" in group:
        products = group.groups("products")
        if len(products) > _MOST_PRODUCTS:
            raise group.refuse("products", f"A portal has at most {_MOST_PRODUCTS} products")
        feature["products"] = [_product(state, product) for product in products]
    if feature["enabled"] and not (feature["products"] and feature["default_allowed_updates"]):
        text = "Enabled without products, or without default_allowed_updates"
        raise group.refuse("products", text, "parameter_missing")
    schedule = group.group("schedule_at_period_end").only("conditions")
    if "conditions" in schedule:
        types = ("decreasing_item_amount", "shortening_interval")
        feature["schedule_at_period_end"] = {
            "conditions": []
            if schedule.is_cleared("conditions")
            else [{"type": it.choice("type", types)} for it in schedule.groups("conditions")]
        }


def _product(state: State, group: Params) -> Json:
    group.only("prices", "product")
    product = state.get("product", group.required("product"), group.name("product"))
    prices = group.texts("prices")
    intervals = set()
    for price_id in prices:
        price = state.get("price", price_id, group.name("prices"))
        if price["product"] != product["id"] or price["recurring"] is None or not price["active"]:
            raise group.refuse("prices", f"Not an active recurring price of it: {price_id}")
        intervals.add((price["recurring"]["interval"], price["recurring"]["interval_count"]))
    if len(intervals) != len(prices):
        raise group.refuse("prices", "A product has one price of an interval in a portal")
    quantity = {"enabled": False, "maximum": None, "minimum": 1}
    return {"adjustable_quantity": quantity, "prices": prices, "product": product["id"]}


def _choice(group: Params, name: str, options: tuple[str, ...], feature: Json) -> None:
    if name in group:
        feature[name] = group.choice(name, options)


def _texts(group: Params, name: str, options: tuple[str, ...], feature: Json) -> None:
    if group.is_cleared(name):
        feature[name] = []
    elif name in group:
        feature[name] = group.texts(name)
        if not set(feature[name]) <= set(options):
            raise group.refuse(name, f"{group.name(name)} takes {', '.join(options)}")


COLLECTIONS = {"billing_portal/configurations": KIND}
FILTERS = {KIND: {"active": "active", "is_default": "is_default"}}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/billing_portal/configurations"): create,
    ("POST", "/billing_portal/configurations/<id>"): update,
}
