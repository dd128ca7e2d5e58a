"""Changes of plan in mid-period: when they count is the catalog's policy, and they count once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from tests.events import payloads
from tests.events.deliveries import final_state, grants, wallet
from tests.events.payloads import Json, again, day
from tests.events.shop import (
    PRICES,
    Subscriber,
    account_of,
    let_pass,
    moves,
    new_subscriber,
    nothing_is_credited,
    open_shop,
    subscribe,
    tell,
)  # fmt: skip
from tests.events.subscription_payloads import (
    as_invoice_item,
    invoice,
    prorated,
    subscription_item,
)  # fmt: skip
from tests.support import Connection
from tests.wallets import refused


def change(subscriber: Subscriber, plan: str, share: float = 1) -> tuple[Json, Json]:
    """Let a subscriber change to a plan for the rest of the period.

    Args:
        subscriber: whose subscription changes.
        plan: the new one.
        share: how much of the period is left.

    Returns:
        The news of the subscription, and the event of the paid invoice of the difference.
    """
    old = subscription_item(
        subscriber.item["price"],
        subscriber.item["current_period_start"],
        subscriber.item["current_period_end"],
        id=subscriber.item["id"],
    )
    subscriber.switch(plan)
    price_before, price_after = old["price"]["unit_amount"], PRICES[plan]["unit_amount"]
    lines = [
        prorated(subscriber.sub, old, -round(price_before * share), 30 * share),
        prorated(subscriber.sub, subscriber.item, round(price_after * share), 30 * share),
    ]
    bill = invoice(subscriber.sub, "subscription_update", lines=lines)
    return subscriber.news(), payloads.event("invoice.paid", bill)


def share_of(paid: Json, *plans: tuple[int, int]) -> Decimal:
    """Reckon the credits that a change pays for, whole ones as the plans' own are.

    Args:
        paid: the event of its invoice, with one line for each plan.
        plans: the credits and the price in cents of the plan before and after.
    """
    lines = paid["data"]["object"]["lines"]["data"]
    due = sum(
        Decimal(given) * line["amount"] / cents
        for line, (given, cents) in zip(lines, plans, strict=True)
    )
    return Decimal(due).quantize(Decimal(1), ROUND_HALF_UP)


def plan_of(conn: Connection, subscriber: Subscriber) -> Any:
    return account_of(conn, subscriber.account_id)["plan"]


def sum_of(conn: Connection, subscriber: Subscriber) -> Any:
    return sum(amount for _, amount in moves(conn, subscriber.account_id))


def test_an_upgrade_counts_when_it_is_paid(shop: Connection) -> None:
    subscriber = subscribe(shop)
    news, paid = change(subscriber, "team")
    tell(shop, news)
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("pro", 200)
    assert tell(shop, paid) == "applied"
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("team", 1000)
    ends = {expires_at for _, _, expires_at in grants(shop, subscriber.account_id)}
    assert len(ends) == 1, "what came with the upgrade ends with the period"
    assert tell(shop, again(paid)) == "ignored"
    assert sum_of(shop, subscriber) == 1000


@pytest.mark.parametrize("share", [0.5, 1 / 3, 0.01])
def test_an_upgrade_gives_the_share_of_its_credits_that_is_paid(
    shop: Connection, share: float
) -> None:
    subscriber = subscribe(shop)
    news, paid = change(subscriber, "team", share)
    for told in (news, paid):
        assert tell(shop, told) == "applied"
    assert plan_of(shop, subscriber) == "team"
    assert sum_of(shop, subscriber) == 200 + share_of(paid, (200, 1999), (1000, 4999))


def test_an_upgrade_counts_once_in_every_order_of_its_news(shop: Connection) -> None:
    subscriber = subscribe(shop)
    news, paid = change(subscriber, "team")
    twin = again(paid) | {"type": "invoice.payment_succeeded"}
    told = [news, paid, twin]
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"], len(state["payments"])) == ("team", 1000, 2)


@pytest.mark.parametrize("share", [1, 0.5])
def test_an_upgrade_may_be_told_before_the_first_invoice(shop: Connection, share: float) -> None:
    subscriber = new_subscriber(shop, "basic")
    first = [subscriber.news("created", day(-1)), subscriber.bill("subscription_create")]
    told = [*first, *change(subscriber, "team", share)]
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    due = share_of(told[-1], (100, 999), (1000, 4999))
    assert (state["plan"], state["balance"]) == ("team", 100 + due)


def test_changes_up_and_down_give_the_same_in_every_order(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = [subscriber.bill("subscription_create")]
    for plan in ("team", "basic", "team"):
        news, paid = change(subscriber, plan)
        told.append(paid)
    told[2] = news
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"]) == ("team", 1000)


@pytest.mark.parametrize("shape", [lambda line: line, as_invoice_item], ids=["item", "pending"])
def test_the_line_of_the_new_plan_is_found_whatever_its_parent(
    shop: Connection, shape: Any
) -> None:
    subscriber = subscribe(shop)
    _, paid = change(subscriber, "team")
    lines = paid["data"]["object"]["lines"]
    lines["data"] = [shape(line) for line in reversed(lines["data"])]
    assert tell(shop, paid) == "applied"
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("team", 1000)


def test_up_and_down_and_up_again_gives_no_more_than_the_highest_plan(shop: Connection) -> None:
    subscriber = subscribe(shop)
    for plan in ("team", "basic", "team", "pro", "team"):
        for told in change(subscriber, plan):
            tell(shop, told)
    assert sum_of(shop, subscriber) == 1000


def test_an_upgrade_may_count_at_the_renewal_only(shop: Connection) -> None:
    open_shop(shop, subscriptions={"upgrade": "renewal"})
    subscriber = subscribe(shop)
    for told in change(subscriber, "team"):
        tell(shop, told)
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("pro", 200)
    let_pass(shop, 30)
    tell(shop, subscriber.advance(day(-1), day(29)).news())
    tell(shop, subscriber.bill())
    assert plan_of(shop, subscriber) == "team"
    assert account_of(shop, subscriber.account_id)["balance"] == 1000


def test_a_downgrade_counts_at_the_renewal(shop: Connection) -> None:
    subscriber = subscribe(shop, "team")
    for told in change(subscriber, "basic"):
        tell(shop, told)
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("team", 1000)
    let_pass(shop, 30)
    tell(shop, subscriber.advance(day(-1), day(29)).news())
    tell(shop, subscriber.bill())
    assert plan_of(shop, subscriber) == "basic"
    assert account_of(shop, subscriber.account_id)["balance"] == 100


def test_a_downgrade_may_count_at_once_and_takes_no_credits(shop: Connection) -> None:
    open_shop(shop, subscriptions={"upgrade": "renewal", "downgrade": "now"})
    subscriber = subscribe(shop, "team")
    for told in change(subscriber, "basic"):
        tell(shop, told)
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("basic", 1000)


def test_an_upgrade_that_is_not_paid_gives_nothing(shop: Connection) -> None:
    subscriber = subscribe(shop)
    news, paid = change(subscriber, "team")
    bill = paid["data"]["object"] | {"status": "open", "amount_paid": 0}
    tell(shop, news)
    with nothing_is_credited(shop):
        tell(shop, payloads.event("invoice.payment_failed", bill))
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("pro", 200)


def test_credits_of_the_proration_are_no_plan_of_nothing(shop: Connection) -> None:
    """An invoice on which only the old plan's rest is given back is no reason to grant anything."""
    subscriber = subscribe(shop, "team")
    _, paid = change(subscriber, "basic")
    lines = paid["data"]["object"]["lines"]
    lines["data"] = lines["data"][:1]
    before = sum_of(shop, subscriber)
    assert tell(shop, paid) in ("applied", "ignored")
    assert (plan_of(shop, subscriber), sum_of(shop, subscriber)) == ("team", before)


def test_a_catalog_in_which_both_ways_count_at_once_is_refused(shop: Connection) -> None:
    """Or plans could be changed up and down for nothing, each time for more credits."""
    with refused(shop, "22023", "invalid_catalog"):
        open_shop(shop, subscriptions={"upgrade": "now", "downgrade": "now"})
    with refused(shop, "22023", "invalid_catalog"):
        open_shop(shop, subscriptions={"downgrade": "now"})
