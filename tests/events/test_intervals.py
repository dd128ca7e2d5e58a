"""Plans by the year, and changes between them and plans by the month."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.events import payloads
from tests.events.deliveries import final_state, grants, wallet
from tests.events.payloads import Json, day
from tests.events.shop import (
    PRICES,
    SHOP,
    Subscriber,
    account_of,
    let_pass,
    maintain,
    moves,
    new_subscriber,
    rows,
    subscribe,
    tell,
    with_plan,
)  # fmt: skip
from tests.events.subscription_payloads import invoice, line, prorated, subscription_item
from tests.support import Connection
from tests.wallets import Row, use_catalog


def allowances(conn: Connection, subscriber: Subscriber) -> list[object]:
    found = moves(conn, subscriber.account_id)
    return [amount for kind, amount in found if kind == "allowance"]


def yearly(conn: Connection) -> tuple[Subscriber, datetime, datetime]:
    """Return who has just paid a year, from its first to its last moment."""
    found = rows(conn, "select date_trunc('second', clock_timestamp()) - interval '1 day' as at")
    start: datetime = found[0]["at"]
    end = start + timedelta(days=365)
    bounds = int(start.timestamp()), int(end.timestamp())
    return subscribe(conn, "yearly", start=bounds[0], end=bounds[1]), start, end


def change(subscriber: Subscriber, plan: str, start: int, end: int) -> list[Json]:
    """Change to a plan of another interval, whose first period begins at once.

    Returns:
        The news of the subscription and the event of the paid invoice: what is left of the old
        plan is given back, and all of the new period is paid.
    """
    old = subscription_item(
        subscriber.item["price"],
        subscriber.item["current_period_start"],
        subscriber.item["current_period_end"],
    )
    subscriber.switch(plan).advance(start, end)
    unused = prorated(subscriber.sub, old, -round(old["price"]["unit_amount"] * 0.9), 27)
    lines = [unused, line(subscriber.sub, subscriber.item)]
    bill = invoice(subscriber.sub, "subscription_update", lines=lines)
    return [subscriber.news(), payloads.event("invoice.paid", bill)]


def test_a_paid_year_gives_a_slice_each_month(shop: Connection) -> None:
    subscriber, start, end = yearly(shop)
    assert account_of(shop, subscriber.account_id)["balance"] == 200
    at = start
    while at < end + timedelta(days=70):
        at += timedelta(days=5)
        maintain(shop, at)
        maintain(shop, at)
    assert allowances(shop, subscriber) == [200] * 12
    assert account_of(shop, subscriber.account_id)["balance"] == 0
    bounds = [expires_at for _, _, expires_at in grants(shop, subscriber.account_id)]
    assert len(set(bounds)) == 12
    assert max(bounds) == end


def test_months_of_a_year_that_nobody_looked_at_are_not_made_up_for(shop: Connection) -> None:
    subscriber, start, _ = yearly(shop)
    maintain(shop, start + timedelta(days=200))
    assert allowances(shop, subscriber) == [200, 200]
    assert account_of(shop, subscriber.account_id)["balance"] == 200


@pytest.mark.parametrize("status", ["canceled", "unpaid", "paused"])
def test_a_year_that_is_cut_short_gives_no_more_slices(shop: Connection, status: str) -> None:
    subscriber, start, _ = yearly(shop)
    kind = "deleted" if status == "canceled" else "updated"
    ended = {"ended_at": day(0), "canceled_at": day(0)} if status == "canceled" else {}
    tell(shop, subscriber.news(kind, None, status=status, **ended))
    maintain(shop, start + timedelta(days=40))
    assert [kind for kind, _ in moves(shop, subscriber.account_id)] == ["allowance", "expiry"]


def test_a_slice_that_is_missed_while_unpaid_comes_when_it_is_paid_again(shop: Connection) -> None:
    subscriber, start, _ = yearly(shop)
    tell(shop, subscriber.news("updated", day(0), status="unpaid"))
    maintain(shop, start + timedelta(days=40))
    tell(shop, subscriber.news("updated", day(0) + 60))
    maintain(shop, start + timedelta(days=41))
    assert allowances(shop, subscriber) == [200, 200]


def test_who_changes_from_the_month_to_the_year_has_the_year_at_once(shop: Connection) -> None:
    subscriber = subscribe(shop, "pro")
    start = day(0)
    told = change(subscriber, "yearly", start, start + 365 * payloads.DAY)
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"]) == ("yearly", 200)
    for one in told:
        tell(shop, one)
    found = rows(shop, "select to_timestamp(%s) as at", start)
    for days in range(0, 400, 10):
        maintain(shop, found[0]["at"] + timedelta(days=days))
    assert allowances(shop, subscriber) == [200] * 12


def test_who_changes_from_the_year_to_the_month_has_the_month_at_once(shop: Connection) -> None:
    """What was left of the year is given back in money: it gives no more slices."""
    subscriber, _, _ = yearly(shop)
    told = change(subscriber, "basic", day(0), day(30))
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"]) == ("basic", 200)
    for one in told:
        tell(shop, one)
    let_pass(shop, 30)
    for one in (subscriber.advance(day(0), day(30)).news(), subscriber.bill()):
        tell(shop, one)
    maintain(shop)
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["balance"]) == ("basic", 100)
    let_pass(shop, 30)
    maintain(shop)
    assert account_of(shop, subscriber.account_id)["balance"] == 0, "the next month is not paid"


def test_a_year_that_is_paid_stays_a_year_whatever_the_catalog_says_later(
    shop: Connection,
) -> None:
    subscriber, start, _ = yearly(shop)
    use_catalog(shop, SHOP | {"plans": with_plan("yearly", billing_interval="month")})
    for days in range(0, 400, 10):
        maintain(shop, start + timedelta(days=days))
    assert allowances(shop, subscriber) == [200] * 12


def test_two_changes_after_a_year_end_in_one_state_in_every_order(shop: Connection) -> None:
    subscriber = new_subscriber(shop, "yearly", end=day(364))
    told = [subscriber.news("created", day(-1)), subscriber.bill("subscription_create")]
    told.append(change(subscriber, "basic", day(0) - 600, day(30))[1])
    old = subscription_item(PRICES["basic"], day(0), subscriber.item["current_period_end"])
    subscriber.switch("pro")
    lines = [
        prorated(subscriber.sub, old, -999, 30),
        prorated(subscriber.sub, subscriber.item, 1999, 30),
    ]
    bill = invoice(subscriber.sub, "subscription_update", lines=lines)
    told += [subscriber.news(), payloads.event("invoice.paid", bill)]

    def read() -> Row:
        """Read all but when the credits expire: that is the month of the invoice that gave them."""
        found = wallet(shop, subscriber.account_id)
        del found["grants"]
        return found

    state = final_state(shop, told, read, step=7)
    assert (state["plan"], state["balance"]) == ("pro", 200)
