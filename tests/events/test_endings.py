"""How subscriptions end, and what an account is left with."""

from __future__ import annotations

import pytest

from tests.events import payloads
from tests.events.payloads import Json, day
from tests.events.shop import (
    SHOP,
    Subscriber,
    account_of,
    customer_of,
    let_pass,
    maintain,
    moves,
    new_subscriber,
    open_shop,
    rows,
    rule,
    subscribe,
    tell,
    with_plan,
)  # fmt: skip
from tests.support import Connection, as_user
from tests.wallets import add, balance_of, call, deduct

DELETED: Json = {"status": "canceled", "canceled_at": day(0), "ended_at": day(0)}


def plan_of(conn: Connection, subscriber: Subscriber) -> str | None:
    plan: str | None = account_of(conn, subscriber.account_id)["plan"]
    return plan


def test_who_cancels_keeps_the_plan_and_its_credits_to_the_end(shop: Connection) -> None:
    subscriber = subscribe(shop)
    end = subscriber.item["current_period_end"]
    cancelling = {"cancel_at_period_end": True, "cancel_at": end, "canceled_at": day(0)}
    assert tell(shop, subscriber.news("updated", None, **cancelling)) == "applied"
    balance = balance_of(shop, subscriber.account_id)
    assert (balance["plan"], balance["available"]) == ("pro", 200)
    assert balance["next_billing_date"] is None
    assert balance["subscription"]["status"] == "active"
    let_pass(shop, 30)
    assert tell(shop, subscriber.news("deleted", None, **DELETED)) == "applied"
    balance = balance_of(shop, subscriber.account_id)
    assert (balance["plan"], balance["available"]) == ("free", 0)
    assert balance["subscription"] is None


def test_who_thinks_better_of_it_is_billed_again(shop: Connection) -> None:
    subscriber = subscribe(shop)
    tell(shop, subscriber.news("updated", day(0), cancel_at_period_end=True, cancel_at=day(29)))
    tell(shop, subscriber.news("updated", day(0) + 1))
    balance = balance_of(shop, subscriber.account_id)
    assert balance["next_billing_date"].timestamp() == subscriber.item["current_period_end"]


@pytest.mark.parametrize("status", ["past_due", "unpaid", "paused", "incomplete"])
def test_a_plan_is_kept_in_arrears_but_not_without_any_payment(
    shop: Connection, status: str
) -> None:
    subscriber = subscribe(shop)
    assert tell(shop, subscriber.news("updated", None, status=status)) == "applied"
    assert plan_of(shop, subscriber) == ("pro" if status == "past_due" else "free")
    assert account_of(shop, subscriber.account_id)["balance"] == 200, "paid is paid"
    assert tell(shop, subscriber.news("updated", day(0) + 60)) == "applied"
    assert plan_of(shop, subscriber) == "pro"


def test_a_pause_of_the_collection_keeps_what_is_paid(shop: Connection) -> None:
    subscriber = subscribe(shop)
    pause = {"behavior": "void", "resumes_at": None}
    assert tell(shop, subscriber.news("updated", None, pause_collection=pause)) == "applied"
    balance = balance_of(shop, subscriber.account_id)
    assert balance["available"] == 200
    assert balance["next_billing_date"] is None
    tell(shop, subscriber.news("updated", day(0) + 60))
    assert balance_of(shop, subscriber.account_id)["next_billing_date"] is not None
    assert plan_of(shop, subscriber) == "pro"


def test_a_free_plan_with_credits_of_its_own_gives_them_after_the_end(shop: Connection) -> None:
    open_shop(shop, plans=with_plan("free", monthly_credits=20))
    subscriber = subscribe(shop)
    before = account_of(shop, subscriber.account_id)["balance"]
    tell(shop, subscriber.news("deleted", None, **DELETED))
    assert plan_of(shop, subscriber) == "free"
    let_pass(shop, 32)
    maintain(shop)
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["balance"]) == ("free", 20)
    assert before in (200, 220)


def test_a_catalog_without_a_free_plan_leaves_no_plan(shop: Connection) -> None:
    open_shop(shop, plans=SHOP["plans"][1:])
    subscriber = subscribe(shop)
    assert tell(shop, subscriber.news("deleted", None, **DELETED)) == "applied"
    assert plan_of(shop, subscriber) is None
    assert account_of(shop, subscriber.account_id)["balance"] == 200


def test_bought_credits_outlive_every_subscription(shop: Connection) -> None:
    subscriber = subscribe(shop)
    add(shop, subscriber.account_id, 70, "purchase")
    deduct(shop, subscriber.account_id, 210)
    tell(shop, subscriber.news("deleted", None, **DELETED))
    (row,) = rows(shop, "select now() + interval '60 days' as at")
    maintain(shop, row["at"])
    assert account_of(shop, subscriber.account_id)["balance"] == 60


def test_of_two_subscriptions_the_other_one_goes_on(shop: Connection) -> None:
    first = subscribe(shop, "basic")
    item = payloads.new_id("si")
    second = Subscriber(first.account_id, first.sub | {"id": payloads.new_id("sub")})
    second.sub["items"] = {
        "object": "list",
        "data": [first.item | {"id": item, "subscription": second.sub["id"]}],
    }
    second.switch("team")
    tell(shop, second.news("created"))
    assert tell(shop, second.bill("subscription_create")) == "applied"
    assert plan_of(shop, first) == "team"
    assert account_of(shop, first.account_id)["balance"] == 1100
    tell(shop, second.news("deleted", None, **DELETED))
    assert plan_of(shop, first) == "basic"
    tell(shop, first.news("deleted", None, **DELETED))
    assert plan_of(shop, first) == "free"


def test_a_deleted_customer_crashes_nothing_and_gets_a_new_one(shop: Connection) -> None:
    subscriber = subscribe(shop)
    customer = payloads.customer(subscriber.account_id, id=subscriber.sub["customer"])
    told = payloads.event("customer.deleted", customer | {"deleted": True})
    assert tell(shop, told) == "applied"
    assert account_of(shop, subscriber.account_id)["balance"] == 200
    (row,) = rule(shop, "open_customer", subscriber.account_id, None, "stripe", False)
    assert row["customer_id"] is None
    assert customer_of(shop, subscriber.account_id) != customer["id"]
    assert tell(shop, subscriber.news("deleted", None, **DELETED)) == "applied"
    assert plan_of(shop, subscriber) == "free"


def test_a_subscription_that_never_begins_changes_nothing(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    for kind, status in (("created", "incomplete"), ("updated", "incomplete_expired")):
        tell(shop, subscriber.news(kind, None, status=status))
    assert plan_of(shop, subscriber) == "free"
    assert moves(shop, subscriber.account_id) == []
    assert rows(shop, "select id from credits.payments") == []


def test_the_user_sees_the_subscription(shop: Connection) -> None:
    subscriber = subscribe(shop)
    with as_user(shop, subscriber.account_id):
        balance = call(shop, "get_credit_balance")
        summary = call(shop, "get_credit_summary")
    end = subscriber.item["current_period_end"]
    assert balance["next_billing_date"].timestamp() == end
    assert balance["subscription"]["plan"] == "pro"
    assert summary["subscription"] == balance["subscription"]
