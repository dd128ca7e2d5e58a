"""What every table, view and type of ours is, and the file of its policies."""

from __future__ import annotations

import re

from scripts.migrations import Tree
from tests.support import Connection

OURS = "('public'::regnamespace, 'credits'::regnamespace)"
COLUMNS = f"""
    from pg_attribute as a
    inner join pg_class as c on a.attrelid = c.oid
    where
        c.relnamespace in {OURS} and c.relkind in ('r', 'v', 'c')
        and a.attnum > 0 and not a.attisdropped
"""


def scan(conn: Connection, query: str) -> list[str]:
    """Run a query of one column."""
    return [row[0] for row in conn.execute(query.encode())]


# Policies that are about no table of ours.
OTHERS = {"cron", "realtime"}


def test_every_table_has_a_file_of_policies(db: Connection) -> None:
    tables = scan(
        db,
        "select relname from pg_class "
        "where relnamespace = 'credits'::regnamespace and relkind = 'r' order by 1",
    )
    files = sorted(path.stem for path in (Tree().root / "sql/policies").glob("*.sql"))
    assert [name for name in files if name not in OTHERS] == tables


def test_a_file_of_policies_closes_its_table_to_everybody_first() -> None:
    for path in (Tree().root / "sql/policies").glob("*.sql"):
        if path.stem not in OTHERS:
            text = path.read_text()
            assert f"alter table credits.{path.stem} enable row level security;\n" in text
            revoke = (
                f"revoke all on credits.{path.stem} "
                "from public, anon, authenticated, service_role;\n"
            )
            assert revoke in text, path.name
            assert "\ngrant" not in text.partition(revoke)[0], path.name


def test_every_view_has_a_comment(db: Connection) -> None:
    query = f"""
        select relname from pg_class
        where relnamespace in {OURS} and relkind = 'v' and obj_description(oid, 'pg_class') is null
    """
    assert scan(db, query) == []


def test_public_holds_no_table(db: Connection) -> None:
    query = "select relname from pg_class where relnamespace = 'public'::regnamespace"
    assert scan(db, query + " and relkind in ('r', 'p', 'm', 'f', 'S')") == []


def test_there_is_no_enum_and_no_inexact_number(db: Connection) -> None:
    assert (
        scan(db, f"select typname from pg_type where typtype = 'e' and typnamespace in {OURS}")
        == []
    )
    inexact = "('real'::regtype, 'double precision'::regtype, 'money'::regtype)"
    assert (
        scan(db, f"select c.relname || '.' || a.attname {COLUMNS} and a.atttypid in {inexact}")
        == []
    )
    query = f"""
        select p.oid::regprocedure::text from pg_proc as p
        where
            p.pronamespace in {OURS}
            and p.proargtypes::oid[] || p.prorettype && array['real'::regtype,
                'double precision'::regtype, 'money'::regtype]::oid[]
    """
    assert scan(db, query) == []


def test_times_are_named_so_and_have_a_zone(db: Connection) -> None:
    zoned = "(a.atttypid in ('timestamptz'::regtype, 'timestamptz[]'::regtype))"
    named = r"(a.attname ~ '_(at|date|start)$')"
    query = f"select c.relname || '.' || a.attname {COLUMNS} and {zoned} <> {named}"
    assert scan(db, query) == []
    unzoned = "('timestamp'::regtype, 'time'::regtype, 'timetz'::regtype)"
    assert (
        scan(db, f"select c.relname || '.' || a.attname {COLUMNS} and a.atttypid in {unzoned}")
        == []
    )


def test_names_are_lower_case_and_tables_plural(db: Connection) -> None:
    names = scan(db, f"select c.relname || '.' || a.attname {COLUMNS}")
    assert [
        name for name in names if not re.fullmatch(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*", name)
    ] == []
    tables = scan(
        db,
        "select relname from pg_class "
        "where relnamespace = 'credits'::regnamespace and relkind = 'r'",
    )
    irregular = {"audit_log", "outbox", "usage_daily"}
    assert [name for name in tables if not name.endswith("s") and name not in irregular] == []


def test_the_account_comes_first_in_every_key_of_a_table_of_accounts(db: Connection) -> None:
    """So that the tables can be distributed by account, and one account's rows lie together."""
    query = """
        select i.indexrelid::regclass::text
        from pg_index as i
        inner join pg_class as c on i.indrelid = c.oid
        inner join pg_attribute as a on c.oid = a.attrelid and a.attname = 'account_id'
        where
            c.relnamespace = 'credits'::regnamespace
            and c.relname not in ('external_ids', 'outbox', 'audit_log')
            and i.indisunique
            and i.indkey[0] <> a.attnum
    """
    assert scan(db, query) == []
