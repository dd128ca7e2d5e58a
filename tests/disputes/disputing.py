"""What tests of disputes share: who disputes a charge, who decides, and what is told of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import dict_row

from tests.support import Connection, as_admin
from tests.teams.people import asks, lists, person
from tests.usage.charges import charge
from tests.wallets import Row, call, call_all, funded_account

REASON, DESCRIPTION, NOTE = "poor_quality", "The film was black", "The film was black indeed"
OPEN_DISPUTES = 20  # of an account, at most
ALONE = 10_000  # credits that one administrator may move, where the catalog says nothing
MUCH = ALONE + 1


def user_with_charge(conn: Connection, amount: Any = 30, **more: Any) -> tuple[UUID, int]:
    """Return a user who had 100 bonus credits, or as many as were charged, and the charge's id."""
    user_id = funded_account(conn, max(100, amount))
    return user_id, charge(conn, user_id, amount, **more)


def submit(conn: Connection, user_id: UUID, transaction_id: int, **more: Any) -> Row:
    """Dispute a charge as a user."""
    asked = {"reason": REASON, "description": DESCRIPTION, **more}
    row: Row = asks(conn, user_id, "submit_credit_dispute", transaction_id=transaction_id, **asked)
    return row


def disputed(conn: Connection, amount: Any = 30, **more: Any) -> Row:
    """Return the dispute of a new user's charge."""
    return submit(conn, *user_with_charge(conn, amount), **more)


def withdraw(conn: Connection, user_id: UUID, dispute: Row) -> Row:
    """Withdraw a dispute as a user."""
    row: Row = asks(conn, user_id, "withdraw_credit_dispute", dispute_id=dispute["id"])
    return row


def seen(conn: Connection, user_id: UUID, dispute: Row) -> Row:
    """Return a dispute as a user reads it."""
    row: Row = asks(conn, user_id, "get_credit_dispute", dispute_id=dispute["id"])
    return row


def mine(conn: Connection, user_id: UUID) -> list[UUID]:
    """Return the ids of the disputes that a user is shown, in their order."""
    return [row["id"] for row in lists(conn, user_id, "list_my_credit_disputes")]


def administrator(conn: Connection) -> UUID:
    """Sign an administrator up."""
    return person(conn, f"admin-{uuid4().hex[:8]}")


def decides(conn: Connection, admin_id: UUID | None, function: str, /, **arguments: Any) -> Any:
    """Call a function of administrators; as the owner on a direct connection without a user."""
    if admin_id is None:
        return call(conn, function, **arguments)
    with as_admin(conn, admin_id):
        return call(conn, function, **arguments)


def review(conn: Connection, dispute: Row, by: UUID | None = None, **more: Any) -> Row:
    """Take a dispute under review."""
    row: Row = decides(conn, by, "admin_review_dispute", dispute_id=dispute["id"], **more)
    return row


def resolve(
    conn: Connection, dispute: Row, outcome: str = "approved", by: UUID | None = None, **more: Any
) -> Row:
    """Resolve a dispute, as the owner on a direct connection unless somebody is named."""
    asked = {"dispute_id": dispute["id"], "outcome": outcome, "note": NOTE, **more}
    row: Row = decides(conn, by, "admin_resolve_dispute", **asked)
    return row


def queue(conn: Connection, **asked: Any) -> list[UUID]:
    """Return the ids of the disputes that wait, as an administrator lists them."""
    return [row["id"] for row in call_all(conn, "admin_list_disputes", **asked)]


def stored(conn: Connection, dispute: Row) -> Row:
    """Return all that is stored of a dispute."""
    query = "select * from credits.disputes where id = %s"
    with conn.cursor(row_factory=dict_row) as cursor:
        (row,) = cursor.execute(query, [dispute["id"]]).fetchall()
    return row


def notices(conn: Connection, dispute: Row) -> list[tuple[str, UUID | None, str]]:
    """Return what was told of a dispute: topic, whose account (None: the operators), status."""
    query = """
        select topic, account_id, payload ->> 'status' from credits.outbox
        where payload ->> 'dispute_id' = %s and topic in ('dispute', 'dispute_submitted')
        order by id
    """
    return conn.execute(query, [str(dispute["id"])]).fetchall()


def audit(conn: Connection, dispute: Row) -> list[tuple[str, str, str | None]]:
    """Return who did what with a dispute, and why, oldest first."""
    query = """
        select act, actor, reason from credits.audit_log
        where after ->> 'dispute_id' = %s order by id
    """
    return conn.execute(query, [str(dispute["id"])]).fetchall()


def pending_acts(conn: Connection, dispute: Row) -> list[Row]:
    """Return the acts on a dispute's account that wait for a second administrator."""
    rows = call_all(conn, "admin_list_pending_acts")
    return [row for row in rows if row["account_id"] == dispute["account_id"]]
