"""Automatic top-up with many connections at once: one attempt, one payment, one notice."""

from __future__ import annotations

import json
from functools import partial
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.billing.topups import CREDITS, TOTAL, get_topup, open_shop, opened, opted_in
from tests.concurrency.load import connect, request, run_at_once, spend
from tests.events.payloads import again, event, payment_intent
from tests.support import Connection
from tests.wallets import Row, balance_of

OPEN = "select order_id, provider_key from credits.open_topup(%s, 'stripe', false)"
FAIL = "select credits.fail_topup(%s, %s, 'declined')"
TELL = "select credits.apply_stripe_event(%s)"
MANY = 50


def prepare(dsn: str, **settings: int) -> UUID:
    with psycopg.connect(dsn) as conn:
        open_shop(conn)
        return opted_in(conn, **settings)


def in_flight(dsn: str, account_id: UUID) -> Row:
    with psycopg.connect(dsn) as conn:
        return opened(conn, account_id)


def test_of_many_who_see_a_low_balance_all_get_one_attempt(fresh_db: str) -> None:
    account_id = prepare(fresh_db)
    jobs = [partial(request, query=OPEN, arguments=[account_id])] * MANY
    answers = run_at_once(fresh_db, jobs, role="credits_edge")
    assert {code for code, _ in answers} == {"ok"}
    assert len({row for _, row in answers}) == 1
    with psycopg.connect(fresh_db) as conn:
        assert conn.execute("select count(*) from credits.orders").fetchone() == (1,)


def test_a_payment_told_many_times_at_once_is_credited_once(fresh_db: str) -> None:
    account_id = prepare(fresh_db)
    told = event("payment_intent.succeeded", payment_intent(in_flight(fresh_db, account_id)))
    events = [json.dumps(one) for one in (told, told, *(again(told) for _ in range(6)))]
    jobs = [partial(request, query=TELL, arguments=[one]) for one in events]
    answers = run_at_once(fresh_db, jobs, role="credits_edge")
    assert {row[0] for _, row in answers} <= {"applied", "ignored"}
    with psycopg.connect(fresh_db) as conn:
        assert balance_of(conn, account_id)["available"] == 10 + CREDITS


def test_a_failure_told_many_times_at_once_counts_once(fresh_db: str) -> None:
    account_id = prepare(fresh_db)
    topup = in_flight(fresh_db, account_id)
    jobs = [partial(request, query=FAIL, arguments=[account_id, topup["order_id"]])] * 8
    assert {code for code, _ in run_at_once(fresh_db, jobs, role="credits_edge")} == {"ok"}
    with psycopg.connect(fresh_db) as conn:
        assert conn.execute("select count(*) from credits.outbox").fetchone() == (1,)
        assert conn.execute("select declines from credits.auto_topups").fetchone() == (1,)


def test_payments_and_new_attempts_at_once_never_pass_the_limit(fresh_db: str) -> None:
    account_id = prepare(fresh_db, monthly_limit_cents=3 * TOTAL)

    def top_up_and_spend(conn: Connection) -> None:
        for _ in range(4):
            code, row = request(conn, OPEN, [account_id])
            assert code == "ok"
            if row is not None:
                told = json.dumps(paid(account_id, row[0]))
                assert request(conn, TELL, [told])[0] == "ok"
            with connect(fresh_db) as back_end:
                available = balance_of(back_end, account_id)["available"]
                code, _ = spend(back_end, account_id, available, str(uuid4()))
                assert code in ("ok", "PT402", "22023")  # all spent, or just spent by another

    run_at_once(fresh_db, [top_up_and_spend] * 4, role="credits_edge")
    with psycopg.connect(fresh_db) as conn:
        assert get_topup(conn, account_id)["spent_cents"] == 3 * TOTAL
        orders = conn.execute("select status from credits.orders").fetchall()
        assert orders == [("paid",)] * 3


def paid(account_id: UUID, order_id: UUID) -> Row:
    """Return the event of the one intent that there is under an order's key."""
    order = {"account_id": account_id, "order_id": order_id, "total_cents": TOTAL}
    intent = payment_intent({**order, "currency": "usd"}, id=f"pi_{order_id.hex}")
    return event("payment_intent.succeeded", intent)


@pytest.mark.parametrize("role", ["credits_edge", "service_role"])
def test_the_edge_and_the_back_end_may_run_it(fresh_db: str, role: str) -> None:
    account_id = prepare(fresh_db)
    with connect(fresh_db, role) as conn:
        due = conn.execute("select * from credits.due_topups(10)").fetchall()
        assert due == [(account_id,)]
        row = conn.execute(OPEN, [account_id]).fetchone()
        assert row is not None
        for query in ("select credits.delay_topup(%s, %s)", FAIL):
            conn.execute(query.encode(), [account_id, row[0]])


@pytest.mark.parametrize("role", ["anon", "authenticated"])
@pytest.mark.parametrize(
    "query",
    [
        "select * from credits.due_topups(10)",
        OPEN.replace("%s", "gen_random_uuid()"),
        FAIL.replace("%s", "gen_random_uuid()"),
        "select credits.delay_topup(gen_random_uuid(), gen_random_uuid())",
    ],
    ids=["due", "open", "fail", "delay"],
)
def test_no_user_may(fresh_db: str, role: str, query: str) -> None:
    with connect(fresh_db, role) as conn:
        assert request(conn, query)[0] == "42501"
