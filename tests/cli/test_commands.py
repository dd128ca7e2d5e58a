"""The command line as a whole: its commands, its errors, and ``pgcredits cron``."""

from __future__ import annotations

import json

import psycopg
import pytest

from scripts.cli import COMMANDS
from tests.cli.conftest import Run

JOB = """
create table public.backlog as select * from generate_series(1, 5) as id;
create function public.run_credit_maintenance(at timestamptz default now()) returns jsonb
language plpgsql as $$
declare
    v_count integer;
begin
    delete from public.backlog where id in (select id from public.backlog limit 2);
    get diagnostics v_count = row_count;
    return jsonb_build_object('expired', v_count, 'renewed', 0);
end
$$;
"""


def test_every_command_can_be_loaded(run: Run) -> None:
    listing = run("--help").output
    for name in COMMANDS:
        assert run(name, "--help").exit_code == 0
        assert f"  {name} " in listing
    assert run("--version").output.startswith("pgcredits, version ")
    assert run("nonsense").exit_code == 2


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (None, "CREDITS_DATABASE_URL is not set"),
        ("postgresql://u:secret@127.0.0.1:1/x", "no connection to the database"),
        ("postgres:u:secret@host", "is not the address of a database"),
        ("postgresql://u:secret@127.0.0.1:x/y", "no connection to the database"),
    ],
)
def test_a_database_that_cannot_be_reached_is_one_line_and_a_hint(
    run: Run, url: str | None, message: str
) -> None:
    result = run("migrate", "status", url=url)
    assert result.exit_code == 1
    first, second = result.output.splitlines()
    assert first.startswith("Error: ")
    assert message in first
    assert second.startswith("Next: ")
    assert "secret" not in result.output


def test_an_error_of_the_database_is_shown_with_its_code_and_a_hint(
    run: Run, empty_db: str
) -> None:
    result = run("cron", url=empty_db)
    assert result.exit_code == 1
    assert "run_credit_maintenance() does not exist (42883)" in result.output
    assert "Next: is pgcredits installed there?" in result.output


def test_cron_runs_until_nothing_is_left(run: Run, empty_db: str) -> None:
    with psycopg.connect(empty_db) as conn:
        conn.execute(JOB)
    result = run("cron", url=empty_db)
    assert result.exit_code == 0
    assert json.loads(result.output) == {"expired": 5, "renewed": 0}


def test_cron_stops_after_its_rounds_and_says_that_more_is_left(run: Run, empty_db: str) -> None:
    with psycopg.connect(empty_db) as conn:
        conn.execute(JOB)
    result = run("cron", "--rounds", "2", url=empty_db)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"expired": 4, "renewed": 0}
    assert "more is left" in result.stderr
