"""What tests of limits share: a limited account, calls that count as requests, and a clock to move.

No test waits: ``let_pass`` moves the requests that were counted back in time instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from tests.functions import Refusal
from tests.support import Connection, sign_up
from tests.wallets import Row, add, call, change_plan, deduct, refused, use_catalog, with_plan

LIMIT = 3
TABLES = (
    "accounts", "members", "grants", "transactions", "holds", "orders", "redemptions", "outbox",
    "code_attempts", "identities", "auto_topups",
)  # fmt: skip


def limit_plan(conn: Connection, **limits: Any) -> None:
    """Put the small catalog in force, in which the plan ``pro`` has these limits."""
    use_catalog(conn, with_plan("pro", **limits))


def limited_account(conn: Connection, limit: int = LIMIT, amount: Any = 1000) -> UUID:
    """Open an account on a plan with a limit of requests, with bought credits and 10 free ones."""
    limit_plan(conn, requests_per_minute=limit)
    user_id = sign_up(conn)
    change_plan(conn, user_id, "pro")
    add(conn, user_id, amount, "purchase")
    return user_id


def use(conn: Connection, account_id: UUID, service: str = "sms", **more: Any) -> Row:
    """Use a service under a key of its own, unless one is named."""
    more.setdefault("key", f"use-{uuid4()}")
    row: Row = call(conn, "use_credits", service=service, account_id=account_id, **more)
    return row


def hold(conn: Connection, account_id: UUID, amount: Any = 1, **more: Any) -> Row:
    """Hold an amount under a key of its own, unless one is named."""
    more.setdefault("key", f"hold-{uuid4()}")
    row: Row = call(conn, "hold_credits", account_id=account_id, amount=amount, **more)
    return row


# What counts as a request: each spends or holds 1 credit.
REQUESTS: dict[str, Callable[..., Row]] = {
    "use": use,
    "deduct": lambda conn, account_id, **more: deduct(conn, account_id, 1, **more),
    "hold": hold,
}


def let_pass(conn: Connection, seconds: Any) -> None:
    """Let so much time pass since every request that was counted."""
    conn.execute(
        """
        update credits.accounts as a
        set requested_at = (
            select array_agg(r.at - make_interval(secs => %s) order by r.i)
            from unnest(a.requested_at) with ordinality as r (at, i)
        )
        where a.requested_at is not null
        """,
        [seconds],
    )


def attempt(conn: Connection, ask: Callable[[], object]) -> Refusal | None:
    """Try something and return its refusal, which undoes it; None when it was done."""
    try:
        with conn.transaction():
            ask()
    except psycopg.Error as error:
        return Refusal.of(error)
    return None


def state(conn: Connection) -> list[list[tuple[Any, ...]]]:
    """Return all rows that a call of a user could have changed."""
    rows = "select t::text from credits.{} as t order by 1"
    return [
        conn.execute(sql.SQL(rows).format(sql.Identifier(table))).fetchall() for table in TABLES
    ]


@contextmanager
def refused_unchanged(conn: Connection, sqlstate: str, token: str) -> Iterator[Row]:
    """Expect a block to be refused, and to have changed nothing; see ``refused``."""
    before = state(conn)
    with refused(conn, sqlstate, token) as detail:
        yield detail
    assert state(conn) == before
