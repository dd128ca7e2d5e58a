"""The bodies of the functions, which no linter sees: checked by plpgsql_check and by PostgreSQL."""

from __future__ import annotations

import psycopg
import psycopg.types.json
import pytest

from scripts.migrations import Tree
from tests.support import Connection

# The table on which each trigger function is checked.
TRIGGERS = {
    "credits.on_auth_user_change()": "auth.users",
    "credits.refuse_change()": "credits.transactions",
}
CHECK = """
    select p.oid::regprocedure::text, c.lineno, c.level, c.message, c.detail
    from pg_proc as p
    inner join pg_language as l on p.prolang = l.oid
    cross join lateral plpgsql_check_function_tb(
        p.oid,
        relid => coalesce(to_regclass(%(triggers)s::jsonb ->> p.oid::regprocedure::text), 0),
        fatal_errors => false,
        other_warnings => true,
        extra_warnings => true,
        performance_warnings => true,
        security_warnings => true
    ) as c
    where
        l.lanname = 'plpgsql'
        and p.pronamespace in ('public'::regnamespace, 'credits'::regnamespace)
        -- A domain's value that is returned as its base type costs nothing.
        and c.message <> 'target type is different type than source type'
    order by 1, 2
"""


@pytest.fixture
def checker(db: Connection) -> Connection:
    """A connection with the extension plpgsql_check, for the length of the test."""
    available = "select from pg_available_extensions where name = 'plpgsql_check'"
    if db.execute(available).fetchone() is None:
        version = db.info.server_version // 10000
        pytest.skip(
            f"PostgreSQL {version} here has no plpgsql_check: the bodies are NOT CHECKED "
            f"(Debian: postgresql-{version}-plpgsql-check)"
        )
    db.execute("create extension plpgsql_check")
    return db


def check(conn: Connection) -> list[str]:
    """Run the checker over every function of ours, and return what it says."""
    triggers = psycopg.types.json.Jsonb(TRIGGERS)
    return [str(row) for row in conn.execute(CHECK, {"triggers": triggers})]


def test_plpgsql_check_finds_nothing(checker: Connection) -> None:
    assert check(checker) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "declare v text; begin select a.nothing into v from credits.accounts as a; end",
            "nothing",
        ),
        ("declare v_unused text; begin null; end", "unused"),
        ("begin execute 'select ' || p_text; end", "injection"),
    ],
)
def test_plpgsql_check_finds_what_is_planted(checker: Connection, body: str, words: str) -> None:
    checker.execute(
        "create function credits.planted(p_text text) returns void language plpgsql "
        f"set search_path = pg_catalog, pg_temp as $$ {body} $$"
    )
    found = check(checker)
    assert len(found) >= 1
    assert words in str(found)


def test_every_trigger_function_is_checked_on_its_table(db: Connection) -> None:
    found = db.execute(
        "select oid::regprocedure::text from pg_proc where prorettype = 'trigger'::regtype "
        "and pronamespace = 'credits'::regnamespace"
    ).fetchall()
    assert {row[0] for row in found} == TRIGGERS.keys()


def test_all_sources_can_be_applied_again_with_their_bodies_checked(db: Connection) -> None:
    """In the order of their files, with everything there already: PostgreSQL reads each body."""
    db.execute("set local check_function_bodies = on")
    for source in Tree().sources():
        db.execute(source.text.encode())
    with pytest.raises(psycopg.Error), db.transaction():
        db.execute("create function credits.planted() returns int language sql as 'select x'")
