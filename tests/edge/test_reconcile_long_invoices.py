"""An invoice of more lines than a webhook shows: a person is told, or reconciliation reads it."""

from __future__ import annotations

import time
from uuid import UUID

import pytest

from tests.edge.reconciling import DAY, client, credits_of, forget, reconcile, subscribe, thing
from tests.edge.shop import Shop

FREE = 10
MONTHLY = FREE + 1000
LINES = "it has more lines than were told"


@pytest.fixture
def member(plan_shop: Shop) -> UUID:
    """A subscriber who changed the plan six times in a month that is over, and ended as before.

    The renewal's invoice has twelve lines of the changes, and only after these the period's.
    """
    now = int(time.time())
    user_id = plan_shop.sign_up()
    subscription_id = subscribe(plan_shop, user_id, now - 40 * DAY)
    assert plan_shop.stripe.control.settle()
    query = "select code, price_id from credits.provider_prices where kind = 'plan'"
    prices = dict(plan_shop.query(query))
    item = thing(plan_shop, "subscription", subscription_id)["items"]["data"][0]["id"]
    for plan in ("tried", "member") * 3:
        client(plan_shop).v1.subscriptions.update(
            subscription_id,
            {
                "items": [{"id": item, "price": prices[plan]}],
                "proration_behavior": "create_prorations",
            },
        )
    plan_shop.stripe.control.do("advance", to=now)
    assert plan_shop.stripe.control.settle()
    return user_id


def renewal_of(shop: Shop) -> str:
    """Return the id of the newest invoice, having seen that it shows but ten of its lines."""
    renewal = shop.objects("invoice")[-1]
    prorated = [
        line["parent"]["subscription_item_details"]["proration"]
        for line in renewal["lines"]["data"]
    ]
    assert (prorated, renewal["lines"]["has_more"]) == ([True] * 10, True)
    return str(renewal["id"])


def test_it_is_quarantined_and_then_read_whole_and_paid_once(plan_shop: Shop, member: UUID) -> None:
    renewal_id = renewal_of(plan_shop)
    reasons = [reason for state, reason in plan_shop.stored() if state == "quarantined"]
    assert set(reasons) == {LINES}
    assert credits_of(plan_shop, member) == (FREE, 0)
    first = reconcile(plan_shop)
    assert (renewal_id in first.repaired, first.differing) == (True, {})
    assert credits_of(plan_shop, member) == (MONTHLY, 0)
    assert {state for state, _ in plan_shop.stored()} <= {"applied", "ignored"}
    again = reconcile(plan_shop)
    assert (again.repaired, again.differing) == ({}, {})
    assert credits_of(plan_shop, member) == (MONTHLY, 0)


def test_it_is_read_whole_where_no_event_of_it_is_left(plan_shop: Shop, member: UUID) -> None:
    forget(plan_shop, "event")
    plan_shop.query("delete from credits.stripe_events")
    assert reconcile(plan_shop).differing == {}
    assert credits_of(plan_shop, member) == (MONTHLY, 0)
    again = reconcile(plan_shop)
    assert (again.repaired, again.differing) == ({}, {})


def test_a_dry_run_names_it_and_settles_nothing(plan_shop: Shop, member: UUID) -> None:
    renewal_id = renewal_of(plan_shop)
    report = reconcile(plan_shop, is_dry=True)
    assert LINES in report.differing[renewal_id]
    assert credits_of(plan_shop, member) == (FREE, 0)
