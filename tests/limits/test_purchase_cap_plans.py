"""The month's purchase cap, and what is bought otherwise: plans and automatic top-ups."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.billing import purchases, topups
from tests.billing.purchases import open_order, quote
from tests.billing.topups import TOTAL, attempt, due, fail, get_topup, opened, opted_in, succeed
from tests.events import shop
from tests.events.payloads import day
from tests.events.shop import Subscriber, rule, subscribe, tell
from tests.limits.buying import capped_shop, pay_before
from tests.limits.calls import refused_unchanged
from tests.support import Connection, sign_up
from tests.wallets import Row, deduct, refused

PRO, STARTER = 1999, 650


def open_plan_shop(conn: Connection, cap: int | None) -> None:
    """Open the shop of the tests of events with a cap on each of its plans."""
    limits = {} if cap is None else {"monthly_purchase_cap_cents": cap}
    shop.open_shop(conn, plans=[{**plan, **limits} for plan in shop.SHOP["plans"]])


def open_topup_shop(conn: Connection, cap: int) -> None:
    """Open the shop of the tests of top-ups with a cap on each of its plans."""
    topups.open_shop(conn, plans=capped_shop(cap)["plans"])


def order_plan(conn: Connection, user_id: Any, plan: str = "pro") -> Row:
    (row,) = rule(conn, "open_subscription_order", user_id, None, "stripe", plan)
    return row


@pytest.mark.parametrize(("cap", "sold"), [(PRO - 1, False), (PRO, True)])
def test_a_plan_up_to_the_cap_is_sold(db: Connection, cap: int, sold: bool) -> None:
    open_plan_shop(db, cap)
    user_id = sign_up(db)
    answer = quote(db, user_id, plan="pro")
    assert (answer["ok"], answer["total_cents"]) == (sold, PRO)
    if sold:
        order_plan(db, user_id)
        return
    assert answer["message"] == "purchase_cap_reached"
    with refused_unchanged(db, "PT402", "purchase_cap_reached") as detail:
        order_plan(db, user_id)
    del detail["resets_at"]
    assert detail == {
        "cap_cents": cap, "paid_cents": 0, "open_cents": 0, "required_cents": PRO,
        "currency": "usd",
    }  # fmt: skip


def test_packs_and_plans_share_the_room(db: Connection) -> None:
    open_plan_shop(db, PRO + STARTER - 1)
    user_id = sign_up(db)
    first = order_plan(db, user_id)
    with refused_unchanged(db, "PT402", "purchase_cap_reached") as detail:
        open_order(db, user_id, package="starter")
    assert (detail["paid_cents"], detail["open_cents"]) == (0, PRO)
    assert quote(db, user_id, plan="pro")["ok"]
    assert order_plan(db, user_id) == first
    other = sign_up(db)
    open_order(db, other, package="starter")
    with refused_unchanged(db, "PT402", "purchase_cap_reached"):
        order_plan(db, other)


def test_a_paid_invoice_takes_room(db: Connection) -> None:
    open_plan_shop(db, PRO + STARTER - 1)
    account_id = subscribe(db).account_id
    db.execute("select credits.end_order(account_id, id, 'completed') from credits.orders")
    with refused_unchanged(db, "PT402", "purchase_cap_reached") as detail:
        open_order(db, account_id, package="starter")
    assert (detail["paid_cents"], detail["open_cents"]) == (PRO, 0)


def test_a_renewal_is_taken_in_whatever_the_cap_says(db: Connection) -> None:
    open_plan_shop(db, PRO)
    subscriber: Subscriber = subscribe(db, start=day(-31), end=day(-1))
    subscriber.advance(day(-1), day(29))
    assert tell(db, subscriber.bill()) == "applied"
    with refused(db, "PT402", "purchase_cap_reached") as detail:
        open_order(db, subscriber.account_id, package="starter")
    assert detail["paid_cents"] == 2 * PRO
    pay_before(db)
    open_order(db, subscriber.account_id, package="starter")


@pytest.mark.parametrize(("cap", "waits"), [(2 * TOTAL - 1, True), (2 * TOTAL, False)])
def test_a_top_up_waits_for_room(db: Connection, cap: int, waits: bool) -> None:
    open_topup_shop(db, cap)
    account_id = opted_in(db)
    assert succeed(db, opened(db, account_id)) == "applied"
    deduct(db, account_id, 55)
    assert (attempt(db, account_id) is None) is waits
    pay_before(db)
    db.execute("update credits.auto_topups set paused_until_at = null")
    if waits:
        assert attempt(db, account_id) is not None


def test_a_top_up_that_waits_is_told_once_and_not_due(db: Connection) -> None:
    open_topup_shop(db, TOTAL)
    account_id = opted_in(db)
    succeed(db, opened(db, account_id))
    deduct(db, account_id, 55)
    for _ in range(3):
        assert attempt(db, account_id) is None
    assert due(db) == set()
    assert len(topups.notices(db, account_id)) == 1
    assert get_topup(db, account_id)["paused_until_at"] is not None


def test_a_top_up_on_its_way_is_gone_on_with_and_takes_room(db: Connection) -> None:
    open_topup_shop(db, TOTAL)
    account_id = opted_in(db)
    topup = opened(db, account_id)
    assert opened(db, account_id) == topup
    with refused_unchanged(db, "PT402", "purchase_cap_reached") as detail:
        open_order(db, account_id, quantity=10)
    assert detail["open_cents"] == TOTAL
    fail(db, topup)
    open_order(db, account_id, package="starter")


def test_a_top_up_waits_no_longer_than_a_checkout_that_is_left(db: Connection) -> None:
    open_topup_shop(db, TOTAL)
    account_id = opted_in(db)
    open_order(db, account_id, package="starter")
    assert attempt(db, account_id) is None
    wait = topups.waits(db, account_id)
    assert wait is not None
    assert wait <= timedelta(days=1)
    purchases.let_pass(db, "24 hours")
    topups.let_pass(db, "24 hours")
    assert attempt(db, account_id) is not None
