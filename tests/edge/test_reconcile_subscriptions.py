"""Reconciliation of subscriptions: lost invoices and lost news of how they stand."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from tests.edge.reconciling import (
    DAY,
    client,
    credits_of,
    forget,
    lose,
    make_older,
    reconcile,
    subscribe,
    thing,
)
from tests.edge.shop import Shop

FREE = 10
MONTHLY = FREE + 1000


def plan_of(shop: Shop, user_id: UUID) -> str | None:
    """Return the plan that a user's account is on."""
    [(plan,)] = shop.query("select plan from credits.accounts where id = %s", user_id)
    return None if plan is None else str(plan)


def status_of(shop: Shop, subscription_id: str) -> str:
    """Return the status in which we keep a subscription."""
    [(status,)] = shop.query(
        "select status from credits.subscriptions where id = %s", subscription_id
    )
    return str(status)


@pytest.mark.parametrize("has_events", [True, False], ids=["by events", "by lists"])
def test_a_subscription_of_which_no_webhook_told_is_paid_once(
    plan_shop: Shop, has_events: bool
) -> None:
    user_id = plan_shop.sign_up()
    lose(plan_shop, lambda: subscribe(plan_shop, user_id))
    if not has_events:
        forget(plan_shop, "event")
    first = reconcile(plan_shop)
    assert first.repaired
    assert first.differing == {}
    assert (plan_of(plan_shop, user_id), credits_of(plan_shop, user_id)) == ("member", (MONTHLY, 0))
    again = reconcile(plan_shop)
    assert (again.repaired, again.differing) == ({}, {})
    assert credits_of(plan_shop, user_id) == (MONTHLY, 0)


@pytest.mark.parametrize("has_events", [True, False], ids=["by events", "by lists"])
def test_an_end_of_which_no_webhook_told_ends_the_plan(plan_shop: Shop, has_events: bool) -> None:
    user_id = plan_shop.sign_up()
    subscription_id = subscribe(plan_shop, user_id)
    assert plan_shop.stripe.control.settle()
    assert plan_of(plan_shop, user_id) == "member"
    lose(plan_shop, lambda: client(plan_shop).v1.subscriptions.cancel(subscription_id))
    if not has_events:
        forget(plan_shop, "event")
    assert reconcile(plan_shop).repaired
    assert (status_of(plan_shop, subscription_id), plan_of(plan_shop, user_id)) == (
        "canceled",
        "free",
    )
    assert reconcile(plan_shop).repaired == {}


def test_a_subscription_is_looked_at_however_old_it_is(plan_shop: Shop) -> None:
    user_id = plan_shop.sign_up()
    subscription_id = subscribe(plan_shop, user_id)
    assert plan_shop.stripe.control.settle()
    lose(plan_shop, lambda: client(plan_shop).v1.subscriptions.cancel(subscription_id))
    make_older(plan_shop, 700)
    forget(plan_shop, "event")
    reconcile(plan_shop)
    assert status_of(plan_shop, subscription_id) == "canceled"


def test_news_that_comes_while_a_list_is_read_is_not_undone(plan_shop: Shop) -> None:
    user_id = plan_shop.sign_up()
    subscription_id = subscribe(plan_shop, user_id)
    assert plan_shop.stripe.control.settle()
    lose(
        plan_shop,
        lambda: client(plan_shop).v1.subscriptions.update(
            subscription_id, {"cancel_at_period_end": True}
        ),
    )
    forget(plan_shop, "event")

    def think_better_of_it(line: str) -> None:
        if line == "subscriptions: 1 read":
            going_on = {"cancel_at_period_end": False, "cancel_at": None}
            thing(plan_shop, "subscription", subscription_id).update(going_on)

    reconcile(plan_shop, progress=think_better_of_it)
    assert plan_shop.query("select is_cancelling from credits.subscriptions") == [(False,)]


def test_a_refund_of_an_invoice_is_found_by_its_intent(plan_shop: Shop) -> None:
    user_id = plan_shop.sign_up()
    lose(plan_shop, lambda: subscribe(plan_shop, user_id))
    [intent] = plan_shop.objects("payment_intent")
    lose(
        plan_shop,
        lambda: client(plan_shop).v1.refunds.create({"payment_intent": intent["id"]}),
    )
    forget(plan_shop, "event")
    assert reconcile(plan_shop, is_dry=True).differing == {}
    report = reconcile(plan_shop)
    assert report.differing == {}
    assert credits_of(plan_shop, user_id) == (FREE, 0)
    again = reconcile(plan_shop)
    assert (again.repaired, again.differing) == ({}, {})


@pytest.mark.parametrize("has_events", [True, False], ids=["by events", "by lists"])
def test_renewals_of_which_no_webhook_told_are_paid_once(plan_shop: Shop, has_events: bool) -> None:
    now = int(time.time())
    control = plan_shop.stripe.control
    user_id = plan_shop.sign_up()
    lose(plan_shop, lambda: subscribe(plan_shop, user_id, now - 75 * DAY))
    lose(plan_shop, lambda: control.do("advance", to=now))
    if not has_events:
        forget(plan_shop, "event")
    first = reconcile(plan_shop, days=90)
    assert first.repaired
    assert first.differing == {}
    # Three months are paid for, and two of them are over.
    assert plan_shop.query("select count(*) from credits.payments") == [(3,)]
    assert credits_of(plan_shop, user_id) == (MONTHLY, 0)
    again = reconcile(plan_shop, days=90)
    assert (again.repaired, again.differing) == ({}, {})


def test_a_refusal_and_an_end_of_which_no_webhook_told_are_repaired(plan_shop: Shop) -> None:
    now = int(time.time())
    control = plan_shop.stripe.control
    user_id = plan_shop.sign_up()
    subscription_id = subscribe(plan_shop, user_id, now - 50 * DAY)
    assert control.settle()
    card = thing(plan_shop, "subscription", subscription_id)["default_payment_method"]
    control.do("set_card", card=card, behaviour="decline")
    lose(plan_shop, lambda: control.do("advance", to=now - 18 * DAY))
    forget(plan_shop, "event")
    reconcile(plan_shop)
    assert status_of(plan_shop, subscription_id) == "past_due"
    lose(plan_shop, lambda: control.do("advance", to=now))
    forget(plan_shop, "event")
    reconcile(plan_shop)
    assert status_of(plan_shop, subscription_id) == "canceled"
    assert plan_of(plan_shop, user_id) == "free"
