"""Subscriptions of the stand-in change their plan: now or later, prorated or not."""

from __future__ import annotations

from typing import Literal

import pytest
import stripe

from scripts.dev.stripe import App
from tests.stripe.subscribing import (
    again,
    at,
    invoices_of,
    item_of,
    make_price,
    period,
    set_card,
    subscribe,
)

START, HALF, RENEWAL = (
    at("2027-04-01T00:00"),
    at("2027-04-16T00:00"),
    at("2027-05-01T00:00"),
)
Behavior = Literal["always_invoice", "create_prorations", "none"]


@pytest.fixture
def subscription(client: stripe.StripeClient, stand_in: App) -> stripe.Subscription:
    """A subscription of 20.00 USD a month, half of which is over."""
    stand_in.control.set_clock(START)
    made = subscribe(client, stand_in, make_price(client, 2000, "Pro"))
    stand_in.control.do("advance", to=HALF)
    return made


def change(
    client: stripe.StripeClient,
    subscription: stripe.Subscription,
    price: stripe.Price,
    behavior: Behavior | None = None,
) -> stripe.Subscription:
    params: stripe.params.SubscriptionUpdateParams = {
        "items": [{"id": item_of(subscription).id, "price": price.id}]
    }
    if behavior is not None:
        params["proration_behavior"] = behavior
    return client.v1.subscriptions.update(subscription.id, params)


def lines_of(invoice: stripe.Invoice) -> list[tuple[int, bool]]:
    """Return the amount of each line, and whether it is a proration."""
    found = []
    for line in invoice.lines.data:
        assert line.parent is not None
        assert line.parent.subscription_item_details is not None
        found.append((line.amount, line.parent.subscription_item_details.proration))
    return found


def test_an_upgrade_that_is_invoiced_now_pays_the_rest_of_the_period(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    dear = make_price(client, 5000, "Max")
    changed = change(client, subscription, dear, "always_invoice")
    assert item_of(changed).price.id == dear.id
    assert period(changed) == (START, RENEWAL)
    _, invoice = invoices_of(client, subscription)
    assert (invoice.billing_reason, invoice.status) == ("subscription_update", "paid")
    assert lines_of(invoice) == [(-1000, True), (2500, True)]
    assert [it.period.to_dict() for it in invoice.lines.data] == [
        {"start": HALF, "end": RENEWAL}
    ] * 2
    assert invoice.amount_paid == 1500
    assert changed.latest_invoice == invoice.id
    prices = [it.pricing and it.pricing.price_details for it in invoice.lines.data]
    assert [it and it.price for it in prices] == [item_of(subscription).price.id, dear.id]
    stand_in.control.do("advance", to=RENEWAL + 3600)
    assert invoices_of(client, subscription)[-1].amount_paid == 5000


def test_prorations_wait_for_the_renewal_unless_told_otherwise(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    change(client, subscription, make_price(client, 5000, "Max"))
    assert len(invoices_of(client, subscription)) == 1
    stand_in.control.do("advance", to=RENEWAL + 3600)
    invoice = invoices_of(client, subscription)[-1]
    assert (invoice.billing_reason, invoice.amount_paid) == ("subscription_cycle", 6500)
    assert lines_of(invoice) == [(-1000, True), (2500, True), (5000, False)]
    stand_in.control.do("advance", to=at("2027-06-01T01:00"))
    assert lines_of(invoices_of(client, subscription)[-1]) == [(5000, False)]


def test_without_prorations_only_the_renewal_costs_more(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    change(client, subscription, make_price(client, 5000, "Max"), "none")
    stand_in.control.do("advance", to=RENEWAL + 3600)
    assert [it.amount_paid for it in invoices_of(client, subscription)] == [2000, 5000]


def test_a_downgrade_that_is_invoiced_now_leaves_a_balance_for_later(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    change(client, subscription, make_price(client, 400, "Mini"), "always_invoice")
    invoice = invoices_of(client, subscription)[-1]
    assert (invoice.total, invoice.amount_due, invoice.status) == (-800, 0, "paid")
    assert (invoice.starting_balance, invoice.ending_balance) == (0, -800)
    assert client.v1.customers.retrieve(str(subscription.customer)).balance == -800
    assert client.v1.invoice_payments.list({"invoice": invoice.id}).data == []

    stand_in.control.do("advance", to=at("2027-07-01T01:00"))
    later = invoices_of(client, subscription)[2:]
    assert [(it.total, it.amount_paid, it.ending_balance) for it in later] == [
        (400, 0, -400),
        (400, 0, 0),
        (400, 400, 0),
    ]


def test_another_interval_begins_a_new_period_at_once(
    client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    yearly = make_price(client, 20_000, "Pro", "year")
    changed = change(client, subscription, yearly)
    assert period(changed) == (HALF, at("2028-04-16T00:00"))
    assert changed.billing_cycle_anchor == HALF
    invoice = invoices_of(client, subscription)[-1]
    assert lines_of(invoice) == [(20_000, False), (-1000, True)]
    assert (invoice.amount_paid, invoice.billing_reason) == (19_000, "subscription_update")


def test_an_upgrade_that_is_refused_leaves_the_subscription_past_due(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    set_card(stand_in, subscription, "decline")
    dear = make_price(client, 5000, "Max")
    changed = change(client, subscription, dear, "always_invoice")
    assert (changed.status, item_of(changed).price.id) == ("past_due", dear.id)
    assert invoices_of(client, subscription)[-1].status == "open"


def test_a_change_tells_what_was_before(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    dear = make_price(client, 5000, "Max")
    change(client, subscription, dear, "none")
    event = stand_in.state.all("event")[-1]
    assert event["type"] == "customer.subscription.updated"
    previous = event["data"]["previous_attributes"]
    assert set(previous) == {"items"}
    assert previous["items"]["data"][0]["price"]["unit_amount"] == 2000
    now = event["data"]["object"]["items"]["data"][0]
    assert (now["price"]["id"], now["plan"]["id"]) == (dear.id, dear.id)
    change(client, again(client, subscription), dear, "none")
    assert stand_in.state.all("event")[-1] == event


def test_a_trial_changes_its_plan_for_nothing(client: stripe.StripeClient, stand_in: App) -> None:
    stand_in.control.set_clock(START)
    trial = subscribe(client, stand_in, trial_days=14)
    changed = change(client, trial, make_price(client, 5000, "Max"), "always_invoice")
    assert (changed.status, period(changed)) == ("trialing", period(trial))
    assert len(invoices_of(client, trial)) == 1
    stand_in.control.do("advance", to=at("2027-04-15T01:00"))
    assert invoices_of(client, trial)[-1].amount_paid == 5000


def test_a_trial_can_be_ended_now_and_is_paid(client: stripe.StripeClient, stand_in: App) -> None:
    stand_in.control.set_clock(START)
    trial = subscribe(client, stand_in, trial_days=14)
    stand_in.control.set_clock(START + 3600)
    ended = client.v1.subscriptions.update(trial.id, {"trial_end": "now"})
    assert (ended.status, ended.trial_end) == ("active", START + 3600)
    assert period(ended) == (START + 3600, RENEWAL + 3600)
    invoice = invoices_of(client, trial)[-1]
    assert (invoice.billing_reason, invoice.amount_paid) == ("subscription_update", 1900)
    assert lines_of(invoice) == [(1900, False)]


def test_a_price_that_cannot_be_subscribed_to_is_refused(
    client: stripe.StripeClient, subscription: stripe.Subscription
) -> None:
    euro = client.v1.prices.create(
        {
            "currency": "eur",
            "unit_amount": 5,
            "recurring": {"interval": "month"},
            "product_data": {"name": "Euro"},
        }
    )
    old = make_price(client, 5)
    client.v1.prices.update(old.id, {"active": False})
    once = client.v1.prices.create(
        {"currency": "usd", "unit_amount": 5, "product_data": {"name": "Once"}}
    )
    for price in (euro, old, once):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            change(client, subscription, price)
        assert refused.value.param == "items[0][price]"
    assert item_of(again(client, subscription)).price.unit_amount == 2000
