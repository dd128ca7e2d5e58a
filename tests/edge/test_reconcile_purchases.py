"""Reconciliation of purchases: what lost webhooks left undone is done, once, by whoever runs it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import pytest

from edge.events import EVENT_TYPES
from scripts.dev.stripe.unreliable import Unreliable
from tests.edge.reconciling import (
    buy,
    buy_heard,
    buy_unheard,
    forget,
    lose,
    make_older,
    reconcile,
)
from tests.edge.shop import BASIC, Shop

FAULTS = {
    "rate_limit": "events",
    "error": "checkout/sessions",
    "unavailable": "invoices",
    "cut": "payment_intents",
    "lost": "charges",
}


def test_nothing_lost_is_nothing_repaired(shop: Shop) -> None:
    buy_heard(shop)
    report = reconcile(shop)
    assert (report.repaired, report.differing) == ({}, {})
    assert report.read == report.agreed > 0


def test_every_type_of_event_that_is_known_is_asked_for(shop: Shop) -> None:
    reconcile(shop)
    asked = [
        [value for name, value in call.params.items() if name.startswith("types[")]
        for call in shop.asked("GET", "/v1/events")
    ]
    assert sorted(chain(*asked)) == sorted(EVENT_TYPES)
    assert max(map(len, asked)) <= 20, "Stripe takes no more at once"


def test_a_purchase_that_no_webhook_told_of_is_credited_once(shop: Shop) -> None:
    [user_id] = buy_unheard(shop)
    assert shop.history(user_id) == []
    assert reconcile(shop).repaired
    assert shop.history(user_id) == BASIC
    again = reconcile(shop)
    assert (again.repaired, again.differing) == ({}, {})
    assert shop.history(user_id) == BASIC


def test_of_many_webhooks_a_third_is_lost_while_stripe_is_busy_and_all_is_credited_once(
    shop: Shop,
) -> None:
    shop.stripe.control.rely_on(Unreliable(7, drop=0.3, repeat=0.2))
    users = [shop.sign_up() for _ in range(12)]
    for user_id in users:
        buy(shop, user_id)
    assert shop.stripe.control.settle()
    assert {len(shop.history(user_id)) for user_id in users} == {0, 2}, "choose another seed"
    for kind, path in FAULTS.items():
        shop.stripe.control.faults.inject(kind, path=f"/v1/{path}", times=4, seconds=0)
    first = reconcile(shop)
    assert shop.stripe.control.faults.left() == 0
    second = reconcile(shop)
    assert [shop.history(user_id) for user_id in users] == [BASIC] * len(users)
    assert first.repaired
    assert (first.differing, second.repaired, second.differing) == ({}, {}, {})


def test_events_that_stripe_has_no_more_are_made_up_for_by_its_lists(shop: Shop) -> None:
    users = buy_unheard(shop, 3)
    forget(shop, "event")
    make_older(shop, 40)
    assert len(reconcile(shop).repaired) == len(users)
    assert [shop.history(user_id) for user_id in users] == [BASIC] * len(users)
    assert reconcile(shop).repaired == {}


@pytest.mark.parametrize("kind", ["checkout.session", "payment_intent"])
def test_a_session_or_an_intent_alone_is_enough(shop: Shop, kind: str) -> None:
    [user_id] = buy_unheard(shop)
    forget(shop, "event")
    forget(shop, kind)
    reconcile(shop)
    assert shop.history(user_id) == BASIC


def test_a_purchase_for_nothing_is_found_by_its_session(shop: Shop) -> None:
    promotion = {"code": "GIFT", "name": "Gift", "discount_type": "percent", "discount_value": 100}
    shop.promote(promotion)
    user_id = shop.sign_up()
    answer = shop.post(user_id, {"package": "basic", "promotion_code": "GIFT"}).json()
    lose(shop, lambda: shop.stripe.control.act(answer["session_id"], "pay"))
    forget(shop, "event")
    first = reconcile(shop)
    assert list(first.repaired) == [answer["session_id"]]
    assert shop.history(user_id)
    again = reconcile(shop)
    assert (first.differing, again.repaired, again.differing) == ({}, {}, {})


def test_a_checkout_that_ended_unheard_ends_its_order(shop: Shop) -> None:
    session_id = shop.check_out(shop.sign_up())["session_id"]
    lose(shop, lambda: shop.stripe.control.act(session_id, "expire"))
    assert reconcile(shop).repaired.keys() == {session_id}
    assert shop.query("select status from credits.orders") == [("expired",)]


def test_what_is_older_than_was_asked_for_is_left_alone(shop: Shop) -> None:
    [user_id] = buy_unheard(shop)
    make_older(shop, 20)
    assert reconcile(shop, days=19).repaired == {}
    assert shop.history(user_id) == []
    assert reconcile(shop, days=21).repaired


@pytest.mark.parametrize("has_events", [True, False], ids=["by events", "by lists"])
def test_more_than_a_page_is_repaired_whole(shop: Shop, has_events: bool) -> None:
    users = buy_unheard(shop, 104)
    if not has_events:
        forget(shop, "event")
    report = reconcile(shop)
    assert report.differing == {}
    assert [shop.history(user_id) for user_id in users] == [BASIC] * len(users)


def test_two_runs_at_once_beside_late_webhooks_credit_once(shop: Shop) -> None:
    users = [shop.sign_up() for _ in range(10)]
    shop.stripe.control.pause()
    for user_id in users:
        buy(shop, user_id)
    with ThreadPoolExecutor(2) as threads:
        runs = [threads.submit(reconcile, shop) for _ in range(2)]
        shop.stripe.control.resume()
        reports = [run.result() for run in runs]
    assert shop.stripe.control.settle()
    assert [shop.history(user_id) for user_id in users] == [BASIC] * len(users)
    assert [report.differing for report in reports] == [{}, {}]
    assert reconcile(shop).repaired == {}


def test_a_webhook_after_its_repair_changes_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.stripe.control.hold()
    buy(shop, user_id)
    reconcile(shop)
    shop.stripe.control.release()
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == BASIC


def test_a_checkout_that_is_not_paid_yet_is_no_difference(shop: Shop) -> None:
    user_id = shop.sign_up()
    session_id = shop.check_out(user_id)["session_id"]
    shop.stripe.control.act(session_id, "pay_async")
    shop.check_out(shop.sign_up())
    assert shop.stripe.control.settle()
    report = reconcile(shop)
    assert (report.repaired, report.differing) == ({}, {})
    assert shop.history(user_id) == []


def test_a_dry_run_tells_what_it_would_repair_and_repairs_nothing(shop: Shop) -> None:
    [user_id] = buy_unheard(shop)
    before = shop.stored()
    would = reconcile(shop, is_dry=True)
    assert would.repaired
    assert would.differing == {}
    assert (shop.history(user_id), shop.stored()) == ([], before)
    assert reconcile(shop).repaired.keys() <= would.repaired.keys()
