"""The test mode and the live mode of a provider, when a database goes from one to the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.concurrency.load import connect
from tests.events import payloads
from tests.events.payloads import day
from tests.events.shop import (
    SOLD,
    Subscriber,
    account_of,
    buy,
    maintain,
    moves,
    open_shop,
    rows,
    rule,
    stored,
    subscribe,
    tell,
)  # fmt: skip
from tests.support import Connection, sign_up
from tests.wallets import balance_of, change_plan


def go_live(conn: Connection) -> None:
    """Let the database take the live mode, in which the plans have other prices."""
    rule(conn, "set_provider_mode", "stripe", True)
    for code, plan in SOLD.items():
        rule(
            conn, "store_provider_price", "stripe", "plan", code, f"prod_live_{code}",
            f"price_live_{code}", plan["price_cents"], "usd", plan["billing_interval"],
        )  # fmt: skip


def subscribe_live(conn: Connection, subscriber: Subscriber, plan: str) -> Subscriber:
    """Let the account of a test subscription have a live one."""
    rule(conn, "open_customer", subscriber.account_id, None, "stripe", True)
    rule(conn, "attach_customer", subscriber.account_id, "stripe", True, "cus_live")
    live = Subscriber(
        subscriber.account_id,
        subscriber.sub | {"id": "sub_live", "livemode": True, "customer": "cus_live"},
    )
    live.switch(plan)
    live.item["price"] = live.item["price"] | {"id": f"price_live_{plan}"}
    for told in (live.news("created"), live.bill("subscription_create")):
        assert tell(conn, told) == "applied"
    return live


@pytest.fixture
def tester(shop: Connection) -> Subscriber:
    """Who paid a year of the test mode, in a database that is live now."""
    subscriber = subscribe(shop, "yearly", end=day(364))
    go_live(shop)
    return subscriber


def test_a_subscription_of_the_test_mode_gives_nothing_in_the_live_mode(
    shop: Connection, tester: Subscriber
) -> None:
    (row,) = rows(shop, "select clock_timestamp() as at")
    for days in (40, 80):
        maintain(shop, row["at"] + timedelta(days=days))
    assert moves(shop, tester.account_id) == [("allowance", 200), ("expiry", -200)]
    balance = balance_of(shop, tester.account_id)
    assert (balance["subscription"], balance["next_billing_date"]) == (None, None)


def test_a_live_subscription_counts_over_a_dearer_one_of_the_test_mode(
    shop: Connection, tester: Subscriber
) -> None:
    live = subscribe_live(shop, tester, "basic")
    account = account_of(shop, tester.account_id)
    assert (account["plan"], account["plan_subscription_id"]) == ("basic", live.sub["id"])
    assert balance_of(shop, tester.account_id)["subscription"]["plan"] == "basic"


def test_who_only_tested_may_subscribe_and_has_a_trial(
    shop: Connection, tester: Subscriber
) -> None:
    (order,) = rule(shop, "open_subscription_order", tester.account_id, None, "stripe", "tried")
    assert (order["price_id"], order["trial_days"]) == ("price_live_tried", 14)
    other = sign_up(shop)
    change_plan(shop, other, "team")
    assert account_of(shop, other)["plan"] == "team"


def test_another_mode_forgets_the_portal_and_its_own_again_keeps_it(shop: Connection) -> None:
    rule(shop, "set_portal_configuration", "stripe", "bpc_test")
    (before,) = rule(shop, "get_provider", "stripe")
    rule(shop, "set_provider_mode", "stripe", False)
    assert rule(shop, "get_provider", "stripe") == [before]
    rule(shop, "set_provider_mode", "stripe", True)
    (after,) = rule(shop, "get_provider", "stripe")
    assert (after["livemode"], after["portal_configuration_id"]) == (True, None)
    assert after["changed_at"] > before["changed_at"]


def test_the_mode_that_it_has_anyway_tries_no_event_again(shop: Connection) -> None:
    live = payloads.payment_intent(buy(shop), livemode=True)
    told = payloads.event("payment_intent.succeeded", live)
    assert tell(shop, told) == "quarantined"
    before = stored(shop, told)
    rule(shop, "set_provider_mode", "stripe", False)
    assert stored(shop, told) == before


def test_the_mode_that_it_has_anyway_waits_for_nobody(fresh_db: str) -> None:
    """A purchase that is under way, or a sync: a server that starts does not hold them up."""
    set_mode = "select credits.set_provider_mode('stripe', %s)"
    with psycopg.connect(fresh_db) as busy, connect(fresh_db) as starting:
        open_shop(busy)
        subscriber = subscribe(busy)
        busy.commit()
        rows(busy, "select * from credits.providers for update")
        rows(busy, "select * from credits.accounts where id = %s for update", subscriber.account_id)
        starting.execute("set lock_timeout = '200ms'")
        starting.execute(set_mode, [False])
        with pytest.raises(psycopg.errors.LockNotAvailable):
            starting.execute(set_mode, [True])


def test_what_came_before_the_database_knew_its_mode_counts_afterwards(shop: Connection) -> None:
    order = buy(shop)
    live = payloads.payment_intent(order, livemode=True)
    other = payloads.payment_intent(buy(shop), livemode=False)
    told = payloads.event("payment_intent.succeeded", live)
    assert tell(shop, told) == "quarantined"
    rule(shop, "set_provider_mode", "stripe", True)
    assert tell(shop, payloads.event("payment_intent.succeeded", other)) == "quarantined"
    rule(shop, "retry_due_stripe_events", datetime.now(UTC), 10)
    assert stored(shop, told)["state"] == "applied"
    assert moves(shop, order["account_id"]) == [("purchase", 50), ("bonus", 5)]
