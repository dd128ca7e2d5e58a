"""Checkout sessions: opened by the API, closed by a payment or by their end."""

from __future__ import annotations

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.checkout_request import read
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.listing import list_all
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State


def create_session(state: State, params: Params) -> Json:
    """Open a session for one payment, or for a subscription.

    ``hidden[id]`` keeps its line items, what its payment intent or its subscription will be made
    of, and the fingerprint of the card that the buyer will use: a new one, unless it is chosen.
    """
    asked = read(state, params)
    lines = asked.lines
    session = state.put(objects.session(state, asked.fields, asked.amount))
    state.hidden[session["id"]] = {
        "lines": lines,
        "expandable": {"line_items": list_all(lines, _lines_url(session["id"]), Params({}))},
        "fingerprint": state.new_fingerprint(),
        "intent_data": asked.intent_data,
        "subscription_data": asked.subscription_data,
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


def _choose_card(state: State, session: str, fingerprint: str) -> Json:
    """Let the buyer of an open session use the card of this fingerprint."""
    chosen = open_session(state, session)
    state.hidden[session]["fingerprint"] = fingerprint
    return chosen


def _lines_url(session_id: str) -> str:
    return f"/v1/checkout/sessions/{session_id}/line_items"


CONTROLS: dict[str, Operation] = {"choose_card": _choose_card}
COLLECTIONS = {"checkout/sessions": "checkout.session"}
FILTERS = {
    "checkout.session": {
        name: name for name in ("customer", "payment_intent", "status", "subscription")
    }
}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/checkout/sessions"): create_session,
    ("POST", "/checkout/sessions/<id>/expire"): expire_session,
    ("GET", "/checkout/sessions/<id>/line_items"): list_line_items,
}
