"""An owner is told of a fall: not by what takes nothing, however low the account was before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.notify.test_low_balance import hold, told
from tests.support import Connection, as_service
from tests.usage.batches import event, outcomes
from tests.wallets import add, balance_of, call, deduct, funded_account, use_catalog


def from_before(conn: Connection, balance: int) -> UUID:
    """Return an account with so many credits that the upgrade knew nothing of: as if it had enough.

    It is low below 50.
    """
    use_catalog(conn)
    account_id = funded_account(conn, 100)
    deduct(conn, account_id, balance_of(conn, account_id)["balance"] - balance)
    conn.execute(
        "update credits.accounts set alert_level = 0, low_balance = 50 where id = %s", [account_id]
    )
    conn.execute("delete from credits.outbox")
    return account_id


def use(conn: Connection, account_id: UUID, service: str) -> None:
    with as_service(conn):
        call(conn, "use_credits", account_id=account_id, service=service, key=service)


@pytest.mark.parametrize("balance", [0, 10])
def test_a_free_call_tells_nothing(db: Connection, balance: int) -> None:
    account_id = from_before(db, balance)
    use(db, account_id, "ping")
    assert outcomes(db, *(event(account_id, key, service="ping") for key in "ab")) == [0, 0]
    assert balance_of(db, account_id)["balance"] == balance
    assert told(db, account_id) == []


def test_credits_that_come_or_are_held_tell_nothing(db: Connection) -> None:
    account_id = from_before(db, 0)
    add(db, account_id, 10)
    hold(db, account_id, 5)
    assert told(db, account_id) == []


@pytest.mark.parametrize(("amount", "expected"), [(1, ("low", 9, 50)), (10, ("empty", 0, 50))])
@pytest.mark.parametrize("is_after_a_free_call", [False, True])
def test_a_charge_tells_even_where_a_free_call_comes_before_it_in_a_batch(
    db: Connection, amount: int, expected: tuple[Any, ...], is_after_a_free_call: bool
) -> None:
    account_id = from_before(db, 10)
    free = [event(account_id, "a", service="ping")] * is_after_a_free_call
    assert outcomes(db, *free, event(account_id, "b", amount)) == [0] * len(free) + [amount]
    assert told(db, account_id) == [expected]


def test_after_a_free_call_the_next_fall_is_told(db: Connection) -> None:
    account_id = from_before(db, 0)
    use(db, account_id, "ping")
    add(db, account_id, 100)
    deduct(db, account_id, 100)
    assert told(db, account_id) == [("empty", 0, 50)]
