"""Automatic top-up: when an account is due, its attempts, and how they end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.billing.purchases import buyer
from tests.billing.topups import (
    CREDITS,
    PACK,
    SETTINGS,
    TOTAL,
    attempt,
    customer_of,
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
    tell,
    waits,
)
from tests.events.payloads import again, charge, event, payment_intent
from tests.support import Connection
from tests.wallets import add, balance_of, deduct, history

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def test_an_account_is_due_below_its_threshold(db: Connection) -> None:
    account_id = opted_in(db, balance=20)
    assert due(db) == set()
    assert attempt(db, account_id) is None
    deduct(db, account_id, "0.000000001")
    assert due(db) == {account_id}


def test_the_fewest_are_asked_for(db: Connection) -> None:
    accounts = {opted_in(db) for _ in range(3)}
    assert due(db) == accounts
    assert len(due(db, 2)) == 2


def test_an_attempt_is_an_order_at_the_quote_with_its_fees(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    assert (topup["total_cents"], topup["currency"]) == (TOTAL, "usd")
    assert (topup["name"], topup["is_stale"]) == ("Starter Pack", False)
    assert topup["customer_id"].startswith("cus_")
    query = "select status, package, credits, is_topup, provider_key from credits.orders"
    orders = db.execute(query).fetchall()
    assert orders == [("open", PACK, CREDITS, True, topup["provider_key"])]


def test_one_attempt_is_in_flight(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    assert attempt(db, account_id) == topup
    assert due(db) == {account_id}


def test_after_a_day_the_provider_may_have_forgotten_its_key(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    let_pass(db, "22 hours 59 minutes")
    assert attempt(db, account_id) == topup
    let_pass(db, "2 minutes")
    assert attempt(db, account_id) == {**topup, "is_stale": True}


def test_success_credits_once_and_ends_the_attempt(db: Connection) -> None:
    account_id = opted_in(db, balance=10)
    topup = opened(db, account_id)
    told = event("payment_intent.succeeded", payment_intent(topup))
    assert [tell(db, told), tell(db, told), tell(db, again(told))] == [
        "applied", "applied", "ignored",
    ]  # fmt: skip
    balance = balance_of(db, account_id)
    assert (balance["available"], balance["total_purchased"]) == (10 + CREDITS, CREDITS)
    assert [row["type"] for row in history(db, account_id)] == ["adjustment", "bonus", "purchase"]
    assert (due(db), attempt(db, account_id)) == (set(), None)


def test_the_next_crossing_is_another_attempt(db: Connection) -> None:
    account_id = opted_in(db)
    first = opened(db, account_id)
    succeed(db, first)
    deduct(db, account_id, 45)
    second = opened(db, account_id)
    assert second["order_id"] != first["order_id"]
    assert second["provider_key"] != first["provider_key"]


@pytest.mark.parametrize("field", ["amount_received", "currency"])
def test_another_amount_or_currency_credits_nothing(db: Connection, field: str) -> None:
    topup = opened(db, opted_in(db))
    wrong = {"amount_received": TOTAL - 1, "currency": "eur"}[field]
    assert succeed(db, topup, **{field: wrong}) == "quarantined"
    assert balance_of(db, topup["account_id"])["available"] == 10


def test_an_account_that_is_no_customer_is_told_so(db: Connection) -> None:
    account_id = buyer(db)
    set_topup(db, account_id, **SETTINGS)
    topup = opened(db, account_id)
    assert topup["customer_id"] is None
    fail(db, topup, "no_customer")
    customer_id = customer_of(db, account_id)
    set_topup(db, account_id)
    assert opened(db, account_id)["customer_id"] == customer_id


def test_turned_off_there_is_no_new_attempt(db: Connection) -> None:
    account_id = opted_in(db)
    set_topup(db, account_id, enabled=False)
    assert (due(db), attempt(db, account_id)) == (set(), None)


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_an_account_that_cannot_spend_is_not_topped_up(db: Connection, status: str) -> None:
    account_id = opted_in(db)
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    assert (due(db), attempt(db, account_id)) == (set(), None)


def test_a_pack_that_is_sold_no_more_is_not_bought(db: Connection) -> None:
    account_id = opted_in(db)
    open_shop(db, packages=None)
    assert attempt(db, account_id) is None
    assert (due(db), get_topup(db, account_id)["paused_reason"]) == (set(), "package_not_sold")
    assert [payload["reason"] for _, payload in notices(db, account_id)] == ["package_not_sold"]


def test_an_account_in_debt_is_not_topped_up(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    intent = payment_intent(topup)
    tell(db, event("payment_intent.succeeded", intent))
    deduct(db, account_id, 45)
    tell(db, event("charge.refunded", charge(intent, TOTAL)))
    assert balance_of(db, account_id)["debt"] == 35
    assert (due(db), attempt(db, account_id)) == (set(), None)
    add(db, account_id, 35)
    assert due(db) == {account_id}


def test_declines_pause_for_an_hour_for_a_day_and_for_good(db: Connection) -> None:
    account_id = opted_in(db)
    for pause in (HOUR, DAY, None):
        fail(db, opened(db, account_id))
        shown = get_topup(db, account_id)
        assert (shown["status"], shown["paused_reason"]) == ("paused", "declined")
        assert (due(db), attempt(db, account_id)) == (set(), None)
        left = waits(db, account_id)
        if pause is None:
            assert left is None
            let_pass(db, "100 years")
        else:
            assert left is not None
            assert pause - MINUTE < left <= pause
            let_pass(db, str(left))
    assert (due(db), attempt(db, account_id)) == (set(), None)
    assert [topic for topic, _ in notices(db, account_id)] == ["topup_paused"] * 3


def test_a_payment_makes_the_declines_before_it_forgotten(db: Connection) -> None:
    account_id = opted_in(db)
    fail(db, opened(db, account_id))
    let_pass(db, "61 minutes")
    succeed(db, opened(db, account_id))
    assert get_topup(db, account_id)["paused_reason"] is None
    deduct(db, account_id, 45)
    fail(db, opened(db, account_id))
    left = waits(db, account_id)
    assert left is not None
    assert left <= HOUR


@pytest.mark.parametrize("reason", ["requires_action", "no_payment_method", "no_customer"])
def test_what_a_person_must_mend_pauses_for_good(db: Connection, reason: str) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    fail(db, topup, reason)
    fail(db, topup, reason)
    assert get_topup(db, account_id)["paused_reason"] == reason
    assert waits(db, account_id) is None
    ((topic, payload),) = notices(db, account_id)
    assert (topic, payload["reason"]) == ("topup_paused", reason)


def test_who_opts_in_again_ends_the_pause(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    fail(db, topup, "requires_action")
    assert set_topup(db, account_id)["status"] == "active"
    assert opened(db, account_id)["order_id"] != topup["order_id"]


def test_what_was_paid_after_all_is_credited(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    fail(db, topup)
    assert succeed(db, topup) == "applied"
    assert balance_of(db, account_id)["available"] == 10 + CREDITS


def test_a_failure_told_after_the_payment_changes_nothing(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    succeed(db, topup)
    fail(db, topup)
    delay(db, topup)
    deduct(db, account_id, 45)
    assert (due(db), notices(db, account_id)) == ({account_id}, [])


def test_an_unreachable_provider_is_tried_again_later_and_later(db: Connection) -> None:
    account_id = opted_in(db)
    topup = opened(db, account_id)
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        delay(db, topup)
        assert (due(db), get_topup(db, account_id)["status"]) == (set(), "active")
        left = waits(db, account_id)
        assert left is not None
        assert (minutes - 1) * MINUTE < left <= minutes * MINUTE
        db.execute("update credits.auto_topups set next_attempt_at = '-infinity'")
        assert attempt(db, account_id) == topup
    assert notices(db, account_id) == []
