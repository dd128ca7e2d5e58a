"""Versions by the command line: from when each counts, and what became of it."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg
import pytest

from scripts.catalog_file import load_catalog
from tests.pricing.catalogs import Run, run_on

LATER = "2100-01-01T00:00:00+00:00"
LATEST = "2100-06-01T00:00:00+00:00"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"


@pytest.fixture
def run(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_on(fresh_db, monkeypatch)


def write(folder: Path, price: int, effective_at: str | None = None) -> Path:
    """Write a catalog with a price, and a time at which it takes effect."""
    path = folder / "shop.toml"
    path.write_text(
        'code = "shop"\nname = "Shop"\ncurrency = "usd"\nlist_price_per_credit = 0.1\n'
        + (f"effective_at = {effective_at}\n" if effective_at else "")
        + f'[[services]]\ncode = "sms"\nunit = "message"\ncredits = {price}\n'
    )
    return path


def last_line(run: Run, command: str, path: Path) -> str:
    result = run(command, path)
    assert result.exit_code == 0, result.output
    return str(result.output.splitlines()[-1])


def states(run: Run) -> list[tuple[str, str]]:
    """Return number and state of the versions as the history lists them."""
    title, *lines = run("history").output.splitlines()
    assert title.startswith("version  state ")
    cells = (re.split("  +", line) for line in lines)
    return [(version, state) for version, state, *_ in cells]


def set_time(dsn: str, time: str, version: int) -> None:
    """Write a version's time into the append-only table, as no one else can."""
    with psycopg.connect(dsn) as conn:
        conn.execute("alter table credits.catalogs disable trigger user")
        query = "update credits.catalogs set effective_at = %s where version = %s"
        conn.execute(query, [time, version])


def test_a_later_price_is_planned_and_applied_for_its_time(run: Run, tmp_path: Path) -> None:
    run("apply", write(tmp_path, 1))
    dearer = write(tmp_path, 3, "2100-01-01T01:00:00+01:00")
    planned = f"2 changed; nothing is applied, it would take effect at {LATER}"
    assert last_line(run, "plan", dearer) == planned
    assert states(run) == [("1", "in force")]
    assert last_line(run, "apply", dearer) == f"2 changed; version 2 takes effect at {LATER}"
    again = f"version 2 takes effect at {LATER}: nothing changes"
    assert last_line(run, "apply", dearer) == again
    assert states(run) == [("2", "scheduled"), ("1", "in force")]
    assert "credits = 1\n" in run("export").output
    assert "credits = 3\n" in run("export", "--version", 2).output


def test_a_time_that_has_passed_means_at_once(run: Run, tmp_path: Path) -> None:
    run("apply", write(tmp_path, 1))
    past = write(tmp_path, 2, "2001-01-01T00:00:00Z")
    planned = "2 changed; nothing is applied, it would take effect at once"
    assert last_line(run, "plan", past) == planned
    assert last_line(run, "apply", past) == "2 changed; version 2 is in force"
    assert last_line(run, "apply", past) == "version 2 is in force: nothing changes"


def test_a_version_that_is_overtaken_is_told_to_be_withdrawn(run: Run, tmp_path: Path) -> None:
    run("apply", write(tmp_path, 1))
    run("apply", write(tmp_path, 2, LATER))
    assert last_line(run, "apply", write(tmp_path, 3, LATEST)) == (
        f"2 changed; version 3 takes effect at {LATEST}"
    )
    assert states(run) == [("3", "scheduled"), ("2", "scheduled"), ("1", "in force")]

    soon = write(tmp_path, 4)
    result = run("plan", soon)
    assert result.output.splitlines() == [
        "~ service sms",
        "    credits: 1 -> 4 (+300 %)",
        f"- version 2, which was to take effect at {LATER}, is withdrawn",
        f"- version 3, which was to take effect at {LATEST}, is withdrawn",
        "1 changed, 2 withdrawn; nothing is applied, it would take effect at once",
    ]
    assert last_line(run, "apply", soon) == "1 changed, 2 withdrawn; version 4 is in force"
    assert states(run) == [
        ("4", "in force"),
        ("3", "withdrawn"),
        ("2", "withdrawn"),
        ("1", "replaced"),
    ]


def test_of_two_versions_for_the_same_time_the_later_one_counts(run: Run, tmp_path: Path) -> None:
    run("apply", write(tmp_path, 1))
    run("apply", write(tmp_path, 2, LATER))
    result = run("apply", write(tmp_path, 3, LATER))
    assert result.output.splitlines() == [
        "~ service sms",
        "    credits: 2 -> 3 (+50 %)",
        f"- version 2, which was to take effect at {LATER}, is withdrawn",
        f"1 changed, 1 withdrawn; version 3 takes effect at {LATER}",
    ]
    assert states(run) == [("3", "scheduled"), ("2", "withdrawn"), ("1", "in force")]


def test_a_scheduled_version_comes_into_force_by_itself(
    run: Run, fresh_db: str, tmp_path: Path
) -> None:
    run("apply", write(tmp_path, 1))
    path = write(tmp_path, 2, LATER)
    run("apply", path)
    set_time(fresh_db, "now", 2)  # as if that time had come since
    assert states(run) == [("2", "in force"), ("1", "replaced")]
    copy = tmp_path / "copy.toml"
    run("export", copy)
    assert load_catalog(copy) == load_catalog(path)


def test_the_history_says_who_applied_what_when(run: Run, tmp_path: Path) -> None:
    run("apply", write(tmp_path, 1))
    run("apply", write(tmp_path, 2))
    run("apply", write(tmp_path, 3, LATER))
    output = run("history").output
    assert re.fullmatch(
        rf"version  state      takes effect {{13}}  applied {{18}}  by {{6}}  catalog  changes\n"
        rf"3        scheduled  {re.escape(LATER)}  {TIME}  postgres  shop     2\n"
        rf"2        in force   {TIME}  {TIME}  postgres  shop     1\n"
        rf"1        replaced   {TIME}  {TIME}  postgres  shop     2\n",
        output,
    ), output


def test_versions_of_the_first_release_took_effect_when_they_were_applied(
    run: Run, fresh_db: str, tmp_path: Path
) -> None:
    for price in (1, 2):
        run("apply", write(tmp_path, price))
        set_time(fresh_db, "-infinity", price)
    assert last_line(run, "apply", write(tmp_path, 2)) == "version 2 is in force: nothing changes"
    assert states(run) == [("2", "in force"), ("1", "replaced")]
    assert re.search(rf"\n1 +replaced +({TIME})  \1  ", run("history").output)
    run("apply", write(tmp_path, 3))
    assert states(run) == [("3", "in force"), ("2", "replaced"), ("1", "replaced")]


def test_a_first_catalog_for_later_is_refused_in_one_line(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, 1, LATER)
    for command in ("plan", "apply"):
        result = run(command, path)
        assert result.exit_code == 2
        assert result.output == f"Error: {path}: the first catalog takes effect at once\n"
