"""Cards that customers have saved, and what each of them does when it is charged."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import events, objects
from scripts.dev.stripe.charges import BEHAVIOURS
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.listing import list_objects
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_KIND = "payment_method"
_NULLS = ("customer", "customer_account")


def save_card(state: State, customer_id: str, fingerprint: str | None = None) -> str:
    """Attach a card to a customer, as a checkout that saves it does; return its id.

    Args:
        state: Where it is kept.
        customer_id: Whose.
        fingerprint: What tells that two cards have one number; None for a new number.
    """
    customer = state.get("customer", customer_id, "customer")
    checks = ("address_line1_check", "address_postal_code_check", "cvc_check")
    card: Json = {
        "brand": "visa",
        "checks": dict.fromkeys(checks) | {"cvc_check": "pass"},
        "country": "US",
        "display_brand": "visa",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": fingerprint or state.new_fingerprint(),
        "funding": "credit",
        "generated_from": None,
        "last4": "4242",
        "networks": {"available": ["visa"], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    fields: Json = {
        "allow_redisplay": "limited",
        "billing_details": {
            "address": address,
            "email": customer["email"],
            "name": customer["name"],
            "phone": None,
            "tax_id": None,
        },
        "card": card,
        "customer": customer_id,
        "type": "card",
    }
    built = objects.new(state, stripe.PaymentMethod, "pm", fields)
    # Of the kinds of payment method, an answer holds only its own.
    method = state.put({k: v for k, v in built.items() if v is not None or k in _NULLS})
    state.hidden[method["id"]] = {"behaviour": "ok"}
    events.emit(state, "payment_method.attached", method)
    card_id: str = method["id"]
    return card_id


def newest_card(state: State, customer_id: str) -> str | None:
    """Return the card that a customer saved last, or None."""
    cards = [card["id"] for card in state.all(_KIND) if card["customer"] == customer_id]
    return cards[-1] if cards else None


def detach(state: State, params: Params, card_id: str) -> Json:
    """Take a card from its customer; nobody can charge it again."""
    params.only()
    card = state.get(_KIND, card_id)
    if card["customer"] is None:
        raise ApiError(f"The card is not attached to a customer: {card_id}")
    before = {"customer": card["customer"]}
    card["customer"] = None
    events.emit(state, "payment_method.detached", card, before)
    return card


def list_of_customer(state: State, params: Params, customer_id: str) -> Json:
    """Return one page of a customer's payment methods."""
    state.get("customer", customer_id)
    url = f"/v1/customers/{customer_id}/payment_methods"
    return list_objects(state, _KIND, url, params.plus(customer=customer_id), FILTERS[_KIND])


def retrieve_of_customer(state: State, params: Params, customer_id: str, card_id: str) -> Json:
    """Return a payment method that this customer has."""
    params.only()
    card = state.get(_KIND, card_id)
    if card["customer"] != customer_id:
        raise ApiError(f"The customer has no such card: {card_id}", status=404, param="id")
    return card


def _save_card(state: State, customer: str, behaviour: str = "ok") -> Json:
    """Give a customer a card that does as told, without a checkout."""
    return _set_card(state, save_card(state, customer), behaviour)


def _set_card(state: State, card: str, behaviour: str) -> Json:
    """Choose what a card does from now on: ok, decline, authentication_required or slow."""
    if behaviour not in BEHAVIOURS:
        raise ApiError(f"A card can be {', '.join(BEHAVIOURS)}", param="behaviour")
    method = state.get(_KIND, card)
    state.hidden[card]["behaviour"] = behaviour
    return method


COLLECTIONS = {"payment_methods": _KIND}
FILTERS = {_KIND: {"customer": "customer", "type": "type"}}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/payment_methods/<id>/detach"): detach,
    ("GET", "/customers/<id>/payment_methods"): list_of_customer,
    ("GET", "/customers/<id>/payment_methods/<card_id>"): retrieve_of_customer,
}
CONTROLS: dict[str, Operation] = {"save_card": _save_card, "set_card": _set_card}
