"""Subscriptions of the stand-in begin with a checkout, and tell of themselves as Stripe does."""

from __future__ import annotations

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from tests.stripe.buying import last_event, types_after
from tests.stripe.subscribing import (
    again,
    at,
    invoices_of,
    item_of,
    make_price,
    open_checkout,
    period,
    subscribe,
    told,
)


@pytest.fixture
def session(client: stripe.StripeClient, stand_in: App) -> stripe.checkout.Session:
    """An open session for 19.00 USD a month, on the last of January."""
    stand_in.control.set_clock(at("2027-01-31T12:00"))
    customer = client.v1.customers.create({"email": "ann@example.org"})
    return open_checkout(client, make_price(client, 1900).id, customer.id)


def test_a_paid_checkout_tells_of_everything_it_starts(
    session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    before = last_event(client)
    stand_in.control.act(session.id, "pay")
    assert types_after(client, before) == [
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
        "customer.subscription.updated",
        "checkout.session.completed",
    ]
    assert told(stand_in, "customer.subscription") == [
        ("customer.subscription.created", "incomplete"),
        ("customer.subscription.updated", "active"),
    ]
    assert len({event["created"] for event in stand_in.state.all("event")}) == 1


def test_a_paid_session_leads_to_its_subscription_and_invoice(
    session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    assert (session.mode, session.amount_total, session.subscription) == (
        "subscription",
        1900,
        None,
    )
    stand_in.control.act(session.id, "pay")
    paid = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["subscription.latest_invoice", "invoice"]}
    )
    assert (paid.status, paid.payment_status, paid.payment_intent) == ("complete", "paid", None)
    assert isinstance(paid.subscription, stripe.Subscription)
    assert paid.subscription.latest_invoice == paid.invoice
    found = client.v1.checkout.sessions.list({"subscription": paid.subscription.id})
    assert [it.id for it in found.data] == [session.id]


def test_a_subscription_has_its_period_on_its_item(
    session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    paid = stand_in.control.act(session.id, "pay")
    made = client.v1.subscriptions.retrieve(paid["subscription"])
    assert (made.status, made.customer, made.currency) == ("active", session.customer, "usd")
    assert made.metadata.to_dict() == {"order_id": "7"}
    assert "current_period_end" not in made.to_dict()
    assert period(made) == (at("2027-01-31T12:00"), at("2027-02-28T12:00"))
    assert (item_of(made).price.unit_amount, item_of(made).quantity) == (1900, 1)
    assert made.billing_mode.type == "flexible"


def test_the_first_invoice_names_subscription_price_and_payment(
    session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    paid = stand_in.control.act(session.id, "pay")
    subscription = client.v1.subscriptions.retrieve(paid["subscription"])
    [invoice] = invoices_of(client, subscription)
    assert (invoice.status, invoice.billing_reason) == ("paid", "subscription_create")
    assert (invoice.amount_due, invoice.amount_paid, invoice.amount_remaining) == (1900, 1900, 0)
    assert invoice.period_start == invoice.period_end == at("2027-01-31T12:00")
    assert invoice.parent is not None
    assert invoice.parent.subscription_details is not None
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.parent.subscription_details.metadata == subscription.metadata
    [line] = client.v1.invoices.line_items.list(invoice.id).data
    assert (line.amount, line.period.to_dict()) == (
        1900,
        {"start": at("2027-01-31T12:00"), "end": at("2027-02-28T12:00")},
    )
    assert line.pricing is not None
    assert line.pricing.price_details is not None
    assert line.pricing.price_details.price == item_of(subscription).price.id
    assert line.parent is not None
    details = line.parent.subscription_item_details
    assert details is not None
    assert (details.subscription, details.subscription_item, details.proration) == (
        subscription.id,
        item_of(subscription).id,
        False,
    )


def test_an_invoice_is_tied_to_its_intent_by_a_payment(
    session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    paid = stand_in.control.act(session.id, "pay")
    [payment] = client.v1.invoice_payments.list({"invoice": paid["invoice"]}).data
    intent_id = payment.payment.payment_intent
    assert isinstance(intent_id, str)
    assert (payment.status, payment.amount_paid, payment.is_default) == ("paid", 1900, True)
    same = client.v1.invoice_payments.list(
        {"payment": {"type": "payment_intent", "payment_intent": intent_id}}
    )
    assert [it.id for it in same.data] == [payment.id]
    other: stripe.params.InvoicePaymentListParams = {
        "payment": {"type": "payment_intent", "payment_intent": "pi_other"}
    }
    assert client.v1.invoice_payments.list(other).data == []
    invoice = client.v1.invoices.retrieve(
        paid["invoice"], {"expand": ["payments.data.payment.payment_intent"]}
    )
    assert invoice.payments is not None
    intent = invoice.payments.data[0].payment.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("succeeded", 1900)
    assert intent.metadata.to_dict() == {}


def test_a_trial_is_started_without_a_payment(client: stripe.StripeClient, stand_in: App) -> None:
    stand_in.control.set_clock(at("2027-01-31T12:00"))
    subscription = subscribe(client, stand_in, trial_days=14)
    end = at("2027-02-14T12:00")
    assert (subscription.status, subscription.trial_end) == ("trialing", end)
    assert period(subscription) == (at("2027-01-31T12:00"), end)
    [invoice] = invoices_of(client, subscription)
    assert (invoice.status, invoice.amount_due) == ("paid", 0)
    assert [(it.amount, it.period.end) for it in invoice.lines.data] == [(0, end)]
    assert client.v1.payment_intents.list().data == []
    [session] = client.v1.checkout.sessions.list().data
    assert (session.payment_status, session.amount_total) == ("no_payment_required", 0)
    assert told(stand_in, "invoice.p", "customer.subscription") == [
        ("customer.subscription.created", "trialing"),
        ("invoice.paid", "paid"),
        ("invoice.payment_succeeded", "paid"),
    ]


def test_a_refused_card_starts_nothing(
    session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    assert stand_in.control.act(session.id, "decline")["status"] == "open"
    assert client.v1.subscriptions.list({"status": "all"}).data == []
    assert client.v1.invoices.list().data == []
    assert stand_in.control.act(session.id, "pay")["payment_status"] == "paid"
    with pytest.raises(ApiError, match="card only"):
        stand_in.control.act(
            open_checkout(client, make_price(client, 5).id, str(session.customer), 1).id,
            "pay_async",
        )


def test_who_subscribes_without_being_a_customer_becomes_one(
    client: stripe.StripeClient, stand_in: App
) -> None:
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "http://localhost/thanks",
            "customer_email": "bob@example.org",
            "line_items": [{"price": make_price(client, 500).id, "quantity": 2}],
        }
    )
    assert session.amount_total == 1000
    paid = stand_in.control.act(session.id, "pay")
    assert client.v1.customers.retrieve(paid["customer"]).email == "bob@example.org"


def test_subscriptions_are_found_by_customer_status_and_price(
    client: stripe.StripeClient, stand_in: App
) -> None:
    first, second = (subscribe(client, stand_in) for _ in range(2))
    client.v1.subscriptions.cancel(first.id)

    def ids(**params: str) -> list[str]:
        found = client.v1.subscriptions.list(params)  # type: ignore[arg-type]
        return [it.id for it in found.data]

    assert ids() == [second.id]
    assert ids(status="all") == [second.id, first.id]
    assert ids(status="canceled") == ids(status="ended") == [first.id]
    assert ids(customer=str(first.customer), status="all") == [first.id]
    assert ids(customer=str(first.customer)) == []
    assert ids(price=item_of(second).price.id) == [second.id]
    with pytest.raises(stripe.InvalidRequestError):
        ids(status="alive")


def test_lists_of_subscriptions_have_pages(client: stripe.StripeClient, stand_in: App) -> None:
    made = [subscribe(client, stand_in).id for _ in range(3)]
    pages = client.v1.subscriptions.list({"status": "all", "limit": 1})
    assert pages.has_more
    assert [it.id for it in pages.auto_paging_iter()] == made[::-1]
    later: stripe.params.SubscriptionListParams = {"created": {"gt": 2**40}}
    assert client.v1.subscriptions.list(later).data == []


def test_a_cancelled_subscription_has_ended_for_good(
    client: stripe.StripeClient, stand_in: App
) -> None:
    subscription = subscribe(client, stand_in)
    ended = client.v1.subscriptions.cancel(subscription.id)
    assert (ended.status, ended.ended_at) == ("canceled", ended.canceled_at)
    assert told(stand_in, "customer.subscription")[-1] == (
        "customer.subscription.deleted",
        "canceled",
    )
    with pytest.raises(stripe.InvalidRequestError, match="canceled"):
        client.v1.subscriptions.cancel(subscription.id)
    stand_in.control.do("advance", to=period(subscription)[1] + 9999)
    assert len(invoices_of(client, subscription)) == 1
    assert again(client, subscription).status == "canceled"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"mode": "payment"}, "subscription_data"),
        ({"subscription_data": {"trial_period_days": 0}}, "subscription_data[trial_period_days]"),
        ({"payment_intent_data": {"description": "x"}}, "payment_intent_data"),
        ({"mode": "payment", "subscription_data": None}, "line_items"),
    ],
)
def test_a_session_of_the_wrong_mode_is_refused(
    client: stripe.StripeClient, change: dict[str, object], param: str
) -> None:
    params: dict[str, object] = {
        "mode": "subscription",
        "success_url": "http://localhost/thanks",
        "subscription_data": {"metadata": {"order_id": "7"}},
        "line_items": [{"price": make_price(client, 500).id, "quantity": 1}],
    }
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create({**params, **change})  # type: ignore[arg-type]
    assert refused.value.param == param


def test_a_one_time_price_is_not_subscribed_to(client: stripe.StripeClient) -> None:
    once = client.v1.prices.create(
        {"currency": "usd", "unit_amount": 500, "product_data": {"name": "Once"}}
    )
    with pytest.raises(stripe.InvalidRequestError, match="recurring"):
        client.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "success_url": "http://localhost/thanks",
                "line_items": [{"price": once.id, "quantity": 1}],
            }
        )
