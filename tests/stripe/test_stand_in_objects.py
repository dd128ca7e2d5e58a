"""The stand-in's objects have the fields, and the kinds of values, that the library annotates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest
import stripe

from scripts.dev.stripe import create_stripe
from scripts.dev.stripe.checkout import create_session
from scripts.dev.stripe.control import Control
from scripts.dev.stripe.customers import create as create_customer
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State
from tests.stripe.shapes import object_faults

CLASSES: dict[str, type[stripe.StripeObject]] = {
    "customer": stripe.Customer,
    "product": stripe.Product,
    "price": stripe.Price,
    "item": stripe.LineItem,
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "charge": stripe.Charge,
    "event": stripe.Event,
}
BASICS = {
    "customer": "id object created livemode metadata email name",
    "product": "id object created livemode metadata name active",
    "price": "id object created livemode metadata active currency lookup_key product type "
    "unit_amount",
    "item": "id object currency amount_total price quantity description",
    "checkout.session": "id object created livemode metadata amount_total amount_subtotal currency "
    "payment_status status client_reference_id payment_intent customer customer_details url "
    "mode expires_at success_url cancel_url",
    "payment_intent": "id object created livemode metadata amount amount_received currency status "
    "latest_charge customer client_secret last_payment_error",
    "charge": "id object created livemode metadata amount amount_refunded amount_captured currency "
    "status paid refunded disputed payment_intent customer",
    "event": "id object created livemode type data api_version pending_webhooks request",
}


@pytest.fixture
def made() -> Iterator[State]:
    """The state after payments that went every way."""
    app = create_stripe((), "whsec", "http://localhost")
    state, control = app.state, app.control
    customer = create_customer(state, Params({"email": "ann@example.org"}))
    for actions in (
        ["pay"],
        ["decline", "expire"],
        ["pay_async", "async_succeed"],
        ["pay_async", "async_fail"],
        ["pay_async"],
        [],
    ):
        for more in ({"customer": customer["id"]}, {"customer_email": "bob@example.org"}, {}):
            act(state, control, actions, more)
    yield state
    app.close()


def act(state: State, control: Control, actions: list[str], more: dict[str, str]) -> None:
    price = {"currency": "usd", "unit_amount": "900", "product_data": {"name": "Starter"}}
    form = {
        "mode": "payment",
        "success_url": "http://localhost/thanks",
        "line_items": {"0": {"price_data": price, "quantity": "2"}},
    }
    session = create_session(state, Params(form | more))
    for action in actions:
        control.act(session["id"], action)


def all_of(state: State, kind: str) -> list[Json]:
    if kind == "item":
        return [line for hidden in state.hidden.values() for line in hidden["lines"]]
    return state.all(kind)


@pytest.mark.parametrize("kind", CLASSES)
def test_objects_have_only_fields_and_values_that_the_library_annotates(
    made: State, kind: str
) -> None:
    things = all_of(made, kind)
    assert things
    assert (
        sorted({fault for thing in things for fault in object_faults(thing, CLASSES[kind], kind)})
        == []
    )


@pytest.mark.parametrize("kind", CLASSES)
def test_objects_have_the_fields_that_handlers_read(made: State, kind: str) -> None:
    for thing in all_of(made, kind):
        assert set(BASICS[kind].split()) <= thing.keys()


def test_every_event_is_of_a_type_that_the_library_names(made: State) -> None:
    known = get_args(stripe.Event.__annotations__["type"])
    assert {event["type"] for event in made.all("event")} <= {*known, *get_args(known[0])}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"payment_status": "payed"}, "it.payment_status is 'payed'"),
        ({"amount": 5}, "it.amount is unknown"),
        ({"livemode": "false"}, "it.livemode is a str"),
        ({"created": None}, "it.created is null"),
        ({"automatic_tax": {"status": None}}, "it.automatic_tax.enabled is missing"),
    ],
)
def test_the_check_of_fields_sees_a_mistake(
    made: State, change: dict[str, object], fault: str
) -> None:
    wrong = made.all("checkout.session")[0] | change
    assert fault in list(object_faults(wrong, stripe.checkout.Session, "it"))
