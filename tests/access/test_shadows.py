"""Temporary objects with the names that our functions use: none of them is ever looked at.

PostgreSQL searches a session's temporary schema first for tables and types, unless the search_path
says otherwise. A type of the caller's would run the caller's code with the owner's rights.
"""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from tests.functions import Refusal, list_public_functions, usual_arguments
from tests.support import Connection, apply_catalog, as_user, sign_up

TYPES = {
    name: f"pg_catalog.{name}"
    for name in ("text", "uuid", "jsonb", "bytea", "date", "timestamptz", "numeric", "bool", "int8")
}


@pytest.fixture
def user(db: Connection) -> UUID:
    """A user with credits, in a session whose temporary schema shadows all that can be."""
    apply_catalog(db, "voice-agent")
    user_id = sign_up(db, "ada@example.org")
    db.execute("select public.add_credits(%s, 100, 'purchase', 'k')", [user_id])
    return user_id


def shadow_everything(conn: Connection) -> None:
    """Create temporary tables, functions and types as the caller, and search them first."""
    conn.execute(
        "create function pg_temp.trip() returns boolean language plpgsql as $$ begin "
        "raise exception 'shadow' using errcode = 'P0666'; end $$"
    )
    tables = conn.execute(
        "select relname from pg_class where relnamespace in "
        "('credits'::regnamespace, 'auth'::regnamespace) and relkind = 'r'"
    ).fetchall()
    for (name,) in tables:
        conn.execute(f"create temporary table {name} (trap integer)")
    functions = conn.execute(
        "select distinct proname from pg_proc where pronamespace = 'credits'::regnamespace"
    ).fetchall()
    for (name,) in (*functions, ("uid",), ("jwt",)):
        conn.execute(
            f"create function pg_temp.{name}(variadic any_args text[] default '{{}}') "
            "returns boolean language sql as 'select pg_temp.trip()'"
        )
    for name, base in TYPES.items():
        conn.execute(f"create domain pg_temp.{name} as {base} check (pg_temp.trip())")
    conn.execute("set local search_path = pg_temp, credits, public")


def answers(conn: Connection, user_id: UUID) -> dict[str, str]:
    """Call every function that the user may call, and return what came of each."""
    found: dict[str, str] = {}
    for function in list_public_functions(conn):
        arguments = usual_arguments(function, {"key": f"key of {function.name}"})
        try:
            with as_user(conn, user_id):
                function.call(conn, **arguments)
                found[function.signature] = "ok"
        except psycopg.Error as error:
            found[function.signature] = str(Refusal.of(error))
    return found


def test_temporary_objects_change_no_answer(db: Connection, user: UUID) -> None:
    """The shadows are there first: a session reads a function's types when it first calls it."""
    with as_user(db, user):
        shadow_everything(db)
    shadowed = answers(db, user)
    db.execute("discard temp; reset search_path")
    assert shadowed == answers(db, user)
    assert list(shadowed.values()).count("ok") >= 20


def test_the_trap_does_catch_a_function_that_looks_there(db: Connection, user: UUID) -> None:
    db.execute(
        "create function public.planted() returns integer language plpgsql security definer "
        "set search_path = '' as $$ declare v jsonb := '{}'; begin return 1; end $$;"
        "grant execute on function public.planted() to authenticated"
    )
    with as_user(db, user):
        shadow_everything(db)
    with pytest.raises(psycopg.Error, match="shadow"), as_user(db, user):
        db.execute("select public.planted()")
    db.execute("reset search_path")
