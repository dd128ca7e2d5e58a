"""Plans of subscribers are Stripe's to change: the back end's own ways leave them alone."""

from __future__ import annotations

import pytest

from tests.events.payloads import Json, day
from tests.events.shop import (
    SHOP,
    account_of,
    let_pass,
    maintain,
    moves,
    nothing_is_credited,
    open_shop,
    rows,
    subscribe,
    tell,
    with_plan,
)  # fmt: skip
from tests.support import Connection, as_service
from tests.wallets import call, change_plan, refused, use_catalog

DELETED: Json = {"status": "canceled", "canceled_at": day(0), "ended_at": day(0)}


@pytest.mark.parametrize("plan", ["team", "pro", "free"])
def test_the_plan_of_a_subscriber_is_not_the_back_ends_to_change(
    shop: Connection, plan: str
) -> None:
    subscriber = subscribe(shop)
    with nothing_is_credited(shop), refused(shop, "PT409", "plan_is_subscribed"), as_service(shop):
        change_plan(shop, subscriber.account_id, plan)
    assert account_of(shop, subscriber.account_id)["plan"] == "pro"


def test_after_the_end_the_back_end_may_change_the_plan_again(shop: Connection) -> None:
    subscriber = subscribe(shop)
    tell(shop, subscriber.news("deleted", None, **DELETED))
    assert change_plan(shop, subscriber.account_id, "pro")["new_plan"] == "pro"


def test_a_plan_that_was_administered_becomes_a_subscribed_one(shop: Connection) -> None:
    subscriber = subscribe(shop, "basic")
    tell(shop, subscriber.news("deleted", None, **DELETED))
    change_plan(shop, subscriber.account_id, "team")
    again = subscribe(shop, "basic", account_id=subscriber.account_id)
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["plan_subscription_id"]) == ("basic", again.sub["id"])
    assert account["period_end_at"] is None, "no period of its own besides"


def test_the_monthly_reset_leaves_subscribers_alone(shop: Connection) -> None:
    subscriber = subscribe(shop)
    with nothing_is_credited(shop):
        for at in (day(0), day(40), day(400)):
            found = rows(shop, "select to_timestamp(%s) as at", at)
            assert call(shop, "reset_monthly_credits", at=found[0]["at"]) == 0
    assert moves(shop, subscriber.account_id) == [("allowance", 200)]


def test_the_maintenance_gives_a_subscriber_nothing_that_is_not_paid(shop: Connection) -> None:
    subscriber = subscribe(shop)
    let_pass(shop, 100)
    for _ in range(3):
        maintain(shop)
    assert moves(shop, subscriber.account_id) == [("allowance", 200), ("expiry", -200)]


def test_another_price_of_a_plan_leaves_the_old_one_to_its_subscribers(shop: Connection) -> None:
    subscriber = subscribe(shop)
    open_shop(shop, plans=with_plan("pro", price_cents=2999))
    with as_service(shop):
        shop.execute(
            "select credits.store_provider_price("
            "'stripe', 'plan', 'pro', 'prod_pro', 'price_pro_2', 2999, 'usd', 'month')"
        )
    let_pass(shop, 30)
    subscriber.advance(day(-1), day(29))
    for told in (subscriber.news(), subscriber.bill()):
        assert tell(shop, told) == "applied"
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["balance"]) == ("pro", 200)


def test_a_plan_that_is_sold_no_more_goes_on_for_its_subscribers(shop: Connection) -> None:
    """Either the catalog is refused as long as the plan is in use, or its paid invoices count."""
    subscriber = subscribe(shop)
    open_shop(shop, plans=with_plan("pro", contact_only=True))
    let_pass(shop, 30)
    subscriber.advance(day(-1), day(29))
    for told in (subscriber.news(), subscriber.bill()):
        assert tell(shop, told) == "applied"
    assert account_of(shop, subscriber.account_id)["balance"] == 200


def without_plan(conn: Connection, plan: str) -> None:
    """Put a catalog in force that has all plans but one."""
    use_catalog(conn, SHOP | {"plans": [it for it in SHOP["plans"] if it["code"] != plan]})


def test_a_plan_of_a_subscriber_cannot_leave_the_catalog(shop: Connection) -> None:
    subscriber = subscribe(shop)
    with refused(shop, "PT409", "plan_in_use") as detail:
        without_plan(shop, "pro")
    assert detail == {"plan": "pro"}
    assert account_of(shop, subscriber.account_id)["plan"] == "pro"


@pytest.mark.parametrize("status", ["past_due", "unpaid", "paused"])
def test_a_plan_that_a_subscription_may_come_back_to_cannot_leave_the_catalog(
    shop: Connection, status: str
) -> None:
    """The account may be on the free plan meanwhile: neither what is paid nor what is next goes."""
    subscriber = subscribe(shop)
    tell(shop, subscriber.switch("basic").news("updated", None, status=status))
    (row,) = rows(shop, "select plan, paid_plan from credits.subscriptions")
    assert (row["plan"], row["paid_plan"]) == ("basic", "pro")
    for plan in ("basic", "pro"):
        with refused(shop, "PT409", "plan_in_use") as detail:
            without_plan(shop, plan)
        assert detail == {"plan": plan}
    tell(shop, subscriber.news("deleted", None, **DELETED))
    for plan in ("basic", "pro"):
        without_plan(shop, plan)
