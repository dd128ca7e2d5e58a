"""Invoices of the stand-in are paid by hand, another way, or not at all."""

from __future__ import annotations

import pytest
import stripe

from scripts.dev.stripe import App
from tests.stripe.subscribing import (
    again,
    at,
    invoices_of,
    item_of,
    set_card,
    subscribe,
    told,
)

RENEWAL = at("2027-02-28T12:00")


@pytest.fixture
def subscription(client: stripe.StripeClient, stand_in: App) -> stripe.Subscription:
    """A subscription whose renewal was refused."""
    stand_in.control.set_clock(at("2027-01-31T12:00"))
    made = subscribe(client, stand_in)
    set_card(stand_in, made, "decline")
    stand_in.control.do("advance", to=RENEWAL + 3600)
    return made


@pytest.fixture
def unpaid(client: stripe.StripeClient, subscription: stripe.Subscription) -> stripe.Invoice:
    return invoices_of(client, subscription)[-1]


def test_an_invoice_is_paid_out_of_band_without_a_charge(
    client: stripe.StripeClient,
    stand_in: App,
    subscription: stripe.Subscription,
    unpaid: stripe.Invoice,
) -> None:
    before = len(told(stand_in, "invoice"))
    paid = client.v1.invoices.pay(unpaid.id, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid, paid.amount_remaining) == ("paid", 1900, 0)
    assert told(stand_in, "invoice")[before:] == [("invoice.paid", "paid")]
    assert again(client, subscription).status == "active"
    [payment] = client.v1.invoice_payments.list({"invoice": unpaid.id}).data
    assert payment.status == "canceled"
    assert isinstance(payment.payment.payment_intent, str)
    intent = client.v1.payment_intents.retrieve(payment.payment.payment_intent)
    assert intent.status == "canceled"
    assert [it.status for it in client.v1.charges.list().data] == ["failed", "succeeded"]


def test_an_invoice_paid_by_hand_makes_its_subscription_active(
    client: stripe.StripeClient,
    stand_in: App,
    subscription: stripe.Subscription,
    unpaid: stripe.Invoice,
) -> None:
    with pytest.raises(stripe.CardError) as refused:
        client.v1.invoices.pay(unpaid.id)
    assert refused.value.http_status == 402
    assert client.v1.invoices.retrieve(unpaid.id).attempt_count == 2
    assert again(client, subscription).status == "past_due"
    other = stand_in.control.do("save_card", customer=subscription.customer)
    paid = client.v1.invoices.pay(unpaid.id, {"payment_method": other["id"]})
    assert (paid.status, paid.attempt_count) == ("paid", 3)
    assert again(client, subscription).status == "active"
    with pytest.raises(stripe.InvalidRequestError, match="paid"):
        client.v1.invoices.pay(unpaid.id)


def test_an_invoice_is_voided_or_given_up_and_not_tried_again(
    client: stripe.StripeClient, stand_in: App, unpaid: stripe.Invoice
) -> None:
    assert client.v1.invoices.mark_uncollectible(unpaid.id).status == "uncollectible"
    assert client.v1.invoices.void_invoice(unpaid.id).status == "void"
    stand_in.control.do("advance", to=RENEWAL + 20 * 24 * 3600)
    assert client.v1.invoices.retrieve(unpaid.id).attempt_count == 1
    assert told(stand_in, "invoice")[-2:] == [
        ("invoice.marked_uncollectible", "uncollectible"),
        ("invoice.voided", "void"),
    ]
    with pytest.raises(stripe.InvalidRequestError, match="void"):
        client.v1.invoices.pay(unpaid.id)


def test_an_ended_subscriptions_invoices_are_not_tried_again(
    client: stripe.StripeClient,
    stand_in: App,
    subscription: stripe.Subscription,
    unpaid: stripe.Invoice,
) -> None:
    client.v1.subscriptions.cancel(subscription.id)
    stand_in.control.do("advance", to=RENEWAL + 20 * 24 * 3600)
    left = client.v1.invoices.retrieve(unpaid.id)
    assert (left.status, left.attempt_count, left.next_payment_attempt) == ("open", 1, None)
    assert left.auto_advance is False


def test_only_the_latest_invoice_moves_the_subscription(
    client: stripe.StripeClient,
    stand_in: App,
    subscription: stripe.Subscription,
    unpaid: stripe.Invoice,
) -> None:
    stand_in.control.do("set_dunning", final="unpaid")
    stand_in.control.do("advance", to=at("2027-04-15T00:00"))
    client.v1.invoices.pay(unpaid.id, {"paid_out_of_band": True})
    assert again(client, subscription).status == "unpaid"
    client.v1.invoices.pay(invoices_of(client, subscription)[-1].id, {"paid_out_of_band": True})
    assert again(client, subscription).status == "active"


def test_a_draft_can_be_finalized_before_its_hour_is_over(
    client: stripe.StripeClient, stand_in: App
) -> None:
    stand_in.control.set_clock(at("2027-01-31T12:00"))
    subscription = subscribe(client, stand_in)
    stand_in.control.do("advance", to=RENEWAL)
    draft = invoices_of(client, subscription)[-1]
    assert (draft.status, draft.number) == ("draft", None)
    opened = client.v1.invoices.finalize_invoice(draft.id)
    assert (opened.status, opened.automatically_finalizes_at) == ("open", None)
    assert opened.number is not None
    assert client.v1.invoices.pay(draft.id).status == "paid"


def test_invoices_are_found_by_subscription_customer_and_status(
    client: stripe.StripeClient,
    stand_in: App,
    subscription: stripe.Subscription,
    unpaid: stripe.Invoice,
) -> None:
    other = subscribe(client, stand_in)

    def ids(**params: str) -> list[str]:
        found = client.v1.invoices.list(params)  # type: ignore[arg-type]
        return [it.id for it in found.data]

    first, last = (it.id for it in invoices_of(client, subscription))
    [of_other] = (it.id for it in invoices_of(client, other))
    assert ids() == [of_other, last, first]
    assert ids(customer=str(subscription.customer)) == [last, first]
    assert ids(status="open") == [unpaid.id]
    pages = client.v1.invoices.list({"limit": 1, "created": {"gte": RENEWAL}})
    assert [it.id for it in pages.auto_paging_iter()] == [of_other, last]


def test_a_detached_card_pays_nothing_and_the_customers_default_steps_in(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    client.v1.payment_methods.detach(str(subscription.default_payment_method))
    unpaid = invoices_of(client, subscription)[-1]
    card = stand_in.control.do("save_card", customer=subscription.customer)
    with pytest.raises(stripe.InvalidRequestError, match="no card"):
        client.v1.invoices.pay(unpaid.id)
    client.v1.customers.update(
        str(subscription.customer), {"invoice_settings": {"default_payment_method": card["id"]}}
    )
    assert client.v1.invoices.pay(unpaid.id).status == "paid"


def test_an_invoice_made_by_hand_is_of_no_subscription(
    client: stripe.StripeClient, stand_in: App
) -> None:
    customer = client.v1.customers.create({"email": "ann@example.org"})
    refused = stand_in.control.do("bill", customer=customer.id, amount=700)
    assert (refused["status"], refused["attempt_count"]) == ("open", 1)
    card = stand_in.control.do("save_card", customer=customer.id)["id"]
    settings: stripe.params.CustomerUpdateParams = {
        "invoice_settings": {"default_payment_method": card}
    }
    client.v1.customers.update(customer.id, settings)
    made = client.v1.invoices.pay(refused["id"])
    assert (made.status, made.amount_paid, made.billing_reason) == ("paid", 700, "manual")
    assert made.parent is None
    [line] = made.lines.data
    assert line.parent is not None
    assert (line.parent.type, line.subscription) == ("invoice_item_details", None)
    paid = stand_in.control.do("bill", customer=customer.id, amount=900, text="Advice")
    assert (paid["status"], paid["lines"]["data"][0]["description"]) == ("paid", "Advice")
    assert client.v1.invoices.list({"subscription": "sub_x"}).data == []


def test_an_invoice_shows_ten_lines_and_the_others_are_a_list(
    client: stripe.StripeClient, stand_in: App
) -> None:
    stand_in.control.set_clock(at("2027-01-31T12:00"))
    subscription = subscribe(client, stand_in)
    for quantity in (2, 3, 4, 5, 1):  # two lines each, all of them on the next invoice
        item: stripe.params.SubscriptionUpdateParamsItem = {
            "id": item_of(subscription).id,
            "quantity": quantity,
        }
        client.v1.subscriptions.update(
            subscription.id, {"items": [item], "proration_behavior": "create_prorations"}
        )
    stand_in.control.do("advance", to=RENEWAL + 3600)
    first, renewal = invoices_of(client, subscription)
    assert (len(first.lines.data), first.lines.has_more) == (1, False)
    assert (len(renewal.lines.data), renewal.lines.has_more) == (10, True)
    every = client.v1.invoices.line_items.list(renewal.id, {"limit": 100}).data
    assert [line.id for line in renewal.lines.data] == [line.id for line in every[:10]]
    assert (len(every), every[-1].amount) == (11, 1900)
    assert sum(line.amount for line in every) == renewal.amount_paid
    tales = [
        event["data"]["object"]["lines"]
        for event in stand_in.state.all("event")
        if event["data"]["object"]["id"] == renewal.id
    ]
    assert [(len(tale["data"]), tale["has_more"]) for tale in tales] == [(10, True)] * len(tales)
    assert tales
