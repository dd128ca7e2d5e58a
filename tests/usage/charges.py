"""What tests of usage share: charges, refunds of them, holds, and what a refusal leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from psycopg import sql

from tests.support import Connection
from tests.teams.people import create, join, person, set_member
from tests.wallets import Row, add, call, deduct, history, use_catalog

# What spending and its refunds may write.
TABLES = ("accounts", "grants", "transactions", "holds", "usage_refunds", "members")
Parts = dict[int, Decimal]


def charge(conn: Connection, account_id: UUID, amount: Any, **more: Any) -> int:
    """Charge an amount and return the transaction's id."""
    return int(deduct(conn, account_id, amount, **more)["transaction_id"])


def refund(
    conn: Connection, account_id: UUID, transaction_id: int | None, amount: Any = None, **more: Any
) -> Row:
    """Refund a charge, all that is left of it by default, under a key of its own."""
    more.setdefault("key", f"refund-{uuid4()}")
    row: Row = call(
        conn,
        "refund_credits",
        account_id=account_id,
        transaction_id=transaction_id,
        amount=amount,
        **more,
    )
    return row


def hold(conn: Connection, account_id: UUID, amount: Any, **more: Any) -> UUID:
    """Hold an amount under a key of its own, and return the hold's id."""
    more.setdefault("key", f"hold-{uuid4()}")
    row = call(conn, "hold_credits", account_id=account_id, amount=amount, **more)
    hold_id: UUID = row["hold_id"]
    return hold_id


def capture(conn: Connection, account_id: UUID, hold_id: UUID, amount: Any = None) -> int:
    """Capture a hold, all of it by default, and return the charge's id."""
    row = call(conn, "capture_credits", account_id=account_id, hold_id=hold_id, amount=amount)
    return int(row["transaction_id"])


def went_to(transaction: Row) -> Parts:
    """Return what a stored transaction took from each grant, or gave to it."""
    return {int(id_): Decimal(str(part)) for id_, part in transaction["grants"].items()}


def last_move(conn: Connection, account_id: UUID) -> Parts:
    """Return what the last transaction took from each grant, or gave to it."""
    return went_to(history(conn, account_id)[-1])


def types(conn: Connection, account_id: UUID) -> list[str]:
    """Return the types of all transactions, oldest first."""
    return [row["type"] for row in history(conn, account_id)]


def month_spent(conn: Connection, account_id: UUID) -> Any:
    """Return what an account has spent in this month, as its cap counts it."""
    return call(conn, "get_credit_summary", account_id=account_id)["caps"]["spent"]


def capped_team(conn: Connection) -> tuple[UUID, list[UUID]]:
    """Return a team with 1000 credits, and two members of it who may spend 40 a month each."""
    use_catalog(conn)
    owner, *members = (person(conn, f"{name}-{uuid4().hex}") for name in ("eve", "ada", "bob"))
    team_id = create(conn, owner)
    for user_id in members:
        join(conn, team_id, owner, user_id)
        set_member(conn, team_id, owner, user_id, monthly_cap=40)
    add(conn, team_id, 1000)
    return team_id, members


def member_spent(conn: Connection, account_id: UUID, user_id: UUID) -> Any:
    """Return what a member's counter stands at."""
    query = "select month_spent from credits.members where account_id = %s and user_id = %s"
    ((spent,),) = conn.execute(query, [account_id, user_id]).fetchall()
    return spent


def clock(conn: Connection) -> datetime:
    """Return the database's time, which goes on within a transaction."""
    ((now,),) = conn.execute("select clock_timestamp()").fetchall()
    assert isinstance(now, datetime)
    return now


def pass_expiry(conn: Connection, account_id: UUID, grant_id: int) -> None:
    """Let a grant's time pass; nothing sweeps it yet."""
    conn.execute(
        """
        with g as (
            update credits.grants set expires_at = clock_timestamp()
            where account_id = %s and id = %s
            returning account_id, expires_at
        )
        update credits.accounts as a set next_expiry_at = g.expires_at
        from g where a.id = g.account_id
        """,
        [account_id, grant_id],
    )


@contextmanager
def unchanged(conn: Connection) -> Iterator[None]:
    """Check that a block leaves all that spending may write as it was."""

    def state() -> list[list[tuple[Any, ...]]]:
        rows = "select t::text from credits.{} as t order by 1"
        return [
            conn.execute(sql.SQL(rows).format(sql.Identifier(table))).fetchall() for table in TABLES
        ]

    before = state()
    yield
    assert state() == before
