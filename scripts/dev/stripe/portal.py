"""The billing portal: its sessions, and what a customer does there."""

from __future__ import annotations

from collections.abc import Callable

import stripe

from scripts.dev.stripe import (
    customers,
    events,
    objects,
    payment_methods,
    plan_changes,
    portal_configurations,
)
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

KIND = "billing_portal.session"
_INTERVALS = ("day", "week", "month", "year")  # from short to long


def create(state: State, params: Params) -> Json:
    """Open the portal for a customer; ``url`` is its page."""
    params.only("configuration", "customer", "locale", "return_url")
    customer = customers.live(state, params.required("customer"))
    chosen = params.text("configuration")
    if chosen is None:
        configuration = portal_configurations.default(state)
    else:
        configuration = state.get(portal_configurations.KIND, chosen, "configuration")
        if not configuration["active"]:
            raise params.refuse("configuration", f"Not active: {chosen}")
    fields: Json = {
        "configuration": configuration["id"],
        "customer": customer["id"],
        "locale": params.text("locale"),
        "return_url": params.url("return_url") or configuration["default_return_url"],
        "url": "",
    }
    session = objects.new(state, stripe.billing_portal.Session, "bps", fields)
    session["url"] = f"{state.public_url}/p/session/{session['id']}"
    return state.put(session)


def feature(state: State, session: Json, name: str) -> Json:
    """Return a feature of the session's configuration."""
    configuration = state.get(portal_configurations.KIND, session["configuration"])
    found: Json = configuration["features"][name]
    return found


def subscriptions_of(state: State, session: Json) -> list[Json]:
    """Return the subscriptions that the page shows, newest first."""
    return [
        it
        for it in state.all(subs.KIND)[::-1]
        if it["customer"] == session["customer"] and it["status"] not in subs.ENDED
    ]


def prices_for(state: State, session: Json, subscription: Json) -> list[Json]:
    """Return the prices that a subscription can change to."""
    allowed = feature(state, session, "subscription_update")
    if not allowed["enabled"] or subscription["cancel_at"] is not None:
        return []
    prices = (state.get("price", it) for product in allowed["products"] for it in product["prices"])
    now = subs.the_item(subscription)["price"]["id"]
    return [price for price in prices if price["id"] != now and price["active"]]


def can(state: State, session: Json, subscription: Json, action: str) -> bool:
    """Tell whether the page offers to cancel, resume or change this subscription."""
    is_cancelled = subscription["cancel_at"] is not None
    match action:
        case "cancel":
            allowed = feature(state, session, "subscription_cancel")["enabled"]
            return bool(allowed and not is_cancelled)
        case "resume":
            return is_cancelled
    return bool(prices_for(state, session, subscription))


def act(state: State, session: Json, subscription_id: str, action: str, price_id: str) -> None:
    """Do what a button of the page does.

    Args:
        state: Where everything is.
        session: The portal's.
        subscription_id: Which of the customer's.
        action: cancel, resume or change.
        price_id: What to change to; else unused.

    Raises:
        ApiError: 400, the page has no such button.
    """
    found = {it["id"]: it for it in subscriptions_of(state, session)}.get(subscription_id)
    if action not in _ACTIONS or found is None or not can(state, session, found, action):
        raise ApiError("No such button", param="action")
    _ACTIONS[action](state, session, found, price_id)


def add_card(state: State, session: Json) -> None:
    """Save a new card; it pays from now on, for the customer and for every subscription."""
    if not feature(state, session, "payment_method_update")["enabled"]:
        raise ApiError("No such button", param="action")
    customer = customers.live(state, session["customer"])
    card = payment_methods.save_card(state, customer["id"])
    settings = customer["invoice_settings"] | {"default_payment_method": card}
    events.updated(state, "customer.updated", customer, {"invoice_settings": settings})
    for subscription in subscriptions_of(state, session):
        subs.change(state, subscription, {"default_payment_method": card})


def _cancel(state: State, session: Json, subscription: Json, _price: str) -> None:
    if feature(state, session, "subscription_cancel")["mode"] == "immediately":
        subs.end(state, subscription, "cancellation_requested")
        return
    # With flexible billing the portal sets only ``cancel_at``, not ``cancel_at_period_end``.
    at = subs.the_item(subscription)["current_period_end"]
    subs.change(state, subscription, subs.cancel_at(subscription, at, state.clock.now()))


def _resume(state: State, _session: Json, subscription: Json, _price: str) -> None:
    subs.change(state, subscription, subs.never_cancel(subscription))


def _change(state: State, session: Json, subscription: Json, price_id: str) -> None:
    prices = {price["id"]: price for price in prices_for(state, session, subscription)}
    if price_id not in prices:
        raise ApiError(f"Not a plan of this portal: {price_id}", param="price")
    price, allowed = prices[price_id], feature(state, session, "subscription_update")
    item = subs.the_item(subscription)
    conditions = {it["type"] for it in allowed["schedule_at_period_end"]["conditions"]}
    is_trial = subscription["status"] == "trialing"
    if conditions & _lessenings(item["price"], price) and not is_trial:
        state.hidden[subscription["id"]]["next_price"] = price
        subs.change(state, subscription, {"schedule": state.new_id("sub_sched")})
        return
    moved = subs.copied(subscription) | {"schedule": None}
    state.hidden[subscription["id"]]["next_price"] = None
    if is_trial and allowed["trial_update_behavior"] == "end_trial":
        subs.set_price(moved, price)
        plan_changes.end_trial(state, subscription, moved)
        return
    behavior = allowed["proration_behavior"]
    plan_changes.change_plan(state, subscription, moved, price, item["quantity"], behavior)


def _lessenings(old: Json, new: Json) -> set[str]:
    lengths = [
        (_INTERVALS.index(it["recurring"]["interval"]), it["recurring"]["interval_count"])
        for it in (old, new)
    ]
    found = {
        "decreasing_item_amount": new["unit_amount"] < old["unit_amount"],
        "shortening_interval": lengths[1] < lengths[0],
    }
    return {name for name, is_so in found.items() if is_so}


_ACTIONS: dict[str, Callable[[State, Json, Json, str], None]] = {
    "cancel": _cancel,
    "change": _change,
    "resume": _resume,
}
COLLECTIONS: dict[str, str] = {}
FILTERS: dict[str, dict[str, str]] = {}
OPERATIONS: dict[tuple[str, str], Operation] = {("POST", "/billing_portal/sessions"): create}
