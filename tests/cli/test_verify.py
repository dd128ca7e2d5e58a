"""``pgcredits verify``: what it finds in files and in a database."""

from __future__ import annotations

import psycopg
import pytest

from scripts.migrations import Tree
from tests.cli.conftest import Run, write_function


@pytest.fixture(autouse=True)
def frozen(tree: Tree, run: Run) -> Tree:
    """The small repository with its functions frozen."""
    assert run("snapshot", "functions").exit_code == 0
    return tree


def test_what_is_whole_is_verified(run: Run) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert "verified 2 migrations (no database: CREDITS_DATABASE_URL is not set)" in result.output


def test_an_edited_a_missing_and_an_extra_file_are_found(tree: Tree, run: Run) -> None:
    first, second = (migration.path for migration in tree.migrations())
    first.write_text(first.read_text() + "\n")
    second.unlink()
    (tree.migrations_dir / "20990101000000_extra.sql").write_text("select 1;\n")
    result = run("verify")
    assert result.exit_code == 1
    assert f"{first.name} was edited" in result.output
    assert f"{second.name} is recorded but missing" in result.output
    assert "20990101000000_extra.sql is not recorded" in result.output


def test_a_forked_chain_is_found(tree: Tree, run: Run) -> None:
    fork = tree.migrations_dir / "20990101000000_fork.sql"
    parent = tree.migrations()[0].file_id
    fork.write_text(
        f"insert into credits.migrations (id, parent_id) values ('20990101000000', '{parent}');\n"
    )
    tree.record_sums()
    result = run("verify")
    assert result.exit_code == 1
    assert "20990101000000_fork.sql must insert" in result.output


def test_a_section_edited_together_with_the_sums_is_found(tree: Tree, run: Run) -> None:
    path = tree.migrations()[1].path
    path.write_text(path.read_text().replace("select 2", "select 3"))
    tree.record_sums()
    result = run("verify")
    assert result.exit_code == 1
    assert "the section of sql/functions/ledger/two.sql was edited" in result.output


def test_a_function_that_drifted_or_vanished_is_found(run: Run, empty_db: str) -> None:
    run("migrate", "up", url=empty_db)
    assert "and the database" in run("verify", url=empty_db).output
    with psycopg.connect(empty_db) as conn:
        conn.execute("drop function credits.one()")
        conn.execute(
            "create or replace function credits.two() returns integer language sql "
            "as $$ select 1000 $$"
        )
    result = run("verify", url=empty_db)
    assert result.exit_code == 1
    assert "credits.one of sql/functions/access/one.sql is not in the database" in result.output
    assert "credits.two is not as sql/functions/ledger/two.sql was frozen" in result.output
    assert run("verify", "--files-only", url=empty_db).exit_code == 0


def test_a_database_that_is_behind_is_compared_with_what_it_has(
    tree: Tree, run: Run, empty_db: str
) -> None:
    run("migrate", "up", url=empty_db)
    write_function(tree.root / "sql/functions/ledger/two.sql", "two", "select 5")
    run("snapshot", "five")
    assert run("verify", url=empty_db).exit_code == 0
