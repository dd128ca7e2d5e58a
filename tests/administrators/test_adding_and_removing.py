"""Administrators add and remove credits: for a reason, in the history, and within the rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.administrators.acting import (
    WHY,
    act,
    administrator,
    as_actor,
    audit,
    does,
)
from tests.support import Connection
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    funded_account,
    history,
    refused,
    remaining,
)

BAD_REASONS: dict[str, tuple[Any, str, Row]] = {
    "null": (None, "reason_required", {}),
    "empty": ("", "reason_required", {}),
    "too short": ("ok", "reason_required", {}),
    "blanks around too little": ("  \t ok \n ", "reason_required", {}),
    "too long": ("x" * 501, "reason_too_long", {"limit": 500}),
}


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    """An account with 100 bonus credits: grant 1."""
    return funded_account(db, 100)


def numbers(conn: Connection, account_id: UUID) -> tuple[Any, Any, Any]:
    """Return balance, held and available."""
    found = balance_of(conn, account_id)
    return found["balance"], found["held"], found["available"]


def test_credits_are_added_at_once(db: Connection, admin: UUID, account: UUID) -> None:
    done = act(db, admin, "add_credits", account, amount=Decimal("12.5"), reason="  sorry  ")
    when = done.pop("requested_at")
    last = history(db, account)[-1]
    assert done == {
        "act_id": None, "state": "done", "act": "add_credits", "account_id": account,
        "amount": Decimal("12.5"), "reason": "sorry", "transaction_id": 2,
        "balance": Decimal("112.5"), "held": 0, "available": Decimal("112.5"),
        "requested_by": as_actor(admin), "decided_by": None, "decided_at": None,
    }  # fmt: skip
    assert (last["created_at"], last["type"], last["amount"]) == (when, "bonus", Decimal("12.5"))
    assert last["description"] == "sorry"
    assert remaining(db, account)[2] == Decimal("12.5")


def test_added_credits_have_the_source_and_the_expiry_that_are_named(
    db: Connection, admin: UUID, account: UUID
) -> None:
    (now,) = db.execute("select now()").fetchone() or [None]
    ends = now + timedelta(days=3)
    act(db, admin, "add_credits", account, amount=5, source="promotion", expires_at=ends)
    found = db.execute(
        "select source, expires_at, priority from credits.grants where account_id = %s and id = 2",
        [account],
    ).fetchone()
    assert found is not None
    assert found[:2] == ("promotion", ends)


@pytest.mark.parametrize("source", [None, "", "usage", "expiry", "gift_received", "Bonus"])
def test_a_source_that_is_none_is_refused(
    db: Connection, admin: UUID, account: UUID, source: str | None
) -> None:
    with refused(db, "22023", "invalid_source"):
        act(db, admin, "add_credits", account, amount=5, source=source)


def test_an_expiry_that_has_passed_is_refused(db: Connection, admin: UUID, account: UUID) -> None:
    with refused(db, "22023", "invalid_expiry"):
        act(db, admin, "add_credits", account, amount=5, expires_at="2020-01-01Z")


def test_credits_are_removed_in_burn_down_order(db: Connection, admin: UUID, account: UUID) -> None:
    add(db, account, 50, priority=1)
    done = act(db, admin, "remove_credits", account, amount=70, reason="paid twice")
    assert (done["state"], done["act"], done["amount"]) == ("done", "remove_credits", 70)
    assert (done["balance"], done["held"], done["available"]) == (80, 0, 80)
    assert remaining(db, account) == {1: 80, 2: 0}
    last = history(db, account)[-1]
    assert (last["type"], last["amount"], last["description"]) == ("adjustment", -70, "paid twice")
    assert (
        call(db, "list_credit_transactions", account_id=account, page_size=1)["transaction_type"]
        == "admin"
    )


def test_what_is_held_is_not_removed(db: Connection, admin: UUID, account: UUID) -> None:
    call(db, "hold_credits", account_id=account, key="h", amount=60)
    with refused(db, "PT402", "insufficient_credits") as detail:
        act(db, admin, "remove_credits", account, amount=Decimal("40.000000001"))
    assert (detail["available"], detail["balance"], detail["held"]) == (40, 100, 60)
    done = act(db, admin, "remove_credits", account, amount=40)
    assert (done["balance"], done["held"], done["available"]) == (60, 60, 0)


def test_removed_credits_are_no_spending(db: Connection, admin: UUID, account: UUID) -> None:
    act(db, admin, "remove_credits", account, amount=70)
    query = "select total_spent, month_spent from credits.accounts where id = %s"
    assert db.execute(query, [account]).fetchone() == (0, 0)


@pytest.mark.parametrize("name", ["add_credits", "remove_credits"])
@pytest.mark.parametrize(
    "amount", [None, 0, -1, "NaN", "Infinity", Decimal("0.0000000001"), Decimal("1e15") + 1]
)
def test_an_amount_that_is_none_is_refused(
    db: Connection, admin: UUID, account: UUID, name: str, amount: Any
) -> None:
    before = history(db, account)
    with refused(db, "22023", "invalid_amount"):
        act(db, admin, name, account, amount=amount)
    assert (history(db, account), audit(db)) == (before, [])


@pytest.mark.parametrize(("reason", "token", "told"), BAD_REASONS.values(), ids=BAD_REASONS.keys())
@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("add_credits", {"amount": 5}),
        ("remove_credits", {"amount": 5}),
        ("void_grant", {"grant_id": 1}),
        ("refund_transaction", {"transaction_id": 1}),
    ],
)
def test_an_act_has_a_reason(
    db: Connection, admin: UUID, account: UUID, name: str, more: Row, reason: Any, token: str,
    told: Row,
) -> None:  # fmt: skip
    with refused(db, "22023", token) as detail:
        act(db, admin, name, account, reason=reason, **more)
    assert detail == told
    assert audit(db) == []


@pytest.mark.parametrize("reason", ["why", "x" * 500, " \n" + "y" * 500 + "\t", "  why  "])
def test_a_reason_has_three_to_five_hundred_characters(
    db: Connection, admin: UUID, account: UUID, reason: str
) -> None:
    done = act(db, admin, "add_credits", account, amount=5, reason=reason)
    assert done["reason"] == reason.strip()


@pytest.mark.parametrize("name", ["add_credits", "remove_credits"])
def test_an_account_that_nobody_has_is_not_found(db: Connection, admin: UUID, name: str) -> None:
    with refused(db, "PT404", "account_not_found"):
        act(db, admin, name, uuid4(), amount=5)
    with refused(db, "22023", "account_id_required"):
        does(db, admin, f"admin_{name}", account_id=None, amount=5, reason=WHY, key="k")


def test_a_closed_account_takes_none_and_gives_what_it_has(
    db: Connection, admin: UUID, account: UUID
) -> None:
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account])
    with refused(db, "PT403", "account_closed"):
        act(db, admin, "add_credits", account, amount=5)
    assert act(db, admin, "remove_credits", account, amount=5)["balance"] == 95
    assert act(db, admin, "void_grant", account, grant_id=1)["balance"] == 0


def test_a_paused_account_takes_and_gives(db: Connection, admin: UUID, account: UUID) -> None:
    does(db, admin, "admin_pause_account", account_id=account, reason=WHY)
    assert act(db, admin, "add_credits", account, amount=5)["balance"] == 105
    assert act(db, admin, "remove_credits", account, amount=15)["balance"] == 90
