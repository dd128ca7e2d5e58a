"""Renewals: the next paid period's credits come once, and the last one's go as the plan says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.events.deliveries import final_state, grants, wallet
from tests.events.payloads import DAY, Json, day
from tests.events.shop import (
    Subscriber,
    account_of,
    let_pass,
    maintain,
    moves,
    new_subscriber,
    open_shop,
    rows,
    subscribe,
    tell,
    with_plan,
)  # fmt: skip
from tests.support import Connection
from tests.wallets import add, balance_of, deduct


def renewed(conn: Connection, subscriber: Subscriber) -> list[Json]:
    """Let 30 days pass; return the news and the paid invoice of the next 30 days."""
    let_pass(conn, 30)
    start = subscriber.item["current_period_end"] - 30 * DAY
    subscriber.advance(start, start + 30 * DAY)
    return [subscriber.news(), subscriber.bill()]


def test_each_paid_period_gives_its_credits_once(shop: Connection) -> None:
    subscriber = subscribe(shop)
    for _ in range(3):
        told = renewed(shop, subscriber)
        for one in (*told, *told):
            tell(shop, one)
        assert balance_of(shop, subscriber.account_id)["available"] == 200
    amounts = [amount for kind, amount in moves(shop, subscriber.account_id) if kind == "allowance"]
    assert amounts == [200] * 4


def test_the_renewals_news_may_come_in_every_order(shop: Connection) -> None:
    subscriber = new_subscriber(shop, start=day(-31), end=day(-1))
    first = [subscriber.news("created", day(-31)), subscriber.bill("subscription_create")]
    subscriber.advance(day(-1), day(29))
    told = [*first, subscriber.news("updated", day(-1)), subscriber.bill()]
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"], len(state["payments"])) == ("pro", 200, 2)


def test_unused_credits_go_when_the_period_ends_and_bought_ones_stay(shop: Connection) -> None:
    subscriber = subscribe(shop)
    add(shop, subscriber.account_id, 70, "purchase")
    deduct(shop, subscriber.account_id, 50)
    ((_, _, ends), _) = grants(shop, subscriber.account_id)
    maintain(shop, ends)
    assert account_of(shop, subscriber.account_id)["balance"] == 70
    assert account_of(shop, subscriber.account_id)["plan"] == "pro", "until Stripe says otherwise"


def test_the_next_credits_come_only_when_they_are_paid(shop: Connection) -> None:
    subscriber = subscribe(shop)
    news, bill = renewed(shop, subscriber)
    tell(shop, news)
    maintain(shop)
    assert balance_of(shop, subscriber.account_id)["available"] == 0
    tell(shop, bill)
    assert balance_of(shop, subscriber.account_id)["available"] == 200


@pytest.mark.parametrize("paid_first", [True, False])
def test_a_renewal_at_the_moment_of_expiry_loses_and_doubles_nothing(
    shop: Connection, *, paid_first: bool
) -> None:
    """Whether the news or the maintenance comes first: neither period's credits count twice."""
    subscriber = subscribe(shop)
    deduct(shop, subscriber.account_id, 30)
    left = "select extract(epoch from expires_at - clock_timestamp()) as s from credits.grants"
    let_pass(shop, float(rows(shop, left)[0]["s"]) / DAY)
    ((_, _, ends),) = grants(shop, subscriber.account_id)
    subscriber.advance(int(ends.timestamp()) + 1, int(ends.timestamp()) + 30 * DAY)
    steps: list[Any] = [lambda: tell(shop, subscriber.bill()), lambda: maintain(shop, ends)]
    for step in steps if paid_first else reversed(steps):
        step()
    kinds = moves(shop, subscriber.account_id)
    assert kinds == [("allowance", 200), ("usage", -30), ("expiry", -170), ("allowance", 200)]


def test_credits_may_outlive_their_period_by_a_grace(shop: Connection) -> None:
    open_shop(shop, subscriptions={"grace_hours": 48})
    subscriber = subscribe(shop)
    ((_, _, expires_at),) = grants(shop, subscriber.account_id)
    end = subscriber.item["current_period_end"]
    assert expires_at == datetime.fromtimestamp(end, UTC) + timedelta(hours=48)
    let_pass(shop, 30)
    assert balance_of(shop, subscriber.account_id)["available"] == 200
    let_pass(shop, 2)
    assert balance_of(shop, subscriber.account_id)["available"] == 0


def test_credits_that_roll_over_live_a_period_longer(shop: Connection) -> None:
    subscriber = subscribe(shop, "saver")
    ends = []
    for _ in range(3):
        for told in renewed(shop, subscriber):
            tell(shop, told)
        ends.append(balance_of(shop, subscriber.account_id)["available"])
    assert ends == [300, 300, 300]


def test_a_new_catalog_counts_from_the_next_period(shop: Connection) -> None:
    subscriber = subscribe(shop)
    open_shop(shop, plans=with_plan("pro", monthly_credits=500))
    maintain(shop)
    assert account_of(shop, subscriber.account_id)["balance"] == 200
    for told in renewed(shop, subscriber):
        tell(shop, told)
    assert account_of(shop, subscriber.account_id)["balance"] == 500
