"""A migration that meets a lock gives up after 4 seconds; who spends meanwhile only waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import psycopg
import pytest

from scripts.migrations import Migration, Tree
from scripts.snapshot import render
from tests.concurrency.load import connect, open_account, spend
from tests.faults.conftest import run_file
from tests.faults.servers import dump_schema

LATER = "20990101000000"


def test_every_migration_limits_its_wait_for_locks(platform_db: str, released: Tree) -> None:
    for migration in released.migrations():
        with psycopg.connect(platform_db) as conn:
            conn.execute("set lock_timeout = 0")
            conn.execute(migration.text.encode())
            assert conn.execute("show lock_timeout").fetchone() == ("4s",), migration.path.name


@pytest.fixture
def later(fresh_db: str, tmp_path: Path) -> Migration:
    """A migration like those to come: it changes a table in use, with the head that all have."""
    with psycopg.connect(fresh_db) as conn:
        found = conn.execute("select max(id) from credits.migrations").fetchone()
        assert found is not None
    path = tmp_path / f"{LATER}_later.sql"
    change = "alter table credits.accounts add column later integer;\n"
    path.write_text(render(LATER, found[0], []) + change)
    assert Migration(path).log_ids == (LATER, found[0])
    return Migration(path)


def test_a_migration_that_meets_a_lock_gives_up_and_changes_nothing(
    fresh_db: str, later: Migration
) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = open_account(conn, 10_000)
    before = dump_schema(fresh_db)
    with (
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(fresh_db) as reader,
        connect(fresh_db) as conn,
    ):
        reader.execute("select count(*) from credits.accounts")  # a report that takes its time
        migrating = pool.submit(run_file, fresh_db, later.path)
        conn.execute("set statement_timeout = '8s'")
        for number in range(1000):
            assert spend(conn, account_id, 1, f"{number}")[0] == "ok"
            if wait([migrating], 0.05).done:
                break
        complaint = migrating.result(60)
    assert "lock timeout" in complaint
    assert dump_schema(fresh_db) == before
    assert run_file(fresh_db, later.path) == ""
