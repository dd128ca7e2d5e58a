"""Webhooks of the stand-in, received by a real server; and the control interface over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from scripts.dev.stripe import App, create_stripe
from tests.stripe.receiver import SECRET, Receiver

KEY = "sk_test_of_the_tests"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def stand_in(receiver: Receiver) -> Iterator[App]:
    app = create_stripe([receiver.url], SECRET, "http://localhost", KEY, backoff=(0.01, 0.01))
    yield app
    app.close()


Post = Callable[..., dict[str, Any]]


@pytest.fixture
def post(stand_in: App) -> Post:
    """POST a form to the API, or JSON to the control interface."""
    http = stand_in.flask.test_client()

    def post(path: str, form: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
        response = http.post(path, data=form, auth=(KEY, ""), **more)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json or {}
        return answer

    return post


@pytest.fixture
def session_id(post: Post, stand_in: App, receiver: Receiver) -> str:
    """An open session, whose own events are over and forgotten."""
    line = "line_items[0]"
    form = {
        "mode": "payment",
        "success_url": "http://localhost/thanks",
        f"{line}[quantity]": "1",
        f"{line}[price_data][currency]": "usd",
        f"{line}[price_data][unit_amount]": "900",
        f"{line}[price_data][product_data][name]": "Starter",
    }
    made: str = post("/v1/checkout/sessions", form)["id"]
    assert stand_in.control.settle()
    receiver.requests.clear()
    return made


PAID = ["charge.succeeded", "payment_intent.succeeded"]
INTENT, DONE = "payment_intent.created", "checkout.session.completed"
PENDING = ["charge.pending", DONE, INTENT, "payment_intent.processing"]
FAILED = ["charge.failed", "payment_intent.payment_failed"]


@pytest.mark.parametrize(
    ("actions", "types", "state"),
    [
        (["pay"], [*PAID, INTENT, DONE], "complete paid"),
        (["pay_async"], PENDING, "complete unpaid"),
        (
            ["pay_async", "async_succeed"],
            [*PENDING, *PAID, "checkout.session.async_payment_succeeded"],
            "complete paid",
        ),
        (
            ["pay_async", "async_fail"],
            [*PENDING, *FAILED, "checkout.session.async_payment_failed"],
            "complete unpaid",
        ),
        (["decline"], [*FAILED, INTENT], "open unpaid"),
        (["decline", "pay"], [*FAILED, INTENT, *PAID, DONE], "complete paid"),
        (["expire"], ["checkout.session.expired"], "expired unpaid"),
    ],
)
def test_every_way_of_a_payment_tells_its_events(
    post: Post,
    stand_in: App,
    receiver: Receiver,
    session_id: str,
    actions: list[str],
    types: list[str],
    state: str,
) -> None:
    for action in actions:
        session = post(f"/_control/sessions/{session_id}/{action}")
    assert f"{session['status']} {session['payment_status']}" == state
    assert stand_in.control.settle()
    assert receiver.types() == sorted(types)


OUT_OF_TURN = (
    *("async_succeed", "pay pay", "pay async_succeed", "pay expire", "expire pay_async"),
    *("pay_async async_fail async_succeed", "pay_async async_succeed async_fail"),
)


@pytest.mark.parametrize("actions", OUT_OF_TURN)
def test_an_action_out_of_turn_is_refused(
    post: Post, stand_in: App, session_id: str, actions: str
) -> None:
    *before, last = (f"/_control/sessions/{session_id}/{name}" for name in actions.split())
    for action in before:
        post(action)
    assert stand_in.flask.test_client().post(last, auth=(KEY, "")).status_code == 400


def test_an_event_holds_the_object_as_it_was_then(
    post: Post, stand_in: App, receiver: Receiver, session_id: str
) -> None:
    assert post("/_control/deliveries/pause") == {"paused": True}
    post(f"/_control/sessions/{session_id}/pay_async")
    post(f"/_control/sessions/{session_id}/async_succeed")
    assert not stand_in.control.settle(0.3)
    assert receiver.requests == []
    assert post("/_control/deliveries/resume") == {"paused": False}
    assert stand_in.control.settle()
    told = {event.type: event.data.object for event in receiver.events()}
    for event in stand_in.state.all("event")[-len(told) :]:
        assert event["data"]["object"] == told[event["type"]].to_dict()
    assert told["checkout.session.completed"]["payment_status"] == "unpaid"
    assert told["checkout.session.async_payment_succeeded"]["payment_status"] == "paid"


def test_a_delivery_is_signed_and_pinned_to_the_librarys_version(
    post: Post, stand_in: App, receiver: Receiver
) -> None:
    customer = post("/v1/customers", {"name": "Ann \x00 Ö"})
    assert stand_in.control.settle()
    [event] = receiver.events()
    assert (event.type, event.api_version) == ("customer.created", stripe.api_version)
    assert event.data.object.to_dict() == customer
    body, signature = receiver.requests[0]
    for altered in (body.replace(b"Ann", b"Bob"), body + b" "):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(altered, signature, SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, SECRET + "x")


def test_the_signature_is_of_today_even_if_the_clock_stands_still(
    post: Post, stand_in: App, receiver: Receiver
) -> None:
    post("/_control/clock", json={"now": 1_000_000_000})
    post("/v1/customers")
    assert stand_in.control.settle()
    [event] = receiver.events()
    assert event.created == 1_000_000_000


def test_a_failing_endpoint_gets_the_same_event_again(
    post: Post, stand_in: App, receiver: Receiver
) -> None:
    receiver.answers += [500, 302]
    post("/v1/customers")
    assert stand_in.control.settle()
    assert len({body for body, _ in receiver.requests}) == 1
    [delivery] = stand_in.control.list_deliveries()
    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 302, 204]


def test_deliveries_end_after_a_bounded_number_of_attempts(
    post: Post, stand_in: App, receiver: Receiver
) -> None:
    receiver.answers += [400] * 9
    post("/v1/customers")
    assert stand_in.control.settle()
    [delivery] = stand_in.control.list_deliveries()
    assert delivery["state"] == "failed"
    assert len(delivery["attempts"]) == len(receiver.requests) == 3


def test_an_endpoint_that_is_down_is_an_attempt_without_status(receiver: Receiver) -> None:
    receiver.close()
    app = create_stripe([receiver.url], SECRET, "http://localhost", KEY, backoff=())
    app.control.send_event({"type": "ping", "data": {"object": {}}})
    assert app.control.settle()
    app.close()
    [delivery] = app.control.list_deliveries()
    assert delivery["state"] == "failed"
    assert delivery["attempts"][0]["status"] is None
    assert "refused" in delivery["attempts"][0]["error"]


def test_undelivered_events_are_listed_until_they_are_redelivered(
    post: Post, stand_in: App, receiver: Receiver
) -> None:
    http = stand_in.flask.test_client()

    def undelivered() -> list[str]:
        answer = http.get("/v1/events?delivery_success=false", auth=(KEY, "")).json
        assert answer is not None
        return [event["id"] for event in answer["data"]]

    receiver.answers += [503] * 3
    post("/v1/customers")
    assert stand_in.control.settle()
    [lost] = undelivered()
    again = post(f"/_control/events/{lost}/redeliver")["data"]
    assert [delivery["event"] for delivery in again] == [lost]
    assert post("/_control/deliveries/settle") == {"settled": True}
    assert undelivered() == []
    assert {event.id for event in receiver.events()} == {lost}


def test_every_endpoint_gets_every_event(receiver: Receiver) -> None:
    other = Receiver()
    app = create_stripe([receiver.url, other.url], SECRET, "http://localhost", KEY)
    app.control.send_event({"type": "ping", "data": {"object": {}}})
    assert app.control.settle()
    app.close()
    other.close()
    assert receiver.types() == other.types() == ["ping"]


def test_a_crafted_event_is_delivered_as_it_was_given(
    post: Post, stand_in: App, receiver: Receiver
) -> None:
    given = {
        "id": "evt_crafted",
        "type": "charge.refunded",
        "livemode": True,
        "api_version": "2020-01-01",
        "data": {"object": {"id": "ch_1", "object": "charge", "amount_refunded": 5}},
    }
    post("/_control/events", json=given)
    assert stand_in.control.settle()
    [event] = receiver.events()
    assert {name: event.to_dict()[name] for name in given} == given


def test_a_crafted_event_needs_a_type_and_data(stand_in: App) -> None:
    client = stand_in.flask.test_client()
    crafted: list[Any] = [[], {"type": "x"}, {"data": {}}, {"type": "x", "data": {}, "id": 5}]
    for bad in crafted:
        assert client.post("/_control/events", json=bad, auth=(KEY, "")).status_code == 400
