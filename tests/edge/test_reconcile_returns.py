"""Reconciliation of refunds and disputes of which no webhook told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.edge.reconciling import (
    buy_heard,
    buy_unheard,
    client,
    credits_of,
    forget,
    lose,
    make_older,
    thing,
)
from tests.edge.reconciling import reconcile as run
from tests.edge.shop import BASIC, Shop

Loss = Callable[[Shop], None]
CREDITS = 5500


def keep_events(_: Shop) -> None:
    """Let Stripe remember all events."""


def forget_events(shop: Shop) -> None:
    """Let Stripe forget all events."""
    forget(shop, "event")


either_way = pytest.mark.parametrize("age", [keep_events, forget_events])


def dispute(shop: Shop, intent_id: str) -> str:
    """Let the bank take a payment back; return the dispute's id."""
    dispute_id: str = shop.stripe.control.do("open_dispute", payment_intent=intent_id)["id"]
    return dispute_id


@either_way
def test_a_refund_of_which_no_webhook_told_takes_its_credits_once(shop: Shop, age: Loss) -> None:
    user_id, intent_id = buy_heard(shop)
    lose(shop, lambda: client(shop).v1.refunds.create({"payment_intent": intent_id}))
    age(shop)
    would = run(shop, is_dry=True)
    assert (bool(would.repaired), would.differing) == (True, {})
    assert credits_of(shop, user_id) == (CREDITS, 0)
    assert run(shop).repaired
    assert credits_of(shop, user_id) == (0, 0)
    again = run(shop)
    assert (again.repaired, again.differing) == ({}, {})


@either_way
def test_parts_of_refunds_add_up_however_many_were_lost(shop: Shop, age: Loss) -> None:
    user_id, intent_id = buy_heard(shop)
    third = thing(shop, "payment_intent", intent_id)["amount"] // 3

    def refund() -> None:
        client(shop).v1.refunds.create({"payment_intent": intent_id, "amount": third})

    refund()
    assert shop.stripe.control.settle()
    lose(shop, refund)
    age(shop)
    run(shop)
    assert credits_of(shop, user_id)[0] == pytest.approx(CREDITS / 3, abs=1)
    lose(shop, refund)
    age(shop)
    run(shop)
    assert credits_of(shop, user_id)[0] == pytest.approx(0, abs=1)
    assert run(shop).differing == {}


@either_way
def test_a_refund_that_failed_unheard_gives_the_credits_back(shop: Shop, age: Loss) -> None:
    user_id, intent_id = buy_heard(shop)
    refund = client(shop).v1.refunds.create({"payment_intent": intent_id})
    assert shop.stripe.control.settle()
    assert credits_of(shop, user_id) == (0, 0)
    lose(shop, lambda: shop.stripe.control.do("fail_refund", refund=refund.id))
    age(shop)
    run(shop)
    assert credits_of(shop, user_id) == (CREDITS, 0)
    again = run(shop)
    assert (again.repaired, again.differing) == ({}, {})


@either_way
def test_a_dispute_of_which_no_webhook_told_takes_and_gives_back(shop: Shop, age: Loss) -> None:
    user_id, intent_id = buy_heard(shop)
    opened = []
    lose(shop, lambda: opened.append(dispute(shop, intent_id)))
    age(shop)
    run(shop)
    assert credits_of(shop, user_id) == (0, 0)
    assert run(shop).repaired == {}
    close = {"dispute": opened[0], "outcome": "won"}
    lose(shop, lambda: shop.stripe.control.do("close_dispute", **close))
    age(shop)
    run(shop)
    assert credits_of(shop, user_id) == (CREDITS, 0)
    again = run(shop)
    assert (again.repaired, again.differing) == ({}, {})


def test_a_dispute_may_be_older_than_was_asked_for(shop: Shop) -> None:
    user_id, intent_id = buy_heard(shop)
    opened = dispute(shop, intent_id)
    assert shop.stripe.control.settle()
    assert credits_of(shop, user_id) == (0, 0)
    close = {"dispute": opened, "outcome": "won"}
    lose(shop, lambda: shop.stripe.control.do("close_dispute", **close))
    forget(shop, "event")
    make_older(shop, 100)
    run(shop)
    assert credits_of(shop, user_id) == (CREDITS, 0)


@either_way
def test_a_purchase_and_its_refund_that_were_both_lost_leave_nothing(shop: Shop, age: Loss) -> None:
    [user_id] = buy_unheard(shop)
    [intent] = shop.objects("payment_intent")
    lose(shop, lambda: client(shop).v1.refunds.create({"payment_intent": intent["id"]}))
    age(shop)
    would = run(shop, is_dry=True)
    assert (would.differing, shop.history(user_id)) == ({}, [])
    report = run(shop)
    assert report.differing == {}
    assert shop.history(user_id)[:2] == BASIC
    assert credits_of(shop, user_id) == (0, 0)
    assert run(shop).repaired == {}
