"""A backup taken under load is a whole installation: the books, the chain, the privileges."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg

from tests.concurrency.load import apply_catalog, connect, open_account, request, spend
from tests.faults.servers import dump_schema, run_program
from tests.faults.state import read_state
from tests.support import find_violations, sign_up

WORKERS = 4
# No list of privileges means the default ones: what they are is spelled out.
PRIVILEGES = """
    with objects (kind, name, acl, remark) as (
        select 'table', c.oid::regclass::text, coalesce(c.relacl, acldefault('r', c.relowner)),
            c.relrowsecurity::text
        from pg_class as c where c.relkind in ('r', 'v') and c.oid >= 16384
        union all
        select 'column', a.attrelid::regclass || '.' || a.attname, a.attacl, null
        from pg_attribute as a where a.attacl is not null and a.attrelid >= 16384
        union all
        select 'function', p.oid::regprocedure::text,
            coalesce(p.proacl, acldefault('f', p.proowner)),
            p.prosecdef::text || p.proconfig::text
        from pg_proc as p where p.oid >= 16384
        union all
        select 'schema', n.nspname, coalesce(n.nspacl, acldefault('n', n.nspowner)), null
        from pg_namespace as n where n.nspname in ('credits', 'public', 'auth')
        union all
        select 'default privileges', d.defaclrole::regrole::text, d.defaclacl,
            d.defaclobjtype::text
        from pg_default_acl as d
        union all
        select 'policy', p.polrelid::regclass || '.' || p.polname, null,
            p.polroles::regrole[]::text || pg_get_expr(p.polqual, p.polrelid)
        from pg_policy as p
        union all
        select 'trigger', t.tgrelid::regclass || '.' || t.tgname, null,
            t.tgenabled::text || pg_get_triggerdef(t.oid)
        from pg_trigger as t where not t.tgisinternal
    )
    select kind, name, array(select a::text from unnest(acl) as a order by 1), remark
    from objects
    order by 1, 2
"""


def without_parentheses(dsn: str) -> list[str]:
    """Dump the schema; a constraint with ``between`` loses some parentheses in a restore."""
    return [line.translate(str.maketrans("", "", "()")) for line in dump_schema(dsn)]


def test_a_backup_under_load_restores_to_right_books_and_the_same_privileges(
    fresh_db: str, empty_db: str, tmp_path: Path
) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        sign_up(conn)
        account_id = open_account(conn, 100_000)
        first = spend(conn, account_id, 5, "first")
    stop = threading.Event()

    def spend_on(name: int) -> None:
        with connect(fresh_db) as conn:
            number = 0
            while not stop.is_set() and number < 20_000:
                assert spend(conn, account_id, 1, f"{name} {number}")[0] == "ok"
                number += 1

    workers = [threading.Thread(target=spend_on, args=[i]) for i in range(WORKERS)]
    for worker in workers:
        worker.start()
    archive = str(tmp_path / "backup")
    try:
        done = run_program(fresh_db, "pg_dump", "--format=custom", f"--file={archive}")
    finally:
        stop.set()
        for worker in workers:
            worker.join(60)
    assert done.returncode == 0, done.stderr
    restored = run_program(
        empty_db, "pg_restore", "--exit-on-error", "--single-transaction", archive
    )
    assert restored.returncode == 0, restored.stderr
    assert without_parentheses(empty_db) == without_parentheses(fresh_db)
    with psycopg.connect(fresh_db) as conn, psycopg.connect(empty_db) as copy:
        privileges = conn.execute(PRIVILEGES).fetchall()
        assert {row[0] for row in privileges} >= {"table", "column", "function", "policy"}
        assert copy.execute(PRIVILEGES).fetchall() == privileges
        assert find_violations(copy) == []
        assert spend(copy, account_id, 5, "first") == first
        assert spend(copy, account_id, 5, "after the restore")[0] == "ok"
        assert find_violations(copy) == []


def test_a_restored_backup_has_every_row(fresh_db: str, empty_db: str, tmp_path: Path) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        account_id = open_account(conn, 100)
        assert spend(conn, account_id, 5, "first")[0] == "ok"
        assert request(conn, "select public.run_credit_maintenance()")[0] == "ok"
    archive = str(tmp_path / "backup.sql")
    assert run_program(fresh_db, "pg_dump", f"--file={archive}").returncode == 0
    arguments = ["--no-psqlrc", "--single-transaction", "--set", "ON_ERROR_STOP=1"]
    restored = run_program(empty_db, "psql", *arguments, "--file", archive)
    assert restored.returncode == 0, restored.stderr
    with psycopg.connect(fresh_db) as conn, psycopg.connect(empty_db) as copy:
        assert read_state(copy) == read_state(conn)
        assert find_violations(copy) == []
