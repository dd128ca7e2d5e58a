"""What the buyer does, and what the bank says later: each moves a session, its intent, a charge."""

from __future__ import annotations

from collections.abc import Callable

from scripts.dev.stripe import charges, events, objects, payment_methods, subscription_checkout
from scripts.dev.stripe.checkout import expire_session, open_session
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State


def pay(state: State, session_id: str) -> Json:
    """Complete an open session with money in hand, or without any where its total is 0."""
    session = open_session(state, session_id)
    if session["mode"] == "subscription":
        return subscription_checkout.pay(state, session)
    if session["amount_total"] == 0:
        return _complete(state, session, "no_payment_required")
    intent = _intent(state, session)
    charges.succeed(state, intent, _charge(state, session, intent, "succeeded"))
    return _complete(state, session, "paid")


def pay_async(state: State, session_id: str) -> Json:
    """Complete an open session whose money comes later, or never."""
    session = open_session(state, session_id)
    if session["mode"] == "subscription":
        raise ApiError(f"The stand-in starts a subscription with a card only: {session_id}")
    intent = _intent(state, session)
    charges.wait(state, intent, _charge(state, session, intent, "pending"))
    return _complete(state, session, "unpaid")


def async_succeed(state: State, session_id: str) -> Json:
    """Let the money of ``pay_async`` arrive."""
    session, intent, charge = _awaited(state, session_id)
    charges.succeed(state, intent, charge)
    session["payment_status"] = "paid"
    events.emit(state, "checkout.session.async_payment_succeeded", session)
    return session


def async_fail(state: State, session_id: str) -> Json:
    """Let the money of ``pay_async`` never arrive; the session stays complete and unpaid."""
    session, intent, charge = _awaited(state, session_id)
    charges.fail(state, intent, charge)
    events.emit(state, "checkout.session.async_payment_failed", session)
    return session


def decline(state: State, session_id: str) -> Json:
    """Try to pay with a card that is declined; the session stays open."""
    session = open_session(state, session_id)
    if session["mode"] == "subscription":
        return subscription_checkout.decline(state, session)
    intent = _intent(state, session)
    charges.fail(state, intent, charges.charge_once(state, intent, "failed", _card(state, session)))
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


def _charge(state: State, session: Json, intent: Json, status: str) -> Json:
    if intent["customer"] is not None and intent["setup_future_usage"] == "off_session":
        card_id = payment_methods.save_card(state, intent["customer"], _card(state, session))
        return charges.charge(state, intent, status, card_id)
    return charges.charge_once(state, intent, status, _card(state, session))


def _card(state: State, session: Json) -> str:
    fingerprint: str = state.hidden[session["id"]]["fingerprint"]
    return fingerprint


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
