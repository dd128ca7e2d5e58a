"""However a database got its migrations, it ends in one state: nothing less, nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from scripts.migrations import Tree
from scripts.snapshot import render
from tests.concurrency.load import apply_catalog, open_account, seeded_random, spend
from tests.conftest import new_database
from tests.faults.conftest import migrate, run_file
from tests.faults.servers import dump, dump_schema
from tests.support import Connection, find_violations, sign_up

INSTALLS = 10


@pytest.fixture(scope="session")
def fresh_schema(cluster_dsn: str, released: Tree) -> Iterator[list[str]]:
    """The dump of a database that got all migrations at once."""
    with new_database(cluster_dsn) as dsn:
        with psycopg.connect(dsn) as conn:
            conn.execute(released.platform_file.read_bytes())
        migrate(dsn, released.migrations())
        yield dump_schema(dsn)


def put_data(conn: Connection) -> None:
    """Leave in a database what its state of migration can hold: from users to a history."""
    sign_up(conn, "early@example.org")
    if conn.execute("select to_regclass('credits.accounts')").fetchone() == (None,):
        return
    if conn.execute("select to_regproc('public.apply_credit_catalog')").fetchone() == (None,):
        user_id = sign_up(conn)
        conn.execute(
            "insert into credits.accounts (id, kind, owner_id) values (%s, 'personal', %s)",
            [user_id, user_id],
        )
        return
    apply_catalog(conn)
    account_id = open_account(conn, 100)
    assert spend(conn, account_id, 7, "before the upgrade")[0] == "ok"


def number_of_states() -> int:
    """Return how many states there are before the last migration: none, the first, and so on."""
    tree = Tree()
    return len(tree.migrations()) + bool(tree.unfrozen())


# Tables that are ahead of their rules take no catalog: what a database holds then is from before.
STATES_WITHOUT_NEW_DATA = {3: 2}


@pytest.mark.parametrize("count", range(number_of_states()))
def test_an_upgrade_with_data_in_place_ends_like_a_fresh_installation(
    platform_db: str, released: Tree, fresh_schema: list[str], count: int
) -> None:
    migrations = released.migrations()
    with_data = STATES_WITHOUT_NEW_DATA.get(count, count)
    assert migrate(platform_db, migrations[:with_data]) == with_data
    with psycopg.connect(platform_db) as conn:
        put_data(conn)
    assert migrate(platform_db, migrations[:count]) == count - with_data
    if with_data < count:
        with psycopg.connect(platform_db, autocommit=True) as conn:
            accounts = conn.execute("select id from credits.accounts where balance >= 1").fetchall()
            assert accounts
            for (account_id,) in accounts:
                assert spend(conn, account_id, 1, "between")[0] == "ok"
    assert migrate(platform_db, migrations) == len(migrations) - count
    assert dump_schema(platform_db) == fresh_schema
    with psycopg.connect(platform_db) as conn:
        assert find_violations(conn) == []
        apply_catalog(conn)
        conn.execute("select public.grant_initial_credits()")
        for (user_id,) in conn.execute("select id from auth.users").fetchall():
            assert spend(conn, user_id, 1, "after the upgrade")[0] == "ok"
        assert find_violations(conn) == []


def test_psql_ends_like_pgcredits_migrate(
    platform_db: str, released: Tree, fresh_schema: list[str]
) -> None:
    assert [run_file(platform_db, m.path) for m in released.migrations()] == [""] * len(
        released.migrations()
    )
    assert dump_schema(platform_db) == fresh_schema


def test_a_migration_that_runs_again_refuses_and_changes_nothing(
    platform_db: str, released: Tree
) -> None:
    migrate(platform_db, released.migrations())
    with psycopg.connect(platform_db) as conn:
        put_data(conn)
    before = dump(platform_db)
    for migration in released.migrations():
        assert "already exists" in run_file(platform_db, migration.path)
    assert dump(platform_db) == before


def test_a_migration_that_runs_too_early_refuses_and_changes_nothing(
    platform_db: str, released: Tree
) -> None:
    migrations = released.migrations()
    for count in range(len(migrations) - 1):
        before = dump(platform_db)
        for migration in migrations[count + 1 :]:
            complaint = run_file(platform_db, migration.path)
            assert "credits.migrations" in complaint or "migrations_parent_id_fkey" in complaint
        assert dump(platform_db) == before
        migrate(platform_db, migrations[: count + 1])


def test_later_migrations_run_once_each_in_order_and_never_as_a_fork(
    platform_db: str, released: Tree, tmp_path: Path
) -> None:
    """Two migrations to come, and a third whose parent is that of the first: a fork."""
    migrate(platform_db, released.migrations())
    parent = released.migrations()[-1].file_id
    paths = {name: tmp_path / f"{name}.sql" for name in ("first", "second", "fork")}
    for name, own_id, its_parent in [
        ("first", "20990101000001", parent),
        ("second", "20990101000002", "20990101000001"),
        ("fork", "20990101000003", parent),
    ]:
        paths[name].write_text(
            render(own_id, its_parent, []) + f"create table credits.{name} ();\n"
        )
    before = dump(platform_db)
    assert "migrations_parent_id_fkey" in run_file(platform_db, paths["second"])
    assert dump(platform_db) == before
    assert run_file(platform_db, paths["first"]) == ""
    before = dump(platform_db)
    assert "migrations_parent_id_key" in run_file(platform_db, paths["fork"])
    assert "migrations_pkey" in run_file(platform_db, paths["first"])
    assert dump(platform_db) == before
    assert run_file(platform_db, paths["second"]) == ""


def test_applying_all_sources_again_changes_nothing(
    platform_db: str, released: Tree, fresh_schema: list[str]
) -> None:
    migrate(platform_db, released.migrations())
    with psycopg.connect(platform_db) as conn:
        put_data(conn)
        conn.execute("set local check_function_bodies = off")
        for source in released.sources():
            conn.execute(source.text.encode())
    assert dump_schema(platform_db) == fresh_schema


def test_ten_installations_at_once_by_psql_and_pgcredits_end_in_one(
    platform_db: str, released: Tree, fresh_schema: list[str]
) -> None:
    """Psql knows nothing of the others: what it may not do is refused by the file itself."""
    rng = seeded_random()
    migrations = released.migrations()

    def install(is_psql: bool) -> int:
        if not is_psql:
            return migrate(platform_db, migrations)
        return sum(run_file(platform_db, m.path) == "" for m in migrations)

    runners = rng.sample([True, False] * (INSTALLS // 2), INSTALLS)
    with ThreadPoolExecutor(INSTALLS) as pool:
        applied = list(pool.map(install, runners))
    assert sum(applied) == len(migrations)
    assert dump_schema(platform_db) == fresh_schema
