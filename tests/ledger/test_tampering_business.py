"""Who writes into disputes or daily usage past the rules is named by ``check_credit_integrity``.

Both repeat what the history says, so that each of them is compared with it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_user, find_violations
from tests.wallets import call, call_all, deduct, funded_account

pytestmark = pytest.mark.breaks_books

# What is done to the daily usage, and the rule that must then be named, of the account or of none.
USAGE = {
    "credits added": ("update credits.usage_daily set credits = credits + 1", "usage"),
    "a refund forgotten": ("update credits.usage_daily set refunded = 0", "usage"),
    "a day deleted": ("delete from credits.usage_daily", "usage"),
    "charges counted that are to come": (
        "update credits.rollups set last_transaction_id = 2",
        "usage",
    ),
    "the sum of all made larger": ("update credits.usage_totals set credits = 99", "usage_totals"),
    "a call forgotten in the sum": ("update credits.usage_totals set calls = 1", "usage_totals"),
    "the sum of a day deleted": ("delete from credits.usage_totals", "usage_totals"),
    "what was earned made less": (
        "update credits.usage_totals set earned_cents = earned_cents - 1",
        "usage_totals",
    ),
}
# The same of a dispute that has given 3 credits back.
DISPUTES = {
    "a larger refund": "update credits.disputes set refunded = 4",
    "a refund that nobody got": "update credits.disputes set refund_transaction_id = null",
    "a refund of another charge": "update credits.disputes set transaction_id = 3",
    "another transaction's refund": "update credits.disputes set refund_transaction_id = 1",
    "rejected with a refund": "update credits.disputes set status = 'rejected'",
    "withdrawn with a refund": "update credits.disputes set status = 'withdrawn'",
    "approved without a refund": (
        "update credits.disputes set refunded = 0, refund_transaction_id = null"
    ),
}


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with two charges of 5, of which a dispute gave 3 back; all is rolled up."""
    user_id = funded_account(db, 100)
    for _ in range(2):
        deduct(db, user_id, 5)
    with as_user(db, user_id):
        filed = {"transaction_id": 2, "reason": "poor_quality", "description": "It was wrong."}
        dispute = call(db, "submit_credit_dispute", **filed)
    wish: dict[str, Any] = {"outcome": "partially_approved", "note": "in part", "refund": 3}
    call(db, "admin_resolve_dispute", dispute_id=dispute["id"], **wish)
    assert call(db, "run_credit_maintenance")["rolled_up"] == 1
    assert find_violations(db) == []
    return user_id


@pytest.mark.parametrize("what", USAGE)
def test_tampering_with_usage_is_named_by_its_rule(
    db: Connection, account_id: UUID, what: str
) -> None:
    statement, rule = USAGE[what]
    db.execute(statement.encode())
    found = {(whose, name) for whose, name, _ in find_violations(db)}
    assert (account_id if rule == "usage" else None, rule) in found


@pytest.mark.parametrize("what", DISPUTES)
def test_tampering_with_a_dispute_is_named_by_its_rule(
    db: Connection, account_id: UUID, what: str
) -> None:
    db.execute(DISPUTES[what].encode())
    assert {(whose, name) for whose, name, _ in find_violations(db)} == {(account_id, "dispute")}


def test_the_books_of_one_account_are_judged_without_the_sum_of_all(
    db: Connection, account_id: UUID
) -> None:
    db.execute("delete from credits.usage_totals")
    assert call_all(db, "check_credit_integrity", account_id=account_id) == []


def test_what_is_rebuilt_is_right_again(db: Connection, account_id: UUID) -> None:
    for statement, rule in USAGE.values():
        if "rollups" not in statement:
            db.execute(statement.encode())
            assert rule in {name for _, name, _ in find_violations(db)}
            db.execute("select credits.rebuild_usage(null)")
            assert find_violations(db) == []
    assert call(db, "get_credit_balance", account_id=account_id)["balance"] == 93
