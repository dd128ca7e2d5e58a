"""A user whose account is missing: reads are zeros and write nothing, the first write opens it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import add, balance_of, call, call_all, change_plan, deduct, refused, use_catalog

READS: dict[str, dict[str, Any]] = {
    "get_credit_balance": {},
    "get_credit_summary": {},
    "list_credit_transactions": {},
    "export_credit_transactions": {},
    "has_enough_credits": {"service": "sms"},
}


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user who was there before the trigger: no account, though the catalog has a free plan."""
    use_catalog(db)
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    found = sign_up(db)
    db.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    return found


def is_missing(conn: Connection, user_id: UUID) -> bool:
    query = "select from credits.accounts where id = %s"
    return conn.execute(query, [user_id]).fetchone() is None


@pytest.mark.parametrize("function", READS)
def test_reads_of_the_own_missing_account_write_nothing(
    db: Connection, user_id: UUID, function: str
) -> None:
    with as_user(db, user_id):
        call_all(db, function, **READS[function])
    with as_service(db):
        call_all(db, function, **READS[function], account_id=user_id)
    assert is_missing(db, user_id)


def test_the_own_missing_account_reads_as_zeros(db: Connection, user_id: UUID) -> None:
    with as_user(db, user_id):
        shown = call(db, "get_credit_balance")
        numbers = {k: v for k, v in shown.items() if v is not None}
        assert numbers == {
            "account_id": user_id,
            "user_id": user_id,
            "status": "active",
            "credit_status": "active",
            **dict.fromkeys(("balance", "held", "available", "current_credits", "debt"), 0),
            **dict.fromkeys(("total_purchased", "total_spent"), 0),
        }
        assert call_all(db, "list_credit_transactions") == []
        assert call(db, "export_credit_transactions").count("\r\n") == 1
        assert call(db, "has_enough_credits", service="sms") is False
        summary = call(db, "get_credit_summary")
    assert (summary["grants"], summary["balance"]["balance"]) == ({}, 0)
    assert (summary["usage"]["credits"], summary["usage"]["services"]) == (0, {})
    assert summary["caps"]["monthly_spend_cap"] is None


def test_reads_work_in_a_read_only_transaction(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        conn.execute("alter table auth.users disable trigger credits_on_auth_user_change")
        users = [sign_up(conn)]
        conn.execute("alter table auth.users enable trigger credits_on_auth_user_change")
        users.append(sign_up(conn))
        conn.commit()
        conn.read_only = True
        for user_id in users:
            for function, arguments in READS.items():
                with as_user(conn, user_id):
                    call_all(conn, function, **arguments)
        conn.rollback()


def test_the_first_use_opens_the_account_with_its_free_credits(
    db: Connection, user_id: UUID
) -> None:
    with as_user(db, user_id):
        charge = call(db, "use_credits", service="sms", key="k")
    assert (charge["transaction_id"], charge["balance"]) == (2, 4)


@pytest.mark.parametrize(
    ("write", "balance"),
    [
        (lambda conn, user_id: add(conn, user_id, 10), 15),
        (lambda conn, user_id: deduct(conn, user_id, 2), 3),
        (lambda conn, user_id: change_plan(conn, user_id, "pro"), 10),
        (lambda conn, user_id: call(conn, "open_credit_account", user_id=user_id), 5),
    ],
    ids=["add", "deduct", "change plan", "open"],
)
def test_the_back_ends_first_write_opens_the_account(
    db: Connection, user_id: UUID, write: Callable[[Connection, UUID], object], balance: int
) -> None:
    write(db, user_id)
    assert balance_of(db, user_id)["balance"] == balance
    assert balance_of(db, user_id)["plan"] is not None


def test_a_refused_first_write_opens_nothing(db: Connection, user_id: UUID) -> None:
    with refused(db, "PT402", "insufficient_credits"):
        deduct(db, user_id, 6)
    assert is_missing(db, user_id)


@pytest.mark.parametrize("function", READS)
def test_an_account_of_nobody_is_not_found(db: Connection, user_id: UUID, function: str) -> None:
    with refused(db, "PT404", "account_not_found"), as_user(db, user_id):
        call_all(db, function, **READS[function], account_id=UUID(int=7))
    with refused(db, "PT404", "account_not_found"), as_service(db):
        call_all(db, function, **READS[function], account_id=UUID(int=7))
