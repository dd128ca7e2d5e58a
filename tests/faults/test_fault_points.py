"""Every statement that a call makes fails once: all or nothing, and the key can be used again."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.concurrency.load import CATALOG, apply_catalog, catalog, open_account, request
from tests.faults.fault_points import arm, count_statements, fails_everywhere, set_fault
from tests.faults.state import read_state
from tests.support import Connection, find_violations, sign_up

CALLS = {
    # Spends over two grants after the expiry of a third.
    "spend": "select * from public.check_and_deduct_credits(%(id)s, 120, 'key')",
    "use": "select * from public.use_credits('query', 'key', account_id => %(id)s)",
    "add": "select * from public.add_credits(%(id)s, 5, 'bonus', 'key', priority => 1)",
    "first write": "select * from public.add_credits(%(orphan)s, 5, 'bonus', 'key')",
    "change plan": "select * from public.change_credit_plan(%(id)s, 'pro', 'key')",
    "open": "select public.open_credit_account(external_id => 'customer 7')",
    "catalog": "select * from public.apply_credit_catalog(%(catalog)s)",
}
# Jobs go on with the next account when one fails.
JOBS = {
    "expire": "select public.expire_credits(now() + interval '1 day')",
    "release": "select public.release_expired_holds(now() + interval '1 day')",
    "start": "select public.grant_initial_credits()",
    "renew": "select public.reset_monthly_credits(now() + interval '40 days')",
    "maintenance": "select public.run_credit_maintenance(now() + interval '40 days')",
}


@pytest.fixture
def values(fresh_db: str) -> dict[str, Any]:
    """Arguments of the calls: an account on which everything is due, and a user without one."""
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        account_id = open_account(conn, 100)
        conn.execute(
            "select public.add_credits(%s, 9, 'bonus', 'short', clock_timestamp() + %s)",
            [account_id, timedelta(seconds=1)],
        )
        conn.execute("select public.hold_credits(%s, 'held', 5)", [account_id])
        conn.execute("alter table auth.users disable trigger user")
        orphan = sign_up(conn)
        conn.execute("alter table auth.users enable trigger user")
        arm(conn)
        conn.execute("select pg_sleep(1.1)")
    plans = [{**plan, "monthly_spend_cap": 500} for plan in CATALOG["plans"]]
    return {"id": account_id, "orphan": orphan, "catalog": catalog(plans=plans)}


def count_work(conn: Connection) -> Counter[tuple[Any, ...]]:
    """Count the transactions and the holds of each kind."""
    query = """
        select account_id, type, amount, reference from credits.transactions
        union all
        select account_id, state, amount, reference from credits.holds
    """
    return Counter(conn.execute(query))


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_at_any_statement_leaves_nothing_and_its_key_can_be_used(
    fresh_db: str, values: dict[str, Any], call: str
) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        assert fails_everywhere(conn, lambda: request(conn, CALLS[call], values)[0])


@pytest.mark.usefixtures("values")
@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_fails_at_any_statement_keeps_whole_accounts_and_the_next_run_does_the_rest(
    fresh_db: str, job: str
) -> None:
    with psycopg.connect(fresh_db) as conn:
        set_fault(conn, 0)
        conn.commit()
        conn.execute(JOBS[job].encode())
        statements = count_statements(conn)
        conn.execute(JOBS[job].encode())
        expected = count_work(conn)
        conn.rollback()
        assert expected != count_work(conn)
        for statement in range(1, statements + 1):
            with suppress(psycopg.Error), conn.transaction():
                set_fault(conn, statement)
                conn.execute(JOBS[job].encode())
            set_fault(conn, 0)
            assert find_violations(conn) == []
            conn.execute(JOBS[job].encode())
            assert count_work(conn) == expected, f"after statement {statement} failed"
            conn.rollback()


@pytest.mark.parametrize("call", ["spend", "add", "first write", "change plan", "open"])
def test_a_call_that_hangs_into_a_timeout_leaves_nothing_and_its_key_can_be_used(
    fresh_db: str, values: dict[str, Any], call: str
) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        before = read_state(conn)
        for statement in (1, 2):
            conn.execute("set statement_timeout = '300ms'")
            set_fault(conn, statement, seconds=30)
            assert request(conn, CALLS[call], values)[0] == "57014"
            conn.execute("reset statement_timeout")
            assert read_state(conn) == before
        set_fault(conn, 0)
        assert request(conn, CALLS[call], values)[0] == "ok"


@pytest.mark.parametrize("call", ["spend", "add", "change plan"])
def test_a_call_that_waits_too_long_for_the_account_leaves_nothing_and_its_key_can_be_used(
    fresh_db: str, values: dict[str, Any], call: str
) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn, psycopg.connect(fresh_db) as other:
        set_fault(conn, 0)
        before = read_state(conn)
        other.execute("select from credits.accounts where id = %(id)s for update", values)
        for setting, code in [("lock_timeout", "55P03"), ("statement_timeout", "57014")]:
            conn.execute(sql.SQL("set {} = '200ms'").format(sql.Identifier(setting)))
            assert request(conn, CALLS[call], values)[0] == code
            conn.execute(sql.SQL("reset {}").format(sql.Identifier(setting)))
            assert read_state(conn) == before
        other.rollback()
        assert request(conn, CALLS[call], values)[0] == "ok"
