"""Faults of the stand-in's API, as the real client meets them."""

from __future__ import annotations

import threading

import pytest
import stripe

from scripts.dev.stripe import App, create_stripe
from scripts.dev.stripe.errors import ApiError


@pytest.fixture
def once(stand_in: App, api_key: str) -> stripe.StripeClient:
    """A client that gives up after one attempt, or after half a second."""
    http = stripe.RequestsClient(timeout=0.5)
    address = stand_in.state.public_url
    return stripe.StripeClient(
        api_key, base_addresses={"api": address}, http_client=http, max_network_retries=0
    )


def customers(stand_in: App) -> int:
    with stand_in.state.lock:
        return len(stand_in.state.all("customer"))


@pytest.mark.parametrize(
    ("kind", "error", "status", "waits"),
    [
        ("rate_limit", stripe.RateLimitError, 429, "7"),
        ("error", stripe.APIError, 500, None),
        ("unavailable", stripe.APIError, 503, None),
    ],
)
def test_a_refusal_does_nothing_and_is_over_after_its_times(
    stand_in: App,
    once: stripe.StripeClient,
    kind: str,
    error: type[stripe.StripeError],
    status: int,
    waits: str | None,
) -> None:
    stand_in.control.faults.inject(kind, times=2, seconds=7)
    for left in (1, 0):
        with pytest.raises(error) as refused:
            once.v1.customers.create({"name": "Ann"}, {"idempotency_key": "k"})
        assert refused.value.http_status == status
        assert (refused.value.headers or {}).get("Retry-After") == waits
        assert stand_in.control.faults.left() == left
    assert customers(stand_in) == 0
    once.v1.customers.create({"name": "Ann"}, {"idempotency_key": "k"})
    assert customers(stand_in) == 1


@pytest.mark.parametrize("kind", ["cut", "lost"])
def test_what_was_done_is_replayed_when_the_answer_was_lost(
    stand_in: App, once: stripe.StripeClient, kind: str
) -> None:
    stand_in.control.faults.inject(kind, "POST", "/v1/customers")
    with pytest.raises(stripe.APIConnectionError):
        once.v1.customers.create({"name": "Ann"}, {"idempotency_key": "k"})
    assert customers(stand_in) == 1
    again = once.v1.customers.create({"name": "Ann"}, {"idempotency_key": "k"})
    assert customers(stand_in) == 1
    assert stand_in.state.all("customer")[0]["id"] == again.id


def test_a_request_that_hangs_is_done_after_its_caller_has_gone(
    stand_in: App, once: stripe.StripeClient
) -> None:
    done = threading.Event()
    stand_in.state.on_event = lambda _event: done.set()
    stand_in.control.faults.inject("hang", "POST", seconds=2.0)
    with pytest.raises(stripe.APIConnectionError):
        once.v1.customers.create({"name": "Ann"})
    once.v1.customers.list()
    assert not done.is_set()
    assert done.wait(10)
    assert customers(stand_in) == 1


def test_a_fault_strikes_only_what_it_names(stand_in: App, once: stripe.StripeClient) -> None:
    stand_in.control.faults.inject("error", "GET", "/v1/customers/*")
    made = once.v1.customers.create({"name": "Ann"})
    once.v1.customers.list()
    once.v1.products.list()
    with pytest.raises(stripe.APIError):
        once.v1.customers.retrieve(made.id)
    assert once.v1.customers.retrieve(made.id).id == made.id


def test_faults_strike_in_the_order_they_were_asked_for(
    stand_in: App, once: stripe.StripeClient
) -> None:
    for kind in ("unavailable", "error"):
        stand_in.control.faults.inject(kind)
    statuses = []
    for _ in range(2):
        with pytest.raises(stripe.APIError) as refused:
            once.v1.customers.list()
        statuses.append(refused.value.http_status)
    assert statuses == [503, 500]


def test_faults_are_asked_for_over_http(api_key: str) -> None:
    app = create_stripe((), "whsec", "http://localhost", api_key)
    http = app.flask.test_client()

    def ask(body: object) -> tuple[int, object]:
        response = http.post("/_control/faults", json=body, auth=(api_key, ""))
        return response.status_code, (response.json or {}).get("left")

    assert ask({"kind": "error", "times": 3}) == (200, 3)
    assert ask({"kind": "unavailable"}) == (200, 4)
    assert http.get("/v1/customers", auth=(api_key, "")).status_code == 500
    cleared = http.delete("/_control/faults", auth=(api_key, ""))
    assert cleared.json == {"left": 0}
    assert http.get("/v1/customers", auth=(api_key, "")).status_code == 200
    for wrong in ({}, {"kind": "fire"}, {"kind": "error", "times": 0}, {"kind": "hang", "in": 1}):
        assert ask(wrong)[0] == 400
    app.close()


def test_a_fault_is_bounded(stand_in: App) -> None:
    for wrong in ({"times": 0}, {"seconds": 61.0}, {"seconds": -1.0}):
        with pytest.raises(ApiError):
            stand_in.control.faults.inject("hang", **wrong)
    assert stand_in.control.faults.left() == 0
