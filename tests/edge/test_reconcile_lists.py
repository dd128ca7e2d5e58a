"""Reading Stripe's lists: whole, oldest first and as written, or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import stripe
from flask import Flask, Response, request

from edge.jobs.stripe_lists import StripeLists, UnreadableError
from scripts.dev.stripe import App, create_stripe, customers, listen, serving
from scripts.dev.stripe.params import Params
from tests.edge.shop import API_KEY, WEBHOOK_SECRET

COUNT = 250


@dataclass
class Reader:
    """A reader of a stand-in that has 250 customers, and the lines of its progress."""

    stripe: App
    lists: StripeLists
    told: list[str] = field(default_factory=list)

    def read_ids(self) -> list[str]:
        """Return the ids of all customers, as the lists tell them."""
        return [customer["id"] for customer in self.lists.read("customers", {})]


def lists_of(url: str, told: list[str]) -> StripeLists:
    client = stripe.StripeClient(API_KEY, base_addresses={"api": url})
    return StripeLists(client, told.append, wait_seconds=0.001)


@contextmanager
def answering(answer: str) -> Iterator[StripeLists]:
    """Yield the lists of a Stripe that gives one answer to everything."""
    flask = Flask("answering")
    flask.add_url_rule(
        "/<path:_>", view_func=lambda _: Response(answer, content_type="application/json")
    )
    listener = listen()
    with serving(flask, listener):
        yield lists_of(f"http://127.0.0.1:{listener.getsockname()[1]}", [])


@pytest.fixture
def reader() -> Iterator[Reader]:
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    app = create_stripe((), WEBHOOK_SECRET, url, API_KEY)
    with app.state.lock:
        for number in range(COUNT):
            customers.create(app.state, Params({"name": f"Customer {number}"}))
    told: list[str] = []
    with serving(app.flask, listener):
        yield Reader(app, lists_of(url, told), told)
    app.close()


def known_ids(reader: Reader) -> list[str]:
    return [customer["id"] for customer in reader.stripe.state.all("customer")]


def test_a_list_is_read_whole_and_oldest_first(reader: Reader) -> None:
    assert len(known_ids(reader)) == COUNT
    assert reader.read_ids() == known_ids(reader)
    assert reader.told == ["customers: 250 read"]


@pytest.mark.parametrize("kind", ["rate_limit", "error", "unavailable", "cut", "lost"])
def test_a_page_that_fails_five_times_is_read_at_the_sixth(reader: Reader, kind: str) -> None:
    reader.stripe.control.faults.inject(kind, path="/v1/customers", times=5, seconds=0)
    assert reader.read_ids() == known_ids(reader)
    assert reader.stripe.control.faults.left() == 0


def test_a_page_that_fails_six_times_fails_the_list(reader: Reader) -> None:
    reader.stripe.control.faults.inject("error", path="/v1/customers", times=6)
    with pytest.raises(UnreadableError, match="could not read all of customers"):
        reader.read_ids()
    assert reader.stripe.control.faults.left() == 0


def test_a_page_in_the_middle_that_fails_for_good_fails_the_list(reader: Reader) -> None:
    pages = []

    @reader.stripe.flask.before_request
    def fail_from_the_second_page_on() -> tuple[str, int] | None:
        pages.append(request.args.get("starting_after"))
        return None if pages[-1] is None else ("{}", 500)

    with pytest.raises(UnreadableError):
        reader.read_ids()


def test_a_refused_question_is_not_repeated(reader: Reader) -> None:
    asked = []
    reader.stripe.flask.before_request(lambda: asked.append(request.path))
    with pytest.raises(stripe.InvalidRequestError):
        reader.lists.read("customers", {"nonsense": "1"})
    assert asked == ["/v1/customers"]


def test_the_wait_that_stripe_asks_for_is_kept(reader: Reader) -> None:
    reader.stripe.control.faults.inject("rate_limit", path="/v1/customers", seconds=1)
    reader.read_ids()
    assert reader.told[0] == "customers: RateLimitError, again in 1 s"


def test_what_is_made_while_a_list_is_read_moves_no_page(reader: Reader) -> None:
    before = known_ids(reader)

    @reader.stripe.flask.before_request
    def make_another() -> None:
        customers.create(reader.stripe.state, Params({"name": "Late"}))

    read = reader.read_ids()
    assert set(before) <= set(read)
    assert len(read) == len(set(read))


def test_an_object_that_does_not_exist_is_none(reader: Reader) -> None:
    known = known_ids(reader)[0]
    found = reader.lists.get(f"customers/{known}")
    assert found is not None
    assert found["id"] == known
    assert reader.lists.get("customers/cus_nobody") is None


@pytest.mark.parametrize(
    "answer",
    [
        "<html>Back soon</html>",
        "[]",
        "{}",
        '{"data": [], "has_more": true}',
        '{"data": [null], "has_more": false}',
        '{"data": [{"id": 1}], "has_more": true}',
        '{"data": {}, "has_more": false}',
        '{"data": []}',
    ],
)
def test_an_answer_that_is_no_page_is_no_empty_list(answer: str) -> None:
    with answering(answer) as lists, pytest.raises(UnreadableError):
        lists.read("charges", {})


def test_objects_are_kept_as_stripe_wrote_them() -> None:
    wrote = {
        "id": "price_1",
        "unit_amount_decimal": "0.10",
        "nickname": "a\u0000\ud83d\ude00 \ud800\u2028",
        "percent_off": 33.33,
        "metadata": {"z": "1", "a": "1e3"},
        "amount": 9007199254740993,
    }
    page = json.dumps({"object": "list", "data": [wrote], "has_more": False})
    with answering(page) as lists:
        [read] = lists.read("prices", {})
    assert json.dumps(read) == json.dumps(wrote)
