"""The programs of the server under test, and servers of a test's own that it may kill."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir

import psycopg

from scripts.dev.directories import private_directory
from scripts.dev.installations import Installation, find_installation
from scripts.dev.postgres import Cluster
from scripts.dev.server_user import server_user

PROGRAM_SECONDS = 120
# Lines of a dump that are not about the schema: comments, and a token that is drawn anew each time.
NOISE = ("--", "\\restrict", "\\unrestrict")


def installation_of(dsn: str) -> Installation:
    """Return the programs of the version that a server has."""
    with psycopg.connect(dsn) as conn:
        return find_installation(conn.info.server_version // 10000)


def run_program(dsn: str, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``psql``, ``pg_dump`` or ``pg_restore`` of the server's own version on a database."""
    program = installation_of(dsn).bin_dir / name
    command = [str(program), "--dbname", dsn, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PROGRAM_SECONDS)


def dump(dsn: str, *arguments: str) -> list[str]:
    """Return the lines of a dump of everything but owners; privileges are in it."""
    done = run_program(dsn, "pg_dump", "--no-owner", *arguments)
    assert done.returncode == 0, done.stderr
    return [line for line in done.stdout.splitlines() if line and not line.startswith(NOISE)]


def dump_schema(dsn: str) -> list[str]:
    """Return the lines of a dump of the schema with its privileges."""
    return dump(dsn, "--schema-only")


@contextmanager
def durable_server(installation: Installation) -> Iterator[Cluster]:
    """Start a server that syncs to a disk, not to memory."""
    with private_directory(Path(gettempdir()), "durable") as folder:
        server_user().own(folder)
        with Cluster(installation, data_dir=folder / "data") as cluster:
            yield cluster


def crash(cluster: Cluster) -> None:
    """Kill a server and all of its sessions as a power failure would, without a word."""
    assert cluster.process is not None
    pid = cluster.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    cluster.stop(signal.SIGKILL)
    for child in children:
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
