"""Faults by number: triggers on all tables let the n-th statement that writes fail.

The statements are counted by a sequence, because a rollback must not set the count back.
"""

from __future__ import annotations

from collections.abc import Callable

from psycopg import sql

from tests.faults.state import list_tables, read_state
from tests.support import Connection

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


def arm(conn: Connection) -> None:
    """Put the triggers on all tables."""
    conn.execute(FAULT)
    for table in list_tables(conn):
        conn.execute(sql.SQL(TRIGGER).format(sql.Identifier("credits", table)))


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


def fails_everywhere(conn: Connection, call: Callable[[], str]) -> bool:
    """Let each statement of a call fail, one after the other, until the call comes through.

    After each failure everything is as it was before.

    Args:
        conn: in autocommit, of the owner; ``arm`` was called.
        call: makes the call over ``conn`` and returns the SQLSTATE, or ``ok``.

    Returns:
        Whether there were statements to fail, and something has changed in the end.
    """
    before = read_state(conn)
    for statement in range(1, MAX_STATEMENTS):
        set_fault(conn, statement)
        code = call()
        if count_statements(conn) < statement:
            break
        assert code == "FAULT", f"the failure of statement {statement} was swallowed"
        assert read_state(conn) == before
    assert code == "ok"
    return statement > 1 and read_state(conn) != before
