"""What was there before administrators, disputes, notices and statistics goes on as they come.

Calls are answered between each of its migrations, as they are before and after; and what is new
knows what is old: charges are disputed and counted, accounts are watched, and nobody is sent what
was told long before there was somebody to send it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from scripts.migrations import Tree
from tests.billing.purchases import open_order, promote
from tests.events import payloads
from tests.events.shop import moves, tell
from tests.support import Connection, as_admin, as_user, find_violations, migrate, sign_up
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    call_all,
    changed_catalog,
    deduct,
    use_catalog,
)

BEFORE = "20261121120002"
AFTER = [it.file_id for it in Tree().migrations() if it.file_id > BEFORE]
PACK = {"code": "starter", "name": "Starter Pack", "credits": 50, "price_cents": 650}
WELCOME = 5
ALONE = 10_000  # what one administrator moves, where the catalog says nothing


@pytest.fixture
def old_db(empty_db: str) -> Iterator[Connection]:
    """A database as it was before, with a catalog that welcomes users and sells a pack."""
    with psycopg.connect(empty_db, autocommit=True) as conn:
        conn.execute(Tree().platform_file.read_bytes())
        migrate(conn, BEFORE)
        use_catalog(conn, changed_catalog(packages=[PACK]))
        yield conn
        assert find_violations(conn) == []


def states(conn: Connection) -> Iterator[None]:
    """Stop in each state that the database is in, from before the upgrade until after it."""
    yield
    for file_id in AFTER:
        migrate(conn, file_id)
        assert find_violations(conn) == []
        yield
    migrate(conn)


def told(conn: Connection, account_id: UUID, topic: str) -> list[Row]:
    """Return what an account was told."""
    query = "select payload from credits.outbox where account_id = %s and topic = %s order by id"
    return [payload for (payload,) in conn.execute(query, [account_id, topic])]


def does(conn: Connection, function: str, /, **arguments: Any) -> Any:
    """Call a function as an administrator."""
    with as_admin(conn, sign_up(conn)):
        return call(conn, function, **arguments)


def test_credits_are_spent_held_and_replayed_in_every_state(old_db: Connection) -> None:
    user_id = sign_up(old_db, "ada@example.org")
    add(old_db, user_id, 1000)
    kept: list[Row] = []
    for _ in states(old_db):
        number = len(kept)
        held = call(old_db, "hold_credits", account_id=user_id, key=f"hold {number}", amount=6)
        call(old_db, "capture_credits", account_id=user_id, hold_id=held["hold_id"])
        kept.append(deduct(old_db, user_id, 10, key=f"deduct {number}"))
        for earlier, charge in enumerate(kept):
            assert deduct(old_db, user_id, 10, key=f"deduct {earlier}") == charge
        assert call(old_db, "run_credit_maintenance")["started"] == 0
    assert balance_of(old_db, user_id)["balance"] == WELCOME + 1000 - 16 * len(kept)


def test_an_order_is_paid_in_every_state_and_has_a_receipt_from_when_there_are_any(
    old_db: Connection,
) -> None:
    users = [sign_up(old_db) for _ in range(len(AFTER) + 2)]
    orders = [open_order(old_db, it, package="starter") for it in users]
    paid = [
        payloads.event("payment_intent.succeeded", payloads.payment_intent(it)) for it in orders
    ]
    for _, one in zip(states(old_db), paid, strict=False):
        assert [tell(old_db, one) for _ in range(2)] == ["applied"] * 2
    assert [tell(old_db, paid[-1]) for _ in range(2)] == ["applied"] * 2
    for user_id in users:
        assert moves(old_db, user_id) == [("welcome", WELCOME), ("purchase", 50)]
    assert told(old_db, users[0], "receipt") == []
    (receipt,) = told(old_db, users[-1], "receipt")
    assert (receipt["package"], receipt["total_cents"]) == ("starter", 650)


def test_what_was_used_before_is_counted_and_disputed_after(old_db: Connection) -> None:
    user_id = sign_up(old_db)
    with as_user(old_db, user_id):
        charges = [call(old_db, "use_credits", service="sms", key=f"{n}") for n in range(3)]
    back = {"account_id": user_id, "transaction_id": charges[0]["transaction_id"]}
    call(old_db, "refund_credits", key="refund", **back)
    migrate(old_db)
    cost = charges[0]["cost"]
    assert call(old_db, "run_credit_maintenance")["rolled_up"] == 1
    with as_user(old_db, user_id):
        (used,) = call_all(old_db, "get_credit_usage_stats", bucket="year")
        dispute = call(
            old_db,
            "submit_credit_dispute",
            transaction_id=charges[1]["transaction_id"],
            reason="not_delivered",
            description="No message came.",
        )
    assert (used["service"], used["calls"], used["credits"]) == ("sms", 3, 3 * cost)
    wish = {"dispute_id": dispute["id"], "outcome": "approved", "note": "so it was"}
    assert call(old_db, "admin_resolve_dispute", **wish)["refunded"] == cost
    assert balance_of(old_db, user_id)["balance"] == WELCOME - cost
    assert call(old_db, "run_credit_maintenance")["rolled_up"] == 1
    query = "select sum(calls), sum(credits), sum(refunded) from credits.usage_daily"
    assert old_db.execute(query).fetchall() == [(3, 3 * cost, 2 * cost)]


def test_an_account_from_before_is_told_that_it_is_empty_and_that_it_is_low_after_a_grant(
    old_db: Connection,
) -> None:
    user_id = sign_up(old_db)
    add(old_db, user_id, 100 - WELCOME)
    migrate(old_db)
    deduct(old_db, user_id, 99)
    assert told(old_db, user_id, "low_balance") == []  # of which grant, is not known any more
    deduct(old_db, user_id, 1)
    add(old_db, user_id, 100)
    deduct(old_db, user_id, 81)
    levels = [payload["level"] for payload in told(old_db, user_id, "low_balance")]
    assert levels == ["empty", "low"]


def test_an_account_that_was_empty_before_is_told_nothing_by_a_free_call(
    old_db: Connection,
) -> None:
    user_id = sign_up(old_db)
    deduct(old_db, user_id, WELCOME)
    migrate(old_db)
    with as_user(old_db, user_id):
        assert call(old_db, "use_credits", service="ping", key="free")["cost"] == 0
    assert told(old_db, user_id, "low_balance") == []


@pytest.mark.parametrize("channel", ["email", "webhook"])
def test_nobody_is_sent_what_was_told_days_before(old_db: Connection, channel: str) -> None:
    owner_id = sign_up(old_db, "ada@example.org")
    with as_user(old_db, owner_id):
        team = call(old_db, "create_credit_team", name="Lab")["account_id"]
        wish = {"account_id": team, "role": "viewer"}
        call(old_db, "invite_credit_member", email="early@example.org", **wish)
    old_db.execute("update credits.outbox set created_at = created_at - interval '2 days'")
    migrate(old_db)
    query = "select payload ->> 'email' from credits.claim_notices(%s, '{}', 100, 60)"
    assert old_db.execute(query, [channel]).fetchall() == []
    with as_user(old_db, owner_id):
        call(old_db, "invite_credit_member", email="late@example.org", **wish)
    assert old_db.execute(query, [channel]).fetchall() == [("late@example.org",)]


def test_administrators_find_what_was_there_before_and_move_what_the_catalog_did_not_limit(
    old_db: Connection,
) -> None:
    user_id = sign_up(old_db, "ada@example.org")
    code = promote(old_db, "SPRING")
    old_db.execute("update credits.accounts set status = 'paused' where id = %s", [user_id])
    migrate(old_db)
    found = does(old_db, "admin_get_account", account_id=user_id)
    assert (found["account"]["email"], found["status"]["status"]) == ("ada@example.org", "paused")
    assert found["audit"] == found["disputes"] == []
    assert does(old_db, "admin_list_promotions")["code"] == code
    wish = {"account_id": user_id, "reason": "a friendly gesture"}
    assert does(old_db, "admin_resume_account", **wish)["status"] == "active"
    for amount, state in ((ALONE, "done"), (ALONE + 1, "pending")):
        act = does(old_db, "admin_add_credits", amount=amount, key=f"{amount}", **wish)
        assert act["state"] == state
