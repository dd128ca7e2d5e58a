"""``add_credits``: the back end's way to grant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support import Connection, as_anon, as_service, as_user
from tests.wallets import add, balance_of, call_all, funded_account, history, refused

SOON = datetime.now(UTC) + timedelta(days=10)
WORDS = {
    "purchase": "purchase",
    "allowance": "subscription",
    "bonus": "bonus",
    "promotion": "bonus",
    "referral": "bonus",
    "refund": "refund",
    "adjustment": "admin",
    "opening": "admin",
}


def test_a_grant_answers_with_its_transaction_and_the_balances(db: Connection) -> None:
    account_id = funded_account(db, 5)
    with as_service(db):
        answer = add(db, account_id, "2.5")
    assert answer == {
        "transaction_id": 2,
        "grant_id": 2,
        "amount": answer["balance"] - 5,
        "balance": answer["available"],
        "held": 0,
        "available": answer["amount"] + 5,
    }
    assert str(answer["balance"]) == "7.5"


@pytest.mark.parametrize("source", WORDS)
def test_each_source_is_its_own_type_of_transaction(db: Connection, source: str) -> None:
    account_id = funded_account(db, 10, source=source)
    (shown,) = call_all(db, "list_credit_transactions", account_id=account_id)
    assert (shown["type"], shown["transaction_type"]) == (source, WORDS[source])
    assert (shown["amount"], shown["balance_before"], shown["balance_after"]) == (10, 0, 10)
    assert shown["user_id"] is None


@pytest.mark.parametrize("source", WORDS)
def test_only_a_purchase_counts_as_bought(db: Connection, source: str) -> None:
    account_id = funded_account(db, 10, source=source)
    is_purchase = source == "purchase"
    assert balance_of(db, account_id)["total_purchased"] == (10 if is_purchase else 0)
    query = "select source, is_paid from public.credit_grants"
    assert db.execute(query).fetchall() == [(source, is_purchase)]


@pytest.mark.parametrize("source", ["welcome", "usage", "clawback", "gift_received", "", None])
def test_other_sources_are_refused(db: Connection, source: str) -> None:
    account_id = funded_account(db)
    with refused(db, "22023", "invalid_source") as detail:
        add(db, account_id, 1, source)
    assert detail == {"source": source}


def test_a_grant_keeps_what_was_said_about_it(db: Connection) -> None:
    account_id = funded_account(db)
    add(
        db,
        account_id,
        10,
        key="k",
        expires_at=SOON,
        priority=7,
        description="Sorry for the outage",
        metadata={"ticket": 12},
    )
    (row,) = history(db, account_id)
    assert (row["description"], row["metadata"]) == ("Sorry for the outage", {"ticket": 12})
    assert (row["key"], row["scope"], row["grants"]) == ("k", "service", {"1": 10})
    query = "select amount, remaining, priority, expires_at from public.credit_grants"
    assert db.execute(query).fetchall() == [(10, 10, 7, SOON)]


@pytest.mark.parametrize("priority", [-1, 1001])
def test_a_priority_out_of_range_is_refused(db: Connection, priority: int) -> None:
    account_id = funded_account(db)
    with refused(db, "22023", "invalid_priority"):
        add(db, account_id, 1, priority=priority)


def test_the_soonest_expiry_is_shown_with_what_will_expire_then(db: Connection) -> None:
    account_id = funded_account(db, 1, expires_at=SOON + timedelta(days=1))
    add(db, account_id, 2, expires_at=SOON)
    add(db, account_id, 4, expires_at=SOON)
    add(db, account_id, 8)
    shown = balance_of(db, account_id)
    assert (shown["expiring_credits"], shown["expires_at"]) == (6, SOON)


def test_nobody_else_may_add_credits(db: Connection) -> None:
    account_id = funded_account(db)
    for caller in (as_anon(db), as_user(db, account_id)):
        with refused(db, "42501", "permission denied for function add_credits"), caller:
            add(db, account_id, 1)
    assert history(db, account_id) == []
