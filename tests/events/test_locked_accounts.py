"""Open events are tried again beside callers: who holds an account is not waited for.

A maintenance run holds what it has renewed; it must not wait for a caller who waits for that.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    STATEMENT_SECONDS,
    connect,
    count_deadlocks,
    request,
    wait_for_lock,
)
from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import buy, let_pass, mend, moves, poison, stored, tell
from tests.gifts.giving import ACCEPT, ask, buyer, person, send
from tests.returns.sales import open_shop
from tests.support import Connection, sign_up
from tests.wallets import add, change_plan

RETRY = "select credits.retry_due_stripe_events(clock_timestamp(), 10)"
PACK = [("purchase", 100)]


@pytest.fixture
def open_db(fresh_db: str) -> str:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
    return fresh_db


def failed_payment(conn: Connection, user_id: UUID) -> Json:
    """Return the event of a payment that has failed once and is due again; its cause is mended."""
    told = payloads.event(
        "payment_intent.succeeded",
        payloads.payment_intent(buy(conn, "plain", user_id=user_id)),
    )
    poison(conn)
    assert tell(conn, told) == "failed"
    mend(conn)
    let_pass(conn, 1)
    return told


def test_the_event_of_a_locked_account_is_tried_again_later(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        ann, bob = sign_up(conn), sign_up(conn)
        hers, his = failed_payment(conn, ann), failed_payment(conn, bob)
    with psycopg.connect(open_db) as holder, connect(open_db) as job:
        add(holder, ann, 1)
        assert request(job, RETRY) == ("ok", (1,)), "his"
        assert request(job, "show lock_timeout") == ("ok", ("0",))
    with psycopg.connect(open_db) as conn:
        row = stored(conn, hers)
        assert (row["state"], row["attempts"], row["settled_at"]) == ("failed", 1, None)
        assert not row["reason"].startswith("55P03 "), "it stands as it stood"
        assert stored(conn, his)["state"] == "applied"
        assert (moves(conn, ann), moves(conn, bob)) == ([("bonus", 1)], PACK)
    with psycopg.connect(open_db) as conn, connect(open_db) as job:
        assert request(job, RETRY) == ("ok", (1,))
        assert stored(conn, hers)["state"] == "applied"
        assert moves(conn, ann) == [("bonus", 1), *PACK]


def test_a_run_that_holds_what_a_caller_waits_for_does_not_wait_for_the_caller(
    open_db: str,
) -> None:
    with psycopg.connect(open_db) as conn:
        while True:
            (ann, _), bob = buyer(conn), person(conn, "bob")
            if ann < bob:
                break
        gift = send(conn, ann, bob)
        change_plan(conn, bob, "member")
        told = failed_payment(conn, ann)
        conn.execute(
            "update credits.accounts set period_end_at = clock_timestamp() where id = %s", [bob]
        )
    with (
        connect(open_db, autocommit=False) as job,
        connect(open_db, "postgres") as caller,
        ThreadPoolExecutor(1) as thread,
    ):
        renew = "select public.reset_monthly_credits(clock_timestamp())"
        assert request(job, renew) == ("ok", (1,))
        accepted = thread.submit(ask, caller, bob, ACCEPT, gift["id"])
        wait_for_lock(open_db, caller.info.backend_pid)
        assert request(job, RETRY) == ("ok", (0,))
        job.commit()
        assert accepted.result(STATEMENT_SECONDS)[0] == "ok"
    assert count_deadlocks(open_db) == 0
    with psycopg.connect(open_db) as conn:
        assert stored(conn, told)["state"] == "failed"
        conn.execute(RETRY.encode())
        assert stored(conn, told)["state"] == "applied"
        assert moves(conn, ann) == [*PACK, ("gift_sent", -60), *PACK]
