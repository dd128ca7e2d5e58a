"""What tests of codes share: promotions that grant credits, redemptions, and a clock to move."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.billing.purchases import promote
from tests.support import Connection, as_user
from tests.wallets import Row, call

ATTEMPTS = 10
INVALID: Row = {
    "ok": False, "message": "promotion_code_invalid", "credits": None, "balance": None,
}  # fmt: skip


def credit_code(conn: Connection, code: str = "HELLO25", **keys: Any) -> str:
    """Create a promotion that grants 25 credits for 30 days, unless told otherwise."""
    terms = {"discount_type": "credits", "discount_value": 25, "credits_days": 30}
    return promote(conn, code, **{"name": "Hello", **terms, **keys})


def redeem(conn: Connection, user_id: UUID, code: str | None = "HELLO25", **more: Any) -> Row:
    """Redeem a code as a signed-in user."""
    with as_user(conn, user_id):
        answer: Row = call(conn, "redeem_credit_code", code=code, **more)
    return answer


def let_pass(conn: Connection, time: str) -> None:
    """Let so much time pass for the windows in which wrong codes are counted."""
    conn.execute(
        "update credits.code_attempts set window_ends_at = window_ends_at - %s::interval", [time]
    )


def attempts(conn: Connection, user_id: UUID) -> int:
    """Return how many attempts are counted against a user in a window that is open."""
    query = """
        select coalesce(sum(attempts), 0) from credits.code_attempts
        where user_id = %s and window_ends_at > clock_timestamp()
    """
    found = conn.execute(query, [user_id]).fetchone()
    assert found is not None
    return int(found[0])
