"""What a card does to an intent: its charge succeeds, waits, fails, or its owner must first act."""

from __future__ import annotations

from typing import Literal, get_args

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.store import Json, State

# What a card does: pays; is refused; asks its owner; pays later, told by ``finish_intent``.
Behaviour = Literal["ok", "decline", "authentication_required", "slow"]
BEHAVIOURS: tuple[str, ...] = get_args(Behaviour)
Refusal = Literal["card_declined", "authentication_required"]

_REFUSALS: dict[Refusal, tuple[str, str]] = {
    "card_declined": ("generic_decline", "The card was declined."),
    "authentication_required": (
        "authentication_required",
        "The card was declined: its owner must authenticate this payment.",
    ),
}


def charge(state: State, intent: Json, status: str, card_id: str) -> Json:
    """Keep the charge of one attempt with a saved card: ``succeeded``, ``pending`` or ``failed``.

    Args:
        state: Where the charge is kept.
        intent: What is paid.
        status: The charge's.
        card_id: The card.
    """
    fingerprint = state.get("payment_method", card_id)["card"]["fingerprint"]
    built = objects.charge(state, intent, status, fingerprint)
    return state.put(built | {"payment_method": card_id})


def charge_once(state: State, intent: Json, status: str, fingerprint: str) -> Json:
    """Keep the charge of one attempt with a card that nobody saves."""
    return state.put(objects.charge(state, intent, status, fingerprint))


def succeed(state: State, intent: Json, charge: Json) -> None:
    """Let an intent have its money by this charge."""
    charge |= {
        "amount_captured": charge["amount"],
        "captured": True,
        "outcome": _outcome("authorized", "approved_by_network"),
        "paid": True,
        "status": "succeeded",
    }
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
    }
    events.emit(state, "charge.succeeded", charge)
    events.emit(state, "payment_intent.succeeded", intent)


def fail(state: State, intent: Json, charge: Json, code: Refusal = "card_declined") -> None:
    """Let the bank refuse this charge of an intent."""
    decline_code, message = _REFUSALS[code]
    charge |= {
        "status": "failed",
        "failure_code": code,
        "failure_message": message,
        "outcome": _outcome("issuer_declined", "declined_by_network"),
    }
    error: Json = {
        "type": "card_error",
        "code": code,
        "decline_code": decline_code,
        "charge": charge["id"],
        "message": message,
    }
    if card := state.find(charge["payment_method"]):
        error["payment_method"] = dict(card)
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": error,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": None,
    }
    events.emit(state, "charge.failed", charge)
    events.emit(state, "payment_intent.payment_failed", intent)


def wait(state: State, intent: Json, charge: Json) -> None:
    """Let an intent wait for the money of a pending charge."""
    intent |= {
        "status": "processing",
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": charge["payment_method"],
    }
    events.emit(state, "charge.pending", charge)
    events.emit(state, "payment_intent.processing", intent)


def ask_owner(state: State, intent: Json, card_id: str) -> None:
    """Let an intent wait for the card's owner, who is there to authenticate."""
    intent |= {
        "status": "requires_action",
        "last_payment_error": None,
        "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure"}},
        "payment_method": card_id,
    }
    events.emit(state, "payment_intent.requires_action", intent)


def confirm(state: State, intent: Json, card_id: str, *, is_owner_there: bool) -> None:
    """Charge a saved card; ``intent["status"]`` tells afterwards what it did.

    Args:
        state: Where the charge is kept.
        intent: What is paid.
        card_id: The card, whose behaviour was chosen by ``set_card``.
        is_owner_there: Whether its owner can be asked to authenticate; else that is a refusal.
    """
    behaviour: Behaviour = state.hidden[card_id]["behaviour"]
    match behaviour:
        case "ok":
            succeed(state, intent, charge(state, intent, "succeeded", card_id))
        case "slow":
            wait(state, intent, charge(state, intent, "pending", card_id))
        case "authentication_required" if is_owner_there:
            ask_owner(state, intent, card_id)
        case "authentication_required":
            fail(state, intent, charge(state, intent, "failed", card_id), behaviour)
        case "decline":
            fail(state, intent, charge(state, intent, "failed", card_id))


def charge_off_session(state: State, intent: Json, card_id: str) -> bool:
    """Charge a saved card whose owner is away; return whether the money came at once."""
    confirm(state, intent, card_id, is_owner_there=False)
    paid: bool = intent["status"] == "succeeded"
    return paid


def _outcome(kind: str, network_status: str) -> Json:
    return {
        "network_status": network_status,
        "reason": None,
        "risk_level": "normal",
        "seller_message": "Decided by the stand-in.",
        "type": kind,
    }
