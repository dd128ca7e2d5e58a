"""Refunds: made by the API from what is left of a charge; some fail later."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import balance, events, objects
from scripts.dev.stripe.catalog import MOST_MINOR_UNITS
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create_refund(state: State, params: Params) -> Json:
    """Give back ``amount`` of a charge, or all that is left of it.

    The charge is named by ``charge`` or ``payment_intent``. The bank is told at once.
    """
    params.only("amount", "charge", "metadata", "payment_intent", "reason")
    charge = find_charge(state, params.text("charge"), params.text("payment_intent"))
    if not charge["paid"]:
        raise ApiError(f"The charge was not paid: {charge['id']}", code="charge_not_refundable")
    for dispute in state.all("dispute"):
        if dispute["charge"] == charge["id"] and not dispute["is_charge_refundable"]:
            raise ApiError(f"The charge is disputed: {charge['id']}", code="charge_disputed")
    rest = charge["amount"] - charge["amount_refunded"]
    if rest == 0:
        raise ApiError(f"Refunded already: {charge['id']}", code="charge_already_refunded")
    amount = params.integer("amount", 1, MOST_MINOR_UNITS) or rest
    if amount > rest:
        raise params.refuse("amount", f"More than the {rest} that is left: {charge['id']}")
    fields: Json = {
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": _to_card("pending", None)},
        "metadata": params.metadata(),
        "payment_intent": charge["payment_intent"],
        "reason": params.choice("reason", _REASONS),
        "status": "succeeded",
    }
    refund = objects.new(state, stripe.Refund, "re", fields)
    entry = balance.entry(state, refund, -amount, 0, "refund", "refund")
    refund["balance_transaction"] = entry["id"]
    total = charge["amount_refunded"] + amount
    changes = {"amount_refunded": total, "refunded": total == charge["amount"]}
    events.updated(state, "charge.refunded", charge, changes)
    events.created(state, refund)
    before = {"destination_details": refund["destination_details"]}
    reference = state.new_id("x")[2:]
    refund["destination_details"] = {"type": "card", "card": _to_card("available", reference)}
    _updated(state, refund, before)
    return refund


def fail_refund(state: State, refund: str, reason: str = "declined") -> Json:
    """Let the bank send the money of a refund back to the seller."""
    failed = state.get("refund", refund)
    if failed["status"] == "failed":
        raise ApiError(f"The refund has failed already: {refund}")
    entry = balance.entry(state, failed, failed["amount"], 0, "refund_failure", "refund_failure")
    before = {name: failed[name] for name in ("status", "failure_reason")}
    failed |= {
        "failure_balance_transaction": entry["id"],
        "failure_reason": reason,
        "status": "failed",
    }
    charge = state.get("charge", failed["charge"])
    charge["amount_refunded"] -= failed["amount"]
    charge["refunded"] = False
    _updated(state, failed, before)
    events.emit(state, "refund.failed", failed)
    return failed


def find_charge(state: State, charge_id: str | None, intent_id: str | None) -> Json:
    """Return the charge that is named by its own id or its intent's, but not by both.

    Raises:
        ApiError: 400, neither or both are given, or there is no such charge.
    """
    if (charge_id is None) is (intent_id is None):
        raise ApiError("Give either charge or payment_intent", code="parameter_missing")
    if charge_id is None and intent_id is not None:
        charge_id = state.get("payment_intent", intent_id, "payment_intent")["latest_charge"]
    if charge_id is None:
        raise ApiError(f"The intent has no charge: {intent_id}", param="payment_intent")
    return state.get("charge", charge_id, "charge")


def _updated(state: State, refund: Json, before: Json) -> None:
    for kind in ("refund.updated", "charge.refund.updated"):
        events.emit(state, kind, refund, before)


def _to_card(status: str, reference: str | None) -> Json:
    shown = {"reference": reference} if reference else {}
    return {
        "reference_status": status,
        "reference_type": "acquirer_reference_number",
        "type": "refund",
        **shown,
    }


COLLECTIONS = {"refunds": "refund"}
FILTERS = {"refund": {"charge": "charge", "payment_intent": "payment_intent"}}
OPERATIONS: dict[tuple[str, str], Operation] = {("POST", "/refunds"): create_refund}
CONTROLS: dict[str, Operation] = {"fail_refund": fail_refund}
