"""Reports of a filled database: how many milliseconds each takes, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg

from scripts.measuring.comparisons import at_most
from scripts.measuring.databases import SCRIPTS
from scripts.measuring.loads import Load, Pgbench
from scripts.measuring.report import show_line

REPORT_MS = 100
TIMES = 5
REPORTS = {
    "report_own": "a user's usage of 30 days, ms",
    "report_usage": "usage by service, ms",
    "report_top": "the top accounts, ms",
    "report_margin": "the margin, ms",
    "report_revenue": "the revenue, ms",
    "report_summary": "the system's summary, ms",
}


def prepare_reports(dsn: str) -> None:
    """Roll up what was filled, and make thirty days of it, with payments."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        for statement in (SCRIPTS / "reported.sql").read_text().split(";\n\n"):
            conn.execute(statement.encode())


def measure_reports(pgbench: Pgbench, dsn: str) -> Iterator[str]:
    """Run each report some times with one client, and yield a line of it."""
    alone = replace(pgbench, clients=1)
    for script, label in REPORTS.items():
        rate = alone.run(dsn, Load(script, writes=None), times=TIMES).rate
        yield show_line(label, 1000 / rate, at_most(REPORT_MS))
