"""What the tests of ``pgcredits import balances`` share: the command, people, what came of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg
from click.testing import CliRunner, Result

from scripts.cli import main
from tests.support import sign_up

OPENINGS = "select account_id, amount, key from credits.transactions where type = 'opening'"


def bring(dsn: str, *words: object) -> Result:
    """Call ``pgcredits import balances`` on a database."""
    runner = CliRunner(env={"CREDITS_DATABASE_URL": dsn})
    return runner.invoke(main, ["import", "balances", *map(str, words)])


def query(dsn: str, text: str, *values: object) -> list[tuple[Any, ...]]:
    """Run one statement as the owner, commit it, and return its rows."""
    with psycopg.connect(dsn) as conn:
        cursor = conn.execute(text.encode(), values)
        return cursor.fetchall() if cursor.description else []


def people(dsn: str, count: int) -> list[UUID]:
    """Return new users."""
    with psycopg.connect(dsn) as conn:
        return [sign_up(conn) for _ in range(count)]


def profiles(dsn: str, balances: dict[UUID, str], kind: str = "numeric") -> None:
    """Make a table of balances, as an application has one."""
    query(dsn, f"create table public.profiles (id uuid, name text, credits {kind})")
    with psycopg.connect(dsn) as conn:
        for user_id, text in balances.items():
            add = f"insert into profiles values (%s, 'x', %s::{kind})"
            conn.execute(add.encode(), [user_id, text])


def openings(dsn: str) -> dict[UUID, Decimal]:
    """Return the opening amounts by account; none may have two."""
    rows = query(dsn, OPENINGS)
    assert len({account_id for account_id, _, _ in rows}) == len(rows)
    return {account_id: amount for account_id, amount, _ in rows}
