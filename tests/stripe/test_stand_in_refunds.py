"""Refunds of the stand-in: cumulative, never more than was paid, failing later."""

from __future__ import annotations

import pytest
import stripe

from scripts.dev.stripe import App
from tests.stripe.buying import last_event, pay, save_card, types_after


@pytest.fixture
def paid(client: stripe.StripeClient, stand_in: App) -> stripe.PaymentIntent:
    return pay(client, stand_in)


def charge_of(client: stripe.StripeClient, paid: stripe.PaymentIntent) -> stripe.Charge:
    return client.v1.charges.retrieve(str(paid.latest_charge))


def test_refunds_add_up_on_the_charge_until_it_is_refunded_whole(
    client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    told = []
    for amount in (300, 200, None):
        params: stripe.params.RefundCreateParams = {"payment_intent": paid.id}
        client.v1.refunds.create(params if amount is None else {**params, "amount": amount})
        [event] = client.v1.events.list({"type": "charge.refunded", "limit": 1}).data
        now = event.data.object
        told.append((now["amount_refunded"], now["refunded"]))
    assert told == [(300, False), (500, False), (1000, True)]
    amounts = client.v1.refunds.list({"payment_intent": paid.id}).data
    assert [refund.amount for refund in amounts] == [500, 200, 300]
    charge = charge_of(client, paid)
    assert (charge.amount_refunded, charge.refunded) == (1000, True)


def test_a_refund_tells_what_the_charge_was_before(
    client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    client.v1.refunds.create({"payment_intent": paid.id})
    [event] = client.v1.events.list({"type": "charge.refunded"}).data
    assert event.data.previous_attributes is not None
    before = event.data.previous_attributes.to_dict()
    assert before == {"amount_refunded": 0, "refunded": False}


def test_a_refund_is_of_a_charge_or_of_an_intent_and_tells_its_events(
    client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    before = last_event(client)
    made = client.v1.refunds.create(
        {
            "charge": str(paid.latest_charge),
            "amount": 1,
            "reason": "requested_by_customer",
            "metadata": {"a": "b"},
        }
    )
    assert (made.status, made.amount, made.currency) == ("succeeded", 1, "usd")
    assert (made.charge, made.payment_intent) == (paid.latest_charge, paid.id)
    assert made.reason == "requested_by_customer"
    assert made.metadata is not None
    assert made.metadata.to_dict() == {"a": "b"}
    assert client.v1.refunds.retrieve(made.id) == made
    assert types_after(client, before) == [
        "charge.refunded",
        "refund.created",
        "refund.updated",
        "charge.refund.updated",
    ]


def test_a_failed_refund_no_longer_counts(
    client: stripe.StripeClient, stand_in: App, paid: stripe.PaymentIntent
) -> None:
    kept = client.v1.refunds.create({"payment_intent": paid.id, "amount": 400})
    lost = client.v1.refunds.create({"payment_intent": paid.id})
    before = last_event(client)
    failed = stand_in.control.do("fail_refund", refund=lost.id, reason="lost_or_stolen_card")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    charge = charge_of(client, paid)
    assert (charge.amount_refunded, charge.refunded) == (400, False)
    assert types_after(client, before) == [
        "refund.updated",
        "charge.refund.updated",
        "refund.failed",
    ]
    assert client.v1.refunds.retrieve(kept.id).status == "succeeded"
    with pytest.raises(Exception, match="failed already"):
        stand_in.control.do("fail_refund", refund=lost.id)
    assert client.v1.refunds.create({"payment_intent": paid.id}).amount == 600


def test_nothing_is_refunded_beyond_what_is_left(
    client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    client.v1.refunds.create({"payment_intent": paid.id, "amount": 600})
    with pytest.raises(stripe.InvalidRequestError, match="More than the 400"):
        client.v1.refunds.create({"payment_intent": paid.id, "amount": 401})
    client.v1.refunds.create({"payment_intent": paid.id, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_already_refunded"


def test_what_was_not_paid_is_not_refunded(client: stripe.StripeClient, stand_in: App) -> None:
    customer, card = save_card(client, stand_in, "slow")
    waiting = client.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "customer": customer,
            "payment_method": card,
            "confirm": True,
        }
    )
    with pytest.raises(stripe.InvalidRequestError, match="not paid"):
        client.v1.refunds.create({"payment_intent": waiting.id})
    without = client.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="no charge"):
        client.v1.refunds.create({"payment_intent": without.id})


def test_a_refund_names_its_payment_once(
    client: stripe.StripeClient, paid: stripe.PaymentIntent
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({})
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.refunds.create({"charge": str(paid.latest_charge), "payment_intent": paid.id})
