"""Whoever's call books an expiry, it is told there, once; but not while more credits are due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.codes.redeeming import INVALID, redeem
from tests.events.payloads import day
from tests.events.shop import let_pass, maintain, moves, open_shop, subscribe, tell
from tests.notify.test_low_balance import hold, set_alerts, told
from tests.support import Connection
from tests.usage import batches
from tests.wallets import add, balance_of, call, funded_account, refused

EMPTY, LOW = ("empty", 0, 20), ("low", 10, 20)
Act = Callable[[Connection, UUID], Any]


def batch(conn: Connection, account_id: UUID) -> None:
    events = [batches.event(account_id, key, 1000) for key in "ab"]
    assert batches.outcomes(conn, *events) == ["insufficient_credits"] * 2


def code(conn: Connection, account_id: UUID) -> None:
    assert redeem(conn, account_id, "NOSUCH") == INVALID


def alerts(conn: Connection, account_id: UUID) -> None:
    set_alerts(conn, account_id, None)


def pause(conn: Connection, account_id: UUID) -> None:
    call(conn, "admin_pause_account", account_id=account_id, reason="to look at it")


ACTS: list[Act] = [batch, code, alerts, pause]


def has_expired(conn: Connection, stays: int) -> UUID:
    """Return an account all of whose credits but so many are over, and nobody has booked it."""
    account_id = funded_account(conn)
    if stays:
        add(conn, account_id, stays)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    add(conn, account_id, 100 - stays, expires_at=tomorrow)
    let_pass(conn, 2)
    assert told(conn, account_id) == []
    return account_id


@pytest.mark.parametrize("act", ACTS, ids=lambda it: str(it.__name__))
@pytest.mark.parametrize(("stays", "expected"), [(0, [EMPTY]), (10, [LOW]), (30, [])])
def test_what_a_call_books_is_told_once(
    db: Connection, act: Act, stays: int, expected: list[Any]
) -> None:
    account_id = has_expired(db, stays)
    act(db, account_id)
    assert moves(db, account_id)[-1] == ("expiry", stays - 100)
    assert told(db, account_id) == expected
    alerts(db, account_id)
    maintain(db)
    assert told(db, account_id) == expected


def test_what_is_undone_tells_nothing_and_maintenance_does(db: Connection) -> None:
    account_id = has_expired(db, 0)
    with refused(db, "PT402", "insufficient_credits"):
        hold(db, account_id, 1)
    assert told(db, account_id) == []
    maintain(db)
    assert told(db, account_id) == [EMPTY]


def test_a_charge_that_empties_what_an_expiry_has_made_low_tells_that_too(db: Connection) -> None:
    account_id = has_expired(db, 10)
    assert batches.outcomes(db, batches.event(account_id, "a", 10)) == [10]
    assert told(db, account_id) == [LOW, EMPTY]


@pytest.mark.parametrize("paid_late", [False, True])
def test_while_the_payment_of_a_subscription_is_awaited_nothing_is_told(
    db: Connection, paid_late: bool
) -> None:
    """Stripe makes the invoice as the period ends, and takes the money an hour later."""
    open_shop(db)
    one = subscribe(db)
    let_pass(db, 29 + 1 / 24)
    if paid_late:
        tell(db, one.news(status="past_due"))
    else:
        tell(db, one.advance(day(-1 / 24), day(30)).news())
    maintain(db)
    batch(db, one.account_id)
    assert moves(db, one.account_id)[-1] == ("expiry", -200)
    assert told(db, one.account_id) == []
    if paid_late:
        one.advance(day(-1 / 24), day(30))
    assert tell(db, one.bill()) == "applied"
    assert (balance_of(db, one.account_id)["balance"], told(db, one.account_id)) == (200, [])


def test_bought_credits_that_expire_in_a_paid_period_are_told(db: Connection) -> None:
    open_shop(db)
    account_id = subscribe(db).account_id
    add(db, account_id, 1000, expires_at=datetime.now(UTC) + timedelta(days=1))
    let_pass(db, 2)
    maintain(db)
    assert told(db, account_id) == [("low", 200, 240)]


@pytest.mark.parametrize(
    "fields", [{"cancel_at_period_end": True}, {"pause_collection": {"behavior": "void"}}]
)
def test_the_end_of_what_is_not_charged_again_is_told(
    db: Connection, fields: dict[str, Any]
) -> None:
    open_shop(db)
    one = subscribe(db)
    tell(db, one.news(**fields))
    let_pass(db, 30)
    maintain(db)
    assert told(db, one.account_id) == [("empty", 0, 40)]


def test_a_subscription_of_the_other_mode_awaits_nothing(db: Connection) -> None:
    open_shop(db)
    one = subscribe(db)
    let_pass(db, 30)
    db.execute("update credits.subscriptions set livemode = true")
    maintain(db)
    assert told(db, one.account_id) == [("empty", 0, 40)]
