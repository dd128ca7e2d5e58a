"""Every statement fails once, of acts of administrators, disputes, alerts, notices and roll-ups."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import apply_catalog, request, request_as
from tests.faults.fault_points import arm, fails_everywhere
from tests.support import Connection, as_admin, as_user, sign_up
from tests.wallets import Row, add, call, deduct

ALONE = 50  # what one administrator moves
PROMOTION = {"code": "FALL", "name": "Fall", "discount_type": "percent", "discount_value": 5}
ADMIN_CALLS = {
    "add": "public.admin_add_credits(%(id)s, 20, %(why)s, 'key')",
    "ask to add": "public.admin_add_credits(%(id)s, 60, %(why)s, 'key')",
    "remove": "public.admin_remove_credits(%(id)s, 20, %(why)s, 'key')",
    "void": "public.admin_void_grant(%(id)s, %(grant)s, %(why)s, 'key')",
    "refund": "public.admin_refund_transaction(%(id)s, %(charge)s, %(why)s, 'key')",
    "approve": "public.admin_approve_act(%(act)s)",
    "decline": "public.admin_decline_act(%(act)s, %(why)s)",
    "pause": "public.admin_pause_account(%(id)s, %(why)s)",
    "erase": "public.admin_erase_account(%(leaver)s, %(why)s)",
    "review": "public.admin_review_dispute(%(dispute)s, %(why)s)",
    "approve dispute": "public.admin_resolve_dispute(%(dispute)s, 'approved', %(why)s)",
    "reject dispute": "public.admin_resolve_dispute(%(dispute)s, 'rejected', %(why)s)",
    "create promotion": "public.admin_create_promotion(%(promotion)s)",
    "end promotion": "public.admin_end_promotion('SPRING')",
}
USER_CALLS = {
    "dispute": "public.submit_credit_dispute(%(charge)s, 'other', 'Nothing came.')",
    "withdraw": "public.withdraw_credit_dispute(%(dispute)s)",
    "set alerts": "public.set_credit_alerts(17)",
    "contact": "public.contact_credit_sales('ada@example.org', 'How much are a million?')",
    # From 235 credits below a fifth of what the last grant made of it, and to nothing.
    "become low": "public.use_credits('query', 'key', 46)",
    "become empty": "public.use_credits('query', 'key', 47)",
}
BACK_END_CALLS = {
    "claim": "credits.claim_notices('email', '{ops@example.org}', 10, 60)",
    "settle": "credits.settle_notice(%(notice)s, 'webhook', '', 1, null)",
    "fail to settle": "credits.settle_notice(%(notice)s, 'webhook', '', 1, 'no answer')",
    "roll up": "credits.roll_up(10)",
    "rebuild": "credits.rebuild_usage(%(id)s)",
    "integrity": "credits.run_integrity()",
    "silent jobs": "credits.note_silent_jobs()",
}
# Maintenance has not run for days.
SILENCE = """
    insert into credits.job_runs (job, started_at, counts)
    values ('maintenance', now() - interval '2 days', '{}')
"""
# There is something to set right where usage is rebuilt.
MISCOUNT = "select credits.roll_up(10); update credits.usage_daily set quantity = quantity + 1"


@pytest.fixture
def values(fresh_db: str) -> dict[str, Any]:
    """Arguments of the calls: a user with 235 credits and three charges, the first one disputed.

    And one who leaves, with fewer credits than one administrator moves.
    """
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn, approval_credits=ALONE)
        user_id, admin_id = sign_up(conn, "ada@example.org"), sign_up(conn)
        leaver_id = sign_up(conn, "eve@example.org")
        grant = add(conn, user_id, 150, source="purchase")
        disputed, charge = deduct(conn, user_id, 5), deduct(conn, user_id, 5)
        dispute = filed(conn, user_id, disputed)
        filed(conn, leaver_id, deduct(conn, leaver_id, 80))
        with as_admin(conn, sign_up(conn)):
            act = asked(conn, user_id)
            asked(conn, leaver_id)
            call(conn, "admin_create_promotion", promotion=PROMOTION | {"code": "SPRING"})
        found = {
            "id": user_id,
            "leaver": leaver_id,
            "admin": admin_id,
            "why": "a friendly gesture",
            "grant": grant["transaction_id"],
            "charge": charge["transaction_id"],
            "dispute": dispute["id"],
            "act": act["act_id"],
            "notice": claimed(conn),
            "promotion": json.dumps(PROMOTION),
        }
        conn.execute(SILENCE)
        conn.execute(MISCOUNT)
        deduct(conn, user_id, 5)
        arm(conn)
    return found


def filed(conn: Connection, user_id: UUID, charge: Row) -> Row:
    """Dispute a charge as the user whose it is."""
    wish = {"reason": "other", "description": "Nothing came."}
    with as_user(conn, user_id):
        dispute: Row = call(
            conn, "submit_credit_dispute", transaction_id=charge["transaction_id"], **wish
        )
    return dispute


def asked(conn: Connection, account_id: UUID) -> Row:
    """Ask for more credits than an administrator adds alone; the act waits."""
    wish = {"account_id": account_id, "amount": 60, "reason": "a prize", "key": "prize"}
    act: Row = call(conn, "admin_add_credits", **wish)
    return act


def claimed(conn: Connection) -> int:
    """Claim the notices that there are over the webhook, and return the first."""
    found = conn.execute("select id from credits.claim_notices('webhook', '{}', 9, 600)").fetchone()
    assert found is not None
    return int(found[0])


def check(dsn: str, call_: str, values: dict[str, Any], who: UUID | None, **claims: Any) -> None:
    """Let each statement of a call fail in turn; afterwards it comes through."""
    query = f"select * from {call_}"

    def ask() -> str:
        if who is None:
            return request(conn, query, values)[0]
        return request_as(conn, who, query, values, **claims)[0]

    with psycopg.connect(dsn, autocommit=True) as conn:
        assert fails_everywhere(conn, ask)


@pytest.mark.parametrize("name", ADMIN_CALLS)
def test_what_an_administrator_does_is_done_and_audited_or_leaves_nothing(
    fresh_db: str, values: dict[str, Any], name: str
) -> None:
    claims = {"app_metadata": {"role": "admin"}}
    check(fresh_db, ADMIN_CALLS[name], values, values["admin"], **claims)


@pytest.mark.parametrize("name", USER_CALLS)
def test_a_call_of_a_user_that_fails_at_any_statement_leaves_nothing(
    fresh_db: str, values: dict[str, Any], name: str
) -> None:
    check(fresh_db, USER_CALLS[name], values, values["id"])


@pytest.mark.parametrize("name", BACK_END_CALLS)
def test_a_job_that_fails_at_any_statement_leaves_nothing(
    fresh_db: str, values: dict[str, Any], name: str
) -> None:
    check(fresh_db, BACK_END_CALLS[name], values, None)
