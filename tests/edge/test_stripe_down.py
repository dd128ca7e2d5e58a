"""Stripe hangs, fails or babbles: a clean answer, an order that stays open, one session per key."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from scripts.dev.stripe import listen, serving
from tests.edge.shop import Shop, open_shop

TIMEOUT = 0.3


@contextmanager
def shop_of(dsn: str, answer: Callable[[], ResponseReturnValue]) -> Iterator[Shop]:
    """Open a shop whose Stripe answers everything in one way."""
    flask = Flask("odd-stripe", static_folder=None)
    flask.before_request(answer)
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with serving(flask, listener), open_shop(dsn, stripe_api_base=url) as shop:
        yield shop


def assert_refused(shop: Shop, status: int) -> None:
    response = shop.post(shop.sign_up(), {"package": "basic"})
    assert response.status_code == status
    assert response.json() == {
        "code": f"PT{status}",
        "message": "stripe_unavailable",
        "details": None,
        "hint": "Try again in a moment.",
    }
    assert shop.query("select status, session_id from credits.orders") == [("open", None)]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, '{"error": {"type": "api_error", "message": "secret reason"}}'),
        (500, "<html>"),
        (429, '{"error": {"type": "invalid_request_error", "code": "rate_limit"}}'),
        (401, '{"error": {"type": "invalid_request_error", "message": "bad key sk_test_"}}'),
        (400, '{"error": {"type": "idempotency_error", "message": "other params"}}'),
        (200, '{"id": "cs_'),
        (200, "[]"),
        (200, "null"),
        (200, "{}"),
        (200, '{"id": "cs_test_1", "object": "checkout.session", "url": null}'),
    ],
)
def test_an_answer_that_is_no_session_is_a_bad_gateway(
    fresh_db: str, status: int, body: str
) -> None:
    with shop_of(fresh_db, lambda: Response(body, status)) as shop:
        assert_refused(shop, 502)


def test_nobody_listening_is_a_gateway_that_does_not_answer(fresh_db: str) -> None:
    with open_shop(fresh_db, stripe_api_base="http://127.0.0.1:9") as shop:
        assert_refused(shop, 504)


def test_a_stripe_that_hangs_is_left_after_the_timeout_and_holds_nothing(fresh_db: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            open_shop(fresh_db, stripe_api_base=url, stripe_timeout=TIMEOUT) as shop,
            ThreadPoolExecutor(1) as thread,
        ):
            answer = thread.submit(assert_refused, shop, 504)
            silent.settimeout(30)
            asked, _ = silent.accept()
            with asked, psycopg.connect(fresh_db) as conn:
                held = conn.execute(
                    "select state from pg_stat_activity"
                    " where datname = current_database() and state like 'idle in transaction%'"
                ).fetchall()
            answer.result()
    assert held == []


def test_the_key_is_kept_before_stripe_is_asked(shop: Shop) -> None:
    kept: list[tuple[object, ...]] = []

    def look() -> None:
        if request.path == "/v1/checkout/sessions":
            key = request.headers["Idempotency-Key"]
            kept.extend(
                shop.query(
                    "select id::text, session_id, provider_key::text from credits.orders"
                    " where provider_key = %s",
                    key,
                )
            )

    shop.stripe.flask.before_request_funcs[None].append(look)
    order_id = shop.check_out(shop.sign_up())["order_id"]
    assert kept == [(order_id, None, shop.received[0].key)]


def test_a_lost_answer_is_asked_for_again_under_the_same_key(shop: Shop) -> None:
    lost = [True]

    def lose(response: Response) -> Response:
        if request.path == "/v1/checkout/sessions" and lost.pop():
            return Response("lost", 503)
        return response

    lost.insert(0, False)
    shop.stripe.flask.after_request_funcs.setdefault(None, []).append(lose)
    answer = shop.check_out(shop.sign_up())
    first, second = shop.received
    assert first == second
    assert first.key
    with shop.stripe.state.lock:
        (session,) = shop.stripe.state.all("checkout.session")
    assert session["id"] == answer["session_id"]


def test_every_order_has_a_key_of_its_own(shop: Shop) -> None:
    user_id = shop.sign_up()
    answers = [shop.check_out(user_id) for _ in range(2)]
    assert len({answer["session_id"] for answer in answers}) == 2
    assert len({received.key for received in shop.received}) == 2
