"""Jobs that take many accounts, at once with each other and with those who spend."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    Outcome,
    apply_catalog,
    count_deadlocks,
    request,
    run_at_once,
    seeded_random,
    spend,
)
from tests.support import Connection, sign_up

ACCOUNTS = 30
SESSIONS = 12
ROUNDS = 8
MISSED = "2 months 3 days"


@pytest.fixture
def renewable(fresh_db: str) -> list[UUID]:
    """Accounts of the free plan, each with a bonus that has a date: two jobs are due on each."""
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        users = [sign_up(conn) for _ in range(ACCOUNTS)]
        for user_id in users:
            conn.execute(
                "select public.add_credits(%s, 7, 'bonus', 'bonus', now() + interval '1 day')",
                [user_id],
            )
    return users


def count_by_type(dsn: str) -> Counter[tuple[UUID, str]]:
    """Count the transactions of each account and type."""
    with psycopg.connect(dsn) as conn:
        return Counter(conn.execute("select account_id, type from credits.transactions"))


def count_rounds(conn: Connection, query: str) -> int:
    """Run a job some times, and add up what it did."""
    answers = [conn.execute(query.encode(), [MISSED]).fetchone() for _ in range(ROUNDS)]
    return sum(answer[0] for answer in answers if answer)


def finish(dsn: str, query: str) -> int:
    """Run a job alone: what was left because another session held it is done now."""
    with psycopg.connect(dsn) as conn:
        return count_rounds(conn, query)


def test_12_renewals_at_once_give_every_account_its_period_once(
    fresh_db: str, renewable: list[UUID]
) -> None:
    query = "select public.reset_monthly_credits(now() + %s::interval, 4)"
    counts = run_at_once(fresh_db, [partial(count_rounds, query=query)] * SESSIONS)
    assert finish(fresh_db, query) + sum(counts) == ACCOUNTS
    found = count_by_type(fresh_db)
    assert {found[user_id, "allowance"] for user_id in renewable} == {2}
    assert {found[user_id, "expiry"] for user_id in renewable} == {2}


def test_12_expiry_jobs_at_once_expire_every_grant_once(
    fresh_db: str, renewable: list[UUID]
) -> None:
    query = "select public.expire_credits(now() + %s::interval)"
    counts = run_at_once(fresh_db, [partial(count_rounds, query=query)] * SESSIONS)
    assert finish(fresh_db, query) + sum(counts) == 2 * ACCOUNTS
    found = count_by_type(fresh_db)
    assert {found[user_id, "expiry"] for user_id in renewable} == {2}


def test_renewals_expiries_and_spends_at_once_meet_no_deadlock(
    fresh_db: str, renewable: list[UUID]
) -> None:
    jobs = [
        "select public.reset_monthly_credits(now() + %(missed)s::interval, 7)",
        "select public.expire_credits(now() + %(missed)s::interval)",
        "select public.run_credit_maintenance(now() + %(missed)s::interval)",
    ]
    rng = seeded_random()
    orders = [rng.sample(renewable, ACCOUNTS) for _ in range(SESSIONS)]

    def work(conn: Connection, number: int) -> list[Outcome]:
        if number % 2:
            values = {"missed": MISSED}
            return [request(conn, jobs[(number + i) % 3], values) for i in range(ROUNDS)]
        return [spend(conn, user_id, 1, f"spend {number}") for user_id in orders[number]]

    parts = run_at_once(fresh_db, [partial(work, number=i) for i in range(SESSIONS)])
    codes = Counter(code for part in parts for code, _ in part)
    assert codes.keys() <= {"ok", "PT402"}, codes
    assert count_deadlocks(fresh_db) == 0
    finish(fresh_db, "select public.reset_monthly_credits(now() + %s::interval)")
    found = count_by_type(fresh_db)
    assert {found[user_id, "allowance"] for user_id in renewable} == {2}


def test_maintenance_jobs_that_hold_what_the_other_would_start_meet_no_deadlock(
    fresh_db: str,
) -> None:
    """Expiry spreads the accounts over the jobs, and then each starts those without a plan.

    They have none because they were opened before the catalog; a slow disk makes the jobs overlap.
    """
    with psycopg.connect(fresh_db) as conn:
        users = [sign_up(conn) for _ in range(ACCOUNTS)]
        for user_id in users:
            conn.execute(
                "select public.add_credits(%s, 1, 'bonus', 'bonus', now() + interval '1 day')",
                [user_id],
            )
        apply_catalog(conn)
        conn.execute(
            "create function public.be_slow() returns trigger language plpgsql "
            "as 'begin perform pg_sleep(0.005); return new; end'"
        )
        conn.execute(
            "create trigger be_slow before insert on credits.transactions "
            "for each row execute function public.be_slow()"
        )
    query = "select public.run_credit_maintenance(now() + interval '2 days')"
    outcomes = run_at_once(fresh_db, [partial(request, query=query)] * 4)
    assert [code for code, _ in outcomes] == ["ok"] * 4, outcomes
    assert count_deadlocks(fresh_db) == 0
    with psycopg.connect(fresh_db) as conn:
        conn.execute(query.encode())  # what a job left because another one held it
        plans = "select plan, count(*) from credits.accounts group by plan"
        assert conn.execute(plans).fetchall() == [("free", ACCOUNTS)]
