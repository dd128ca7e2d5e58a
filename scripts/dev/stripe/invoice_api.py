"""Invoices and their payments, as the API gives, collects and gives them up."""

from __future__ import annotations

from scripts.dev.stripe import catalog, customers, invoice_objects, invoices
from scripts.dev.stripe import subscriptions as subs
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.intents import CardError
from scripts.dev.stripe.listing import Filters, list_all
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, Operation, State


def list_lines(state: State, params: Params, invoice_id: str) -> Json:
    """Return one page of an invoice's lines."""
    url = state.get("invoice", invoice_id)["lines"]["url"]
    return list_all(state.hidden[invoice_id]["lines"], url, params)


def finalize(state: State, params: Params, invoice_id: str) -> Json:
    """Make a draft payable; time itself collects it."""
    params.only("auto_advance")
    return invoices.finalize(state, state.get("invoice", invoice_id))


def pay(state: State, params: Params, invoice_id: str) -> Json:
    """Collect an invoice now, or with ``paid_out_of_band`` call it paid without a charge.

    Raises:
        CardError: 402, the card did not pay.
        ApiError: 400, there is no card.
    """
    params.only("off_session", "paid_out_of_band", "payment_method")
    invoice = state.get("invoice", invoice_id)
    if invoice["status"] == "draft":
        invoices.finalize(state, invoice)
    if params.flag("paid_out_of_band"):
        invoices.settle_out_of_band(state, invoice)
        subs.follow(state, invoice)
        return invoice
    card = params.text("payment_method") or invoices.card_of(state, invoice)
    if card is None:
        raise ApiError(f"There is no card to pay it with: {invoice_id}")
    state.get("payment_method", card, "payment_method")
    paid = invoices.collect(state, invoice, card)
    subs.follow(state, invoice)
    if not paid:
        raise CardError(invoices.intent_of(state, invoice))
    return invoice


def void(state: State, params: Params, invoice_id: str) -> Json:
    """Let nobody owe an invoice."""
    params.only()
    return invoices.void(state, state.get("invoice", invoice_id))


def mark_uncollectible(state: State, params: Params, invoice_id: str) -> Json:
    """Give up hope for an invoice."""
    params.only()
    return invoices.mark_uncollectible(state, state.get("invoice", invoice_id))


def _bill(
    state: State, customer: str, amount: int, text: str = "Work", currency: str = "usd"
) -> Json:
    """Make, finalize and collect an invoice by hand, as the Dashboard does: no subscription's."""
    buyer = customers.live(state, customer)
    money = {"currency": currency, "unit_amount": str(amount), "product_data": {"name": text}}
    line = invoice_objects.manual_line(
        state, catalog.create_inline_price(state, Params(money)), text
    )
    now = state.clock.now()
    fields = {"billing_reason": "manual", "period_start": now, "period_end": now}
    invoice = invoices.finalize(state, invoices.keep(state, buyer, [line], fields))
    subs.collect(state, invoice)
    return invoice


COLLECTIONS = {"invoices": "invoice", "invoice_payments": "invoice_payment"}
FILTERS: dict[str, Filters] = {
    "invoice": {
        "collection_method": "collection_method",
        "customer": "customer",
        "status": "status",
        "subscription": "parent.subscription_details.subscription",
    },
    "invoice_payment": {
        "invoice": "invoice",
        "payment[payment_intent]": "payment.payment_intent",
        "payment[type]": "payment.type",
        "status": "status",
    },
}
OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/invoices/<id>/lines"): list_lines,
    ("POST", "/invoices/<id>/finalize"): finalize,
    ("POST", "/invoices/<id>/mark_uncollectible"): mark_uncollectible,
    ("POST", "/invoices/<id>/pay"): pay,
    ("POST", "/invoices/<id>/void"): void,
}
CONTROLS: dict[str, Operation] = {"bill": _bill}
