"""What does not fit is kept for a person, with one alert, and credits nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.events import payloads
from tests.events.payloads import Json, again
from tests.events.shop import (
    PRICES,
    Subscriber,
    buy,
    customer_of,
    moves,
    new_subscriber,
    nothing_is_credited,
    notices,
    rows,
    rule,
    stored,
    tell,
)  # fmt: skip
from tests.events.subscription_payloads import invoice, price, subscription, subscription_item
from tests.support import Connection, sign_up

ALERT = "stripe_event_quarantined"


def check_quarantined(conn: Connection, told: Json) -> None:
    """Tell an event thrice and try it again: it stays, nothing is credited, one alert is left."""
    before = len(notices(conn, ALERT))
    with nothing_is_credited(conn):
        assert [tell(conn, told) for _ in range(3)] == ["quarantined"] * 3
        (answer,) = rule(conn, "retry_stripe_event", told["id"])
        assert answer["state"] == "quarantined"
        rule(conn, "retry_due_stripe_events", "2099-01-01", 10)
    row = stored(conn, told)
    assert (row["state"], row["reason"]) == ("quarantined", answer["reason"])
    assert row["reason"]
    found = notices(conn, ALERT)[before:]
    assert len(found) == 1
    assert (found[0]["key"], found[0]["account_id"]) == (told["id"], None)
    notice = {"event_id": told["id"], "type": told["type"], "reason": row["reason"]}
    assert found[0]["payload"] == notice


@pytest.mark.parametrize(
    ("fields", "of_intent"),
    [
        ({"amount_total": 649}, {"amount": 649, "amount_received": 649}),
        ({"amount_total": 651}, {"amount": 651, "amount_received": 651}),
        ({"amount_total": 0}, {"amount": 0, "amount_received": 0}),
        ({"amount_total": -650}, {"amount": -650, "amount_received": -650}),
        ({"amount_total": None}, {"amount_received": None}),
        ({"amount_total": "x"}, {"amount_received": "x"}),
        ({"amount_total": 650.5}, {"amount_received": 650.5}),
        ({"amount_total": 10**30}, {"amount_received": 10**30}),
        ({"currency": "jpy"}, {"currency": "jpy"}),
        ({"currency": "USD "}, {"currency": None}),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["session", "intent"])
def test_another_amount_or_currency_than_the_orders(
    shop: Connection, kind: str, fields: Json, of_intent: Json
) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order)
    if kind == "session":
        done = payloads.session(order, intent) | fields
        check_quarantined(shop, payloads.event("checkout.session.completed", done))
    else:
        check_quarantined(shop, payloads.event("payment_intent.succeeded", intent | of_intent))


@pytest.mark.parametrize("kind", ["session", "intent"])
def test_an_order_that_there_is_not(shop: Connection, kind: str) -> None:
    order, other = buy(shop), buy(shop)
    for wrong in (
        order | {"order_id": uuid4()},
        order | {"account_id": uuid4()},
        order | {"account_id": other["account_id"]},
    ):
        intent = payloads.payment_intent(wrong)
        told = (
            payloads.event("checkout.session.completed", payloads.session(wrong, intent))
            if kind == "session"
            else payloads.event("payment_intent.succeeded", intent)
        )
        check_quarantined(shop, told)


def test_the_live_mode_in_a_database_of_the_test_mode(shop: Connection) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order, livemode=True)
    for told in (
        payloads.event("payment_intent.succeeded", intent),
        payloads.event(
            "checkout.session.completed", payloads.session(order, intent, livemode=True)
        ),
        new_subscriber(shop).news("created", livemode=True),
    ):
        check_quarantined(shop, told)


def test_the_test_mode_in_a_live_database(shop: Connection) -> None:
    order = buy(shop)
    told = payloads.event("payment_intent.succeeded", payloads.payment_intent(order))
    rule(shop, "set_provider_mode", "stripe", True)
    check_quarantined(shop, told)
    live = payloads.payment_intent(order, livemode=True)
    assert tell(shop, payloads.event("payment_intent.succeeded", live)) == "applied"


@pytest.mark.parametrize("kind", ["session", "intent"])
def test_an_order_that_another_accounts_customer_pays(shop: Connection, kind: str) -> None:
    order = buy(shop)
    customer = customer_of(shop, sign_up(shop))
    intent = payloads.payment_intent(order, customer=customer)
    done = payloads.session(order, intent, customer=customer)
    told = (
        payloads.event("checkout.session.completed", done)
        if kind == "session"
        else payloads.event("payment_intent.succeeded", intent)
    )
    check_quarantined(shop, told)


def foreign_subscriber(conn: Connection) -> Subscriber:
    """Return a subscriber whose subscription's metadata name another account."""
    victim = sign_up(conn)
    subscriber = new_subscriber(conn)
    subscriber.sub["metadata"] = {"account_id": str(victim)}
    return subscriber


def test_a_subscription_of_one_accounts_customer_for_another_account(shop: Connection) -> None:
    subscriber = foreign_subscriber(shop)
    check_quarantined(shop, subscriber.news("created"))
    check_quarantined(shop, subscriber.bill("subscription_create"))
    assert moves(shop, subscriber.account_id) == []


NOBODYS = [{}, {"account_id": "x"}, {"account_id": str(UUID(int=7))}]


@pytest.mark.parametrize("metadata", NOBODYS, ids=["none", "no id", "unknown"])
def test_one_of_our_plans_for_a_customer_nobody_knows(shop: Connection, metadata: Json) -> None:
    item = subscription_item(PRICES["pro"], payloads.day(-1), payloads.day(29))
    sub = subscription([item], "cus_of_nobody", metadata)
    check_quarantined(shop, payloads.event("customer.subscription.created", sub))
    check_quarantined(shop, payloads.event("invoice.paid", invoice(sub)))


def test_what_nobody_we_know_buys_elsewhere_is_not_ours(shop: Connection) -> None:
    item = subscription_item(price("price_other", 500), payloads.day(-1), payloads.day(29))
    sub = subscription([item], "cus_of_nobody", {})
    for told in (
        payloads.event("customer.subscription.created", sub),
        payloads.event("invoice.paid", invoice(sub)),
    ):
        with nothing_is_credited(shop):
            assert tell(shop, told) == "ignored"
    assert notices(shop, ALERT) == []


def test_a_price_that_nobody_knows(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    subscriber.item["price"] = price("price_unknown", 1999)
    check_quarantined(shop, subscriber.news("created"))
    check_quarantined(shop, subscriber.bill("subscription_create"))


@pytest.mark.parametrize("fields", [{"currency": "jpy"}, {"livemode": True}], ids=str)
def test_an_invoice_in_another_currency_or_mode(shop: Connection, fields: Json) -> None:
    subscriber = new_subscriber(shop)
    tell(shop, subscriber.news("created"))
    subscriber.sub |= fields
    check_quarantined(shop, subscriber.bill("subscription_create"))


def test_what_was_quarantined_counts_when_the_reason_is_gone(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    subscriber.item["price"] = price("price_late", 1999)
    created, paid = subscriber.news("created"), subscriber.bill("subscription_create")
    assert [tell(shop, one) for one in (created, paid)] == ["quarantined"] * 2
    rule(
        shop, "store_provider_price", "stripe", "plan", "pro", "prod_pro", "price_late", 1999,
        "usd", "month",
    )  # fmt: skip
    for told in (created, paid):
        (answer,) = rule(shop, "retry_stripe_event", told["id"])
        assert answer["state"] == "applied"
        assert (answer["reason"], stored(shop, told)["state"]) == (None, "applied")
    assert moves(shop, subscriber.account_id) == [("allowance", 200)]
    assert rule(shop, "list_open_stripe_events", 5) == []


def test_every_event_that_does_not_fit_has_an_alert_of_its_own(shop: Connection) -> None:
    order = buy(shop)
    told = payloads.event(
        "payment_intent.succeeded", payloads.payment_intent(order, amount_received=1)
    )
    for one in (told, again(told), again(told)):
        tell(shop, one)
    assert len(notices(shop, ALERT)) == 3
    assert rows(shop, "select * from credits.payments") == []
