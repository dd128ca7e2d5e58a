"""``pgcredits bench``: what charges cost, side by side with the least that they could cost.

Every round runs all loads one after the other, and what is reported is the median of the rounds'
ratios: these say something on any machine, rates do not. A round before the first is not counted:
in it every page is written to the log whole, once, as after each checkpoint. The databases are made
in a server of the benchmark's own, with fsync on and its data on disk, and vanish.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from scripts.dev.directories import private_directory
from scripts.dev.postgres import TEMPORARY, Cluster, find_installation
from scripts.dev.server_user import server_user
from scripts.measuring.comparisons import (
    COMPARISONS,
    Comparison,
    at_most,
    comparisons_when_grown,
)
from scripts.measuring.databases import check_books, install, prepare
from scripts.measuring.filling import fill
from scripts.measuring.loads import Load, Pgbench, Run
from scripts.measuring.report import report, show_line
from scripts.measuring.reports import measure_reports, prepare_reports
from scripts.migrations import ROOT

SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "16GB", "checkpoint_timeout": "1h"}
# Seeds 001: the choice of a model takes less than this.
CHOICE_MS = 20
MODELS_FROM = ROOT / "catalogs/ai-assistant.toml"


@click.command()
@click.option("--seconds", default=5, show_default=True, help="Length of one run of a script.")
@click.option("--rounds", default=5, show_default=True, help="How often every script runs.")
@click.option("--clients", default=8, show_default=True)
@click.option("--rows", default=0, help="Fill a second table with so many transactions first.")
@click.option("--only", multiple=True, metavar="SCRIPT", help="A script of bench/, and baselines.")
@click.option("--postgres", "version", type=int, help="Major version (default: first found).")
def bench(
    seconds: int, rounds: int, clients: int, rows: int, only: Sequence[str], version: int | None
) -> None:
    """Measure charges against the least they could cost, in one run, as ratios."""
    installation = find_installation(version)
    program = installation.bin_dir / "pgbench"
    pgbench = Pgbench(program, clients)
    pgbench.check()
    everything = COMPARISONS + (comparisons_when_grown() if rows else ())
    comparisons = [one for one in everything if not only or one.load.script in only]
    with (
        private_directory(TEMPORARY, "bench") as folder,
        Cluster(installation, _on_disk(folder), settings=SETTINGS) as cluster,
    ):
        click.echo(f"{installation}, {clients} clients, {rounds} rounds of {seconds} s a script")
        databases = {"small": cluster.create_database("small")}
        prepare(databases["small"])
        if rows:
            databases["grown"] = cluster.create_database("grown")
            prepare(databases["grown"])
            pgbench = replace(pgbench, last=fill(program, databases["grown"], rows))
        measured = _measure(pgbench, databases, comparisons, seconds, rounds)
        check_books(databases["small"])
        for line in report(comparisons, measured):
            click.echo(line)
        if rows and not only:
            prepare_reports(databases["grown"])
            for line in measure_reports(pgbench, databases["grown"]):
                click.echo(line)
        if not only:
            click.echo(_measure_choice(program, cluster.create_database("choice"), seconds))


def _on_disk(folder: Path) -> Path:
    server_user().own(folder)
    return folder / "data"


def _measure(
    pgbench: Pgbench,
    databases: Mapping[str, str],
    comparisons: Sequence[Comparison],
    seconds: int,
    rounds: int,
) -> dict[Load, list[Run]]:
    """Run every load once a round, each after its baseline, and leave the first round out."""
    measured: dict[Load, list[Run]] = {
        load: [] for one in comparisons for load in (one.baseline, one.load)
    }
    for number in range(rounds + 1):
        for load, runs in measured.items():
            run = pgbench.run(databases[load.database], load, seconds)
            if number:
                runs.append(run)
        click.echo(f"round {number} of {rounds} done" if number else "warmed up")
    return measured


def _measure_choice(program: Path, dsn: str, seconds: int) -> str:
    """Measure one client's choices of a model, and return the report's line."""
    install(dsn, MODELS_FROM)
    rate = Pgbench(program, clients=1).run(dsn, Load("choose_model", writes=None), seconds).rate
    return show_line(f"{MODELS_FROM.stem}: choose_model, ms", 1000 / rate, at_most(CHOICE_MS))
