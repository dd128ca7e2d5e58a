"""News of a payment that is not known yet wait for it, and count when it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import buy, notices, order_of, rows, rule, stored, tell
from tests.support import Connection
from tests.wallets import Row, balance_of


def early_news(intent: Json) -> list[Json]:
    """Return what may be told of an intent before it is told that it was paid."""
    return [
        payloads.event("refund.created", payloads.refund(intent, 650)),
        payloads.event("charge.refunded", payloads.charge(intent, 650)),
        payloads.event("charge.dispute.created", payloads.dispute(intent)),
    ]


def try_again(conn: Connection, days: float = 0) -> None:
    """Try again what is due in some days."""
    at = datetime.now(UTC) + timedelta(days=days)
    rule(conn, "retry_due_stripe_events", at, 10)


@pytest.mark.parametrize("number", range(3), ids=["refund", "charge", "dispute"])
def test_money_that_goes_back_before_it_came_waits_for_it(shop: Connection, number: int) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order)
    told = early_news(intent)[number]
    assert tell(shop, told) == "waiting"
    row = stored(shop, told)
    assert (row["object_id"], row["settled_at"]) == (intent["id"], None)
    assert rows(shop, "select * from credits.transactions") == []
    assert notices(shop, "stripe_event_quarantined") == []
    assert [tell(shop, told) for _ in range(2)] == ["waiting"] * 2
    assert tell(shop, payloads.event("payment_intent.succeeded", intent)) == "applied"
    assert stored(shop, told)["state"] == "applied"
    assert order_of(shop, order)["status"] == "paid"
    assert balance_of(shop, order["account_id"])["available"] == 0
    assert rule(shop, "list_open_stripe_events", 5) == []


def test_all_that_waits_for_one_payment_counts_when_it_comes(shop: Connection) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order)
    early = early_news(intent)
    assert [tell(shop, one) for one in early] == ["waiting"] * 3
    done = payloads.session(order, intent)
    assert tell(shop, payloads.event("checkout.session.completed", done)) == "applied"
    assert {stored(shop, one)["state"] for one in early} <= {"applied", "ignored"}
    balance = balance_of(shop, order["account_id"])
    assert (balance["available"], balance["debt"]) == (0, 0)


def test_what_waits_for_another_payment_goes_on_waiting(shop: Connection) -> None:
    orders: list[Row] = [buy(shop), buy(shop)]
    first, second = (payloads.payment_intent(order) for order in orders)
    told = early_news(second)[0]
    assert tell(shop, told) == "waiting"
    assert tell(shop, payloads.event("payment_intent.succeeded", first)) == "applied"
    try_again(shop)
    assert stored(shop, told)["state"] == "waiting"
    assert balance_of(shop, orders[0]["account_id"])["available"] == 55


@pytest.mark.parametrize("way", ["by name", "when due"])
def test_an_event_that_waits_may_be_tried_again_and_waits_on(shop: Connection, way: str) -> None:
    told = early_news(payloads.payment_intent(buy(shop)))[0]
    assert tell(shop, told) == "waiting"
    if way == "by name":
        (answer,) = rule(shop, "retry_stripe_event", told["id"])
        assert answer["state"] == "waiting"
    else:
        try_again(shop)
    assert stored(shop, told)["state"] == "waiting"
    assert rows(shop, "select * from credits.transactions") == []


def test_what_has_waited_for_a_month_is_about_nothing_of_ours(shop: Connection) -> None:
    told = early_news(payloads.payment_intent(buy(shop)))[0]
    assert tell(shop, told) == "waiting"
    try_again(shop, 29.9)
    assert stored(shop, told)["state"] == "waiting"
    try_again(shop, 30.1)
    row = stored(shop, told)
    assert (row["state"], row["settled_at"] is None) == ("ignored", False)
    assert rule(shop, "list_open_stripe_events", 5) == []


def test_each_event_that_waited_is_tried_once_when_its_payment_comes(shop: Connection) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order)
    parts = [payloads.event("refund.created", payloads.refund(intent, 50)) for _ in range(3)]
    assert [tell(shop, one) for one in parts] == ["waiting"] * 3
    assert tell(shop, payloads.event("payment_intent.succeeded", intent)) == "applied"
    found = [(stored(shop, one)["state"], stored(shop, one)["attempts"]) for one in parts]
    assert found == [("applied", 2)] * 3
