"""What tests of gifts share: people, what they bought, gifts between them, and all that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tests.returns import sales
from tests.returns.model import Told
from tests.returns.sales import Purchase
from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, balance_of, call, call_all, refused

# 100 credits for 700 cents; nothing is free of charge with them.
PACK, CREDITS, CENTS = "plain", 100, 700
ALL_OF_IT = Told("charge.refunded", CENTS)
OPENED = Told("charge.dispute.created", CENTS, "du_1", "needs_response", 10)
WON = Told("charge.dispute.closed", CENTS, "du_1", "won", 30)
TABLES = (
    "accounts", "transactions", "grants", "holds", "gifts", "outbox", "clawbacks", "members",
)  # fmt: skip
SEND = "select id from public.send_credit_gift(%s, %s, %s)"
ACCEPT = "select id from public.accept_credit_gift(%s)"
CANCEL = "select id from public.cancel_credit_gift(%s)"


def person(conn: Connection, name: str, **columns: Any) -> UUID:
    """Sign a user up whose e-mail begins with a name, and is nobody else's."""
    return sign_up(conn, f"{name}-{uuid4().hex[:8]}@example.org", **columns)


def email_of(conn: Connection, user_id: UUID) -> str:
    """Return a user's e-mail."""
    found = conn.execute("select email from auth.users where id = %s", [user_id]).fetchone()
    assert found is not None
    return str(found[0])


def buyer(conn: Connection, name: str = "ann", packs: int = 1) -> tuple[UUID, list[Purchase]]:
    """Sign a user up who has bought so many packs of ``CREDITS``."""
    user_id = person(conn, name)
    return user_id, [sales.bought(conn, user_id, PACK) for _ in range(packs)]


def send(conn: Connection, giver: UUID, to: UUID | str, amount: Any = 60, **more: Any) -> Row:
    """Send a gift to a user or to an e-mail, under a key of its own unless one is named."""
    email = email_of(conn, to) if isinstance(to, UUID) else to
    more.setdefault("key", f"gift-{uuid4()}")
    with as_user(conn, giver):
        gift: Row = call(conn, "send_credit_gift", recipient_email=email, amount=amount, **more)
    return gift


def accept(conn: Connection, user_id: UUID, gift: Row) -> Row:
    """Accept a gift as a user."""
    with as_user(conn, user_id):
        answer: Row = call(conn, "accept_credit_gift", gift_id=gift["id"])
    return answer


def cancel(conn: Connection, user_id: UUID, gift: Row) -> Row:
    """Cancel a gift as a user."""
    with as_user(conn, user_id):
        answer: Row = call(conn, "cancel_credit_gift", gift_id=gift["id"])
    return answer


def gifts_of(conn: Connection, user_id: UUID) -> list[Row]:
    """Return what a user sees of gifts."""
    with as_user(conn, user_id):
        return call_all(conn, "list_credit_gifts")


def state_of(conn: Connection, gift: Row) -> str:
    """Return the stored state of a gift."""
    found = conn.execute("select state from credits.gifts where id = %s", [gift["id"]]).fetchone()
    assert found is not None
    return str(found[0])


def hold_of(conn: Connection, gift: Row) -> Row:
    """Return the stored hold of a gift."""
    query = "select * from credits.holds where gift_id = %s"
    with conn.cursor(row_factory=dict_row) as cursor:
        (row,) = cursor.execute(query, [gift["id"]]).fetchall()
    return row


def has(conn: Connection, account_id: UUID) -> tuple[Any, Any, Any]:
    """Return what is available to an account, what it holds, and its debt."""
    shown = balance_of(conn, account_id)
    assert shown["balance"] == shown["available"] + shown["held"]
    return shown["available"], shown["held"], shown["debt"]


def worth(conn: Connection) -> Any:
    """Return what all accounts have together, less what they owe."""
    found = conn.execute("select sum(balance) - sum(debt) from credits.accounts").fetchone()
    assert found is not None
    return found[0]


def let_end(conn: Connection, after: str = "0 seconds") -> None:
    """Let the time of all pending gifts pass, at once or soon; nobody has swept them yet."""
    conn.execute(
        """
        with ended as (
            update credits.gifts set expires_at = clock_timestamp() + %s::interval
            where state = 'pending' returning hold_id, expires_at
        ),
        released as (
            update credits.holds as h set expires_at = e.expires_at
            from ended as e where h.id = e.hold_id returning h.account_id, h.expires_at
        )
        update credits.accounts as a set next_expiry_at = r.expires_at
        from released as r where a.id = r.account_id and a.next_expiry_at >= r.expires_at
        """,
        [after],
    )


def let_expire(conn: Connection, account_id: UUID) -> None:
    """Let the time of an account's grants that expire some day pass, and nobody has swept them."""
    conn.execute(
        """
        with expired as (
            update credits.grants set expires_at = clock_timestamp()
            where account_id = %s and expires_at is not null returning account_id, expires_at
        )
        update credits.accounts as a set next_expiry_at = least(a.next_expiry_at, e.expires_at)
        from expired as e where a.id = e.account_id
        """,
        [account_id],
    )


def kept(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of every table that a gift may write."""
    query = "select t::text from credits.{} as t order by 1"
    return {
        table: conn.execute(sql.SQL(query).format(sql.Identifier(table))).fetchall()
        for table in TABLES
    }


@contextmanager
def nothing_comes_of_it(conn: Connection, sqlstate: str, token: str) -> Iterator[Row]:
    """Expect a block to be refused, and everything to be as it was; yields the detail."""
    before = kept(conn)
    with refused(conn, sqlstate, token) as detail:
        yield detail
    assert kept(conn) == before


def ask(conn: Connection, user_id: UUID, query: str, *values: Any) -> tuple[str, Any]:
    """Send one request of a user; returns ``("ok", row)`` or ``(SQLSTATE, token)``."""
    try:
        with as_user(conn, user_id):
            return "ok", conn.execute(query.encode(), values).fetchone()
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        return error.sqlstate, error.diag.message_primary
