"""What holds for every request to the stand-in: keys, pages, refusals, form fields."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import stripe

from scripts.dev.stripe import App, create_stripe, forms
from scripts.dev.stripe.errors import ApiError

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

OneLine = Callable[..., "SessionCreateParams"]


def test_a_repeated_key_replays_the_first_answer(
    one_line: OneLine, client: stripe.StripeClient
) -> None:
    def buy() -> stripe.checkout.Session:
        return client.v1.checkout.sessions.create(one_line(), {"idempotency_key": "order-1"})

    first, second = buy(), buy()
    assert first == second
    assert "Idempotent-Replayed" not in first.last_response.headers  # type: ignore[union-attr]
    assert second.last_response.headers["Idempotent-Replayed"] == "true"  # type: ignore[union-attr]
    assert len(client.v1.checkout.sessions.list().data) == 1


def test_a_key_replays_the_answer_of_then(
    one_line: OneLine, client: stripe.StripeClient, stand_in: App
) -> None:
    first = client.v1.checkout.sessions.create(one_line(), {"idempotency_key": "order-1"})
    stand_in.control.act(first.id, "pay")
    again = client.v1.checkout.sessions.create(one_line(), {"idempotency_key": "order-1"})
    assert again.status == "open"


def test_a_key_with_another_request_is_refused(client: stripe.StripeClient) -> None:
    client.v1.customers.create({"email": "ann@example.org"}, {"idempotency_key": "k"})
    with pytest.raises(stripe.IdempotencyError) as refused:
        client.v1.customers.create({"email": "bob@example.org"}, {"idempotency_key": "k"})
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        client.v1.products.create({"name": "ann"}, {"idempotency_key": "k"})
    assert len(client.v1.customers.list().data) == 1


def test_a_refused_request_leaves_its_key_free(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.products.create({"name": ""}, {"idempotency_key": "k"})
    assert client.v1.products.create({"name": "Good"}, {"idempotency_key": "k"}).name == "Good"


def test_a_key_is_forgotten_after_a_day(client: stripe.StripeClient, stand_in: App) -> None:
    made = []
    for now in (1_800_000_000, 1_800_086_399, 1_800_086_400):
        stand_in.control.set_clock(now)
        made.append(client.v1.customers.create({"name": "A"}, {"idempotency_key": "k"}).id)
    assert made[0] == made[1] != made[2]


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads that take turns after every few instructions."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_one_key_at_the_same_time_makes_one_object(stand_in: App, api_key: str) -> None:
    def create(_: int) -> object:
        headers = {"Idempotency-Key": "k"}
        answer = stand_in.flask.test_client().post(
            "/v1/customers", headers=headers, auth=(api_key, "")
        )
        return (answer.json or {}).get("id")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(create, range(40)))) == 1
    assert len(stand_in.state.all("customer")) == 1


def test_pages_follow_each_other_without_gap_or_repeat(client: stripe.StripeClient) -> None:
    made = [client.v1.customers.create(params={"name": str(n)}).id for n in range(7)]
    page = client.v1.customers.list(params={"limit": 3})
    assert [customer.id for customer in page.data] == made[:3:-1]
    assert page.has_more is True
    everything = list(page.auto_paging_iter())
    assert [customer.id for customer in everything] == made[::-1]
    last = client.v1.customers.list(params={"limit": 3, "starting_after": made[3]})
    assert ([customer.id for customer in last.data], last.has_more) == (made[2::-1], False)
    forward = client.v1.customers.list(params={"limit": 2, "ending_before": made[0]})
    assert [customer.id for customer in forward.auto_paging_iter()] == made[1:]


def test_a_cursor_may_have_left_the_filter(
    one_line: OneLine, client: stripe.StripeClient, stand_in: App
) -> None:
    made = [client.v1.checkout.sessions.create(params=one_line()).id for _ in range(3)]
    stand_in.control.act(made[1], "pay")
    page = client.v1.checkout.sessions.list(params={"status": "open", "starting_after": made[1]})
    assert [session.id for session in page.data] == [made[0]]


def test_lists_are_cut_by_time_of_creation(client: stripe.StripeClient, stand_in: App) -> None:
    for now in (100, 200, 300):
        stand_in.control.set_clock(now)
        client.v1.customers.create(params={"name": str(now)})
    found = client.v1.customers.list(params={"created": {"gt": 100, "lte": 300}})
    assert [customer.name for customer in found.data] == ["300", "200"]


@pytest.mark.parametrize("key", ["sk_test_wrong", "sk_test_of_the_tests2", "none"])
def test_a_wrong_key_is_refused(stand_in: App, key: str) -> None:
    stranger = stripe.StripeClient(key, base_addresses={"api": stand_in.state.public_url})
    with pytest.raises(stripe.AuthenticationError) as refused:
        stranger.v1.customers.list()
    assert refused.value.http_status == 401


@pytest.mark.parametrize("path", ["/v1/customers", "/_control/deliveries"])
def test_the_key_is_asked_for_and_may_be_the_basic_user(
    api_key: str, stand_in: App, path: str
) -> None:
    http = stand_in.flask.test_client()
    assert http.get(path).status_code == 401
    assert http.get(path, auth=(api_key, "")).status_code == 200
    assert http.get(path, auth=("other", api_key)).status_code == 401


def test_an_unknown_id_is_404_and_an_unknown_reference_400(
    one_line: OneLine, client: stripe.StripeClient
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.retrieve("cus_nobody")
    error = refused.value
    assert (error.http_status, error.code, error.param) == (404, "resource_missing", "id")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(params=one_line(customer="cus_nobody"))
    error = refused.value
    assert (error.http_status, error.code, error.param) == (400, "resource_missing", "customer")


def test_an_address_beyond_the_stand_in_is_a_stripe_error(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.coupons.list()
    assert refused.value.http_status == 404


def test_another_api_version_is_refused(api_key: str, stand_in: App) -> None:
    client = stripe.StripeClient(
        api_key,
        stripe_version="2019-01-01",
        base_addresses={"api": stand_in.state.public_url},
    )
    with pytest.raises(stripe.InvalidRequestError, match="2019-01-01"):
        client.v1.customers.list()


def test_another_host_name_does_not_reach_it(api_key: str, stand_in: App) -> None:
    http = stand_in.flask.test_client()
    for host, status in (("evil.example", 400), ("127.0.0.1:99", 200), ("localhost", 200)):
        answer = http.get("/v1/customers", base_url=f"http://{host}", auth=(api_key, ""))
        assert answer.status_code == status


def test_a_live_key_is_never_taken() -> None:
    with pytest.raises(ValueError, match="sk_test_"):
        create_stripe((), "whsec", "http://localhost", "sk_live_x")


def test_the_clock_runs_unless_it_is_stopped(client: stripe.StripeClient) -> None:
    before = int(time.time())
    assert before <= client.v1.customers.create().created <= int(time.time())


@pytest.mark.parametrize(
    ("fields", "nested"),
    [
        ([("a", "1"), ("a", "2")], {"a": "2"}),
        ([("a[b][c]", "1"), ("a[b][d]", "2")], {"a": {"b": {"c": "1", "d": "2"}}}),
        ([("a[]", "x"), ("a[]", "y")], {"a": {"0": "x", "1": "y"}}),
        ([("a[1]", "y"), ("a[0]", "x")], {"a": {"1": "y", "0": "x"}}),
    ],
)
def test_bracketed_fields_are_nested(
    fields: list[tuple[str, str]], nested: dict[str, object]
) -> None:
    assert forms.parse(fields) == nested


@pytest.mark.parametrize(
    "names", [["a[b"], ["a]b["], ["[a]"], ["a", "a[b]"], ["a[b]", "a"], ["a" + "[b]" * 9]]
)
def test_malformed_field_names_are_refused(names: list[str]) -> None:
    with pytest.raises(ApiError):
        forms.parse((name, "x") for name in names)
