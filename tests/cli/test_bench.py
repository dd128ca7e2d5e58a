"""``pgcredits bench``: its scripts run, a broken run is no number, goals are judged both ways."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from scripts.dev.installations import find_installations
from scripts.errors import CommandError
from scripts.measuring.comparisons import (
    BATCH,
    CHARGE,
    COMPARISONS,
    FLOOR,
    Comparison,
    at_least,
    at_most,
    comparisons_when_grown,
)
from scripts.measuring.databases import SCRIPTS, check_books, prepare
from scripts.measuring.filling import CLIENTS, EVENTS, PARTS, fill
from scripts.measuring.loads import Load, Pgbench, Run
from scripts.measuring.report import report
from scripts.measuring.reports import REPORTS, measure_reports, prepare_reports
from tests.conftest import new_database

ACCOUNTS = 20
EVERYTHING = COMPARISONS + comparisons_when_grown()
LOADS = sorted({load for c in EVERYTHING for load in (c.load, c.baseline)}, key=str)


@pytest.fixture(scope="module")
def program() -> Path:
    """The program pgbench of any PostgreSQL of this machine: it speaks to every server."""
    for installation in find_installations():
        if (found := installation.bin_dir / "pgbench").exists():
            return found
    pytest.skip("no PostgreSQL of this machine has pgbench")


@pytest.fixture(scope="module")
def bench_db(cluster_dsn: str) -> Iterator[str]:
    """A small database of the benchmark, whose books must be right when all is done."""
    with new_database(cluster_dsn) as dsn:
        prepare(dsn, ACCOUNTS, limited=ACCOUNTS)
        yield dsn
        check_books(dsn)


def small(load: Load) -> Load:
    return replace(load, accounts=min(load.accounts, ACCOUNTS))


@pytest.mark.parametrize("load", LOADS, ids=str)
def test_every_script_runs_and_writes_what_it_says(
    program: Path, bench_db: str, load: Load
) -> None:
    pgbench = Pgbench(program, clients=2, unlimited=ACCOUNTS, last=200)
    run = pgbench.run(bench_db, small(load), times=3)
    assert run.events == 2 * 3 * load.events
    assert run.rate > 0


def test_every_pgbench_script_is_part_of_a_comparison() -> None:
    used = {load.script for load in LOADS} | {"setup", "fill", "choose_model", "reported", *REPORTS}
    assert {path.stem for path in SCRIPTS.glob("*.sql")} == used


@pytest.mark.parametrize("script", ["deduct", "batch", "team_batch", "hold", "use_in_shell"])
def test_a_refused_spend_fails_the_run(program: Path, cluster_dsn: str, script: str) -> None:
    with new_database(cluster_dsn) as dsn:
        prepare(dsn, ACCOUNTS, limited=ACCOUNTS)
        with psycopg.connect(dsn) as conn:
            conn.execute("update credits.accounts set status = 'paused'")
        events = BATCH if "batch" in script else 1
        with pytest.raises(CommandError, match="pgbench failed on"):
            Pgbench(program, 1, unlimited=ACCOUNTS).run(dsn, Load(script, 1, events), times=1)


def test_a_run_that_writes_less_than_it_says_fails(program: Path, bench_db: str) -> None:
    load = Load("balance", ACCOUNTS)
    with pytest.raises(CommandError, match=r"4 times balance.sql wrote 0 transactions"):
        Pgbench(program, 2).run(bench_db, load, times=2)


def test_a_deadlock_fails_the_run_though_pgbench_goes_on(
    program: Path, bench_db: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(bench_db) as conn:
        conn.execute("create sequence bench.planted")
    (tmp_path / "deadlock.sql").write_text(
        "do $$ begin if nextval('bench.planted') = 2 then "
        "raise exception 'planted' using errcode = '40P01'; end if; end $$;\n"
    )
    monkeypatch.setattr("scripts.measuring.loads.SCRIPTS", tmp_path)
    with pytest.raises(CommandError, match=r"pgbench failed on deadlock.sql"):
        Pgbench(program, 1).run(bench_db, Load("deadlock", writes=None), times=3)


def test_a_missing_pgbench_is_said_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no"):
        Pgbench(tmp_path / "pgbench", 1).check()


def test_filling_gives_the_first_account_a_hundredth(program: Path, cluster_dsn: str) -> None:
    with new_database(cluster_dsn) as dsn:
        prepare(dsn, ACCOUNTS, limited=1)
        rows = CLIENTS * EVENTS * PARTS
        last = fill(program, dsn, rows, ACCOUNTS)
        with psycopg.connect(dsn) as conn:
            query = "select count(*) from credits.transactions where type = 'usage'"
            assert conn.execute(query).fetchone() == (rows,)
            query = "select count(*) from public.list_credit_transactions(lpad('1', 32, '0')::uuid)"
            assert conn.execute(query).fetchone() == (min(last, 50),)
        # Its first transactions are what it was opened with.
        assert rows // 100 < last < rows // 100 + 5
        check_books(dsn)


def test_reports_are_measured_over_thirty_days_of_what_was_filled(
    program: Path, cluster_dsn: str
) -> None:
    with new_database(cluster_dsn) as dsn:
        prepare(dsn, ACCOUNTS, limited=1)
        fill(program, dsn, CLIENTS * EVENTS * PARTS, ACCOUNTS)
        prepare_reports(dsn)
        with psycopg.connect(dsn) as conn:
            query = "select count(distinct day), sum(calls) from credits.usage_daily"
            days, calls = conn.execute(query).fetchone() or (0, 0)
            assert (days, calls) == (30, 30 * CLIENTS * EVENTS * PARTS)
            query = "select count(*), sum(payments) from public.admin_get_revenue()"
            buckets, payments = conn.execute(query).fetchone() or (0, 0)
            assert (buckets, payments) == (pytest.approx(30, abs=1), 10_000)
        lines = list(measure_reports(Pgbench(program, CLIENTS), dsn))
        assert len(lines) == len(REPORTS)
        assert all("<= 100" in line for line in lines)


def runs(*rates: float, wal_bytes: float = 900) -> list[Run]:
    return [Run(rate, wal_bytes, events=1) for rate in rates]


def test_a_share_is_the_median_of_the_rounds_ratios() -> None:
    measured = {FLOOR: runs(1000, 2000, 500), CHARGE: runs(500, 1200, 350)}
    assert Comparison("", CHARGE, FLOOR, at_least(0.5)).figure(measured) == 0.6


def test_a_cost_is_the_inverse_share() -> None:
    measured = {CHARGE: runs(1000, 900), Load("hold"): runs(500, 300)}
    assert Comparison("", Load("hold"), CHARGE, at_most(2.2)).figure(measured) == 2.5


@pytest.mark.parametrize(
    ("rate", "shown"), [(490, "0.49  >= 0.50  missed"), (500, "0.50  >= 0.50  met")]
)
def test_the_report_says_whether_a_goal_is_met(rate: float, shown: str) -> None:
    measured = {FLOOR: runs(1000), CHARGE: runs(rate, wal_bytes=1101)}
    lines = list(report([Comparison("a", CHARGE, FLOOR, at_least(0.5), at_most(1100))], measured))
    assert shown in lines[1]
    assert "1,101  <= 1,100 missed" in lines[2]


def test_a_cost_above_its_goal_is_missed() -> None:
    assert at_most(2.2).is_met(2.2)
    assert not at_most(2.2).is_met(2.21)
    assert not at_least(8).is_met(7.99)
