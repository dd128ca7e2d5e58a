"""What tests of holds share: calls by name, what an account holds, a hold whose time passes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import dict_row

from tests.faults.state import read_state
from tests.support import Connection
from tests.wallets import CATALOG, Row, balance_of, call, changed_catalog, funded_account, refused

# Models at prices that are easy to reckon with: credits per 1,000 tokens, of input and of output.
MODELS: list[Row] = [
    {
        "code": code,
        "name": code.title(),
        "provider": "openai",
        "tier": tier,
        "credits_per_1k_tokens": price,
        "max_output_tokens": 8000,
    }
    for code, tier, price in (("large", "expensive", 100), ("medium", "medium", 10))
]
SMALL = {**MODELS[1], "code": "small", "name": "Small", "tier": "cheap", "credits_per_1k_tokens": 1}
WITH_MODELS = changed_catalog(models=[*CATALOG["models"], *MODELS, SMALL])


def hold(conn: Connection, account_id: UUID, amount: Any = None, **more: Any) -> Row:
    """Place a hold under a key of its own, unless one is named; without an amount it is priced."""
    more.setdefault("key", f"hold-{uuid4()}")
    if amount is not None:
        more["amount"] = amount
    placed: Row = call(conn, "hold_credits", account_id=account_id, **more)
    return placed


def capture(conn: Connection, account_id: UUID, held: Row, amount: Any = None, **more: Any) -> Row:
    """Capture a hold; without an amount by its usage, or the whole."""
    if amount is not None:
        more["amount"] = amount
    captured: Row = call(
        conn, "capture_credits", account_id=account_id, hold_id=held["hold_id"], **more
    )
    return captured


def release(conn: Connection, account_id: UUID, held: Row, **more: Any) -> Row:
    """Release a hold."""
    released: Row = call(
        conn, "release_credits", account_id=account_id, hold_id=held["hold_id"], **more
    )
    return released


def extend(conn: Connection, account_id: UUID, held: Row, ttl_seconds: Any = 900) -> Row:
    """Extend a hold."""
    extended: Row = call(
        conn,
        "extend_hold",
        account_id=account_id,
        hold_id=held["hold_id"],
        ttl_seconds=ttl_seconds,
    )
    return extended


def numbers(row: Row) -> tuple[Any, Any, Any]:
    """Return the balance, what is held of it and what is available, of any answer that has them."""
    return row["balance"], row["held"], row["available"]


def has(conn: Connection, account_id: UUID) -> tuple[Any, Any, Any]:
    """Return an account's balance, what is held of it and what is available."""
    return numbers(balance_of(conn, account_id))


def stored(conn: Connection, held: Row) -> Row:
    """Return a hold as it is stored."""
    with conn.cursor(row_factory=dict_row) as cursor:
        cursor.execute("select * from credits.holds where id = %s", [held["hold_id"]])
        found = cursor.fetchone()
    assert found is not None
    return found


def log(conn: Connection, account_id: UUID) -> list[Row]:
    """Return the rows of the query log of an account, oldest first."""
    query = "select * from public.credit_holds where account_id = %s order by created_at"
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, [account_id]).fetchall()


def let_end(conn: Connection, held: Row) -> None:
    """Let the time of a hold pass: it ends now, and nobody has swept it yet."""
    conn.execute(
        """
        with ended as (
            update credits.holds set expires_at = clock_timestamp() where id = %s
            returning account_id, expires_at
        )
        update credits.accounts as a set next_expiry_at = e.expires_at
        from ended as e where a.id = e.account_id and a.next_expiry_at >= e.expires_at
        """,
        [held["hold_id"]],
    )


def sweep(conn: Connection) -> int:
    """Release the holds that are over by the clock; return how many."""
    return int(call(conn, "release_expired_holds", at=datetime.now(UTC)))


def let_expire(conn: Connection, account_id: UUID, grant_id: int) -> None:
    """Let the time of a grant pass: it expires now, and nobody has swept it yet."""
    conn.execute(
        """
        with ended as (
            update credits.grants set expires_at = clock_timestamp()
            where account_id = %s and id = %s
            returning account_id, expires_at
        )
        update credits.accounts as a set next_expiry_at = e.expires_at
        from ended as e where a.id = e.account_id and a.next_expiry_at >= e.expires_at
        """,
        [account_id, grant_id],
    )


@contextmanager
def refused_ended(conn: Connection, state: str) -> Iterator[None]:
    """Expect a block to be refused because its hold has ended in this state."""
    with refused(conn, "PT409", "hold_not_open") as detail:
        yield
    assert detail.keys() == {"hold_id", "state", "ended_at"}
    assert detail["state"] == state
    assert detail["ended_at"]


def ended_hold(conn: Connection, state: str) -> tuple[UUID, Row]:
    """Return an account of 100 credits and a hold of 30 of them, which has ended in a state."""
    account_id = funded_account(conn, 100)
    held = hold(conn, account_id, 30)
    if state == "captured":
        capture(conn, account_id, held, 20)
    elif state == "released":
        release(conn, account_id, held)
    elif state == "expired":
        let_end(conn, held)
        assert sweep(conn) == 1
    else:
        assert state == "expired, not swept"
        let_end(conn, held)
    return account_id, held


def find_text(conn: Connection, text: str) -> list[str]:
    """Return the tables of ours that have a text in any column of any row."""
    return [
        table
        for table, rows in read_state(conn).items()
        if any(text.lower() in row.lower() for (row,) in rows)
    ]
