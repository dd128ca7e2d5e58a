"""``get_credit_balance``, ``get_credit_summary`` and ``has_enough_credits``: what one may read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    call_all,
    change_plan,
    deduct,
    refused,
    use_catalog,
)

SOON = datetime.now(UTC) + timedelta(days=10)
READS: dict[str, dict[str, Any]] = {
    "get_credit_balance": {},
    "get_credit_summary": {},
    "list_credit_transactions": {},
    "export_credit_transactions": {},
    "has_enough_credits": {"service": "sms"},
}


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user with 5 welcome credits."""
    use_catalog(db)
    return sign_up(db)


def test_the_balance_has_every_column_of_the_contract(db: Connection, user_id: UUID) -> None:
    add(db, user_id, 20, "purchase")
    add(db, user_id, 4, expires_at=SOON)
    deduct(db, user_id, 2)
    with as_user(db, user_id):
        assert call(db, "get_credit_balance") == {
            "account_id": user_id,
            "user_id": user_id,
            "status": "active",
            "plan": "free",
            "balance": 27,
            "held": 0,
            "available": 27,
            "debt": 0,
            "total_purchased": 20,
            "total_spent": 2,
            "current_credits": 27,
            "credit_status": "active",
            "subscription": None,
            "next_billing_date": None,
            "low_balance": None,
            "expiring_credits": 2,
            "expires_at": SOON,
        }


@pytest.mark.parametrize("function", READS)
def test_the_back_end_reads_any_account_that_it_names(
    db: Connection, user_id: UUID, function: str
) -> None:
    with as_service(db):
        by_service = call_all(db, function, **READS[function], account_id=user_id)
    with as_user(db, user_id):
        assert call_all(db, function, **READS[function]) == by_service
    with refused(db, "22023", "account_id_required"), as_service(db):
        call_all(db, function, **READS[function])


@pytest.mark.parametrize("function", READS)
def test_a_foreign_account_and_an_absent_one_are_not_found_alike(
    db: Connection, user_id: UUID, function: str
) -> None:
    for other in (sign_up(db), UUID(int=4)):
        with refused(db, "PT404", "account_not_found") as detail, as_user(db, user_id):
            call_all(db, function, **READS[function], account_id=other)
        assert detail == {}


@pytest.mark.parametrize("function", READS)
def test_nobody_reads_an_account_without_a_token(
    db: Connection, user_id: UUID, function: str
) -> None:
    with refused(db, "42501", f"permission denied for function {function}"), as_anon(db):
        call_all(db, function, **READS[function], account_id=user_id)


def test_the_summary_of_an_account_in_use(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "basic")
    add(db, user_id, 20, "purchase")
    add(db, user_id, 10, "purchase")
    with as_user(db, user_id):
        call(db, "use_credits", service="sms", key="a", quantity=3)
        call(db, "use_credits", service="sms", key="b")
        call(db, "use_credits", service="query", key="c")
    deduct(db, user_id, 11)
    with as_user(db, user_id):
        summary: Row = call(db, "get_credit_summary")
    assert summary["balance"]["balance"] == 115
    assert summary["grants"] == {"welcome": 5, "allowance": 80, "purchase": 30}
    month = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    assert datetime.fromisoformat(summary["usage"].pop("since")) == month
    assert summary["usage"] == {"credits": 20, "services": {"sms": 4, "query": 5, "": 11}}
    assert summary["caps"]["monthly_spend_cap"] is None
    assert summary["caps"]["spent"] == 20
    assert summary["subscription"] is None


def test_the_summary_counts_only_this_month(db: Connection, user_id: UUID) -> None:
    deduct(db, user_id, 2, service="sms")
    db.execute(
        """
        alter table credits.transactions disable trigger transactions_refuse_change;
        update credits.transactions set created_at = created_at - interval '40 days';
        update credits.transactions as t set hash = credits.transaction_hash('\\x', t)
        where t.id = 1;
        update credits.transactions as t set hash = credits.transaction_hash(b.hash, t)
        from credits.transactions as b where t.id = 2 and b.id = 1;
        update credits.accounts as a set last_hash = t.hash
        from credits.transactions as t where t.account_id = a.id and t.id = 2;
        alter table credits.transactions enable always trigger transactions_refuse_change;
        """
    )
    deduct(db, user_id, 1, service="sms")
    usage = call(db, "get_credit_summary", account_id=user_id)["usage"]
    assert (usage["credits"], usage["services"]) == (1, {"sms": 1})


def test_the_balance_and_the_summary_agree(db: Connection, user_id: UUID) -> None:
    summary = call(db, "get_credit_summary", account_id=user_id)["balance"]
    shown = balance_of(db, user_id)
    assert set(summary) == set(shown)
    assert summary["available"] == shown["available"]


@pytest.mark.parametrize(
    ("arguments", "enough"),
    [
        ({"service": "sms"}, True),
        ({"service": "sms", "quantity": 5}, True),
        ({"service": "sms", "quantity": "5.000000001"}, False),
        ({"service": "query"}, True),
        ({"service": "query", "usage": {"tools": ["docs"]}}, False),
        ({"service": "ping"}, True),
    ],
    ids=str,
)
def test_enough_is_what_a_use_would_cost(
    db: Connection, user_id: UUID, arguments: Row, enough: bool
) -> None:
    with as_user(db, user_id):
        assert call(db, "has_enough_credits", **arguments) is enough


def test_enough_of_an_unknown_service_is_refused(db: Connection, user_id: UUID) -> None:
    with refused(db, "22023", "unknown_service"), as_user(db, user_id):
        call(db, "has_enough_credits", service="fax")


def test_there_is_not_enough_beyond_the_monthly_cap(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "capped")
    add(db, user_id, 1000)
    deduct(db, user_id, 45)
    for quantity, enough in ((5, True), (6, False)):
        arguments = {"service": "sms", "quantity": quantity, "account_id": user_id}
        assert call(db, "has_enough_credits", **arguments) is enough
