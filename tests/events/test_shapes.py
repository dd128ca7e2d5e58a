"""Both shapes of events say the same; what lacks a period is left to a person, never reckoned."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.events import payloads
from tests.events.deliveries import final_state, grants, wallet
from tests.events.older_payloads import before_basil
from tests.events.payloads import Json, day
from tests.events.shop import (
    PRICES,
    Subscriber,
    account_of,
    new_subscriber,
    nothing_is_credited,
    notices,
    rows,
    tell,
)  # fmt: skip
from tests.events.subscription_payloads import invoice, line, prorated, subscription_item
from tests.support import Connection


def life(subscriber: Subscriber) -> list[Json]:
    """Return a subscription's first weeks: begun, paid, upgraded and paid."""
    sub = copy.deepcopy(subscriber)
    told = [sub.news("created", day(-1)), sub.bill("subscription_create")]
    old = copy.deepcopy(sub.item)
    sub.switch("team")
    lines = [
        prorated(sub.sub, old, -1999, 15, id="il_old"),
        prorated(sub.sub, sub.item, 4999, 15, id="il_new"),
    ]
    change = invoice(sub.sub, "subscription_update", lines=lines)
    return [*told, sub.news("updated", day(0)), payloads.event("invoice.paid", change)]


def test_both_shapes_end_in_one_state_in_every_order(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = life(subscriber)
    shapes: list[Callable[[Json], Json]] = [lambda one: one, before_basil]
    mixed = [one if number % 2 else before_basil(one) for number, one in enumerate(told)]
    found = [
        final_state(shop, events, lambda: wallet(shop, subscriber.account_id), step=step)
        for events, step in [([shape(one) for one in told], 1) for shape in shapes] + [(mixed, 3)]
    ]
    assert found[0] == found[1] == found[2]
    state = found[0]
    assert (state["plan"], state["balance"]) == ("team", 1000)
    assert state["grants"][0][2].timestamp() == subscriber.item["current_period_end"]


def test_the_older_shape_names_what_paid_an_invoice(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = before_basil(subscriber.bill("subscription_create"), "pi_of_the_invoice")
    assert tell(shop, told) == "applied"
    (payment,) = rows(shop, "select intent_id from credits.payments")
    assert payment["intent_id"] == "pi_of_the_invoice"


def test_money_back_for_an_invoice_is_known_by_what_paid_it(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    paid = subscriber.bill("subscription_create")
    intent = {"id": "pi_1", "amount": 1999, "currency": "usd", "latest_charge": "ch_1"}
    intent |= {"customer": subscriber.sub["customer"], "livemode": False, "metadata": {}}
    told = payloads.event("charge.refunded", payloads.charge(intent, 1999))
    for one in (before_basil(paid, "pi_1"), before_basil(told)):
        assert tell(shop, one) == "applied"
    assert account_of(shop, subscriber.account_id)["balance"] == 0


def at(path: str, value: Any) -> Callable[[Json], None]:
    """Return what puts a value at a path of an object; ``del`` takes it away."""

    def change(subject: Json) -> None:
        *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        found: Any = subject
        for step in way:
            found = found[step]
        if value == "del":
            del found[last]
        else:
            found[last] = value

    return change


BROKEN_SUBSCRIPTIONS = {
    "no end": at("items.data.0.current_period_end", None),
    "end left out": at("items.data.0.current_period_end", "del"),
    "end is a text": at("items.data.0.current_period_end", "soon"),
    "end is endless": at("items.data.0.current_period_end", 10**30),
    "end before start": at("items.data.0.current_period_end", 5),
    "no items": at("items", None),
    "empty items": at("items.data", []),
}


@pytest.mark.parametrize("name", BROKEN_SUBSCRIPTIONS)
@pytest.mark.parametrize("older", [False, True], ids=["newest", "older"])
def test_a_subscription_without_a_period_is_left_to_a_person(
    shop: Connection, name: str, *, older: bool
) -> None:
    subscriber = new_subscriber(shop)
    told = subscriber.news("created")
    if older:
        told = before_basil(told)
        if "end" in name:
            told["data"]["object"]["items"]["data"][0]["current_period_end"] = 0
    BROKEN_SUBSCRIPTIONS[name](told["data"]["object"])
    if older and "end" in name:
        item = told["data"]["object"]["items"]["data"][0]
        told["data"]["object"]["current_period_end"] = item.pop("current_period_end", None)
    with nothing_is_credited(shop):
        assert tell(shop, told) == "quarantined"
    assert len(notices(shop, "stripe_event_quarantined")) == 1


BROKEN_INVOICES = {
    "no period": at("lines.data.0.period", None),
    "no end": at("lines.data.0.period.end", None),
    "end is a text": at("lines.data.0.period.end", "soon"),
    "end is endless": at("lines.data.0.period.end", 10**30),
    "end before start": at("lines.data.0.period.end", 5),
    "no subscription": at("parent.subscription_details.subscription", None),
    "no lines": at("lines", None),
    "empty lines": at("lines.data", []),
    "no amount": at("amount_paid", None),
    "amount is a text": at("amount_paid", "much"),
    "no customer": at("customer", None),
}


@pytest.mark.parametrize("name", BROKEN_INVOICES)
def test_an_invoice_that_cannot_be_read_gives_nothing(shop: Connection, name: str) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("created"))
    told = subscriber.bill("subscription_create")
    BROKEN_INVOICES[name](told["data"]["object"])
    with nothing_is_credited(shop):
        assert tell(shop, told) in ("quarantined", "ignored")
    if "end" in name or "period" in name or "amount" in name:
        assert len(notices(shop, "stripe_event_quarantined")) == 1


def test_a_plan_among_other_items_is_found_wherever_it_stands(shop: Connection) -> None:
    from_both_ends = []
    for position in (0, 1):
        subscriber = new_subscriber(shop)
        extra = subscription_item(payloads_price(), day(-3), day(2))
        subscriber.sub["items"]["data"].insert(position, extra)
        ours = subscriber.sub["items"]["data"][1 - position]
        bill = invoice(
            subscriber.sub,
            "subscription_create",
            lines=[line(subscriber.sub, item) for item in subscriber.sub["items"]["data"]],
        )
        assert tell(shop, subscriber.news("created")) == "applied"
        assert tell(shop, payloads.event("invoice.paid", bill)) == "applied"
        (row,) = rows(
            shop,
            "select plan, current_period_end_at as ends from credits.subscriptions where id = %s",
            subscriber.sub["id"],
        )
        assert (row["plan"], row["ends"].timestamp()) == ("pro", ours["current_period_end"])
        from_both_ends.append([one[:2] for one in grants(shop, subscriber.account_id)])
    assert from_both_ends == [[("allowance", 200)]] * 2


def payloads_price() -> Json:
    """Return a price that is none of our plans."""
    return PRICES["pro"] | {"id": "price_of_seats", "product": "prod_of_seats"}


def test_two_of_our_plans_in_one_subscription_are_left_to_a_person(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    second = subscription_item(PRICES["team"], day(-1), day(29))
    subscriber.sub["items"]["data"].append(second)
    with nothing_is_credited(shop):
        assert tell(shop, subscriber.news("created")) == "quarantined"


def test_an_invoice_of_more_lines_than_are_told_is_left_to_a_person(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("created"))
    lines = [prorated(subscriber.sub, subscriber.item, 10, 20) for _ in range(10)]
    bill = invoice(subscriber.sub, lines=lines)
    bill["lines"] |= {"has_more": True, "total_count": 11}
    with nothing_is_credited(shop):
        assert tell(shop, payloads.event("invoice.paid", bill)) == "quarantined"
