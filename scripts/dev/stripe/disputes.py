"""Disputes: a cardholder's bank asks about a charge, takes its money, and decides."""

from __future__ import annotations

from typing import get_args

import stripe

from scripts.dev.stripe import balance, events, objects
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.refunds import find_charge
from scripts.dev.stripe.store import Json, Operation, State

FEE_CENTS = 1500
_EVIDENCE_SECONDS = 7 * 24 * 3600
_STATUSES = get_args(get_args(stripe.Dispute.__annotations__["status"])[0])
_OUTCOMES = ("won", "lost", "warning_closed", "prevented")


def open_dispute(
    state: State,
    charge: str | None = None,
    payment_intent: str | None = None,
    amount: int | None = None,
    inquiry: bool = False,
) -> Json:
    """Let the bank dispute a charge and take its money, or only inquire about it.

    Args:
        state: Where the charge is.
        charge: The charge; or give its intent.
        payment_intent: The intent whose last charge it is.
        amount: In cents; None for all of the charge.
        inquiry: The bank only asks: no money moves until the dispute ``needs_response``.

    Returns:
        The dispute, with status needs_response or warning_needs_response.
    """
    disputed = find_charge(state, charge, payment_intent)
    if not disputed["paid"]:
        raise ApiError(f"The charge was not paid: {disputed['id']}")
    if amount is not None and not 0 < amount <= disputed["amount"]:
        raise ApiError(f"Outside 1 to {disputed['amount']}", param="amount")
    taken = disputed["amount"] if amount is None else amount
    dispute = state.put(_dispute(state, disputed, taken, inquiry))
    disputed["disputed"] = True
    _tell(state, dispute, "created")
    if not inquiry:
        _withdraw(state, dispute)
    return dispute


def update_dispute(state: State, dispute: str, status: str) -> Json:
    """Give a dispute another status; an inquiry that comes to need a response takes the money."""
    if status not in _STATUSES:
        raise ApiError(f"A dispute can be {', '.join(_STATUSES)}", param="status")
    found = state.get("dispute", dispute)
    _turn(state, found, status, "updated")
    if status == "needs_response" and not _withdrawn(found):
        found["is_charge_refundable"] = False
        found["payment_method_details"]["card"]["case_type"] = "chargeback"
        _withdraw(state, found)
    return found


def close_dispute(state: State, dispute: str, outcome: str) -> Json:
    """End a dispute: won, lost, warning_closed or prevented; only lost money does not come back.

    One that has ended can end again otherwise: a bank may think twice.
    """
    if outcome not in _OUTCOMES:
        raise ApiError(f"A dispute ends {', '.join(_OUTCOMES)}", param="outcome")
    found = state.get("dispute", dispute)
    found["is_charge_refundable"] = outcome != "lost"
    _turn(state, found, outcome, "closed")
    if outcome == "lost" and not _withdrawn(found):
        _withdraw(state, found)
    elif outcome != "lost" and _withdrawn(found):
        _move(state, found, found["amount"], -FEE_CENTS)
        _tell(state, found, "funds_reinstated")
    return found


def _dispute(state: State, charge: Json, amount: int, inquiry: bool) -> Json:
    card: Json = {
        "brand": "visa",
        "case_type": "inquiry" if inquiry else "chargeback",
        "network": "visa",
        "network_reason_code": "10.4",
    }
    evidence = dict.fromkeys(name for name in stripe.Dispute.Evidence.__annotations__)
    fields: Json = {
        "amount": amount,
        "balance_transactions": [],
        "charge": charge["id"],
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": evidence | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": state.clock.now() + _EVIDENCE_SECONDS,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": inquiry,
        "network_reason_code": "10.4",
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": card},
        "reason": "fraudulent",
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    return objects.new(state, stripe.Dispute, "du", fields)


def _withdrawn(dispute: Json) -> bool:
    moved: int = sum(entry["amount"] for entry in dispute["balance_transactions"])
    return moved < 0


def _withdraw(state: State, dispute: Json) -> None:
    _move(state, dispute, -dispute["amount"], FEE_CENTS)
    _tell(state, dispute, "funds_withdrawn")


def _move(state: State, dispute: Json, amount: int, fee: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    entry = balance.entry(state, dispute, amount, fee, "adjustment", category)
    dispute["balance_transactions"].append(entry)


def _turn(state: State, dispute: Json, status: str, kind: str) -> None:
    before = {"status": dispute["status"]}
    dispute["status"] = status
    _tell(state, dispute, kind, before)


def _tell(state: State, dispute: Json, kind: str, before: Json | None = None) -> None:
    events.emit(state, f"charge.dispute.{kind}", dispute, before)


COLLECTIONS = {"disputes": "dispute"}
FILTERS = {"dispute": {"charge": "charge", "payment_intent": "payment_intent"}}
OPERATIONS: dict[tuple[str, str], Operation] = {}
CONTROLS: dict[str, Operation] = {
    act.__name__: act for act in (open_dispute, update_dispute, close_dispute)
}
