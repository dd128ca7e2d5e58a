"""Payment intents made by the API, with saved cards that pay, refuse, ask or take their time."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from tests.stripe.buying import last_event, save_card, types_after


def topup(customer: str, card: str, **more: Any) -> stripe.params.PaymentIntentCreateParams:
    """Parameters of a charge whose customer is away; keywords replace or add to them."""
    params = {
        "amount": 1000,
        "currency": "usd",
        "customer": customer,
        "payment_method": card,
        "confirm": True,
        "off_session": True,
        "metadata": {"order_id": "7"},
        "description": "5,000 credits",
    }
    return params | more  # type: ignore[return-value]


def test_a_good_card_pays_at_once(client: stripe.StripeClient, stand_in: App) -> None:
    customer, card = save_card(client, stand_in)
    before = last_event(client)
    made = client.v1.payment_intents.create(topup(customer, card))
    assert (made.status, made.amount_received, made.payment_method) == ("succeeded", 1000, card)
    assert made.metadata is not None
    assert made.metadata.to_dict() == {"order_id": "7"}
    assert types_after(client, before) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
    ]
    charge = client.v1.charges.retrieve(str(made.latest_charge))
    assert (charge.paid, charge.customer, charge.payment_method) == (True, customer, card)
    assert [it.id for it in client.v1.payment_intents.list({"customer": customer}).data] == [
        made.id
    ]


@pytest.mark.parametrize(
    ("behaviour", "code", "decline_code"),
    [
        ("decline", "card_declined", "generic_decline"),
        ("authentication_required", "authentication_required", "authentication_required"),
    ],
)
def test_a_card_that_refuses_is_a_card_error_with_its_intent(
    client: stripe.StripeClient, stand_in: App, behaviour: str, code: str, decline_code: str
) -> None:
    customer, card = save_card(client, stand_in, behaviour)
    before = last_event(client)
    with pytest.raises(stripe.CardError) as refused:
        client.v1.payment_intents.create(topup(customer, card))
    assert (refused.value.http_status, refused.value.code) == (402, code)
    error = refused.value.error
    assert error is not None
    assert error.payment_method is not None
    assert error.payment_intent is not None
    assert error.charge is not None
    assert (error.decline_code, error.payment_method.id) == (decline_code, card)
    intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
    assert error.payment_intent.to_dict() == intent.to_dict()
    assert (intent.status, intent.payment_method) == ("requires_payment_method", None)
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == code
    charge = client.v1.charges.retrieve(error.charge)
    assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)
    assert types_after(client, before) == [
        "payment_intent.created",
        "charge.failed",
        "payment_intent.payment_failed",
    ]


@pytest.mark.parametrize("is_paid", [True, False])
def test_an_owner_who_is_there_is_asked(
    client: stripe.StripeClient, stand_in: App, is_paid: bool
) -> None:
    customer, card = save_card(client, stand_in, "authentication_required")
    before = last_event(client)
    asked = client.v1.payment_intents.create(topup(customer, card, off_session=False))
    assert (asked.status, asked.latest_charge) == ("requires_action", None)
    assert asked.next_action is not None
    assert types_after(client, before)[-1] == "payment_intent.requires_action"
    done = stand_in.control.do("finish_intent", payment_intent=asked.id, is_paid=is_paid)
    assert done["status"] == ("succeeded" if is_paid else "requires_payment_method")
    assert done["next_action"] is None
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(
            topup(customer, card, off_session=False, error_on_requires_action=True)
        )


@pytest.mark.parametrize(("is_paid", "last"), [(True, "succeeded"), (False, "payment_failed")])
def test_a_slow_card_is_decided_later(
    client: stripe.StripeClient, stand_in: App, is_paid: bool, last: str
) -> None:
    customer, card = save_card(client, stand_in, "slow")
    made = client.v1.payment_intents.create(topup(customer, card))
    assert (made.status, made.amount_received) == ("processing", 0)
    before = last_event(client)
    stand_in.control.do("finish_intent", payment_intent=made.id, is_paid=is_paid)
    assert types_after(client, before)[-1] == f"payment_intent.{last}"
    charge = client.v1.charges.retrieve(str(made.latest_charge))
    assert (charge.status, charge.paid) == ("succeeded" if is_paid else "failed", is_paid)
    with pytest.raises(ApiError):
        stand_in.control.do("finish_intent", payment_intent=made.id, is_paid=True)


def test_a_refused_card_stays_refused_under_its_key(
    client: stripe.StripeClient, stand_in: App
) -> None:
    customer, card = save_card(client, stand_in, "decline")
    for behaviour in ("decline", "ok"):
        stand_in.control.do("set_card", card=card, behaviour=behaviour)
        with pytest.raises(stripe.CardError):
            client.v1.payment_intents.create(topup(customer, card), {"idempotency_key": "k"})
    assert len(client.v1.payment_intents.list({"customer": customer}).data) == 1
    made = client.v1.payment_intents.create(topup(customer, card), {"idempotency_key": "k2"})
    assert made.status == "succeeded"


def test_an_intent_is_confirmed_after_it_was_made(
    client: stripe.StripeClient, stand_in: App
) -> None:
    customer, card = save_card(client, stand_in)
    bare: stripe.params.PaymentIntentCreateParams = {
        "amount": 1000,
        "currency": "usd",
        "customer": customer,
    }
    empty = client.v1.payment_intents.create(bare)
    assert empty.status == "requires_payment_method"
    with pytest.raises(stripe.InvalidRequestError, match="without a payment method"):
        client.v1.payment_intents.confirm(empty.id)
    named = client.v1.payment_intents.create({**bare, "payment_method": card})
    assert named.status == "requires_confirmation"
    assert client.v1.payment_intents.confirm(named.id).status == "succeeded"
    given = client.v1.payment_intents.confirm(empty.id, {"payment_method": card})
    assert given.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="cannot be confirmed"):
        client.v1.payment_intents.confirm(named.id)


def test_an_intent_is_canceled_before_it_has_money(
    client: stripe.StripeClient, stand_in: App
) -> None:
    customer, card = save_card(client, stand_in)
    waiting = client.v1.payment_intents.create({"amount": 1000, "currency": "usd"})
    done = client.v1.payment_intents.cancel(waiting.id, {"cancellation_reason": "abandoned"})
    assert (done.status, done.cancellation_reason) == ("canceled", "abandoned")
    assert types_after(client)[-1] == "payment_intent.canceled"
    paid = client.v1.payment_intents.create(topup(customer, card))
    for intent_id in (waiting.id, paid.id):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.payment_intents.cancel(intent_id)
        assert refused.value.code == "payment_intent_unexpected_state"


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"amount": 49}, "amount"),
        ({"customer": "cus_none"}, "customer"),
        ({"payment_method": "pm_none"}, "payment_method"),
        ({"confirm": False}, "off_session"),
        ({"capture_method": "manual"}, "capture_method"),
        ({"payment_method_types": ["ideal"]}, "payment_method_types"),
    ],
)
def test_a_wrong_parameter_is_blamed(
    client: stripe.StripeClient, stand_in: App, wrong: dict[str, Any], param: str
) -> None:
    customer, card = save_card(client, stand_in)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.payment_intents.create({**topup(customer, card), **wrong})  # type: ignore[typeddict-item]
    assert refused.value.param == param
    assert client.v1.payment_intents.list().data == []


def test_only_an_owner_s_card_is_charged(client: stripe.StripeClient, stand_in: App) -> None:
    customer, card = save_card(client, stand_in)
    other, _ = save_card(client, stand_in)
    with pytest.raises(stripe.InvalidRequestError, match="Not a card of this customer"):
        client.v1.payment_intents.create(topup(other, card))
    client.v1.payment_methods.detach(card)
    with pytest.raises(stripe.InvalidRequestError, match="Not a card of this customer"):
        client.v1.payment_intents.create(topup(customer, card))
