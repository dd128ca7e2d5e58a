"""Stripe hangs, fails or babbles: a clean answer, an order that stays open, one session per key."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest
from flask import Flask, Response, request
from flask.typing import ResponseReturnValue

from scripts.dev.stripe import listen, serving
from tests.edge.shop import CANCEL, CHECKOUT, PLANS, PORTAL, SESSIONS, SUBSCRIBE, Shop, open_shop

TIMEOUT = 0.3
ROUTES = {
    "first purchase": (CHECKOUT, {"package": "small"}),
    "purchase": (CHECKOUT, {"package": "small"}),
    "subscription": (SUBSCRIBE, {"plan": "member"}),
    "portal": (PORTAL, {}),
    "cancel": (CANCEL, {}),
}
ANSWERS = [
    (503, '{"error": {"type": "api_error", "message": "secret reason"}}'),
    (500, "<html>"),
    (429, '{"error": {"type": "invalid_request_error", "code": "rate_limit"}}'),
    (409, '{"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}}'),
    (401, '{"error": {"type": "invalid_request_error", "message": "bad key sk_test_"}}'),
    (404, '{"error": {"type": "invalid_request_error", "code": "resource_missing"}}'),
    (200, '{"id": "cs_'),
    (200, "[]"),
    (200, "null"),
    (200, "{}"),
    (200, '{"id": 7, "object": "customer", "url": 7, "status": 7}'),
    (200, '{"id": "cs_test_1", "object": "checkout.session", "url": null}'),
]


@contextmanager
def shop_of(dsn: str, answer: Callable[[], ResponseReturnValue]) -> Iterator[Shop]:
    """Open a shop whose Stripe answers everything in one way."""
    flask = Flask("odd-stripe", static_folder=None)
    flask.before_request(answer)
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with serving(flask, listener), open_shop(dsn, stripe_api_base=url) as shop:
        yield shop


def prepare(shop: Shop, route: str) -> UUID:
    """Return a user to whom nothing but Stripe is in the way."""
    shop.sell(PLANS)
    shop.query(
        "select credits.store_provider_price"
        "('stripe', 'plan', 'member', 'prod_1', 'price_1', 1900, 'usd', 'month')"
    )
    user_id = shop.sign_up()
    if route != "first purchase":
        shop.query(
            "insert into credits.customers (account_id, provider, livemode, id)"
            " values (%s, 'stripe', false, %s)",
            user_id,
            f"cus_{user_id}",
        )
    if route == "cancel":
        shop.query(
            "insert into credits.subscriptions (account_id, provider, id, livemode, status)"
            " values (%s, 'stripe', %s, false, 'active')",
            user_id,
            f"sub_{user_id}",
        )
    return user_id


def assert_refused(shop: Shop, route: str, status: int) -> None:
    user_id = prepare(shop, route)
    path, body = ROUTES[route]
    response = shop.post(user_id, body, path)
    assert response.status_code == status
    assert response.json() == {
        "code": f"PT{status}",
        "message": "stripe_unavailable",
        "details": None,
        "hint": "Try again in a moment.",
    }
    orders = shop.query("select status, session_id from credits.orders where user_id = %s", user_id)
    assert orders == ([] if path in (PORTAL, CANCEL) else [("open", None)])
    assert shop.query("select * from credits.subscriptions where is_cancelling") == []


@pytest.mark.parametrize("route", ROUTES)
def test_an_answer_that_is_not_what_was_asked_for_is_a_bad_gateway(
    fresh_db: str, route: str
) -> None:
    answer = Response()
    with shop_of(fresh_db, lambda: answer) as shop:
        for status, body in ANSWERS:
            answer = Response(body, status)
            assert_refused(shop, route, 502)


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_listening_is_a_gateway_that_does_not_answer(fresh_db: str, route: str) -> None:
    with open_shop(fresh_db, stripe_api_base="http://127.0.0.1:9") as shop:
        assert_refused(shop, route, 504)


@pytest.mark.parametrize("route", ROUTES)
def test_a_stripe_that_hangs_is_left_after_the_timeout_and_holds_nothing(
    fresh_db: str, route: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            open_shop(fresh_db, stripe_api_base=url, stripe_timeout=TIMEOUT) as shop,
            ThreadPoolExecutor(1) as thread,
        ):
            answer = thread.submit(assert_refused, shop, route, 504)
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
        if request.path == SESSIONS:
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


def test_a_page_whose_address_was_lost_is_opened_once(shop: Shop) -> None:
    shop.strike("lost", "POST", SESSIONS, times=1)
    answer = shop.check_out(shop.sign_up())
    first, second = shop.received
    assert first == second
    assert first.key
    (session,) = shop.objects("checkout.session")
    assert session["id"] == answer["session_id"]


@pytest.mark.parametrize("fault", ["lost", "cut"])
def test_a_plans_page_that_was_lost_is_the_same_when_the_buyer_comes_again(
    plan_shop: Shop, fault: str
) -> None:
    user_id = plan_shop.sign_up()
    plan_shop.strike(fault, "POST", SESSIONS)
    assert plan_shop.post(user_id, {"plan": "member"}, SUBSCRIBE).status_code == 504
    plan_shop.stripe.control.faults.clear()
    assert plan_shop.post(user_id, {"plan": "member"}, SUBSCRIBE).status_code == 200
    assert len({(call.key, str(call.params)) for call in plan_shop.received}) == 1
    assert len(plan_shop.objects("checkout.session")) == 1


def test_every_order_has_a_key_of_its_own(shop: Shop) -> None:
    user_id = shop.sign_up()
    answers = [shop.check_out(user_id) for _ in range(2)]
    assert len({answer["session_id"] for answer in answers}) == 2
    assert len({received.key for received in shop.received}) == 2
