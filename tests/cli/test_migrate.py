"""``pgcredits migrate``: on real databases, alone and together with other runners."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg
import pytest

from scripts.errors import CommandError
from scripts.migrate import find_pending
from scripts.migrations import Tree
from tests.cli.conftest import FOUNDATION, Run, write_function


@pytest.fixture
def frozen(tree: Tree, run: Run) -> Tree:
    """The small repository with its functions frozen."""
    assert run("snapshot", "functions").exit_code == 0
    return tree


def count(url: str, query: str) -> object:
    with psycopg.connect(url) as conn:
        row = conn.execute(query.encode()).fetchone()
        return row and row[0]


@pytest.mark.usefixtures("frozen")
def test_up_applies_every_file_once(run: Run, empty_db: str) -> None:
    first, second = run("migrate", "up", url=empty_db), run("migrate", "up", url=empty_db)
    assert "2 applied, 2 in all" in first.output
    assert "0 applied, 2 in all" in second.output
    assert count(empty_db, "select credits.one()") == 1


def test_up_applies_the_platform_first_when_asked(frozen: Tree, run: Run, empty_db: str) -> None:
    frozen.platform_file.write_text("create schema auth;\n")
    result = run("migrate", "up", "--platform", url=empty_db)
    assert result.exit_code == 0
    assert count(empty_db, "select to_regnamespace('auth')") == "auth"


@pytest.mark.usefixtures("frozen")
def test_status_tells_what_is_applied_and_what_is_pending(
    tree: Tree, run: Run, empty_db: str
) -> None:
    assert run("migrate", "status", url=empty_db).output.count("pending") == 2
    run("migrate", "up", url=empty_db)
    write_function(tree.root / "sql/functions/ledger/two.sql", "two", "select 3")
    run("snapshot", "three")
    lines = run("migrate", "status", url=empty_db).output.splitlines()
    assert [line.split()[0] == "pending" for line in lines] == [False, False, True]


@pytest.mark.usefixtures("frozen")
def test_unknown_ids_are_named_and_stop_an_upgrade(run: Run, empty_db: str) -> None:
    run("migrate", "up", url=empty_db)
    with psycopg.connect(empty_db) as conn:
        conn.execute(
            "insert into credits.migrations (id, parent_id) "
            "select '20990101000000', max(id) from credits.migrations"
        )
    assert "20990101000000" in run("migrate", "status", url=empty_db).output
    result = run("migrate", "up", url=empty_db)
    assert result.exit_code == 1
    assert "20990101000000" in result.output
    assert "Next: " in result.output


def test_an_edited_file_is_refused(frozen: Tree, run: Run, empty_db: str) -> None:
    path = frozen.migrations()[1].path
    path.write_text(path.read_text() + "select 1;\n")
    result = run("migrate", "up", url=empty_db)
    assert result.exit_code == 1
    assert f"{path.name} was edited" in result.output
    assert count(empty_db, "select to_regnamespace('credits')") is None


def test_a_file_that_fails_leaves_nothing_and_keeps_those_before(
    frozen: Tree, run: Run, empty_db: str
) -> None:
    bad = frozen.migrations_dir / "20990101000000_bad.sql"
    parent = frozen.migrations()[-1].file_id
    bad.write_text(
        f"insert into credits.migrations (id, parent_id) values ('20990101000000', '{parent}');\n"
        "create table credits.half ();\nselect 1 / 0;\n"
    )
    run("snapshot", "none")
    result = run("migrate", "up", url=empty_db)
    assert result.exit_code == 1
    assert "Error: 20990101000000_bad.sql: division by zero (22012)" in result.output
    assert "Traceback" not in result.output
    assert count(empty_db, "select to_regclass('credits.half')") is None
    assert count(empty_db, "select count(*) from credits.migrations") == 2


def test_a_file_that_does_not_enter_itself_is_undone(tree: Tree, run: Run, empty_db: str) -> None:
    (tree.migrations_dir / "20990101000000_silent.sql").write_text("create table credits.x ();\n")
    run("snapshot", "functions")
    result = run("migrate", "up", url=empty_db)
    assert result.exit_code == 1
    assert "does not enter itself" in result.output
    assert count(empty_db, "select to_regclass('credits.x')") is None


def test_a_database_with_a_gap_is_refused(frozen: Tree) -> None:
    migrations = frozen.migrations()
    applied = {migrations[1].file_id: datetime.now(UTC)}
    with pytest.raises(CommandError, match="but has a later one"):
        find_pending(migrations, applied)


def test_ten_runners_at_once_end_in_one_installation(frozen: Tree, empty_db: str) -> None:
    command = [sys.executable, "-c", "from scripts.cli import main; main()"]
    command += ["--root", str(frozen.root), "migrate", "up", "--platform"]
    env = {**os.environ, "CREDITS_DATABASE_URL": empty_db}

    def start(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)

    with ThreadPoolExecutor(10) as pool:
        results = list(pool.map(start, range(10)))
    assert [r.returncode for r in results] == [0] * 10, [r.stderr for r in results]
    assert sum(r.stdout.count("applied 2") for r in results) == 2
    assert count(empty_db, "select count(*) from credits.migrations") == 2


@pytest.mark.skipif(shutil.which("psql") is None, reason="psql is not installed")
def test_psql_installs_the_same_files_and_refuses_them_the_second_time(
    frozen: Tree, run: Run, empty_db: str
) -> None:
    def psql(name: str) -> subprocess.CompletedProcess[str]:
        command = ["psql", "-X", "--single-transaction", "-v", "ON_ERROR_STOP=1", "-d", empty_db]
        file = frozen.migrations_dir / name
        return subprocess.run([*command, "-f", str(file)], capture_output=True, text=True)

    names = [migration.path.name for migration in frozen.migrations()]
    assert psql(names[1]).returncode != 0, "out of order"
    assert [psql(name).returncode for name in names] == [0, 0]
    again = psql(names[1])
    assert "migrations_pkey" in again.stderr
    assert "0 applied, 2 in all" in run("migrate", "up", url=empty_db).output


@pytest.mark.usefixtures("frozen")
def test_a_runner_overtaken_by_psql_goes_on(run: Run, empty_db: str) -> None:
    """Psql takes none of our locks: its open transaction makes our first statement wait."""
    with psycopg.connect(empty_db) as other, ThreadPoolExecutor(1) as pool:
        other.execute(FOUNDATION.encode())
        overtaken = pool.submit(run, "migrate", "up", url=empty_db)
        with psycopg.connect(empty_db, autocommit=True) as watch:
            waiting = "select count(*) from pg_locks where not granted"
            while watch.execute(waiting).fetchone() == (0,) and not overtaken.done():
                pass
        other.commit()
        result = overtaken.result(30)
    assert result.exit_code == 0, result.output
    assert "1 applied, 2 in all" in result.output
