"""The first write of a user whose account is missing, by many sessions at once."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import apply_catalog, request, run_at_once, spend
from tests.support import Connection, sign_up

SESSIONS = 40


@pytest.fixture
def orphans(fresh_db: str) -> list[UUID]:
    """Three users who signed up before pgcredits: the catalog has a plan, they have no account."""
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        conn.execute("alter table auth.users disable trigger user")
        users = [sign_up(conn) for _ in range(3)]
        conn.execute("alter table auth.users enable trigger user")
        found = conn.execute("select count(*) from credits.accounts").fetchone()
        assert found == (0,), "the sign-up has opened an account: nothing is tested"
    return users


def read_history(dsn: str) -> list[tuple[UUID, str, int]]:
    """Return account, type and amount of every transaction."""
    query = "select account_id, type, amount from credits.transactions order by account_id, id"
    with psycopg.connect(dsn) as conn:
        return [(a, b, int(c)) for a, b, c in conn.execute(query)]


def test_40_first_spends_open_one_account_with_one_allowance(
    fresh_db: str, orphans: list[UUID]
) -> None:
    jobs = [
        partial(spend, account_id=orphans[0], amount=2, key=f"spend {i}") for i in range(SESSIONS)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": SESSIONS}
    assert Counter(read_history(fresh_db)) == {
        (orphans[0], "allowance", 100): 1,
        (orphans[0], "usage", -2): SESSIONS,
    }


def test_every_kind_of_first_write_at_once_opens_one_account_each(
    fresh_db: str, orphans: list[UUID]
) -> None:
    calls = [
        "select public.add_credits(%(id)s, 3, 'bonus', %(key)s)",
        "select public.check_and_deduct_credits(%(id)s, 1, %(key)s)",
        "select public.use_credits('query', %(key)s, account_id => %(id)s)",
        "select public.open_credit_account(%(id)s)",
        "select public.change_credit_plan(%(id)s, 'free', %(key)s)",
        "select public.grant_initial_credits()",
        "select public.run_credit_maintenance()",
        "select public.get_credit_balance(%(id)s)",
    ]

    def call(conn: Connection, number: int) -> str:
        values = {"id": orphans[number % 3], "key": f"call {number}"}
        code, _ = request(conn, calls[number % len(calls)], values)
        return code

    outcomes = run_at_once(fresh_db, [partial(call, number=i) for i in range(SESSIONS)])
    assert Counter(outcomes) == {"ok": SESSIONS}
    history = Counter(read_history(fresh_db))
    assert {history[user_id, "allowance", 100] for user_id in orphans} == {1}
    assert sum(history[user_id, "bonus", 3] for user_id in orphans) == SESSIONS // len(calls)


def test_one_external_id_opened_by_40_sessions_is_one_account(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
    query = "select public.open_credit_account(external_id => %s)"
    jobs = [partial(request, query=query, arguments=["customer 7"])] * SESSIONS
    outcomes = run_at_once(fresh_db, jobs)
    assert len(set(outcomes)) == 1, Counter(outcomes)
    assert outcomes[0][0] == "ok"
    assert [row[1:] for row in read_history(fresh_db)] == [("allowance", 100)]
