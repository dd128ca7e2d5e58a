"""Subscriptions, as the API gives and changes them."""

from __future__ import annotations

from scripts.dev.stripe import plan_changes
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.listing import Filters, list_objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_STATUSES = (
    "active", "all", "canceled", "ended", "incomplete", "incomplete_expired", "past_due",
    "paused", "trialing", "unpaid",
)  # fmt: skip
_FEEDBACK = (
    "customer_service", "low_quality", "missing_features", "other", "switched_service",
    "too_complex", "too_expensive", "unused",
)  # fmt: skip


def list_subscriptions(state: State, params: Params) -> Json:
    """Return one page of the subscriptions; without ``status``, of those that are not canceled."""
    if params.choice("status", _STATUSES) is None:
        params = params.plus(status="not canceled")
    return list_objects(state, subs.KIND, "/v1/subscriptions", params, FILTERS[subs.KIND])


def update(state: State, params: Params, subscription_id: str) -> Json:
    """Change a subscription: its end, its plan, its trial, its pause, its card, its texts."""
    params.only(
        "billing_cycle_anchor", "cancel_at", "cancel_at_period_end", "cancellation_details",
        "default_payment_method", "description", "items", "metadata", "pause_collection",
        "payment_behavior", "proration_behavior", "trial_end",
    )  # fmt: skip
    params.choice("billing_cycle_anchor", ("unchanged",))
    params.choice("payment_behavior", ("allow_incomplete",))
    params.choice("trial_end", ("now",))
    subscription = _not_ended(state, subscription_id)
    moved = subs.copied(subscription)
    moved["metadata"] = params.merged_metadata(subscription["metadata"])
    for name in ("description", "default_payment_method"):
        if name in params:
            moved[name] = params.required(name)
    if "default_payment_method" in params:
        state.get("payment_method", moved["default_payment_method"], "default_payment_method")
    if "pause_collection" in params:
        moved["pause_collection"] = _pause(params)
    moved |= _cancellation(moved, params, state.clock.now())
    if "trial_end" in params and subscription["status"] == "trialing":
        plan_changes.end_trial(state, subscription, moved)
    elif "items" in params:
        _change_plan(state, params, subscription, moved)
    else:
        subs.change(state, subscription, moved)
    return subscription


def cancel(state: State, params: Params, subscription_id: str) -> Json:
    """End a subscription now, without giving anything back."""
    params.only("cancellation_details", "invoice_now", "prorate")
    for name in ("invoice_now", "prorate"):
        params.choice(name, ("false",))
    subscription = _not_ended(state, subscription_id)
    subscription["cancellation_details"] = _details(subscription, params)
    return subs.end(state, subscription, "cancellation_requested")


def _not_ended(state: State, subscription_id: str) -> Json:
    subscription = state.get(subs.KIND, subscription_id)
    if subscription["status"] in subs.ENDED:
        raise ApiError(f"The subscription is {subscription['status']}: {subscription_id}")
    return subscription


def _change_plan(state: State, params: Params, subscription: Json, moved: Json) -> None:
    groups = params.groups("items")
    if len(groups) != 1:
        raise params.refuse("items", "The stand-in's subscriptions have one item")
    [group] = groups
    group.only("id", "price", "quantity")
    item = subs.the_item(subscription)
    if group.required("id") != item["id"]:
        raise group.refuse("id", "A second item is beyond the stand-in", "resource_missing")
    price = item["price"]
    if "price" in group:
        price = state.get("price", group.required("price"), group.name("price"))
        if price["recurring"] is None or not price["active"]:
            raise group.refuse("price", f"Not an active recurring price: {price['id']}")
        if price["currency"] != subscription["currency"]:
            raise group.refuse("price", "A subscription keeps its currency")
    quantity = group.integer("quantity", 1, 999_999) or item["quantity"]
    behaviors = ("create_prorations", "none", "always_invoice")
    behavior = params.choice("proration_behavior", behaviors) or behaviors[0]
    plan_changes.change_plan(state, subscription, moved, price, quantity, behavior)


def _cancellation(subscription: Json, params: Params, now: int) -> Json:
    at_period_end = params.flag("cancel_at_period_end")
    changes: Json = {}
    if params.is_cleared("cancel_at") or at_period_end is False:
        changes = subs.never_cancel(subscription)
    elif at_period_end:
        at = subs.the_item(subscription)["current_period_end"]
        changes = subs.cancel_at(subscription, at, now) | {"cancel_at_period_end": True}
    elif "cancel_at" in params:
        at = params.required_integer("cancel_at", now + 1, 2**53)
        changes = subs.cancel_at(subscription, at, now) | {"cancel_at_period_end": False}
    return changes | {"cancellation_details": _details(subscription | changes, params)}


def _details(subscription: Json, params: Params) -> Json:
    group = params.group("cancellation_details").only("comment", "feedback")
    known: Json = subscription["cancellation_details"]
    told = {"comment": group.text("comment"), "feedback": group.choice("feedback", _FEEDBACK)}
    return known | {name: text for name, text in told.items() if text is not None}


def _pause(params: Params) -> Json | None:
    if params.is_cleared("pause_collection"):
        return None
    group = params.group("pause_collection").only("behavior", "resumes_at")
    group.required("behavior")
    behaviors = ("keep_as_draft", "mark_uncollectible", "void")
    return {
        "behavior": group.choice("behavior", behaviors),
        "resumes_at": group.integer("resumes_at", 0, 2**53),
    }


def _has_status(subscription: Json, status: str) -> bool:
    match status:
        case "all":
            return True
        case "ended":
            return subscription["status"] in subs.ENDED
        case "not canceled":
            return bool(subscription["status"] != "canceled")
    return bool(subscription["status"] == status)


def _has_price(subscription: Json, price_id: str) -> bool:
    return bool(subs.the_item(subscription)["price"]["id"] == price_id)


COLLECTIONS = {"subscriptions": subs.KIND}
FILTERS: dict[str, Filters] = {
    subs.KIND: {
        "collection_method": "collection_method",
        "customer": "customer",
        "price": _has_price,
        "status": _has_status,
    }
}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/subscriptions"): list_subscriptions,
    ("POST", "/subscriptions/<id>"): update,
    ("DELETE", "/subscriptions/<id>"): cancel,
}
