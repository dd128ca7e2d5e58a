"""A subscription gets another price or quantity: from now on, with or without prorations."""

from __future__ import annotations

from scripts.dev.stripe import invoice_objects
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.store import Json, State


def change_plan(
    state: State, subscription: Json, moved: Json, price: Json, quantity: int, behavior: str
) -> None:
    """Let ``moved``, the subscription as it is to be, have the price and quantity from now on.

    During a trial nothing is paid. Another interval begins a new period, which is paid at once.

    Args:
        state: Where invoices are kept.
        subscription: As it is.
        moved: A copy of it, perhaps with other changes; told of here.
        price: A recurring price.
        quantity: How many of it.
        behavior: ``none``, ``create_prorations`` (billed with the next renewal) or
            ``always_invoice`` (billed now).
    """
    item, now = subs.the_item(moved), state.clock.now()
    begins_anew = _interval(price) != _interval(item["price"])
    credit = _credit(state, subscription, now)
    subs.set_price(moved, price)
    item["quantity"] = quantity
    if begins_anew and moved["status"] != "trialing":
        moved["billing_cycle_anchor"] = now
        subs.set_period(moved, now)
        lines = [subs.period_line(state, moved)]
        lines += [] if behavior == "none" else [credit]
        subs.bill(state, subscription, moved, lines, "subscription_update")
    elif moved["status"] == "trialing" or behavior == "none":
        subs.change(state, subscription, moved)
    else:
        lines = [credit, _charge(state, moved, now)]
        if behavior == "always_invoice":
            subs.bill(state, subscription, moved, lines, "subscription_update")
        else:
            state.hidden[subscription["id"]]["pending"] += lines
            subs.change(state, subscription, moved)


def end_trial(state: State, subscription: Json, moved: Json) -> None:
    """End a trial now: the first paid period begins, and is billed."""
    now = state.clock.now()
    moved |= {"billing_cycle_anchor": now, "status": "active", "trial_end": now}
    subs.set_period(moved, now)
    lines = [subs.period_line(state, moved)]
    subs.bill(state, subscription, moved, lines, "subscription_update")


def _interval(price: Json) -> tuple[str, int]:
    return price["recurring"]["interval"], price["recurring"]["interval_count"]


def _credit(state: State, subscription: Json, now: int) -> Json:
    return _part(state, subscription, now, -1, "Unused time on")


def _charge(state: State, subscription: Json, now: int) -> Json:
    return _part(state, subscription, now, 1, "Remaining time on")


def _part(state: State, subscription: Json, now: int, sign: int, text: str) -> Json:
    """Return the proration of the item's price for what is left of its period."""
    item = subs.the_item(subscription)
    start, end = item["current_period_start"], item["current_period_end"]
    whole = item["price"]["unit_amount"] * item["quantity"]
    amount = sign * round(whole * (end - now) / (end - start))
    name = state.get("product", item["price"]["product"])["name"]
    return invoice_objects.proration(state, item, (now, end), amount, f"{text} {name}")
