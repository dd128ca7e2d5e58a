"""``pgcredits seal``: keep how far every history had come outside the database, and compare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import psycopg

from scripts.database import connect
from scripts.errors import CommandError
from scripts.seal_file import Head, Header, new_file, read_header, read_heads, write_seal

BATCH = 50_000  # accounts per round trip, and per line of progress

HEADS = """
select id, last_transaction_id, last_hash
from credits.accounts
where last_transaction_id > 0
order by id
"""

# Which of the heads are not in the history; whether another transaction has their number.
LOST = """
select s.account_id, s.id, t.hash is not null
from unnest(%s::uuid[], %s::bigint[], %s::bytea[]) as s (account_id, id, hash)
left join credits.transactions as t on t.account_id = s.account_id and t.id = s.id
where t.hash is distinct from s.hash
order by s.account_id
"""

Connection = psycopg.Connection[Any]


@contextmanager
def open_snapshot() -> Iterator[Connection]:
    """Connect to read one state of the database; an error where a policy would hide rows."""
    with connect() as conn:
        conn.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        conn.read_only = True
        conn.execute("set local row_security = off")
        yield conn


def fetch_header(conn: Connection) -> Header:
    """Return the time, in UTC, and the database of this snapshot."""
    [(now, database)] = conn.execute("select now(), current_database()").fetchall()
    return Header(now.astimezone(UTC).isoformat(), database)


def fetch_heads(conn: Connection) -> Iterator[Head]:
    """Yield the head of every account that has a history, in the order of their ids."""
    with conn.cursor("heads") as cursor:
        cursor.itersize = BATCH
        for count, row in enumerate(cursor.execute(HEADS), 1):
            yield Head(*row)
            _show_progress(count)


def find_lost(conn: Connection, heads: list[Head]) -> list[tuple[UUID, int, bool]]:
    """Return which of the heads, at least one, are not in the history as they were sealed.

    Returns:
        account and number, and whether another transaction has that number now.
    """
    columns = [list(column) for column in zip(*heads, strict=True)]
    return conn.execute(LOST, columns).fetchall()


def _show_progress(count: int) -> None:
    if count % BATCH == 0:
        click.echo(f"{count:,} accounts", err=True)


@click.group()
def seal() -> None:
    """Keep how far every history had come outside the database, and compare."""


@seal.command()
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
def write(path: Path) -> None:
    """Write the last transaction of every account, by its hash, to a new FILE."""
    with new_file(path) as file, open_snapshot() as conn:
        header = write_seal(file, fetch_header(conn), fetch_heads(conn))
    click.echo(f"sealed {header.database} at {header.sealed_at}, sha256 {header.sha256}")


@seal.command()
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def check(path: Path) -> None:
    """Look for every transaction of a seal; exit 1 where one is lost, 2 where FILE is broken."""
    count = lost = 0
    with path.open("rb") as file:
        header = read_header(file)
        heads = read_heads(file)
        with open_snapshot() as conn:
            while batch := list(islice(heads, BATCH)):
                for account_id, transaction_id, is_replaced in find_lost(conn, batch):
                    what = "is another one now" if is_replaced else "is gone"
                    click.echo(f"{account_id} transaction {transaction_id} {what}")
                    lost += 1
                count += len(batch)
                _show_progress(count)
    sealed = f"sealed in {header.database} at {header.sealed_at}"
    if lost:
        raise CommandError(
            f"{lost} of {count} histories {sealed} were cut or rewritten",
            "docs/seals.md says what that can mean",
        )
    click.echo(f"{count} histories {sealed} are still there, sha256 {header.sha256}")
