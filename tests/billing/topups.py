"""What tests of automatic top-up share: an account that has opted in, its attempts, their ends."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import dict_row

from tests.billing.purchases import FEES, buyer, shop
from tests.events.payloads import event, new_id, payment_intent
from tests.support import Connection, as_service, as_user
from tests.wallets import Row, add, call, use_catalog

# 50 credits for 650 cents, and with the fees that the shop passes on for 729.
PACK, CREDITS, PRICE = "starter", 50, 650
TOTAL = 729
SETTINGS: Row = {"enabled": True, "threshold": 20, "package": PACK}


def set_topup(conn: Connection, account_id: UUID, **changes: Any) -> Row:
    """Change an account's settings as its owner does."""
    with as_user(conn, account_id):
        row: Row = call(conn, "set_auto_topup", **{"enabled": True, **changes})
    return row


def get_topup(conn: Connection, account_id: UUID) -> Row:
    """Read an account's settings as its owner does."""
    with as_user(conn, account_id):
        row: Row = call(conn, "get_auto_topup")
    return row


def customer_of(conn: Connection, account_id: UUID) -> str:
    """Let Stripe know an account, as its first checkout does; returns the customer."""
    customer_id = new_id("cus")
    with as_service(conn):
        conn.execute("select credits.open_customer(%s, null, 'stripe', false)", [account_id])
        conn.execute(
            "select credits.attach_customer(%s, 'stripe', false, %s)", [account_id, customer_id]
        )
    return customer_id


def opted_in(conn: Connection, balance: int = 10, **settings: Any) -> UUID:
    """Sign a user up who is a customer, has some credits, and has opted in."""
    account_id = buyer(conn)
    customer_of(conn, account_id)
    if balance:
        add(conn, account_id, balance)
    set_topup(conn, account_id, **{**SETTINGS, **settings})
    return account_id


def open_shop(conn: Connection, **keys: Any) -> None:
    """Put the shop's catalog in force, with the fees that buyers pay and some keys replaced."""
    use_catalog(conn, shop(**{"fees": {"method": "additive", **FEES}, **keys}))


def call_rule(conn: Connection, name: str, *arguments: Any) -> list[Row]:
    """Call a function that the edge calls, with its arguments in their order."""
    marks = sql.SQL(", ").join(sql.Placeholder() for _ in arguments)
    query = sql.SQL("select * from credits.{}({})").format(sql.Identifier(name), marks)
    with as_service(conn), conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, arguments).fetchall()


def due(conn: Connection, limit: int = 100) -> set[UUID]:
    """Return the accounts that are due."""
    return {row["due_topups"] for row in call_rule(conn, "due_topups", limit)}


def attempt(conn: Connection, account_id: UUID) -> Row | None:
    """Open an attempt, or get the one in flight; with its account. None: nothing to do."""
    rows = call_rule(conn, "open_topup", account_id, "stripe", False)
    assert len(rows) <= 1
    return {"account_id": account_id, **rows[0]} if rows else None


def opened(conn: Connection, account_id: UUID) -> Row:
    """Open an attempt that there must be."""
    found = attempt(conn, account_id)
    assert found is not None
    return found


def fail(conn: Connection, topup: Row, reason: str = "declined") -> None:
    """Tell that an attempt has failed."""
    call_rule(conn, "fail_topup", topup["account_id"], topup["order_id"], reason)


def delay(conn: Connection, topup: Row) -> None:
    """Tell that the provider could not be reached."""
    call_rule(conn, "delay_topup", topup["account_id"], topup["order_id"])


def tell(conn: Connection, told: Row) -> str:
    """Let a webhook deliver an event; returns the state that it has then."""
    (row,) = call_rule(conn, "apply_stripe_event", json.dumps(told))
    return str(row["apply_stripe_event"])


def succeed(conn: Connection, topup: Row, **fields: Any) -> str:
    """Let the webhook tell that an attempt's intent has succeeded; returns the event's state."""
    intent = payment_intent(topup, customer=topup["customer_id"], **fields)
    return tell(conn, event("payment_intent.succeeded", intent))


def let_pass(conn: Connection, time: str) -> None:
    """Let so much time pass for pauses, delays and attempts."""
    conn.execute(
        """
        update credits.auto_topups
        set
            paused_until_at = paused_until_at - %(time)s::interval,
            next_attempt_at = next_attempt_at - %(time)s::interval
        """,
        {"time": time},
    )
    conn.execute(
        "update credits.orders set created_at = created_at - %s::interval where is_topup", [time]
    )


def waits(conn: Connection, account_id: UUID) -> timedelta | None:
    """Return for how long nothing is tried again; None: for good."""
    found = conn.execute(
        """
        select nullif(greatest(paused_until_at, next_attempt_at), 'infinity') - clock_timestamp()
        from credits.auto_topups
        where account_id = %s
        """,
        [account_id],
    ).fetchone()
    assert found is not None
    left: timedelta | None = found[0]
    return left


def notices(conn: Connection, account_id: UUID) -> list[tuple[str, Row]]:
    """Return what an account is told, topics and payloads, but for receipts and low balances."""
    query = """
        select topic, payload from credits.outbox
        where account_id = %s and topic not in ('receipt', 'low_balance') order by id
    """
    return conn.execute(query, [account_id]).fetchall()
