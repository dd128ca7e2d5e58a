"""An attempt to top up is gone on with only as long as it is wanted; what was paid is credited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.billing.topups import (
    CREDITS,
    attempt,
    delay,
    due,
    fail,
    get_topup,
    let_pass,
    notices,
    open_shop,
    opened,
    opted_in,
    set_topup,
    succeed,
)
from tests.support import Connection
from tests.wallets import Row, add, balance_of, deduct

OTHER = "growth"


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def orders(conn: Connection) -> list[Any]:
    """Return the statuses of all orders, oldest first."""
    query = "select status from credits.orders order by created_at"
    return [status for (status,) in conn.execute(query)]


def order_of(conn: Connection, topup: Row) -> tuple[str, str]:
    """Return the pack and the status of an attempt's order."""
    query = "select package, status from credits.orders where id = %s"
    ((package, status),) = conn.execute(query, [topup["order_id"]]).fetchall()
    return package, status


def rests(conn: Connection, account_id: UUID) -> bool:
    """Return whether nothing is asked for now."""
    return (due(conn), attempt(conn, account_id)) == (set(), None)


def test_an_attempt_rests_while_there_are_credits_enough(db: Connection) -> None:
    account_id = opted_in(db, balance=10)
    topup = opened(db, account_id)
    add(db, account_id, 10)
    assert rests(db, account_id)
    assert order_of(db, topup)[1] == "open"
    deduct(db, account_id, 1)
    assert due(db) == {account_id}
    assert attempt(db, account_id) == topup


def test_an_attempt_rests_while_the_account_cannot_spend(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    db.execute("update credits.accounts set status = 'paused'")
    assert rests(db, account_id)
    db.execute("update credits.accounts set status = 'active'")
    assert attempt(db, account_id) == topup


def test_a_lower_threshold_lets_an_attempt_rest(db: Connection) -> None:
    account_id = opted_in(db, balance=10)
    topup = opened(db, account_id)
    set_topup(db, account_id, threshold=10)
    assert rests(db, account_id)
    set_topup(db, account_id, threshold=11)
    assert attempt(db, account_id) == topup


@pytest.mark.parametrize("reached", [True, False])
def test_turned_off_in_mid_flight_what_is_paid_is_credited(db: Connection, reached: bool) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    if not reached:
        delay(db, topup)
    set_topup(db, account_id, enabled=False)
    assert rests(db, account_id)
    assert order_of(db, topup)[1] == "expired"
    assert succeed(db, topup) == "applied"
    assert balance_of(db, account_id)["available"] == 10 + CREDITS
    assert orders(db) == ["paid"]


def test_turned_off_it_takes_nothing_of_the_limit(db: Connection) -> None:
    account_id = opted_in(db)
    opened(db, account_id)
    set_topup(db, account_id, enabled=False)
    assert get_topup(db, account_id)["spent_cents"] == 0


def test_turned_off_and_on_there_is_another_attempt(db: Connection) -> None:
    account_id = opted_in(db)
    first = opened(db, account_id)
    set_topup(db, account_id, enabled=False)
    set_topup(db, account_id)
    second = opened(db, account_id)
    assert second["order_id"] != first["order_id"]
    assert second["provider_key"] != first["provider_key"]
    assert orders(db) == ["expired", "open"]


def test_another_pack_is_another_attempt(db: Connection) -> None:
    account_id = opted_in(db)
    first = opened(db, account_id)
    set_topup(db, account_id, package=OTHER)
    second = opened(db, account_id)
    assert order_of(db, first)[1] == "expired"
    assert order_of(db, second) == (OTHER, "open")
    assert succeed(db, first) == "applied"
    assert balance_of(db, account_id)["available"] == 10 + CREDITS


def test_the_same_pack_again_is_the_same_attempt(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    set_topup(db, account_id, package="starter", threshold=15, monthly_limit_cents=5000)
    assert attempt(db, account_id) == topup


def test_an_attempt_of_a_week_ago_is_given_up(db: Connection) -> None:
    account_id = opted_in(db)
    first = opened(db, account_id)
    let_pass(db, "6 days 23 hours 59 minutes")
    assert attempt(db, account_id) == {**first, "is_stale": True}
    let_pass(db, "2 minutes")
    second = opened(db, account_id)
    assert (second["order_id"] != first["order_id"], second["is_stale"]) == (True, False)
    assert (order_of(db, first)[1], order_of(db, second)[1]) == ("expired", "open")
    assert notices(db, account_id) == []


def test_that_an_attempt_failed_which_was_given_up_pauses_nothing(db: Connection) -> None:
    account_id = opted_in(db)
    first = opened(db, account_id)
    set_topup(db, account_id, package=OTHER)
    second = opened(db, account_id)
    fail(db, first)
    assert get_topup(db, account_id)["status"] == "active"
    assert attempt(db, account_id) == second
