"""The migrations as a release would ship them: what is not frozen yet is frozen in a copy."""

from __future__ import annotations

import shutil
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from scripts.cli import main
from scripts.migrate import apply_pending
from scripts.migrations import Migration, Tree
from tests.faults.servers import run_program


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """A copy of ``sql/`` in which everything is frozen: at least two migrations."""
    root = tmp_path_factory.mktemp("released")
    shutil.copytree(Tree().root / "sql", root / "sql")
    tree = Tree(root)
    if tree.unfrozen() or tree.broken_sums():
        result = CliRunner().invoke(main, ["--root", str(root), "snapshot", "rest"])
        assert result.exit_code == 0, result.output
    assert len(tree.migrations()) >= 2
    return tree


@pytest.fixture
def platform_db(empty_db: str, released: Tree) -> str:
    """The address of a database that is ready for the first migration."""
    with psycopg.connect(empty_db) as conn:
        conn.execute(released.platform_file.read_bytes())
    return empty_db


def migrate(dsn: str, migrations: list[Migration]) -> int:
    """Bring a database to the last of these migrations, and say how many it needed."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        return len(list(apply_pending(conn, migrations)))


def run_file(dsn: str, path: Path) -> str:
    """Run a migration as an administrator does, with psql; return what it complains about."""
    arguments = ["--no-psqlrc", "--single-transaction", "--set", "ON_ERROR_STOP=1"]
    done = run_program(dsn, "psql", *arguments, "--file", str(path))
    assert bool(done.returncode) == ("ERROR:" in done.stderr), done.stderr
    return done.stderr if done.returncode else ""
