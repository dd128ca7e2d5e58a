"""What a paused or closed account still does."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support import Connection, as_user, sign_up
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    history,
    refused,
    use_catalog,
)

STATUSES = ("paused", "closed")


def stopped_account(conn: Connection, status: str) -> UUID:
    """Return the account of a user with 105 credits, 100 of them a month's, that has a status."""
    use_catalog(conn)
    user_id = sign_up(conn)
    change_plan(conn, user_id, "basic")
    conn.execute("update credits.accounts set status = %s where id = %s", [status, user_id])
    return user_id


@pytest.mark.parametrize("status", STATUSES)
def test_a_stopped_account_spends_nothing(db: Connection, status: str) -> None:
    account_id = stopped_account(db, status)
    with refused(db, "PT403", f"account_{status}"):
        deduct(db, account_id, 1)
    with refused(db, "PT403", f"account_{status}"), as_user(db, account_id):
        call(db, "use_credits", service="sms", key="k")
    assert balance_of(db, account_id)["balance"] == 105


@pytest.mark.parametrize("status", STATUSES)
def test_its_owner_still_sees_everything(db: Connection, status: str) -> None:
    account_id = stopped_account(db, status)
    with as_user(db, account_id):
        shown = call(db, "get_credit_balance")
        assert (shown["status"], shown["credit_status"]) == (status, status)
        assert shown["balance"] == 105
        assert call(db, "has_enough_credits", service="sms") is False
        assert len(db.execute("select * from public.credit_transactions").fetchall()) == 3


def test_a_paused_account_takes_credits_and_renews(db: Connection) -> None:
    account_id = stopped_account(db, "paused")
    assert add(db, account_id, 10)["balance"] == 115
    assert call(db, "reset_monthly_credits", at="2100-01-01") == 1
    assert change_plan(db, account_id, "plus")["new_plan"] == "plus"


def test_a_closed_account_takes_nothing_and_does_not_renew(db: Connection) -> None:
    account_id = stopped_account(db, "closed")
    before = history(db, account_id)
    with refused(db, "PT403", "account_closed"):
        add(db, account_id, 10)
    with refused(db, "PT403", "account_closed"):
        change_plan(db, account_id, "plus")
    assert call(db, "reset_monthly_credits", at="2100-01-01") == 0
    assert call(db, "grant_initial_credits") == 0
    assert history(db, account_id) == before


@pytest.mark.parametrize("status", STATUSES)
def test_credits_of_a_stopped_account_expire_in_their_time(db: Connection, status: str) -> None:
    account_id = stopped_account(db, status)
    assert call(db, "expire_credits", at="2100-01-01") == 1
    assert balance_of(db, account_id)["balance"] == 5


def test_a_resumed_account_spends_again(db: Connection) -> None:
    account_id = stopped_account(db, "paused")
    db.execute("update credits.accounts set status = 'active' where id = %s", [account_id])
    assert deduct(db, account_id, 1)["balance"] == 104
