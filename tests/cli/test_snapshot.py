"""``pgcredits snapshot``: what it freezes, in which order, and what it refuses."""

from __future__ import annotations

import hashlib

import psycopg

from scripts.migrations import Tree
from tests.cli.conftest import FIRST, Run, write_function


def test_check_names_what_is_not_frozen_and_changes_nothing(tree: Tree, run: Run) -> None:
    result = run("snapshot", "--check")
    assert result.exit_code == 1
    assert "not frozen: sql/functions/access/one.sql" in result.output
    assert len(tree.migrations()) == 1
    assert not tree.sums_file.exists()


def test_a_snapshot_begins_with_the_guard_and_orders_by_domain_then_policies(
    tree: Tree, run: Run
) -> None:
    (tree.root / "sql/policies/aaa.sql").write_text("select 1;\n")
    (tree.root / "sql/functions/api").mkdir()
    write_function(tree.root / "sql/functions/api/aaa.sql", "aaa", "select 1")
    assert run("snapshot", "first").exit_code == 0
    newest = tree.migrations()[-1]
    lines = newest.text.splitlines()
    assert lines[0] == (
        f"insert into credits.migrations (id, parent_id) values ('{newest.file_id}', '{FIRST}');"
    )
    assert lines[1] == "select set_config('lock_timeout', '4s', true);"
    assert list(newest.sections()) == [
        "sql/functions/access/one.sql",
        "sql/functions/ledger/two.sql",
        "sql/functions/api/aaa.sql",
        "sql/policies/aaa.sql",
    ]
    assert run("snapshot", "--check").exit_code == 0


def test_a_section_holds_the_file_and_its_sum(tree: Tree, run: Run) -> None:
    run("snapshot", "first")
    path = "sql/functions/ledger/two.sql"
    content = (tree.root / path).read_bytes()
    section = tree.migrations()[-1].sections()[path]
    assert section is not None
    assert section.text.encode() == content
    assert section.sum == hashlib.sha256(content).hexdigest()


def test_only_what_changed_is_frozen_again(tree: Tree, run: Run, empty_db: str) -> None:
    run("snapshot", "first")
    write_function(tree.root / "sql/functions/ledger/two.sql", "two", "select 8")
    run("snapshot", "second")
    assert list(tree.migrations()[-1].sections()) == ["sql/functions/ledger/two.sql"]
    assert run("migrate", "up", url=empty_db).exit_code == 0
    with psycopg.connect(empty_db) as conn:
        assert conn.execute("select credits.one()").fetchone() == (7,)


def test_ids_grow_even_within_one_second(tree: Tree, run: Run) -> None:
    for number in range(3):
        write_function(tree.root / "sql/functions/ledger/two.sql", "two", f"select {number}")
        assert run("snapshot", f"number_{number}").exit_code == 0
    ids = [migration.file_id for migration in tree.migrations()]
    assert len(ids) == 4
    assert run("verify").exit_code == 0


def test_a_deleted_source_is_reported_until_a_migration_retires_it(tree: Tree, run: Run) -> None:
    run("snapshot", "first")
    (tree.root / "sql/functions/access/one.sql").unlink()
    result = run("snapshot", "--check")
    assert result.exit_code == 1
    assert "deleted: sql/functions/access/one.sql" in result.output
    parent = tree.migrations()[-1].file_id
    (tree.migrations_dir / "20990101000000_drop_one.sql").write_text(
        f"insert into credits.migrations (id, parent_id) values ('20990101000000', '{parent}');\n"
        "-- retired: sql/functions/access/one.sql\ndrop function credits.one();\n"
    )
    assert "recorded 20990101000000_drop_one.sql" in run("snapshot", "drop_one").output
    assert run("snapshot", "--check").exit_code == 0
    assert run("verify").exit_code == 0


def test_an_edited_migration_is_never_recorded_anew(tree: Tree, run: Run) -> None:
    run("snapshot", "first")
    before = tree.sums_file.read_text()
    path = tree.migrations()[0].path
    path.write_text(path.read_text() + "-- later\n")
    write_function(tree.root / "sql/functions/ledger/two.sql", "two", "select 9")
    result = run("snapshot", "second")
    assert result.exit_code == 1
    assert f"{path.name} was edited" in result.output
    assert tree.sums_file.read_text() == before
    assert len(tree.migrations()) == 2


def test_a_source_outside_the_known_domains_is_refused(tree: Tree, run: Run) -> None:
    (tree.root / "sql/functions/misc").mkdir()
    write_function(tree.root / "sql/functions/misc/x.sql", "x", "select 1")
    result = run("snapshot", "first")
    assert result.exit_code == 1
    assert "sql/functions/misc/x.sql is in no domain" in result.output


def test_a_source_that_could_not_be_read_back_is_refused(tree: Tree, run: Run) -> None:
    path = tree.root / "sql/functions/ledger/two.sql"
    text = path.read_text()
    for broken in (
        text + "\n",
        text.replace("\n", "\r\n"),
        text + "-- source: x sha256:" + "0" * 64 + "\n",
    ):
        path.write_bytes(broken.encode())
        assert run("snapshot", "first").exit_code == 1


def test_a_name_that_is_no_name_is_refused(tree: Tree, run: Run) -> None:
    for name in ("Upper", "a-b", "../x", ""):
        assert run("snapshot", name).exit_code == 1
    assert len(tree.migrations()) == 1
