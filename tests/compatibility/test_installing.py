"""The views come when asked for, as often as asked, go again, and replace nothing of a host."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from scripts.cli import main
from scripts.dev.installations import find_installation
from scripts.migrations import ROOT, Tree
from tests.compatibility.views import COLUMNS, DOWN, UP, only, read
from tests.support import Connection, find_violations
from tests.wallets import funded_account

Run = Callable[..., Result]
PSQL_SECONDS = 60
STATE = """
    select c.relname, c.relacl::text, c.reloptions::text, pg_get_viewdef(c.oid),
        obj_description(c.oid)
    from pg_class as c where c.relname = any(%(names)s)
    union all
    select p.proname, p.proacl::text, p.proconfig::text, p.prosrc, obj_description(p.oid)
    from pg_proc as p where p.proname like 'compatible\\_%%'
    order by 1
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the repository's SQL whose sums are recorded."""
    shutil.copytree(ROOT / "sql", tmp_path / "sql")
    Tree(tmp_path).record_sums()
    return tmp_path


@pytest.fixture
def run(root: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call ``pgcredits`` on that copy: ``run(url, "migrate", "up")``."""

    def call(url: str, *arguments: str) -> Result:
        monkeypatch.setenv("CREDITS_DATABASE_URL", url)
        return CliRunner().invoke(main, ["--root", str(root), *arguments])

    return call


def state(conn: Connection) -> list[tuple[object, ...]]:
    """Return all that there is of the views and of their rules."""
    return conn.execute(STATE, {"names": list(COLUMNS)}).fetchall()


def psql(url: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Run a file with plain psql in one transaction."""
    command = [str(find_installation().bin_dir / "psql"), "-X", "-1", "-v", "ON_ERROR_STOP=1"]
    return subprocess.run(
        [*command, "-d", url, "-f", str(path)],
        capture_output=True,
        text=True,
        timeout=PSQL_SECONDS,
    )


def test_the_command_makes_the_views_of_a_database_in_use(fresh_db: str, run: Run) -> None:
    with psycopg.connect(fresh_db) as conn:
        user_id = funded_account(conn, 100)
    plain = run(fresh_db, "migrate", "up")
    with psycopg.connect(fresh_db) as conn:
        assert (plain.exit_code, state(conn)) == (0, [])
    result = run(fresh_db, "migrate", "up", "--compatibility")
    assert result.exit_code == 0, result.output
    assert "applied compatibility.sql" in result.output
    with psycopg.connect(fresh_db) as conn:
        assert only(read(conn, "user_credits", user_id))["balance"] == 100
        before = state(conn)
    assert len(before) == len(COLUMNS) + 3
    assert run(fresh_db, "migrate", "up", "--compatibility").exit_code == 0
    with psycopg.connect(fresh_db) as conn:
        assert state(conn) == before


def test_psql_makes_the_same_views_and_takes_them_away(fresh_db: str, run: Run) -> None:
    assert run(fresh_db, "migrate", "up", "--compatibility").exit_code == 0
    with psycopg.connect(fresh_db) as conn:
        made = state(conn)
    for path, left in ((DOWN, []), (DOWN, []), (UP, made), (UP, made)):
        assert psql(fresh_db, path).returncode == 0
        with psycopg.connect(fresh_db) as conn:
            assert state(conn) == left


def test_taking_the_views_away_takes_nothing_else(db: Connection) -> None:
    funded_account(db, 100)
    query = """
        select c.oid from pg_class as c
        where c.relnamespace in ('public'::regnamespace, 'credits'::regnamespace)
            and c.relname <> all(%(names)s)
        union
        select p.oid from pg_proc as p
        where p.pronamespace in ('public'::regnamespace, 'credits'::regnamespace)
            and p.proname not like 'compatible\\_%%'
    """
    before = set(db.execute(query, {"names": list(COLUMNS)}))
    db.execute(DOWN.read_bytes())
    assert set(db.execute(query, {"names": list(COLUMNS)})) == before
    assert find_violations(db) == []


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("kind", ["table {} (id integer)", "view {} as select 1 as id"])
def test_a_relation_of_the_host_is_not_touched(db: Connection, name: str, kind: str) -> None:
    db.execute(DOWN.read_bytes())
    db.execute(f"create {kind.format(f'public.{name}')}".encode())
    before = state(db)
    with pytest.raises(psycopg.Error, match="name_taken") as caught, db.transaction():
        db.execute(UP.read_bytes())
    assert caught.value.sqlstate == "PT409"
    assert caught.value.diag.message_detail == f'{{"relation": "{name}"}}'
    db.execute(DOWN.read_bytes())
    assert state(db) == before
    assert [row[0] for row in before] == [name]


def test_the_command_says_what_is_in_the_way(fresh_db: str, run: Run) -> None:
    with psycopg.connect(fresh_db) as conn:
        conn.execute("create table public.query_log (id integer primary key)")
    result = run(fresh_db, "migrate", "up", "--compatibility")
    assert result.exit_code == 1
    assert "compatibility.sql: name_taken (PT409)" in result.output
    assert "query_log" in result.output
    assert "Next: Schema public has a relation of this name" in result.output


def test_the_functions_can_be_replaced_under_the_views(db: Connection) -> None:
    """An upgrade applies sources anew while views stand on them."""
    before = state(db)
    db.execute("set local check_function_bodies = off")
    for source in Tree().sources():
        db.execute(source.text.encode())
    assert state(db) == before


def test_a_project_gets_a_copy_when_it_asks_and_another_when_that_is_old(
    root: Path, run: Run
) -> None:
    folder = root / "app/supabase/migrations"
    folder.mkdir(parents=True)

    def vendor(*flags: str) -> list[Path]:
        result = run("", "vendor", str(root / "app"), *flags)
        assert result.exit_code == 0, result.output
        return sorted(folder.glob("*_pgcredits_compatibility.sql"))

    assert vendor() == []
    (copy,) = vendor("--compatibility")
    assert copy.read_bytes() == UP.read_bytes()
    assert copy == max(folder.iterdir())
    assert vendor("--compatibility") == [copy]
    newer = root / "sql/optional/compatibility.sql"
    newer.write_text(newer.read_text() + "-- newer\n")
    assert vendor("--compatibility") == [copy, max(folder.iterdir())]
    assert max(folder.iterdir()).read_bytes() == newer.read_bytes()
