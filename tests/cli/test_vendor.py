"""``pgcredits vendor``: copies for a Supabase project, each once and in order."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from scripts.migrations import Tree
from tests.cli.conftest import Run, write_function


@pytest.fixture
def project(run: Run, tmp_path: Path) -> Path:
    """A host project with a migration of its own, dated later than today."""
    assert run("snapshot", "functions").exit_code == 0
    folder = tmp_path / "app/supabase/migrations"
    folder.mkdir(parents=True)
    (folder / "20981231235959_own.sql").write_text("create table public.own ();\n")
    return tmp_path / "app"


def copies(project: Path) -> list[Path]:
    return sorted((project / "supabase/migrations").glob("*_pgcredits_*.sql"))


def test_copies_come_after_everything_there_and_in_order(
    tree: Tree, project: Path, run: Run
) -> None:
    result = run("vendor", str(project))
    assert result.exit_code == 0, result.output
    assert [path.name for path in copies(project)] == [
        "20990101000000_pgcredits_foundation.sql",
        "20990101000001_pgcredits_functions.sql",
    ]
    assert [path.read_bytes() for path in copies(project)] == [
        migration.path.read_bytes() for migration in tree.migrations()
    ]


def test_nothing_is_copied_twice(tree: Tree, project: Path, run: Run) -> None:
    run("vendor", str(project))
    assert "0 copied, 2 there already" in run("vendor", str(project / "supabase")).output
    write_function(tree.root / "sql/functions/ledger/two.sql", "two", "select 6")
    run("snapshot", "six")
    result = run("vendor", str(project / "supabase/migrations"))
    assert "1 copied, 2 there already" in result.output
    assert len(copies(project)) == 3


def test_the_project_installs_in_the_order_of_its_files(
    project: Path, run: Run, empty_db: str
) -> None:
    run("vendor", str(project))
    for path in sorted((project / "supabase/migrations").glob("*.sql")):
        with psycopg.connect(empty_db) as conn:
            conn.execute(path.read_bytes())
    assert "0 applied, 2 in all" in run("migrate", "up", url=empty_db).output


def test_a_copy_that_was_edited_is_named(project: Path, run: Run) -> None:
    run("vendor", str(project))
    edited = copies(project)[1]
    edited.write_text(edited.read_text() + "-- ours\n")
    result = run("vendor", str(project))
    assert result.exit_code == 1
    assert edited.name in result.output


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path, run: Run) -> None:
    run("snapshot", "functions")
    result = run("vendor", str(tmp_path))
    assert result.exit_code == 1
    assert "supabase init" in result.output
