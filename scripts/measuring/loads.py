"""A load: one script of ``bench/``, run by pgbench, and what a run of it measured."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from scripts.errors import CommandError
from scripts.measuring.databases import COUNTS, SCRIPTS, UNIFORM

# Beyond the time of the run: to connect, and to finish what is under way.
GRACE_SECONDS = 60
WAL_POSITION = "select (pg_current_wal_insert_lsn() - '0/0')::bigint"


@dataclass(frozen=True)
class Load:
    """A script of ``bench/``, and on what it runs.

    Attributes:
        script: the file's name without ``.sql``.
        accounts: how many accounts take part, by chance; 1 is one hot account.
        events: how many charges or reads one run of the script is.
        writes: a key of COUNTS, of which each event writes one; None for a read.
        database: ``small``, or ``grown`` for the one that was filled first.
    """

    script: str
    accounts: int = UNIFORM
    events: int = 1
    writes: str | None = "transactions"
    database: str = "small"


@dataclass(frozen=True)
class Run:
    """What one run of a load measured.

    Attributes:
        rate: events per second.
        wal_bytes: bytes of WAL for each event.
        events: how many there were.
    """

    rate: float
    wal_bytes: float
    events: int


@dataclass(frozen=True)
class Pgbench:
    """The program pgbench, with so many clients.

    Attributes:
        program: of one PostgreSQL; it may lack it.
        clients: how many run a load side by side.
        options: settings of their sessions, such as ``-c synchronous_commit=off``.
        last: how many transactions account 1 has, where scripts read of them.
        unlimited: how many accounts come before those with a limit of requests.
    """

    program: Path
    clients: int
    options: str = ""
    last: int = 0
    unlimited: int = UNIFORM

    def check(self) -> None:
        """Find the program.

        Raises:
            CommandError: it is not there; the wheel of PostgreSQL does not bring it.
        """
        if not self.program.exists():
            raise CommandError(f"there is no {self.program}", "Debian: apt-get install postgresql")

    def run(self, dsn: str, load: Load, seconds: int = 0, times: int = 0) -> Run:
        """Run a load for so many seconds, or else so many times by each client.

        Raises:
            CommandError: a statement failed, or did not write what it should: such a run has no
                number.
        """
        parts = conninfo_to_dict(dsn)
        variables = {
            "accounts": load.accounts,
            "events": load.events,
            "unlimited": self.unlimited,
            "last": self.last,
        }
        command: list[str | Path] = [self.program, "-n", "-M", "prepared", "-j", "2"]
        command += ["-c", str(self.clients), "-f", SCRIPTS / f"{load.script}.sql"]
        command += ["-T", str(seconds)] if seconds else ["-t", str(times)]
        command += [f"--define={name}={value}" for name, value in variables.items()]
        command += ["-h", str(parts["host"]), "-p", str(parts["port"]), "-U", str(parts["user"])]
        with psycopg.connect(dsn, autocommit=True) as conn:
            written, position = _count(conn, load), _read(conn, WAL_POSITION)
            done = subprocess.run(
                [*command, str(parts["dbname"])],
                capture_output=True,
                text=True,
                env={**os.environ, "PGOPTIONS": self.options},
                timeout=seconds + GRACE_SECONDS if seconds else None,
            )
            wal_bytes = _read(conn, WAL_POSITION) - position
            written = _count(conn, load) - written
        rate = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
        count = re.search(r"actually processed: (\d+)", done.stdout)
        failed = re.search(r"failed transactions: ([1-9]\d*)", done.stdout)
        if done.returncode or failed or not rate or not count or int(count[1]) == 0:
            said = done.stderr.strip()[-1000:] or done.stdout
            raise CommandError(f"pgbench failed on {load.script}.sql: {said}")
        events = int(count[1]) * load.events
        if load.writes and written != events:
            raise CommandError(f"{events} times {load.script}.sql wrote {written} {load.writes}")
        return Run(float(rate[1]) * load.events, wal_bytes / events, events)


def _count(conn: psycopg.Connection[Any], load: Load) -> int:
    return _read(conn, COUNTS[load.writes]) if load.writes else 0


def _read(conn: psycopg.Connection[Any], query: str) -> int:
    row = conn.execute(query.encode()).fetchone()
    assert row is not None  # noqa: S101 - an aggregate, or a query without from, has one row
    return int(row[0])
