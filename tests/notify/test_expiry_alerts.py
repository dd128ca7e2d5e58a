"""Of credits that expire an owner is told once they are gone, and not where new ones follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.events.payloads import day
from tests.events.shop import let_pass, maintain, open_shop, subscribe, tell
from tests.notify.notifying import notices
from tests.notify.test_low_balance import told
from tests.support import Connection
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    funded_account,
    refused,
    use_catalog,
    with_plan,
)


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def with_allowance(conn: Connection) -> UUID:
    """Return an account with 100 a month that it has not touched, and nothing besides."""
    account_id = funded_account(conn)
    deduct(conn, account_id, balance_of(conn, account_id)["balance"])
    change_plan(conn, account_id, "basic")
    conn.execute("delete from credits.outbox")
    assert balance_of(conn, account_id)["balance"] == 100
    return account_id


def after_the_period(conn: Connection, account_id: UUID) -> datetime:
    query = "select period_end_at + interval '1 minute' from credits.accounts where id = %s"
    ((at,),) = conn.execute(query, [account_id]).fetchall()
    assert isinstance(at, datetime)
    return at


def expired(conn: Connection, account_id: UUID) -> list[Any]:
    """Return how much has expired, grant by grant."""
    query = "select -amount from credits.transactions where account_id = %s and type = 'expiry'"
    return [amount for (amount,) in conn.execute(query, [account_id])]


@pytest.mark.parametrize("job", ["reset_monthly_credits", "run_credit_maintenance"])
@pytest.mark.parametrize("besides", [0, 5])
def test_the_renewal_of_an_unused_allowance_tells_nothing(
    db: Connection, job: str, besides: int
) -> None:
    use_catalog(db)
    account_id = with_allowance(db)
    if besides:
        add(db, account_id, besides)
    call(db, job, at=after_the_period(db, account_id))
    assert balance_of(db, account_id)["balance"] == 100 + besides
    assert expired(db, account_id) == [100]
    assert told(db, account_id) == []
    deduct(db, account_id, 100 + besides)
    assert [level for level, *_ in told(db, account_id)] == ["empty"]


def test_nor_does_that_of_one_which_a_run_had_no_room_for(db: Connection) -> None:
    """A run renews a thousand; of those that are left credits expire in it all the same."""
    use_catalog(db)
    accounts = [with_allowance(db) for _ in range(2)]
    at = max(after_the_period(db, it) for it in accounts)
    for _ in accounts:
        assert call(db, "reset_monthly_credits", at=at, batch_size=1) == 1
        call(db, "expire_credits", at=at)
    assert [balance_of(db, it)["balance"] for it in accounts] == [100, 100]
    assert [told(db, it) for it in accounts] == [[], []]


def test_nor_does_the_next_month_of_a_paid_year_that_a_run_had_no_room_for(db: Connection) -> None:
    open_shop(db)
    account_id = subscribe(db, "yearly", start=day(-1), end=day(364)).account_id
    let_pass(db, 32)
    call(db, "expire_credits", at=datetime.now(UTC) + timedelta(minutes=1))
    assert (expired(db, account_id), balance_of(db, account_id)["balance"]) == ([200], 0)
    maintain(db)
    assert balance_of(db, account_id)["balance"] == 200
    assert notices(db, "low_balance") == []


def test_a_renewal_that_gives_nothing_any_more_tells(db: Connection) -> None:
    use_catalog(db)
    account_id = with_allowance(db)
    at = after_the_period(db, account_id)
    use_catalog(db, with_plan("basic", monthly_credits=0))
    call(db, "run_credit_maintenance", at=at)
    assert balance_of(db, account_id)["balance"] == 0
    assert told(db, account_id) == [("empty", 0, 20)]


def test_the_next_month_of_a_paid_year_tells_nothing(db: Connection) -> None:
    open_shop(db)
    account_id = subscribe(db, "yearly", start=day(-1), end=day(364)).account_id
    let_pass(db, 32)
    maintain(db)
    assert expired(db, account_id) == [200]
    assert balance_of(db, account_id)["balance"] == 200
    assert notices(db, "low_balance") == []


def test_an_invoice_that_renews_tells_nothing(db: Connection) -> None:
    open_shop(db)
    subscriber = subscribe(db)
    let_pass(db, 30)
    subscriber.advance(day(-1), day(29))
    assert tell(db, subscriber.bill()) == "applied"
    assert expired(db, subscriber.account_id) == [200]
    assert balance_of(db, subscriber.account_id)["balance"] == 200
    assert notices(db, "low_balance") == []


@pytest.mark.parametrize(
    ("stays", "expected"), [(0, ("empty", 0, 18)), (10, ("low", 10, 20)), (30, None)]
)
def test_what_expires_and_is_not_renewed_is_told_once_by_the_job(
    db: Connection, stays: int, expected: tuple[Any, ...] | None
) -> None:
    account_id = funded_account(db)
    if stays:
        add(db, account_id, stays)
    add(db, account_id, 90, expires_at=tomorrow())
    let_pass(db, 2)
    for _ in range(2):
        maintain(db)
        assert told(db, account_id) == ([expected] if expected else [])
    if stays:
        deduct(db, account_id, 1)
        assert len(told(db, account_id)) == (1 if expected else 0), "nor by the next charge"
    add(db, account_id, 90, expires_at=tomorrow())
    let_pass(db, 2)
    maintain(db)
    assert len(told(db, account_id)) == (2 if expected else 0), "up, and down again"


def test_what_expired_unnoticed_is_told_by_the_next_charge(db: Connection) -> None:
    account_id = funded_account(db, 10)
    add(db, account_id, 90, expires_at=tomorrow())
    let_pass(db, 2)
    for _ in range(2):
        deduct(db, account_id, 1)
        assert told(db, account_id) == [("low", 10, 20)]
    maintain(db)
    assert len(told(db, account_id)) == 1


def test_a_charge_that_finds_nothing_left_leaves_it_to_the_job(db: Connection) -> None:
    account_id = funded_account(db, 90, expires_at=tomorrow())
    let_pass(db, 2)
    with refused(db, "PT402", "insufficient_credits"):
        deduct(db, account_id, 1)
    assert told(db, account_id) == []
    maintain(db)
    assert told(db, account_id) == [("empty", 0, 18)]
