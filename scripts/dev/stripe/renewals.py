"""Time passes: trials end, periods begin, drafts are finalized, refusals are tried again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from scripts.dev.stripe import checkout, events, invoices
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.periods import DAY_SECONDS
from scripts.dev.stripe.store import Json, Operation, State

_WARNING_SECONDS = 3 * DAY_SECONDS  # how long before its end a trial is announced to end
_FINALS = ("canceled", "unpaid", "past_due")

Due = tuple[int, Callable[[], object]]  # Unix seconds, and what happens then


def advance(state: State, to: int) -> Json:
    """Move the clock on, and let happen in order what falls due until then; it stands still after.

    Args:
        state: Whose clock it is.
        to: Unix seconds, not before now.
    """
    if to < state.clock.now():
        raise ApiError("The clock only moves on", param="to")
    while due := min(_agenda(state, to), key=lambda due: due[0], default=None):
        at, act = due
        state.clock.frozen_at = max(at, state.clock.now())
        act()
    state.clock.frozen_at = to
    return {"now": to}


def set_dunning(state: State, final: str) -> Json:
    """Choose what a last refusal makes of a subscription: canceled, unpaid or past_due."""
    if final not in _FINALS:
        raise ApiError(f"A last refusal leads to {', '.join(_FINALS)}", param="final")
    state.hidden.setdefault("account", {})["dunning"] = final
    return {"final": final}


def _agenda(state: State, to: int) -> Iterator[Due]:
    """Tell what falls due until ``to``; of things due at one time, the first told goes first."""
    for session in state.all("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= to:
            yield session["expires_at"], partial(checkout.expire_due, state)
    for subscription in state.all(subs.KIND):
        if subscription["status"] not in subs.ENDED:
            yield from (due for due in _of_subscription(state, subscription) if due[0] <= to)
    for invoice in state.all("invoice"):
        yield from (due for due in _of_invoice(state, invoice) if due[0] <= to)


def _of_subscription(state: State, subscription: Json) -> Iterator[Due]:
    cancel_at, paused = subscription["cancel_at"], subscription["pause_collection"]
    if cancel_at is not None:
        yield cancel_at, partial(subs.end, state, subscription, "cancellation_requested")
    if paused is not None and paused["resumes_at"] is not None:
        resume = partial(subs.change, state, subscription, {"pause_collection": None})
        yield paused["resumes_at"], resume
    if subscription["status"] == "trialing" and not _is_warned(state, subscription):
        yield subscription["trial_end"] - _WARNING_SECONDS, partial(_warn, state, subscription)
    item = subs.the_item(subscription)
    yield item["current_period_end"], partial(_renew, state, subscription)


def _of_invoice(state: State, invoice: Json) -> Iterator[Due]:
    at = {"draft": "automatically_finalizes_at", "open": "next_payment_attempt"}.get(
        invoice["status"]
    )
    if at is not None and invoice[at] is not None:
        yield invoice[at], partial(_collect, state, invoice)


def _is_warned(state: State, subscription: Json) -> bool:
    warned: bool = state.hidden[subscription["id"]]["is_warned"]
    return warned


def _warn(state: State, subscription: Json) -> None:
    state.hidden[subscription["id"]]["is_warned"] = True
    events.emit(state, "customer.subscription.trial_will_end", subscription)


def _renew(state: State, subscription: Json) -> None:
    """Begin the next period with the plan that was chosen for it, and draft its invoice."""
    moved, hidden = subs.copied(subscription), state.hidden[subscription["id"]]
    item = subs.the_item(moved)
    over = (item["current_period_start"], item["current_period_end"])
    if subscription["status"] == "trialing":
        moved["status"] = "active"
    if hidden["next_price"] is not None:
        subs.set_price(moved, hidden["next_price"])
        hidden["next_price"] = None
        moved["schedule"] = None
    subs.set_period(moved, over[1])
    lines = [*hidden["pending"], subs.period_line(state, moved)]
    hidden["pending"] = []
    paused = moved["pause_collection"]
    hold = paused is not None or moved["status"] == "unpaid"
    at = None if hold else state.clock.now() + invoices.DRAFT_SECONDS
    invoice = invoices.draft(state, moved, lines, "subscription_cycle", over, at)
    subs.change(state, subscription, moved | {"latest_invoice": invoice["id"]})
    if paused is not None and paused["behavior"] != "keep_as_draft":
        drop = invoices.void if paused["behavior"] == "void" else invoices.mark_uncollectible
        drop(state, invoices.finalize(state, invoice))


def _collect(state: State, invoice: Json) -> None:
    if invoice["status"] == "draft":
        invoices.finalize(state, invoice)
    subs.collect(state, invoice)


CONTROLS: dict[str, Operation] = {"advance": advance, "set_dunning": set_dunning}
