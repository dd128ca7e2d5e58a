"""The database goes away: the edge says 5xx, nothing is half done, and the next try succeeds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.edge.shop import BASIC, CHECKOUT, Shop, token


@contextmanager
def database_down(cluster_dsn: str, dsn: str) -> Iterator[None]:
    """Let nobody into a database while the block runs, and throw out who is in."""
    name = conninfo_to_dict(dsn)["dbname"]
    setting = sql.SQL("alter database {} allow_connections {}")
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        conn.execute(setting.format(sql.Identifier(str(name)), sql.SQL("false")))
        try:
            conn.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s",
                [name],
            )
            yield
        finally:
            conn.execute(setting.format(sql.Identifier(str(name)), sql.SQL("true")))


def assert_unavailable(response: httpx.Response) -> None:
    assert response.status_code == 503
    assert response.json() == {
        "code": "PT503",
        "message": "database_unavailable",
        "details": None,
        "hint": "Try again in a moment.",
    }


def until_it_is_back(request: Callable[[], httpx.Response]) -> httpx.Response:
    """Send a request until it is served; the pool may still be waiting for its next attempt."""
    for _ in range(5):
        response = request()
        if response.is_success:
            return response
        assert response.status_code == 503
    pytest.fail("the edge does not find the database again")


def test_an_event_that_meets_no_database_is_credited_when_it_comes_again(
    shop: Shop, cluster_dsn: str
) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    with database_down(cluster_dsn, shop.dsn):
        assert_unavailable(shop.deliver(event))
    assert until_it_is_back(lambda: shop.deliver(event)).status_code == 204
    assert shop.deliver(event).status_code == 204
    assert shop.history(user_id) == BASIC


def test_stripe_itself_delivers_again_until_the_database_is_back(
    shop: Shop, cluster_dsn: str
) -> None:
    user_id = shop.sign_up()
    session_id = shop.check_out(user_id)["session_id"]
    with database_down(cluster_dsn, shop.dsn):
        shop.stripe.control.act(session_id, "pay")
        while not any(d["attempts"] for d in shop.stripe.control.list_deliveries()):
            time.sleep(0.02)
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == BASIC


def test_a_session_killed_inside_the_delivery_leaves_nothing_behind(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    with psycopg.connect(shop.dsn) as conn, ThreadPoolExecutor(1) as thread:
        conn.execute("select from credits.accounts where id = %s for update", [user_id])
        answer = thread.submit(shop.deliver, event)
        waiting = "from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
        while not shop.query(f"select 1 {waiting}", conn.info.dbname):
            assert not answer.done()
            time.sleep(0.02)
        shop.query(f"select pg_terminate_backend(pid) {waiting}", conn.info.dbname)
        assert_unavailable(answer.result())
    assert shop.stored() == []
    assert shop.deliver(event).status_code == 204
    assert shop.history(user_id) == BASIC


def test_a_buyer_does_not_wait_for_ever_behind_somebody_elses_lock(shop: Shop) -> None:
    user_id = shop.sign_up()
    with psycopg.connect(shop.dsn) as conn:
        conn.execute("select from credits.accounts where id = %s for update", [user_id])
        assert_unavailable(shop.post(user_id, {"package": "basic"}))
    assert shop.post(user_id, {"package": "basic"}).status_code == 200
    assert len(shop.query("select * from credits.orders")) == 1


def test_a_failure_is_kept_with_the_event_and_the_next_delivery_succeeds(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    shop.query("alter table credits.payments rename to payments_away")
    response = shop.deliver(event)
    assert (response.status_code, response.json()["message"]) == (500, "event_failed")
    assert [state for state, _ in shop.stored()] == ["failed"]
    assert shop.history(user_id) == []

    shop.query("alter table credits.payments_away rename to payments")
    assert shop.deliver(event).status_code == 204
    assert shop.history(user_id) == BASIC
    assert shop.query("select state, attempts from credits.stripe_events") == [("applied", 2)]


def test_a_restart_between_two_requests_is_not_noticed(shop: Shop, cluster_dsn: str) -> None:
    assert shop.http.get("/healthz").status_code == 200
    with database_down(cluster_dsn, shop.dsn):
        pass
    assert shop.post(shop.sign_up(), {"package": "basic"}).status_code == 200


def test_a_buyer_meets_a_clean_answer(shop: Shop, cluster_dsn: str) -> None:
    user_id = shop.sign_up()
    with database_down(cluster_dsn, shop.dsn):
        assert_unavailable(shop.post(user_id, {"package": "basic"}))
        assert_unavailable(shop.http.get("/healthz"))
    assert until_it_is_back(lambda: shop.http.get("/healthz")).status_code == 200
    assert shop.received == []


@pytest.mark.breaks_books  # there are none: the schema is gone
def test_a_fault_of_ours_tells_a_stranger_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.query("drop function credits.open_order")
    response = shop.http.post(
        CHECKOUT, json={"package": "basic"}, headers={"Authorization": f"Bearer {token(user_id)}"}
    )
    assert response.status_code == 500
    assert response.json()["message"] == "internal_server_error"
    assert "open_order" not in response.text
