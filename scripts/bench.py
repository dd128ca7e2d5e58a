"""``pgcredits bench``: what a charge costs, side by side with the least that it could cost.

Every round runs all scripts of ``bench/`` one after the other, and what is reported is the median
of the rounds' ratios: these say something on any machine, rates do not. A round before the first is
not counted: in it every page is written to the log whole, once, as after each checkpoint. The
database is made in a server of the benchmark's own, with fsync on and its data on disk, and
vanishes.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from scripts.catalog import apply
from scripts.dev.directories import private_directory
from scripts.dev.postgres import TEMPORARY, Cluster, find_installation
from scripts.dev.server_user import server_user
from scripts.errors import CommandError
from scripts.migrate import apply_pending
from scripts.migrations import ROOT, Tree

SCRIPTS = ROOT / "bench"
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "16GB", "checkpoint_timeout": "1h"}
UNIFORM, HOT = 10_000, 1
# Seeds 001: the choice of a model takes less than this.
CHOICE_MS = 20
MODELS_FROM = ROOT / "catalogs/ai-assistant.toml"


@dataclass(frozen=True)
class Comparison:
    """One line of the report: a script against a baseline, and the ratio that we aim at.

    Attributes:
        accounts: how many accounts take part; 1 is one hot account.
        target: the least ratio of the rates that is good, or None for a baseline of others.
    """

    label: str
    script: str
    baseline: str
    accounts: int
    target: float | None = None


COMPARISONS = (
    Comparison("naive select, update, insert", "naive", "floor", UNIFORM),
    Comparison("check_and_deduct_credits", "deduct", "floor", UNIFORM, 0.50),
    Comparison("naive, one hot account", "naive", "floor", HOT),
    Comparison("check_and_deduct_credits, one hot account", "deduct", "floor", HOT, 0.60),
    Comparison("use_credits as a user", "use_in_shell", "deduct_in_shell", UNIFORM, 0.80),
)


@dataclass(frozen=True)
class Run:
    """What one run of pgbench measured: transactions per second and bytes of WAL for each."""

    rate: float
    wal_bytes: float


@click.command()
@click.option("--seconds", default=10, show_default=True, help="Length of one run of a script.")
@click.option("--rounds", default=5, show_default=True, help="How often every script runs.")
@click.option("--clients", default=8, show_default=True)
@click.option("--postgres", "version", type=int, help="Major version (default: first found).")
def bench(seconds: int, rounds: int, clients: int, version: int | None) -> None:
    """Measure charges against the least they could cost, in one run, as ratios."""
    installation = find_installation(version)
    pgbench = installation.bin_dir / "pgbench"
    if not pgbench.exists():
        raise CommandError(f"{installation} has no pgbench", "Debian: apt-get install postgresql")
    kinds = sorted({(name, c.accounts) for c in COMPARISONS for name in (c.script, c.baseline)})
    with (
        private_directory(TEMPORARY, "bench") as folder,
        Cluster(installation, _on_disk(folder), settings=SETTINGS) as cluster,
    ):
        dsn = cluster.create_database("bench")
        click.echo(f"{installation}, {clients} clients, {rounds} rounds of {seconds} s a script")
        _prepare(dsn)
        measured: dict[tuple[str, int], list[Run]] = {kind: [] for kind in kinds}
        for number in range(rounds + 1):
            for kind in kinds:
                run = _run(pgbench, dsn, *kind, seconds, clients)
                if number:
                    measured[kind].append(run)
            click.echo(f"round {number} of {rounds} done" if number else "warmed up")
        _check_books(dsn)
        dsn = cluster.create_database("choice")
        models = _prepare_choice(dsn)
        choice = _run(pgbench, dsn, "choose_model", 1, seconds, 1)
    _report(measured)
    click.echo(
        f"\nchoose_model among the {models} models of {MODELS_FROM.stem}, one client: "
        f"{1000 / choice.rate:.1f} ms (target {CHOICE_MS} ms)"
    )


def _on_disk(folder: Path) -> Path:
    server_user().own(folder)
    return folder / "data"


def _prepare_choice(dsn: str) -> int:
    """Put the catalog of models in force; returns how many they are."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        _install(conn)
        apply(conn, MODELS_FROM)
        row = conn.execute("select count(*) from credits.models").fetchone()
        assert row is not None  # noqa: S101 - an aggregate has one row
        return int(row[0])


def _install(conn: psycopg.Connection[Any]) -> None:
    tree = Tree()
    conn.execute(tree.platform_file.read_bytes())
    list(apply_pending(conn, tree.migrations()))


def _prepare(dsn: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as conn:
        _install(conn)
        apply(conn, SCRIPTS / "catalog.toml")
        for statement in (SCRIPTS / "setup.sql").read_text().split(";\n"):
            conn.execute(statement.encode())


def _run(pgbench: Path, dsn: str, script: str, accounts: int, seconds: int, clients: int) -> Run:
    parts = conninfo_to_dict(dsn)
    with psycopg.connect(dsn, autocommit=True) as conn:
        before = _wal_position(conn)
        done = subprocess.run(
            [
                pgbench, "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds),
                "-D", f"accounts={accounts}", "-f", SCRIPTS / f"{script}.sql",
                "-h", str(parts["host"]), "-p", str(parts["port"]), "-U", str(parts["user"]),
                str(parts["dbname"]),
            ],
            capture_output=True, text=True, check=False, timeout=seconds + 60,
        )  # fmt: skip
        rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        count = re.search(r"actually processed: (\d+)", done.stdout)
        if done.returncode or not rate or not count:
            raise CommandError(f"pgbench failed on {script}.sql: {done.stderr.strip()[-500:]}")
        return Run(float(rate[1]), (_wal_position(conn) - before) / int(count[1]))


def _wal_position(conn: psycopg.Connection[tuple[int]]) -> int:
    row = conn.execute("select (pg_current_wal_insert_lsn() - '0/0')::bigint").fetchone()
    assert row is not None  # noqa: S101 - a query without from has one row
    return int(row[0])


def _check_books(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        violation = conn.execute("select * from public.check_credit_integrity() limit 1").fetchone()
    if violation:
        raise CommandError(f"the books are wrong after the benchmark: {violation}")


def _report(measured: dict[tuple[str, int], list[Run]]) -> None:
    click.echo(f"\n{'':44}{'ratio':>7}{'target':>8}{'per second':>12}{'WAL bytes':>11}")
    for accounts, label in ((UNIFORM, "the floor"), (HOT, "the floor, one hot account")):
        _line(label, measured["floor", accounts], 1.0, None)
    for one in COMPARISONS:
        runs = measured[one.script, one.accounts]
        baseline = measured[one.baseline, one.accounts]
        ratio = median(r.rate / b.rate for r, b in zip(runs, baseline, strict=True))
        _line(one.label, runs, ratio, one.target)


def _line(label: str, runs: list[Run], ratio: float, target: float | None) -> None:
    aim = f"{target:.2f}" if target else ""
    rate, wal = median(r.rate for r in runs), median(r.wal_bytes for r in runs)
    click.echo(f"{label:44}{ratio:7.2f}{aim:>8}{rate:12,.0f}{wal:11,.0f}")
