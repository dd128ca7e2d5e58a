"""A table of many transactions, made by the function that meters many events."""

from __future__ import annotations

from pathlib import Path

import click
import psycopg

from scripts.measuring.databases import UNIFORM
from scripts.measuring.loads import Load, Pgbench

CLIENTS = 2
EVENTS = 100
PARTS = 10


def fill(program: Path, dsn: str, rows: int, accounts: int = UNIFORM) -> int:
    """Charge so many events in one database, a hundredth of them to account 1.

    Args:
        program: pgbench.
        dsn: a database that ``prepare`` made.
        rows: rounded up to whole batches of all clients.
        accounts: of the database.

    Returns:
        How many transactions account 1 has.
    """
    # The books are kept either way; to wait for the disk here would only take time.
    pgbench = Pgbench(program, CLIENTS, "-c synchronous_commit=off")
    load = Load("fill", accounts, EVENTS)
    times = -(-rows // (CLIENTS * EVENTS * PARTS))
    for part in range(PARTS):
        rate = pgbench.run(dsn, load, times=times).rate
        click.echo(f"filled {(part + 1) * 100 // PARTS} % ({rate:,.0f} transactions a second)")
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute("vacuum (analyze) credits.transactions, credits.accounts")
        conn.execute("checkpoint")
        row = conn.execute(
            "select last_transaction_id from credits.accounts where id = lpad('1', 32, '0')::uuid"
        ).fetchone()
    assert row is not None  # noqa: S101 - prepare made this account
    return int(row[0])
