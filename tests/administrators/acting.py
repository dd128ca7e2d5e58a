"""What tests of administrators share: who they are, what they do, and what the audit says of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import dict_row

from tests.support import Connection, as_admin, sign_up
from tests.wallets import Row, call, call_all, changed_catalog, use_catalog

LIMIT = 10_000  # what one may move alone, unless the catalog says otherwise
WHY = "a friendly gesture"
WAIT_DAYS = 7  # for which an act waits for a second administrator


def administrator(conn: Connection, name: str | None = None) -> UUID:
    """Sign an administrator up, with the role that Supabase Auth would write into the token."""
    return sign_up(conn, f"{name or uuid4()}@staff.example.com")


def as_actor(user_id: UUID) -> str:
    """Return how the audit names a user."""
    return f"user:{user_id}"


def limit_alone(conn: Connection, limit: Any) -> None:
    """Put a catalog in force that limits what an administrator moves alone, and gives nothing."""
    use_catalog(conn, changed_catalog(approval_credits=limit, plans=[]))


def does(conn: Connection, admin_id: UUID, function: str, /, **arguments: Any) -> Any:
    """Call a function of one row or value as an administrator."""
    with as_admin(conn, admin_id):
        return call(conn, function, **arguments)


def lists(conn: Connection, admin_id: UUID, function: str, /, **arguments: Any) -> list[Row]:
    """Call a function that returns rows as an administrator."""
    with as_admin(conn, admin_id):
        return call_all(conn, function, **arguments)


def act(conn: Connection, admin_id: UUID, name: str, account_id: UUID, /, **more: Any) -> Row:
    """Do an act with money, for a reason and under a key of its own unless they are named."""
    more = {"reason": WHY, "key": f"act-{uuid4()}", **more}
    row: Row = does(conn, admin_id, f"admin_{name}", account_id=account_id, **more)
    return row


def approve(conn: Connection, admin_id: UUID, waiting: Row) -> Row:
    """Approve an act that waits."""
    row: Row = does(conn, admin_id, "admin_approve_act", act_id=waiting["act_id"])
    return row


def decline(conn: Connection, admin_id: UUID, waiting: Row, reason: str = "too much") -> Row:
    """Decline an act that waits."""
    row: Row = does(conn, admin_id, "admin_decline_act", act_id=waiting["act_id"], reason=reason)
    return row


def waiting_acts(conn: Connection, admin_id: UUID) -> list[Row]:
    """Return the acts that wait for a second administrator."""
    return lists(conn, admin_id, "admin_list_pending_acts")


def audit(conn: Connection, account_id: UUID | None = None) -> list[Row]:
    """Return the audit as stored, of an account or all of it, oldest first, without a catalog's."""
    query = (
        "select * from credits.audit_log"
        " where act <> 'apply_catalog' and coalesce(account_id = %(id)s, %(id)s::uuid is null)"
        " order by id"
    )
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), {"id": account_id}).fetchall()


def notices(conn: Connection, topic: str) -> list[Row]:
    """Return what the outbox has of a topic, oldest first."""
    query = "select account_id, key, payload from credits.outbox where topic = %s order by id"
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode(), [topic]).fetchall()


def let_wait(conn: Connection, waiting: Row, days: float = WAIT_DAYS + 0.001) -> None:
    """Let an act have waited for so many days longer: a minute more than it may, by default."""
    conn.execute(
        "update credits.pending_acts set expires_at = expires_at - make_interval(secs => %s)"
        " where id = %s",
        [days * 86_400, waiting["act_id"]],
    )
