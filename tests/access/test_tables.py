"""Nobody writes a table but the rules, and callers read exactly the columns in ``may_read/``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.support import Connection, as_caller

CALLERS = ("anon", "authenticated", "service_role", "credits_edge", "supabase_auth_admin")
MAY_READ = Path(__file__).parent / "may_read"
OURS = "c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)"
WRITES = ["insert", "update", "delete", "truncate", "references", "trigger"]
COLUMN_WRITES = ("insert", "update", "references")

BY_ROLE = pytest.mark.parametrize("role", CALLERS)


def list_relations(conn: Connection) -> list[tuple[str, str, list[str]]]:
    """List schema, name and columns of every table and view of ours."""
    return conn.execute(
        f"""
        select c.relnamespace::regnamespace::text, c.relname, array_agg(a.attname order by a.attnum)
        from pg_class as c
        inner join pg_attribute as a on c.oid = a.attrelid
        where
            {OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and a.attnum > 0 and not a.attisdropped
        group by c.oid
        order by 1, 2
        """
    ).fetchall()


@BY_ROLE
def test_a_role_has_no_right_to_write_any_table_or_column(installed: Connection, role: str) -> None:
    writes = [*WRITES, "maintain"] if installed.info.server_version >= 170000 else WRITES
    found = installed.execute(
        f"""
        select c.oid::regclass::text, p.privilege
        from pg_class as c, unnest(%(writes)s::text[]) as p (privilege)
        where
            {OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and has_table_privilege(%(role)s, c.oid, p.privilege)
        union all
        select c.oid::regclass::text, p.privilege
        from pg_class as c, unnest(%(column_writes)s::text[]) as p (privilege)
        where
            {OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f')
            and has_any_column_privilege(%(role)s, c.oid, p.privilege)
        union all
        select c.oid::regclass::text, 'usage'
        from pg_class as c
        where {OURS} and case
            when c.relkind = 'S'
                then has_sequence_privilege(%(role)s, c.oid, 'usage, select, update')
        end
        union all
        select 'credits', 'create' where has_schema_privilege(%(role)s, 'credits', 'create')
        """,
        {"role": role, "writes": writes, "column_writes": list(COLUMN_WRITES)},
    )
    assert found.fetchall() == []


def refused(conn: Connection, role: str, query: sql.Composed) -> str:
    """Run a statement as a role, and return the error's code, or the statement if it worked."""
    try:
        with as_caller(conn, role, {"role": role}):
            conn.execute(query)
    except psycopg.Error as error:
        return error.sqlstate or ""
    return query.as_string(conn)


def list_writes(schema: str, name: str, columns: list[str]) -> list[sql.Composed]:
    """List one statement of each kind that would change a table or view."""
    table = sql.Identifier(schema, name)
    words = ["insert into {} default values", "delete from {}"]
    if schema == "credits":
        words += ["truncate {}", "lock table {} in exclusive mode", "drop table {}"]
    updates = [
        sql.SQL("update {} set {} = default").format(table, sql.Identifier(column))
        for column in columns
    ]
    return [sql.SQL(word).format(table) for word in words] + updates


@BY_ROLE
def test_every_write_of_a_role_is_refused(db: Connection, role: str) -> None:
    """Some views cannot be written by anybody, which PostgreSQL sees first: 55000 and 0A000."""
    for schema, name, columns in list_relations(db):
        answers = {refused(db, role, query) for query in list_writes(schema, name, columns)}
        assert answers <= ({"42501"} if schema == "credits" else {"42501", "55000", "0A000"})


@BY_ROLE
def test_a_role_reads_exactly_the_listed_columns(installed: Connection, role: str) -> None:
    lines = (MAY_READ / f"{role}.txt").read_text().splitlines()
    may_read = {name: words.split() for name, words in (line.split(": ") for line in lines)}
    found: dict[str, list[str]] = {}
    for schema, name, columns in list_relations(installed):
        readable = [
            column
            for column in columns
            if installed.execute(
                "select has_column_privilege(%s, to_regclass(%s), %s, 'select')",
                [role, f"{schema}.{name}", column],
            ).fetchone()
            == (True,)
        ]
        if readable:
            found[f"{schema}.{name}"] = readable
    assert found == may_read


def test_the_private_columns_of_the_ledger_stay_private() -> None:
    """The list could be edited carelessly: these are never to appear in it."""
    private = {"provider_cost", "hash", "last_hash", "request", "scope", "actor", "email"}
    private |= {"requested_at", "month_spent"}
    lines = [line for path in MAY_READ.iterdir() for line in path.read_text().splitlines()]
    assert not private & {word for line in lines for word in line.split()}
    # The key of a hold is what the back end finds a lost one by.
    with_key = {line.split(":")[0] for line in lines if "key" in line.split()}
    assert with_key == {"credits.holds", "public.credit_holds"}


def test_every_view_reads_with_the_rights_of_its_reader(installed: Connection) -> None:
    found: list[Any] = installed.execute(
        f"""
        select c.relname from pg_class as c
        where
            {OURS} and c.relkind = 'v'
            and not coalesce(c.reloptions, '{{}}') @> '{{security_invoker=true}}'
        """
    ).fetchall()
    assert found == []


def test_nothing_of_ours_is_published_or_unlogged(installed: Connection) -> None:
    assert (
        installed.execute("select pubname, tablename from pg_publication_tables").fetchall() == []
    )
    query = f"select c.relname from pg_class as c where {OURS} and c.relpersistence <> 'p'"
    assert installed.execute(query).fetchall() == []
