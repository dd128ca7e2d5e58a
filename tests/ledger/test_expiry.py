"""Expired credits are neither spent nor shown, whether a job has swept them or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.support import Connection
from tests.wallets import (
    add,
    balance_of,
    call,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)

SOON = datetime.now(UTC) + timedelta(days=10)
INSTANT = timedelta(microseconds=1)


def add_expired(conn: Connection, account_id: UUID, amount: int) -> int:
    """Add a grant, wait until its time has passed, and return its id; nothing has swept it yet."""
    query = """
        select grant_id from public.add_credits(
            %s, %s, 'bonus', 'expired', expires_at => clock_timestamp() + interval '0.1 seconds'
        )
    """
    ((grant_id,),) = conn.execute(query, [account_id, amount]).fetchall()
    conn.execute("select pg_sleep(0.15)")
    return int(grant_id)


def test_a_grant_expires_exactly_at_its_time(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    assert call(db, "expire_credits", at=SOON - INSTANT) == 0
    assert balance_of(db, account_id)["balance"] == 10
    assert call(db, "expire_credits", at=SOON) == 1
    assert balance_of(db, account_id)["balance"] == 0


def test_expiry_is_written_into_the_history_once(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    deduct(db, account_id, 4)
    assert [call(db, "expire_credits", at=SOON) for _ in range(3)] == [1, 0, 0]
    last = history(db, account_id)[-1]
    assert (last["id"], last["type"], last["amount"], last["balance_after"]) == (3, "expiry", -6, 0)
    assert (last["grants"], last["scope"]) == ({"1": 6}, "system")
    assert remaining(db, account_id) == {1: 0}


def test_each_grant_expires_at_its_own_time_and_the_others_stay(db: Connection) -> None:
    account_id = funded_account(db, 1, expires_at=SOON + timedelta(days=2))
    add(db, account_id, 2, expires_at=SOON)
    add(db, account_id, 4, expires_at=SOON + timedelta(days=1))
    add(db, account_id, 8, source="purchase")
    left = []
    for day in range(3):
        assert call(db, "expire_credits", at=SOON + timedelta(days=day)) == 1
        left.append(remaining(db, account_id))
    assert left == [
        {1: 1, 2: 0, 3: 4, 4: 8},
        {1: 1, 2: 0, 3: 0, 4: 8},
        {1: 0, 2: 0, 3: 0, 4: 8},
    ]
    assert deduct(db, account_id, 8)["balance"] == 0


def test_many_grants_of_many_accounts_expire_in_one_run(db: Connection) -> None:
    accounts = [funded_account(db, 1, expires_at=SOON) for _ in range(5)]
    for account_id in accounts:
        add(db, account_id, 1, expires_at=SOON)
        add(db, account_id, 1)
    assert call(db, "expire_credits", at=SOON) == 10
    assert [balance_of(db, account_id)["balance"] for account_id in accounts] == [1] * 5


def test_unswept_expired_credits_are_not_shown(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 20, expires_at=SOON)
    add_expired(db, account_id, 10)
    shown = balance_of(db, account_id)
    assert (shown["balance"], shown["available"], shown["current_credits"]) == (25, 25, 25)
    assert (shown["expiring_credits"], shown["expires_at"]) == (20, SOON)
    summary = call(db, "get_credit_summary", account_id=account_id)
    assert summary["grants"] == {"bonus": 20, "welcome": 5}
    assert summary["balance"]["balance"] == 25
    for quantity, enough in ((25, True), (26, False)):
        arguments = {"service": "sms", "quantity": quantity, "account_id": account_id}
        assert call(db, "has_enough_credits", **arguments) is enough
    assert len(history(db, account_id)) == 3


def test_unswept_expired_credits_cannot_be_spent(db: Connection) -> None:
    account_id = funded_account(db, 3)
    add_expired(db, account_id, 10)
    with refused(db, "PT402", "insufficient_credits") as detail:
        deduct(db, account_id, 4)
    assert detail == {"required": 4, "available": 3, "balance": 3, "held": 0}
    assert deduct(db, account_id, 3)["balance"] == 0
    assert [row["type"] for row in history(db, account_id)] == ["bonus", "bonus", "expiry", "usage"]


@pytest.mark.parametrize("is_head", [True, False])
def test_a_write_sweeps_what_has_expired_first(db: Connection, is_head: bool) -> None:
    account_id = funded_account(db, 3, priority=100 if is_head else 0)
    grant_id = add_expired(db, account_id, 10)
    assert add(db, account_id, 1)["balance"] == 4
    assert history(db, account_id)[2]["grants"] == {str(grant_id): 10}
    assert remaining(db, account_id) == {1: 3, grant_id: 0, 4: 1}


def test_a_job_sweeps_what_has_expired_by_now(db: Connection) -> None:
    account_id = funded_account(db, 3)
    add_expired(db, account_id, 10)
    assert call(db, "expire_credits", at=datetime.now(UTC)) == 1
    assert balance_of(db, account_id)["balance"] == 3


def test_credits_without_an_expiry_never_expire(db: Connection) -> None:
    account_id = funded_account(db, 10)
    assert call(db, "expire_credits", at=SOON + timedelta(days=36500)) == 0
    assert balance_of(db, account_id)["balance"] == 10


@pytest.mark.parametrize("expires_at", ["-infinity", "infinity", "2020-01-01", "now"])
def test_an_expiry_that_is_not_in_the_future_is_refused(db: Connection, expires_at: str) -> None:
    account_id = funded_account(db)
    with refused(db, "22023", "invalid_expiry"):
        add(db, account_id, 1, expires_at=expires_at)
