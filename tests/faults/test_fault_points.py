"""Every statement that a call makes fails once: all or nothing, and the key can be used again.

Triggers on all tables count the statements that write and let the n-th one fail, n from 1 until
the call comes through. The count is a sequence, because a rollback must not set it back.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.concurrency.load import CATALOG, apply_catalog, catalog, open_account, request
from tests.faults.state import list_tables, read_state
from tests.support import Connection, find_violations, sign_up

MAX_STATEMENTS = 100
FAULT = """
create sequence public.statements minvalue 0;
create function public.fail_at_the_nth() returns trigger language plpgsql as $$
begin
    if nextval('public.statements') = current_setting('faults.at')::integer then
        perform pg_sleep(current_setting('faults.seconds')::float);
        raise exception 'injected' using errcode = 'FAULT';
    end if;
    return null;
end
$$
"""
# After the statement: what it wrote is there when it fails.
TRIGGER = """
create trigger zz_fail after insert or update or delete on {}
for each statement execute function public.fail_at_the_nth()
"""

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
        conn.execute("alter table auth.users disable trigger user")
        orphan = sign_up(conn)
        conn.execute("alter table auth.users enable trigger user")
        conn.execute(FAULT)
        for table in list_tables(conn):
            conn.execute(sql.SQL(TRIGGER).format(sql.Identifier("credits", table)))
        conn.execute("select pg_sleep(1.1)")
    plans = [{**plan, "monthly_spend_cap": 500} for plan in CATALOG["plans"]]
    return {"id": account_id, "orphan": orphan, "catalog": catalog(plans=plans)}


def set_fault(conn: Connection, statement: int, seconds: int = 0) -> None:
    """Let the n-th statement from here fail after so many seconds; 0 lets all through."""
    conn.execute("select setval('public.statements', 0)")
    conn.execute("select set_config('faults.at', %s, false)", [str(statement)])
    conn.execute("select set_config('faults.seconds', %s, false)", [str(seconds)])


def count_statements(conn: Connection) -> int:
    """Return how many statements have been counted since ``set_fault``."""
    found = conn.execute("select last_value from public.statements").fetchone()
    assert found is not None
    return int(found[0])


def count_transactions(conn: Connection) -> Counter[tuple[Any, ...]]:
    query = "select account_id, type, amount, reference from credits.transactions"
    return Counter(conn.execute(query))


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_fails_at_any_statement_leaves_nothing_and_its_key_can_be_used(
    fresh_db: str, values: dict[str, Any], call: str
) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        before = read_state(conn)
        for statement in range(1, MAX_STATEMENTS):
            set_fault(conn, statement)
            code, _ = request(conn, CALLS[call], values)
            if count_statements(conn) < statement:
                break
            assert code == "FAULT", f"the failure of statement {statement} was swallowed"
            assert read_state(conn) == before
        assert (statement > 1, code) == (True, "ok")
        assert read_state(conn) != before


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
        expected = count_transactions(conn)
        conn.rollback()
        assert expected != count_transactions(conn)
        for statement in range(1, statements + 1):
            with suppress(psycopg.Error), conn.transaction():
                set_fault(conn, statement)
                conn.execute(JOBS[job].encode())
            set_fault(conn, 0)
            assert find_violations(conn) == []
            conn.execute(JOBS[job].encode())
            assert count_transactions(conn) == expected, f"after statement {statement} failed"
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
