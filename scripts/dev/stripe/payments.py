"""What the buyer does, and what the bank says later: each moves a session, its intent, a charge."""

from __future__ import annotations

from collections.abc import Callable

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.checkout import expire_session, open_session
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State


def pay(state: State, session_id: str) -> Json:
    """Complete an open session with money in hand, or without any where its total is 0."""
    session = open_session(state, session_id)
    if session["amount_total"] == 0:
        return _complete(state, session, "no_payment_required")
    intent = _intent(state, session)
    _succeed(state, intent, _charge(state, intent, "succeeded"))
    return _complete(state, session, "paid")


def pay_async(state: State, session_id: str) -> Json:
    """Complete an open session whose money comes later, or never."""
    session = open_session(state, session_id)
    intent = _intent(state, session)
    charge = _charge(state, intent, "pending")
    intent |= {
        "status": "processing",
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
    }
    events.emit(state, "charge.pending", charge)
    events.emit(state, "payment_intent.processing", intent)
    return _complete(state, session, "unpaid")


def async_succeed(state: State, session_id: str) -> Json:
    """Let the money of ``pay_async`` arrive."""
    session, intent, charge = _awaited(state, session_id)
    charge |= {
        "status": "succeeded",
        "paid": True,
        "captured": True,
        "amount_captured": charge["amount"],
    }
    _succeed(state, intent, charge)
    session["payment_status"] = "paid"
    events.emit(state, "checkout.session.async_payment_succeeded", session)
    return session


def async_fail(state: State, session_id: str) -> Json:
    """Let the money of ``pay_async`` never arrive; the session stays complete and unpaid."""
    session, intent, charge = _awaited(state, session_id)
    _fail(state, intent, charge)
    events.emit(state, "checkout.session.async_payment_failed", session)
    return session


def decline(state: State, session_id: str) -> Json:
    """Try to pay with a card that is declined; the session stays open."""
    session = open_session(state, session_id)
    intent = _intent(state, session)
    _fail(state, intent, _charge(state, intent, "failed"))
    return session


def expire(state: State, session_id: str) -> Json:
    """End an open session before its time."""
    return expire_session(state, Params({}), session_id)


ACTIONS: dict[str, Callable[[State, str], Json]] = {
    act.__name__: act for act in (pay, pay_async, async_succeed, async_fail, decline, expire)
}


def _intent(state: State, session: Json) -> Json:
    if session["amount_total"] == 0:
        raise ApiError(f"The session asks for no payment: {session['id']}")
    # Stripe makes the intent at the first attempt to pay, and later attempts use it again.
    if session["payment_intent"] is not None:
        return state.get("payment_intent", session["payment_intent"])
    money = {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
    }
    intent_data = state.hidden[session["id"]]["intent_data"]
    intent = objects.payment_intent(state, money | intent_data)
    session["payment_intent"] = intent["id"]
    return events.created(state, intent)


def _charge(state: State, intent: Json, status: str) -> Json:
    return state.put(objects.charge(state, intent, status))


def _succeed(state: State, intent: Json, charge: Json) -> None:
    charge["outcome"] = _outcome("authorized", "approved_by_network")
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "payment_method": charge["payment_method"],
    }
    events.emit(state, "charge.succeeded", charge)
    events.emit(state, "payment_intent.succeeded", intent)


def _fail(state: State, intent: Json, charge: Json) -> None:
    message = "The card was declined."
    charge |= {
        "status": "failed",
        "failure_code": "card_declined",
        "failure_message": message,
        "outcome": _outcome("issuer_declined", "declined_by_network"),
    }
    intent |= {
        "status": "requires_payment_method",
        "latest_charge": charge["id"],
        "payment_method": None,
        "last_payment_error": {
            "type": "card_error",
            "code": "card_declined",
            "decline_code": "generic_decline",
            "charge": charge["id"],
            "message": message,
        },
    }
    events.emit(state, "charge.failed", charge)
    events.emit(state, "payment_intent.payment_failed", intent)


def _outcome(kind: str, network_status: str) -> Json:
    return {
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "seller_message": "Decided by the stand-in.",
        "type": kind,
    }


def _complete(state: State, session: Json, payment_status: str) -> Json:
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    events.emit(state, "checkout.session.completed", session)
    return session


def _awaited(state: State, session_id: str) -> tuple[Json, Json, Json]:
    session = state.get("checkout.session", session_id)
    if session["status"] == "complete" and session["payment_status"] == "unpaid":
        intent = state.get("payment_intent", session["payment_intent"])
        if intent["status"] == "processing":
            return session, intent, state.get("charge", intent["latest_charge"])
    raise ApiError(f"The session awaits no payment: {session_id}")
