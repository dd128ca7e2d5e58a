"""The life of an invoice: drafted, finalized, then paid, refused, voided or given up."""

from __future__ import annotations

from scripts.dev.stripe import charges, events, invoice_objects, objects
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.periods import DAY_SECONDS
from scripts.dev.stripe.store import Json, State

DRAFT_SECONDS = 3600  # how long a renewal's invoice stays a draft
LINES_SHOWN = 10
RETRY_DAYS = (3, 5, 7)


def draft(
    state: State,
    subscription: Json,
    lines: list[Json],
    reason: str,
    period: tuple[int, int],
    finalizes_at: int | None = None,
) -> Json:
    """Keep a draft for a subscription.

    Args:
        state: Where it is kept.
        subscription: Who pays, and what the invoice tells as its parent.
        lines: What is paid for.
        reason: The ``billing_reason``.
        period: The invoice's own period: of a renewal, the one that is over.
        finalizes_at: When time itself will finalize it; None if somebody has to.
    """
    fields: Json = {
        "auto_advance": finalizes_at is not None,
        "automatically_finalizes_at": finalizes_at,
        "billing_reason": reason,
        "parent": {
            "quote_details": None,
            "subscription_details": {
                "metadata": dict(subscription["metadata"]),
                "subscription": subscription["id"],
                "subscription_proration_date": None,
            },
            "type": "subscription_details",
        },
        "period_start": period[0],
        "period_end": period[1],
    }
    return keep(state, state.get("customer", subscription["customer"]), lines, fields)


def keep(state: State, customer: Json, lines: list[Json], fields: Json) -> Json:
    """Keep a draft of these lines and fields, and tell of it.

    It shows the first lines; ``hidden`` has all of them, which are a list of their own.
    """
    invoice = invoice_objects.invoice(state, customer, lines, fields)
    every = invoice["lines"]["data"]
    invoice["lines"] |= {"data": every[:LINES_SHOWN], "has_more": len(every) > LINES_SHOWN}
    expandable = {"payments": _payments(state, invoice)}
    state.hidden[invoice["id"]] = {"lines": every, "expandable": expandable}
    return events.created(state, invoice)


def finalize(state: State, invoice: Json) -> Json:
    """Number a draft, take what the customer's balance has, and ask for the rest."""
    demand(invoice, "draft")
    now = state.clock.now()
    customer = state.get("customer", invoice["customer"])
    before = customer["balance"]
    # A balance below 0 is the customer's credit; a total below 0 adds to it.
    after = min(before + invoice["total"], 0)
    due = max(before + invoice["total"], 0)
    invoice |= {
        "amount_due": due,
        "amount_remaining": due,
        "auto_advance": True,
        "automatically_finalizes_at": None,
        "effective_at": now,
        "ending_balance": after,
        "number": f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04}",
        "starting_balance": before,
        "status": "open",
    }
    invoice["status_transitions"]["finalized_at"] = now
    changes = {"balance": after, "next_invoice_sequence": customer["next_invoice_sequence"] + 1}
    if after == before:
        customer |= changes
    else:
        events.updated(state, "customer.updated", customer, changes)
    events.emit(state, "invoice.finalized", invoice)
    if due:
        _ask(state, invoice)
    return invoice


def collect(state: State, invoice: Json, card_id: str | None) -> bool:
    """Charge an open invoice to a card; return whether it is paid.

    Without a card the attempt fails like one that is refused. Nothing due is paid at once. A
    refused one is tried again by time itself, after each of ``RETRY_DAYS``.

    Raises:
        ApiError: 400, the card is slow, which is beyond the stand-in's invoices.
    """
    demand(invoice, "open")
    if card_id is not None and state.hidden[card_id]["behaviour"] == "slow":
        raise ApiError(f"The stand-in pays no invoice with a slow card: {card_id}")
    if _open_payment(state, invoice) is None:
        _settle(state, invoice, attempts=0)
        return True
    intent = intent_of(state, invoice)
    if card_id is not None and charges.charge_off_session(state, intent, card_id):
        _settle(state, invoice, attempts=1)
        return True
    tried = invoice["attempt_count"]
    wait = RETRY_DAYS[tried] * DAY_SECONDS if tried < len(RETRY_DAYS) else None
    invoice |= {
        "attempted": True,
        "attempt_count": tried + 1,
        "next_payment_attempt": None if wait is None else state.clock.now() + wait,
    }
    events.emit(state, "invoice.payment_failed", invoice)
    return False


def settle_out_of_band(state: State, invoice: Json) -> Json:
    """Call an open invoice paid, without a charge: the money came another way."""
    demand(invoice, "open")
    _withdraw(state, invoice)
    _paid(state, invoice)
    invoice["amount_paid_off_stripe"] = invoice["amount_due"]
    events.emit(state, "invoice.paid", invoice)
    return invoice


def void(state: State, invoice: Json) -> Json:
    """Let nobody owe an open invoice."""
    demand(invoice, "open", "uncollectible")
    return _give_up(state, invoice, "void", "voided_at", "invoice.voided")


def mark_uncollectible(state: State, invoice: Json) -> Json:
    """Give up hope for an open invoice."""
    demand(invoice, "open")
    moved = "marked_uncollectible_at"
    return _give_up(state, invoice, "uncollectible", moved, "invoice.marked_uncollectible")


def demand(invoice: Json, *statuses: str) -> None:
    """Refuse an invoice of another status.

    Raises:
        ApiError: 400.
    """
    if invoice["status"] not in statuses:
        raise ApiError(f"The invoice is {invoice['status']}, not {' or '.join(statuses)}")


def _ask(state: State, invoice: Json) -> None:
    reason = str(invoice["billing_reason"]).replace("_", " ")
    fields = {
        "amount": invoice["amount_due"],
        "currency": invoice["currency"],
        "customer": invoice["customer"],
        "description": reason.capitalize(),
        "receipt_email": invoice["customer_email"],
        "setup_future_usage": "off_session",
    }
    intent = events.created(state, objects.payment_intent(state, fields))
    state.put(invoice_objects.payment(state, invoice, intent["id"]))
    _show_payments(state, invoice)


def _settle(state: State, invoice: Json, attempts: int) -> None:
    payment = _open_payment(state, invoice)
    _paid(state, invoice)
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + attempts}
    events.emit(state, "invoice.paid", invoice)
    events.emit(state, "invoice.payment_succeeded", invoice)
    if payment is not None:
        payment |= {"amount_paid": invoice["amount_due"], "status": "paid"}
        payment["status_transitions"]["paid_at"] = state.clock.now()
        _show_payments(state, invoice)
        events.emit(state, "invoice_payment.paid", payment)


def _paid(state: State, invoice: Json) -> None:
    invoice |= {
        "amount_paid": invoice["amount_due"],
        "amount_remaining": 0,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status": "paid",
    }
    invoice["status_transitions"]["paid_at"] = state.clock.now()


def _give_up(state: State, invoice: Json, status: str, moved: str, event: str) -> Json:
    _withdraw(state, invoice)
    invoice |= {"auto_advance": False, "next_payment_attempt": None, "status": status}
    invoice["status_transitions"][moved] = state.clock.now()
    events.emit(state, event, invoice)
    return invoice


def _withdraw(state: State, invoice: Json) -> None:
    payment = _open_payment(state, invoice)
    if payment is not None:
        now = state.clock.now()
        payment["status"] = "canceled"
        payment["status_transitions"]["canceled_at"] = now
        intent = intent_of(state, invoice)
        intent |= {
            "cancellation_reason": "void_invoice",
            "canceled_at": now,
            "status": "canceled",
        }
        events.emit(state, "payment_intent.canceled", intent)
        _show_payments(state, invoice)


def intent_of(state: State, invoice: Json) -> Json:
    """Return the intent of an invoice that asks for money."""
    [payment] = _of(state, invoice)
    return state.get("payment_intent", payment["payment"]["payment_intent"])


def _open_payment(state: State, invoice: Json) -> Json | None:
    return next((it for it in _of(state, invoice) if it["status"] == "open"), None)


def _of(state: State, invoice: Json) -> list[Json]:
    return [it for it in state.all("invoice_payment") if it["invoice"] == invoice["id"]]


def _show_payments(state: State, invoice: Json) -> None:
    state.hidden[invoice["id"]]["expandable"]["payments"] = _payments(state, invoice)


def _payments(state: State, invoice: Json) -> Json:
    url = f"/v1/invoice_payments?invoice={invoice['id']}"
    return {"object": "list", "data": _of(state, invoice), "has_more": False, "url": url}


def subscription_id_of(invoice: Json) -> str | None:
    """Return the id of the subscription that an invoice is for; None of one made by hand."""
    parent = invoice["parent"]
    return None if parent is None else parent["subscription_details"]["subscription"]


def card_of(state: State, invoice: Json) -> str | None:
    """Return the card to pay with: the subscription's, else the customer's default, or None.

    A card that was detached pays nothing.
    """
    customer = state.get("customer", invoice["customer"])
    if customer.get("deleted"):
        return None
    cards = [customer["invoice_settings"]["default_payment_method"]]
    subscription_id = subscription_id_of(invoice)
    if subscription_id is not None:
        subscription = state.get("subscription", subscription_id)
        cards.insert(0, subscription["default_payment_method"])
    found = (state.get("payment_method", it) for it in cards if it is not None)
    return next((card["id"] for card in found if card["customer"] == customer["id"]), None)
