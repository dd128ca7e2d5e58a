"""What the buyer does on the page of a subscription: pays, or has the card refused."""

from __future__ import annotations

from scripts.dev.stripe import charges, customers, events, objects, payment_methods
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State


def pay(state: State, session: Json) -> Json:
    """Complete an open session: a subscription, its first invoice, and a saved card."""
    if session["customer"] is None:
        email = session["customer_email"]
        made = customers.create(state, Params({} if email is None else {"email": email}))
        session["customer"] = made["id"]
    hidden = state.hidden[session["id"]]
    [line] = hidden["lines"]
    card = payment_methods.save_card(state, session["customer"], hidden["fingerprint"])
    subscription = subs.start(state, session["customer"], line, hidden["subscription_data"], card)
    session |= {
        "invoice": subscription["latest_invoice"],
        "payment_status": "paid" if session["amount_total"] else "no_payment_required",
        "status": "complete",
        "subscription": subscription["id"],
        "url": None,
    }
    events.emit(state, "checkout.session.completed", session)
    return session


def decline(state: State, session: Json) -> Json:
    """Try to pay with a card that is refused; the session stays open, and nothing is started."""
    fields = {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "description": "Subscription create",
        "receipt_email": session["customer_email"],
    }
    intent = events.created(state, objects.payment_intent(state, fields))
    fingerprint = state.hidden[session["id"]]["fingerprint"]
    charges.fail(state, intent, charges.charge_once(state, intent, "failed", fingerprint))
    return session
