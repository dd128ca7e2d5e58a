"""A sender that loses and repeats by plan, and events that a test delivers itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe

from scripts.dev.stripe import App, create_stripe
from scripts.dev.stripe.unreliable import Unreliable
from tests.stripe.receiver import SECRET, Receiver

KEY = "sk_test_of_the_tests"
Post = Callable[..., dict[str, Any]]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def stand_in(receiver: Receiver) -> Iterator[App]:
    app = create_stripe([receiver.url], SECRET, "http://localhost", KEY, backoff=(0.01,))
    yield app
    app.close()


@pytest.fixture
def post(stand_in: App) -> Post:
    """POST JSON to the control interface."""
    http = stand_in.flask.test_client()

    def post(path: str, body: object) -> dict[str, Any]:
        response = http.post(f"/_control{path}", json=body, auth=(KEY, ""))
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json or {}
        return answer

    return post


def tell(app: App, count: int) -> None:
    """Let ``count`` events happen: the first is of the type n0, the next n1, and so on."""
    for number in range(count):
        app.control.send_event({"type": f"n{number}", "data": {"object": {}}})


def fates(seed: int, **chances: float) -> list[list[float]]:
    plan = Unreliable(seed, **chances)
    return [plan.waits() for _ in range(200)]


def test_a_plan_depends_on_its_seed_alone() -> None:
    chances = {"drop": 0.3, "repeat": 0.3, "delay": 2.0}
    assert fates(7, **chances) == fates(7, **chances) != fates(8, **chances)


def test_a_plan_drops_repeats_and_delays_as_often_as_it_was_told() -> None:
    copies = Counter(len(waits) for waits in fates(1, drop=0.3, repeat=0.5, delay=2.0))
    assert 40 < copies[0] < 80
    assert 45 < copies[2] < 95
    waits = [wait for waits in fates(1, delay=2.0) for wait in waits]
    assert len(waits) == 200
    assert all(0 <= wait <= 2.0 for wait in waits)
    assert waits != sorted(waits)
    assert fates(1) == [[0.0]] * 200
    assert fates(1, drop=1.0) == [[]] * 200


def test_one_fate_does_not_shift_the_next() -> None:
    plain, dropping = fates(3, repeat=0.5), fates(3, drop=0.5, repeat=0.5)
    assert all(kept in ([], waits) for waits, kept in zip(plain, dropping, strict=True))


def test_an_unreliable_sender_keeps_to_its_plan(stand_in: App, receiver: Receiver) -> None:
    chances = {"drop": 0.4, "repeat": 0.4, "delay": 0.02}
    stand_in.control.rely_on(Unreliable(5, **chances))
    tell(stand_in, 20)
    assert stand_in.control.settle()
    planned = {f"n{n}": len(waits) for n, waits in enumerate(fates(5, **chances)[:20])}
    assert Counter(receiver.types()) == Counter(planned)
    states = Counter(it["state"] for it in stand_in.control.list_deliveries())
    assert states["dropped"] == list(planned.values()).count(0) > 0
    stand_in.control.rely_on(None)
    tell(stand_in, 20)
    assert stand_in.control.settle()
    assert len(receiver.requests) == sum(planned.values()) + 20


def test_a_delay_lets_later_events_overtake(stand_in: App, receiver: Receiver) -> None:
    stand_in.control.rely_on(Unreliable(5, delay=0.2))
    tell(stand_in, 10)
    assert stand_in.control.settle()
    came = [event.type for event in receiver.events()]
    assert sorted(came) == [f"n{number}" for number in range(10)]
    assert came != sorted(came)


def test_a_dropped_event_is_undelivered_until_it_is_redelivered(
    stand_in: App, receiver: Receiver
) -> None:
    stand_in.control.rely_on(Unreliable(1, drop=1.0))
    tell(stand_in, 1)
    assert stand_in.control.settle()
    [event] = stand_in.state.all("event")
    assert event["pending_webhooks"] == 1
    stand_in.control.redeliver(event["id"])
    assert stand_in.control.settle()
    assert (receiver.types(), event["pending_webhooks"]) == (["n0"], 0)


def test_held_events_are_delivered_in_the_order_of_the_test(
    stand_in: App, receiver: Receiver
) -> None:
    stand_in.control.hold()
    tell(stand_in, 4)
    assert stand_in.control.settle()
    assert receiver.requests == []
    ids = [event["id"] for event in stand_in.control.held()]
    receiver.answers += [204, 500]
    sent = stand_in.control.deliver([ids[2], ids[0], ids[2]])
    assert [event.type for event in receiver.events()] == ["n2", "n0", "n0", "n2"]
    assert [[it["status"] for it in delivery["attempts"]] for delivery in sent] == [
        [204],
        [500, 204],
        [204],
    ]
    assert [event["type"] for event in stand_in.control.held()] == ["n1", "n3"]


@pytest.mark.parametrize(("is_sent", "came"), [(True, ["n0", "n1"]), (False, ["n0"])])
def test_the_end_of_holding_sends_the_rest_or_loses_it(
    stand_in: App, receiver: Receiver, is_sent: bool, came: list[str]
) -> None:
    stand_in.control.hold()
    tell(stand_in, 2)
    stand_in.control.hold()
    first, _ = stand_in.control.held()
    stand_in.control.deliver([first["id"]])
    stand_in.control.release(is_sent=is_sent)
    assert stand_in.control.settle()
    assert (receiver.types(), stand_in.control.held()) == (came, [])
    stand_in.control.send_event({"type": "after", "data": {"object": {}}})
    assert stand_in.control.settle()
    assert receiver.types() == ["after", *came]


def test_the_sender_is_told_over_http(stand_in: App, post: Post, receiver: Receiver) -> None:
    post("/deliveries/unreliable", {"seed": 1, "drop": 1.0})
    tell(stand_in, 1)
    post("/deliveries/reliable", {})
    post("/events/hold", {})
    tell(stand_in, 2)
    http = stand_in.flask.test_client()
    answer = http.get("/_control/events/held", auth=(KEY, "")).json or {}
    ids = [event["id"] for event in answer["data"]]
    sent = post("/events/deliver", {"event_ids": ids[::-1]})["data"]
    assert [delivery["type"] for delivery in sent] == ["n1", "n0"]
    post("/events/release", {"is_sent": False})
    assert [event.type for event in receiver.events()] == ["n1", "n0"]
    for path in ("deliveries/unreliable", "events/deliver", "do/open_dispute", "do/nothing"):
        wrong = http.post(f"/_control/{path}", json={"nonsense": 1}, auth=(KEY, ""))
        assert wrong.status_code in (400, 404)


def test_what_stripe_does_is_told_over_http(stand_in: App, post: Post) -> None:
    stand_in.control.pause()
    http = stand_in.flask.test_client()
    customer = (http.post("/v1/customers", auth=(KEY, "")).json or {})["id"]
    card = post("/do/save_card", {"customer": customer, "behaviour": "slow"})["id"]
    form = {
        "amount": 1000,
        "currency": "usd",
        "customer": customer,
        "payment_method": card,
        "confirm": "true",
    }
    intent = (http.post("/v1/payment_intents", data=form, auth=(KEY, "")).json or {})["id"]
    paid = post("/do/finish_intent", {"payment_intent": intent, "is_paid": True})
    assert paid["status"] == "succeeded"
    dispute = post("/do/open_dispute", {"payment_intent": intent, "inquiry": True})
    assert stripe.Dispute.construct_from(dispute, KEY).status == "warning_needs_response"
