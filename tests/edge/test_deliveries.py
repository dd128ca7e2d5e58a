"""Deliveries of events: at least once, in any order, at once; the credits come once."""

from __future__ import annotations

import copy
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.edge.shop import BASIC, Shop

Event = dict[str, Any]
NOBODYS_ID = "00000000-0000-4000-8000-000000000000"


def altered(event: Event, **fields: object) -> Event:
    """Return a copy of an event whose session has other fields."""
    changed = copy.deepcopy(event)
    changed["data"]["object"] |= fields
    return changed


def deliver_at_once(shop: Shop, events: list[Event]) -> list[int]:
    with ThreadPoolExecutor(len(events)) as threads:
        return [response.status_code for response in threads.map(shop.deliver, events)]


def test_an_event_delivered_again_changes_nothing(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    assert [shop.deliver(event).status_code for _ in range(3)] == [204] * 3
    assert shop.history(user_id) == BASIC
    assert shop.query("select attempts from credits.stripe_events") == [(1,)]


def test_eight_deliveries_at_once_credit_once(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    assert deliver_at_once(shop, [event] * 8) == [204] * 8
    assert shop.history(user_id) == BASIC


def test_eight_events_of_one_session_at_once_credit_once(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    types = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
    events = [event | {"id": f"evt_{n}", "type": types[n % 2]} for n in range(8)]
    assert deliver_at_once(shop, events) == [204] * 8
    assert shop.history(user_id) == BASIC
    assert sorted(shop.stored()) == [("applied", None)] + [("ignored", "known already")] * 7


def test_two_sessions_of_one_buyer_are_two_purchases(shop: Shop) -> None:
    user_id = shop.sign_up()
    (first,), (second,) = shop.hold_back(user_id, "pay"), shop.hold_back(user_id, "pay")
    assert deliver_at_once(shop, [second, first, second, first]) == [204] * 4
    assert sorted(shop.history(user_id)) == sorted(BASIC * 2)


def test_money_that_comes_later_is_credited_when_it_is_there(shop: Shop) -> None:
    completed, succeeded = shop.hold_back(user_id := shop.sign_up(), "pay_async", "async_succeed")
    assert shop.deliver(completed).status_code == 204
    assert shop.history(user_id) == []
    assert shop.stored() == [("ignored", "not paid yet")]
    for _ in range(2):
        assert shop.deliver(succeeded).status_code == 204
    assert shop.history(user_id) == BASIC


def test_the_payments_event_may_come_before_the_sessions(shop: Shop) -> None:
    completed, succeeded = shop.hold_back(user_id := shop.sign_up(), "pay_async", "async_succeed")
    for event in (succeeded, completed):
        assert shop.deliver(event).status_code == 204
    assert shop.history(user_id) == BASIC


@pytest.mark.parametrize(
    ("actions", "status"), [(("pay_async", "async_fail"), "failed"), (("expire",), "expired")]
)
def test_a_session_that_is_never_paid_grants_nothing(
    shop: Shop, actions: tuple[str, ...], status: str
) -> None:
    for event in shop.hold_back(user_id := shop.sign_up(), *actions):
        assert shop.deliver(event).status_code == 204
    assert shop.history(user_id) == []
    assert shop.query("select status from credits.orders") == [(status,)]


@pytest.mark.parametrize(
    "fields",
    [
        {"amount_total": 1},
        {"amount_total": 4501},
        {"amount_total": None},
        {"currency": "jpy"},
        {"metadata": {}},
        {"metadata": {"account_id": "x", "order_id": "y"}},
        {"metadata": {"account_id": NOBODYS_ID, "order_id": NOBODYS_ID}},
    ],
    ids=str,
)
def test_a_payment_that_fits_no_order_waits_for_a_person(
    shop: Shop, fields: dict[str, object]
) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    assert shop.deliver(altered(event, **fields)).status_code == 204
    ((state, reason),) = shop.stored()
    assert state == "quarantined"
    assert reason
    assert shop.history(user_id) == []
    assert shop.query("select * from credits.payments") == []


def test_an_event_of_live_mode_buys_nothing_in_test_mode(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    assert shop.deliver(event | {"livemode": True}).status_code == 204
    assert [state for state, _ in shop.stored()] == ["quarantined"]
    assert shop.history(user_id) == []
    assert shop.query("select topic from credits.outbox") == [("stripe_event_quarantined",)]


def test_the_order_says_how_many_credits_are_bought(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    metadata = event["data"]["object"]["metadata"] | {"credits": "1000000", "package": "enterprise"}
    assert shop.deliver(altered(event, metadata=metadata)).status_code == 204
    assert shop.history(user_id) == BASIC


def test_another_buyers_order_cannot_be_paid_into_ones_own_account(shop: Shop) -> None:
    user_id, other_id = shop.sign_up(), shop.sign_up()
    (event,), _ = shop.hold_back(user_id, "pay"), shop.hold_back(other_id)
    metadata = event["data"]["object"]["metadata"] | {"account_id": str(other_id)}
    assert shop.deliver(altered(event, metadata=metadata)).status_code == 204
    assert [state for state, _ in shop.stored()] == ["quarantined"]
    assert shop.history(user_id) == shop.history(other_id) == []


@pytest.mark.parametrize("name", ["\x00", "a\x00b\x00", "\\u0000", "\\\x00", "Zoë 🙂"], ids=ascii)
def test_whatever_the_customer_calls_himself_the_payment_counts(shop: Shop, name: str) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    event = altered(event, customer_details={"name": name, "email": "a@b.example"})
    assert shop.deliver(event).status_code == 204
    assert shop.history(user_id) == BASIC
    (payload,) = shop.query("select payload from credits.stripe_events")[0]
    assert json.loads(payload) == event
