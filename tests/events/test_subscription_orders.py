"""Orders of plans: opened at the provider's price, once, and completed by their checkout."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.billing.purchases import open_order
from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import (
    SHOP,
    Subscriber,
    let_pass,
    new_subscriber,
    nothing_is_credited,
    order_of,
    rows,
    rule,
    subscribe,
    tell,
    with_plan,
)  # fmt: skip
from tests.support import Connection, sign_up
from tests.wallets import Row, refused, use_catalog


def order_plan(conn: Connection, user_id: UUID | None, plan: Any = "pro", **more: Any) -> Row:
    """Open an order for a plan as the edge does."""
    provider, account_id = more.get("provider", "stripe"), more.get("account_id")
    (row,) = rule(conn, "open_subscription_order", user_id, account_id, provider, plan)
    return row


def checkout(subscriber: Subscriber, order: Row, word: str = "completed", **fields: Any) -> Json:
    """Return an event of the order's checkout session, as it is for a subscription."""
    order = order | {"total_cents": 1999, "currency": "usd"}
    found = {"mode": "subscription", "subscription": subscriber.sub["id"], "payment_status": "paid"}
    told = payloads.session(order, None, **(found | fields))
    return payloads.event(f"checkout.session.{word}", told)


def test_an_order_names_the_providers_price_and_the_trial(shop: Connection) -> None:
    order = order_plan(shop, user_id := sign_up(shop), "tried")
    assert (order["account_id"], order["plan"], order["price_id"], order["trial_days"]) == (
        user_id, "tried", "price_tried", 14,
    )  # fmt: skip
    assert order_plan(shop, sign_up(shop))["trial_days"] == 0


def test_who_comes_again_gets_the_same_order(shop: Connection) -> None:
    user_id = sign_up(shop)
    first = order_plan(shop, user_id)
    assert order_plan(shop, user_id) == first
    assert order_plan(shop, user_id, "team")["order_id"] != first["order_id"]
    assert order_plan(shop, sign_up(shop))["order_id"] != first["order_id"]
    let_pass(shop, 2)
    assert order_plan(shop, user_id)["order_id"] != first["order_id"]


@pytest.mark.parametrize(
    ("plan", "token"),
    [
        ("no_such_plan", "unknown_plan"),
        ("starter", "unknown_plan"),
        (None, "unknown_plan"),
        ("", "unknown_plan"),
        ("free", "plan_not_sold"),
        ("sales", "plan_not_sold"),
    ],
)
def test_what_is_no_plan_for_sale_cannot_be_ordered(
    shop: Connection, plan: str | None, token: str
) -> None:
    user_id = sign_up(shop)
    with nothing_is_credited(shop), refused(shop, "22023", token):
        order_plan(shop, user_id, plan)


def test_a_plan_that_is_sold_on_request_only_cannot_be_ordered(shop: Connection) -> None:
    user_id = sign_up(shop)
    use_catalog(shop, SHOP | {"plans": with_plan("pro", contact_only=True)})
    with nothing_is_credited(shop), refused(shop, "22023", "plan_not_sold"):
        order_plan(shop, user_id)


def test_a_plan_that_the_provider_does_not_know_cannot_be_ordered(shop: Connection) -> None:
    user_id = sign_up(shop)
    shop.execute("delete from credits.provider_prices where code = 'pro'")
    with nothing_is_credited(shop), refused(shop, "PT409", "plan_not_synced"):
        order_plan(shop, user_id)


def test_a_price_that_differs_from_the_catalogs_cannot_be_ordered(shop: Connection) -> None:
    """The catalog has changed and nobody has told the provider yet."""
    user_id = sign_up(shop)
    shop.execute("update credits.provider_prices set amount_cents = 1998 where code = 'pro'")
    with nothing_is_credited(shop), refused(shop, "PT409", "plan_not_synced"):
        order_plan(shop, user_id)


def test_the_price_of_the_other_mode_does_not_count(shop: Connection) -> None:
    rule(shop, "set_provider_mode", "stripe", True)
    user_id = sign_up(shop)
    with nothing_is_credited(shop), refused(shop, "PT409", "plan_not_synced"):
        order_plan(shop, user_id)


@pytest.mark.parametrize("status", ["active", "trialing", "past_due"])
def test_who_has_a_subscription_cannot_order_another(shop: Connection, status: str) -> None:
    subscriber = subscribe(shop)
    tell(shop, subscriber.news(status=status))
    for plan in ("pro", "team"):
        with nothing_is_credited(shop), refused(shop, "PT409", "already_subscribed"):
            order_plan(shop, subscriber.account_id, plan)


@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "canceled"])
def test_who_has_no_subscription_any_more_or_yet_may_order(shop: Connection, status: str) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("updated", None, status=status, ended_at=payloads.day(0)))
    assert order_plan(shop, subscriber.account_id)["order_id"]


def test_a_closed_account_orders_nothing(shop: Connection) -> None:
    user_id = sign_up(shop)
    order_plan(shop, user_id)
    shop.execute("update credits.accounts set status = 'closed' where id = %s", [user_id])
    with nothing_is_credited(shop), refused(shop, "PT403", "account_closed"):
        order_plan(shop, user_id, "team")


def test_nobody_orders_for_anybody_else(shop: Connection) -> None:
    victim, mallory = sign_up(shop), sign_up(shop)
    order_plan(shop, victim)
    for account_id in (victim, uuid4()):
        with nothing_is_credited(shop), refused(shop, "PT404", "account_not_found"):
            order_plan(shop, mallory, account_id=account_id)
    for user_id in (None, uuid4()):
        with nothing_is_credited(shop), refused(shop, "42501", "user_unknown"):
            order_plan(shop, user_id)


def test_without_a_catalog_there_is_no_plan(db: Connection) -> None:
    with refused(db, "PT409", "no_catalog"):
        order_plan(db, sign_up(db))


@pytest.mark.parametrize("payment_status", ["paid", "no_payment_required", "unpaid"])
def test_a_checkout_completes_its_order_and_credits_nothing(
    shop: Connection, payment_status: str
) -> None:
    subscriber = new_subscriber(shop)
    order = order_plan(shop, subscriber.account_id)
    tell(shop, checkout(subscriber, order, payment_status=payment_status))
    row = order_of(shop, order)
    assert (row["plan"], row["package"]) == ("pro", None)
    assert row["status"] == "completed"
    assert rows(shop, "select * from credits.transactions") == []


def test_a_checkout_that_nobody_ends_expires_its_order(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    order = order_plan(shop, subscriber.account_id)
    told = checkout(subscriber, order, "expired", subscription=None, payment_status="unpaid")
    assert tell(shop, told) == "applied"
    assert order_of(shop, order)["status"] == "expired"
    assert order_plan(shop, subscriber.account_id)["order_id"] != order["order_id"]


def test_an_order_for_a_plan_is_not_paid_like_a_pack(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    order = order_plan(shop, subscriber.account_id) | {"total_cents": 1999, "currency": "usd"}
    intent = payloads.payment_intent(order)
    with nothing_is_credited(shop):
        assert tell(shop, payloads.event("payment_intent.succeeded", intent)) in (
            "ignored",
            "quarantined",
        )


def test_a_pack_may_be_bought_beside_a_subscription(shop: Connection) -> None:
    subscriber = subscribe(shop)
    order = open_order(shop, subscriber.account_id, package="starter")
    assert order["total_cents"] == 650
