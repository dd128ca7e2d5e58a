"""Payment intents made by the API: confirmed with a saved card, its owner there or away."""

from __future__ import annotations

import copy
from typing import Any

from scripts.dev.stripe import charges, events, objects
from scripts.dev.stripe.catalog import MOST_MINOR_UNITS
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_LEAST_CHARGES = {"usd": 50, "eur": 50, "gbp": 30}
_CANCELLABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
_CANCEL_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


class CardError(ApiError):
    """A card that did not pay: 402, with what became of the intent."""

    def __init__(self, intent: Json) -> None:
        error = intent["last_payment_error"]
        super().__init__(error["message"], status=402, type="card_error", code=error["code"])
        self._more = copy.deepcopy({**error, "payment_intent": intent})

    def body(self) -> dict[str, Any]:
        """Return the error with ``charge``, ``decline_code``, ``payment_intent`` and the card."""
        return {"error": super().body()["error"] | self._more}


def create_intent(state: State, params: Params) -> Json:
    """Make an intent, and with ``confirm`` charge its card at once.

    Raises:
        CardError: 402, the card did not pay; the intent is kept.
    """
    params.only(
        "amount", "automatic_payment_methods", "confirm", "currency", "customer", "description",
        "error_on_requires_action", "metadata", "off_session", "payment_method",
        "payment_method_types", "receipt_email", "setup_future_usage",
    )  # fmt: skip
    is_confirmed = params.flag("confirm") is True
    for name in ("off_session", "error_on_requires_action"):
        if name in params and not is_confirmed:
            raise params.refuse(name, f"{name} goes only with confirm=true")
    fields = _fields(state, params)
    card_id = _card(state, params, fields["customer"])
    if is_confirmed and card_id is None:
        raise _no_card()
    if card_id is not None:
        fields |= {"payment_method": card_id, "status": "requires_confirmation"}
    intent = events.created(state, objects.payment_intent(state, fields))
    return _confirm(state, intent, params) if is_confirmed else intent


def confirm_intent(state: State, params: Params, intent_id: str) -> Json:
    """Charge an intent's card, or the one that is given.

    Raises:
        CardError: 402, the card did not pay.
    """
    params.only("error_on_requires_action", "off_session", "payment_method")
    intent = state.get("payment_intent", intent_id)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
        raise _unexpected(intent, "confirmed")
    card_id = _card(state, params, intent["customer"]) or intent["payment_method"]
    if card_id is None:
        raise _no_card()
    intent["payment_method"] = card_id
    return _confirm(state, intent, params)


def cancel_intent(state: State, params: Params, intent_id: str) -> Json:
    """Give up an intent that no money has come for or is on its way to."""
    params.only("cancellation_reason")
    intent = state.get("payment_intent", intent_id)
    if intent["status"] not in _CANCELLABLE:
        raise _unexpected(intent, "canceled")
    intent |= {
        "canceled_at": state.clock.now(),
        "cancellation_reason": params.choice("cancellation_reason", _CANCEL_REASONS),
        "next_action": None,
        "status": "canceled",
    }
    events.emit(state, "payment_intent.canceled", intent)
    return intent


def finish_intent(state: State, payment_intent: str, *, is_paid: bool) -> Json:
    """Let the money of a slow card, or of an owner who was asked, arrive or not."""
    intent = state.get("payment_intent", payment_intent)
    if intent["status"] == "processing":
        charge = state.get("charge", intent["latest_charge"])
    elif intent["status"] == "requires_action":
        charge = charges.charge(state, intent, "pending", intent["payment_method"])
    else:
        raise _unexpected(intent, "finished")
    if is_paid:
        charges.succeed(state, intent, charge)
    else:
        charges.fail(state, intent, charge)
    return intent


def _fields(state: State, params: Params) -> Json:
    currency = params.currency()
    amount = params.required_integer("amount", 1, MOST_MINOR_UNITS)
    if amount < _LEAST_CHARGES.get(currency, 1):
        raise params.refuse("amount", f"Too little: {amount} {currency}", "amount_too_small")
    if "payment_method_types" in params and params.texts("payment_method_types") != ["card"]:
        raise params.refuse("payment_method_types", "The stand-in takes only card")
    automatic = params.group("automatic_payment_methods").only("enabled", "allow_redirects")
    customer_id = params.text("customer")
    if customer_id is not None:
        state.get("customer", customer_id, "customer")
    fields: Json = {
        "amount": amount,
        "currency": currency,
        "customer": customer_id,
        "description": params.text("description"),
        "metadata": params.metadata(),
        "receipt_email": params.text("receipt_email"),
        "setup_future_usage": params.choice("setup_future_usage", ("on_session", "off_session")),
    }
    if automatic.flag("enabled"):
        redirects = automatic.choice("allow_redirects", ("always", "never")) or "always"
        fields["automatic_payment_methods"] = {"enabled": True, "allow_redirects": redirects}
    return fields


def _card(state: State, params: Params, customer_id: str | None) -> str | None:
    card_id = params.text("payment_method")
    if card_id is None:
        return None
    card = state.get("payment_method", card_id, "payment_method")
    if card["customer"] is None or card["customer"] != customer_id:
        raise params.refuse("payment_method", f"Not a card of this customer: {card_id}")
    return card_id


def _confirm(state: State, intent: Json, params: Params) -> Json:
    is_away = params.flag("off_session") or params.flag("error_on_requires_action")
    charges.confirm(state, intent, intent["payment_method"], is_owner_there=not is_away)
    if intent["last_payment_error"] is not None:
        raise CardError(intent)
    return intent


def _no_card() -> ApiError:
    return ApiError(
        "An intent without a payment method cannot be confirmed",
        code="payment_intent_unexpected_state",
        param="payment_method",
    )


def _unexpected(intent: Json, wish: str) -> ApiError:
    return ApiError(
        f"An intent that is {intent['status']} cannot be {wish}: {intent['id']}",
        code="payment_intent_unexpected_state",
    )


COLLECTIONS = {"payment_intents": "payment_intent", "charges": "charge"}
FILTERS = {
    "payment_intent": {"customer": "customer"},
    "charge": {"customer": "customer", "payment_intent": "payment_intent"},
}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/payment_intents"): create_intent,
    ("POST", "/payment_intents/<id>/confirm"): confirm_intent,
    ("POST", "/payment_intents/<id>/cancel"): cancel_intent,
}
CONTROLS: dict[str, Operation] = {"finish_intent": finish_intent}
