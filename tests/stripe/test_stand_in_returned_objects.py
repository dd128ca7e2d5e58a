"""Objects around returned money and saved cards have the fields that the library annotates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import get_args

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.store import Json
from tests.stripe.buying import pay, save_card
from tests.stripe.shapes import object_faults

CLASSES: dict[str, type[stripe.StripeObject]] = {
    "refund": stripe.Refund,
    "dispute": stripe.Dispute,
    "balance_transaction": stripe.BalanceTransaction,
    "payment_method": stripe.PaymentMethod,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "webhook_endpoint": stripe.WebhookEndpoint,
    "account": stripe.Account,
    "event": stripe.Event,
}


@pytest.fixture
def made(client: stripe.StripeClient, stand_in: App) -> App:
    """The stand-in after refunds, disputes and cards that went every way."""
    do = stand_in.control.do
    for amount in (300, 700):
        params: stripe.params.RefundCreateParams = {"amount": amount, "reason": "duplicate"}
        for refund in (False, True):
            paid = pay(client, stand_in)
            kept = client.v1.refunds.create({**params, "payment_intent": paid.id})
            if refund:
                do("fail_refund", refund=kept.id)
    for outcome in ("won", "lost", "prevented"):
        dispute = do("open_dispute", payment_intent=pay(client, stand_in).id)
        do("close_dispute", dispute=dispute["id"], outcome=outcome)
    inquiry = do("open_dispute", payment_intent=pay(client, stand_in).id, inquiry=True)
    do("update_dispute", dispute=inquiry["id"], status="warning_under_review")
    do("close_dispute", dispute=inquiry["id"], outcome="warning_closed")
    for behaviour in ("decline", "authentication_required", "slow"):
        for away in (True, False):
            customer, card = save_card(client, stand_in, behaviour)
            with suppress(stripe.CardError):
                client.v1.payment_intents.create(
                    {
                        "amount": 1000,
                        "currency": "usd",
                        "customer": customer,
                        "payment_method": card,
                        "confirm": True,
                        "off_session": away,
                        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
                    }
                )
    client.v1.payment_methods.detach(card)
    client.v1.webhook_endpoints.create(
        {"url": "http://localhost:1/hook", "enabled_events": ["charge.refunded"]}
    )
    client.v1.accounts.retrieve_current()
    return stand_in


def all_faults(kind: str, thing: Json) -> Iterator[str]:
    yield from object_faults(thing, CLASSES[kind], kind)
    for entry in thing.get("balance_transactions", []):
        yield from object_faults(entry, stripe.BalanceTransaction, "balance_transactions")


@pytest.mark.parametrize("kind", CLASSES)
def test_objects_have_only_fields_and_values_that_the_library_annotates(
    made: App, kind: str
) -> None:
    things = made.state.all(kind)
    assert things
    assert sorted({fault for thing in things for fault in all_faults(kind, thing)}) == []


def test_every_event_is_of_a_type_that_the_library_names(made: App) -> None:
    known = get_args(stripe.Event.__annotations__["type"])
    told = {event["type"] for event in made.state.all("event")}
    assert {"charge.refunded", "charge.dispute.closed", "payment_intent.requires_action"} <= told
    assert told <= {*known, *get_args(known[0])}


def test_every_event_tells_of_a_copy(made: App) -> None:
    [first] = [it for it in made.state.all("event") if it["type"] == "charge.dispute.created"][:1]
    assert first["data"]["object"]["status"] == "needs_response"
    assert first["data"]["object"]["balance_transactions"] == []
