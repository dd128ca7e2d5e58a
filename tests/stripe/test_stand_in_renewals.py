"""Time passes in the stand-in: subscriptions renew, fail to be paid, are tried again, and end."""

from __future__ import annotations

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from tests.stripe.buying import last_event, types_after
from tests.stripe.subscribing import again, at, invoices_of, period, set_card, subscribe, told

START = at("2027-01-31T12:00")
RENEWAL = at("2027-02-28T12:00")
HOUR, DAY = 3600, 24 * 3600


@pytest.fixture
def subscription(client: stripe.StripeClient, stand_in: App) -> stripe.Subscription:
    stand_in.control.set_clock(START)
    return subscribe(client, stand_in)


def advance(stand_in: App, to: int) -> None:
    assert stand_in.control.do("advance", to=to) == {"now": to}


def test_a_renewal_is_a_draft_for_an_hour_and_then_paid(
    subscription: stripe.Subscription, client: stripe.StripeClient, stand_in: App
) -> None:
    advance(stand_in, RENEWAL - 1)
    assert len(invoices_of(client, subscription)) == 1
    before = last_event(client)
    advance(stand_in, RENEWAL)
    assert types_after(client, before) == ["invoice.created", "customer.subscription.updated"]
    renewed = again(client, subscription)
    _, invoice = invoices_of(client, subscription)
    assert (renewed.status, renewed.latest_invoice) == ("active", invoice.id)
    assert period(renewed) == (RENEWAL, at("2027-03-31T12:00"))
    assert (invoice.status, invoice.billing_reason) == ("draft", "subscription_cycle")
    assert (invoice.period_start, invoice.period_end) == (START, RENEWAL)
    assert invoice.lines.data[0].period.to_dict() == dict(
        zip(("start", "end"), period(renewed), strict=True)
    )

    before = last_event(client)
    advance(stand_in, RENEWAL + HOUR)
    assert types_after(client, before) == [
        "invoice.finalized",
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "invoice.paid",
        "invoice.payment_succeeded",
        "invoice_payment.paid",
    ]
    paid = client.v1.invoices.retrieve(invoice.id)
    assert (paid.status, paid.amount_paid, paid.attempt_count) == ("paid", 1900, 1)


def test_several_renewals_come_in_their_order_each_at_its_time(
    subscription: stripe.Subscription, client: stripe.StripeClient, stand_in: App
) -> None:
    advance(stand_in, at("2027-05-01T00:00"))
    days = ("2027-02-28", "2027-03-31", "2027-04-30")
    invoices = invoices_of(client, subscription)[1:]
    assert [it.created for it in invoices] == [at(f"{day}T12:00") for day in days]
    assert [it.status_transitions.paid_at for it in invoices] == [
        it.created + HOUR for it in invoices
    ]
    stamps = [event["created"] for event in stand_in.state.all("event")]
    assert stamps == sorted(stamps)
    assert len({it.number for it in invoices_of(client, subscription)}) == 4


def test_a_trial_is_announced_to_end_and_then_paid(
    client: stripe.StripeClient, stand_in: App
) -> None:
    stand_in.control.set_clock(START)
    trial = subscribe(client, stand_in, trial_days=14)
    end = START + 14 * DAY
    advance(stand_in, end - 3 * DAY - 1)
    assert ("customer.subscription.trial_will_end", "trialing") not in told(stand_in, "customer")
    advance(stand_in, end - 3 * DAY)
    assert told(stand_in, "customer.subscription")[-1] == (
        "customer.subscription.trial_will_end",
        "trialing",
    )
    advance(stand_in, end)
    assert again(client, trial).status == "active"
    assert period(again(client, trial)) == (end, at("2027-03-14T12:00"))
    advance(stand_in, end + HOUR)
    free, paid = invoices_of(client, trial)
    assert (free.amount_paid, paid.amount_paid) == (0, 1900)
    assert paid.billing_reason == "subscription_cycle"


def test_a_refused_renewal_is_tried_again_and_can_still_be_paid(
    subscription: stripe.Subscription, client: stripe.StripeClient, stand_in: App
) -> None:
    set_card(stand_in, subscription, "decline")
    advance(stand_in, RENEWAL + HOUR)
    assert again(client, subscription).status == "past_due"
    invoice = invoices_of(client, subscription)[-1]
    assert (invoice.status, invoice.attempted, invoice.attempt_count) == ("open", True, 1)
    assert invoice.next_payment_attempt == RENEWAL + HOUR + 3 * DAY
    set_card(stand_in, subscription, "ok")
    advance(stand_in, RENEWAL + HOUR + 3 * DAY)
    invoice = client.v1.invoices.retrieve(invoice.id)
    assert (invoice.status, invoice.attempt_count, invoice.next_payment_attempt) == (
        "paid",
        2,
        None,
    )
    assert told(stand_in, "invoice.p", "customer.subscription")[-4:] == [
        ("customer.subscription.updated", "past_due"),
        ("invoice.paid", "paid"),
        ("invoice.payment_succeeded", "paid"),
        ("customer.subscription.updated", "active"),
    ]


@pytest.mark.parametrize(
    ("final", "last"),
    [
        (None, ("customer.subscription.deleted", "canceled")),
        ("canceled", ("customer.subscription.deleted", "canceled")),
        ("unpaid", ("customer.subscription.updated", "unpaid")),
        ("past_due", ("customer.subscription.updated", "past_due")),
    ],
)
def test_the_last_refusal_ends_as_was_chosen(
    subscription: stripe.Subscription,
    client: stripe.StripeClient,
    stand_in: App,
    final: str | None,
    last: tuple[str, str],
) -> None:
    if final is not None:
        stand_in.control.do("set_dunning", final=final)
    set_card(stand_in, subscription, "decline")
    advance(stand_in, RENEWAL + HOUR + 15 * DAY)
    invoice = invoices_of(client, subscription)[1]
    assert (invoice.attempt_count, invoice.next_payment_attempt) == (4, None)
    assert told(stand_in, "invoice.payment_failed") == [("invoice.payment_failed", "open")] * 4
    assert told(stand_in, "customer.subscription")[-1] == last
    ended = again(client, subscription)
    assert ended.status == last[1]
    if last[1] == "canceled":
        assert ended.cancellation_details is not None
        assert ended.cancellation_details.reason == "payment_failed"


def test_an_unpaid_subscription_has_drafts_that_nobody_collects_until_it_is_paid(
    subscription: stripe.Subscription, client: stripe.StripeClient, stand_in: App
) -> None:
    stand_in.control.do("set_dunning", final="unpaid")
    set_card(stand_in, subscription, "decline")
    advance(stand_in, at("2027-04-15T00:00"))
    assert again(client, subscription).status == "unpaid"
    draft = invoices_of(client, subscription)[-1]
    assert (draft.status, draft.auto_advance) == ("draft", False)
    set_card(stand_in, subscription, "ok")
    assert client.v1.invoices.pay(draft.id).status == "paid"
    assert again(client, subscription).status == "active"


def test_a_subscription_that_is_to_end_with_its_period_ends_without_another_invoice(
    subscription: stripe.Subscription, client: stripe.StripeClient, stand_in: App
) -> None:
    asked = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (asked.status, asked.cancel_at_period_end, asked.cancel_at) == ("active", True, RENEWAL)
    assert asked.canceled_at == START
    advance(stand_in, RENEWAL + DAY)
    ended = again(client, subscription)
    assert (ended.status, ended.ended_at, ended.canceled_at) == ("canceled", RENEWAL, START)
    assert ended.cancellation_details is not None
    assert ended.cancellation_details.reason == "cancellation_requested"
    assert len(invoices_of(client, subscription)) == 1
    assert told(stand_in, "customer.subscription")[-1][0] == "customer.subscription.deleted"


def test_a_cancellation_can_be_taken_back(
    subscription: stripe.Subscription, client: stripe.StripeClient, stand_in: App
) -> None:
    client.v1.subscriptions.update(subscription.id, {"cancel_at": RENEWAL - DAY})
    kept = client.v1.subscriptions.update(subscription.id, {"cancel_at": ""})
    assert (kept.cancel_at, kept.canceled_at, kept.cancel_at_period_end) == (None, None, False)
    client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    kept = client.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (kept.cancel_at, kept.canceled_at) == (None, None)
    advance(stand_in, RENEWAL)
    assert again(client, subscription).status == "active"


@pytest.mark.parametrize(
    ("behavior", "status", "event"),
    [
        ("keep_as_draft", "draft", None),
        ("void", "void", "invoice.voided"),
        ("mark_uncollectible", "uncollectible", "invoice.marked_uncollectible"),
    ],
)
def test_while_collection_is_paused_nothing_is_charged(
    subscription: stripe.Subscription,
    client: stripe.StripeClient,
    stand_in: App,
    behavior: stripe.params.SubscriptionUpdateParamsPauseCollection,
    status: str,
    event: str | None,
) -> None:
    pause: stripe.params.SubscriptionUpdateParams = {
        "pause_collection": {"behavior": behavior, "resumes_at": RENEWAL + DAY}  # type: ignore[typeddict-item]
    }
    assert client.v1.subscriptions.update(subscription.id, pause).status == "active"
    advance(stand_in, RENEWAL + 2 * DAY)
    assert [it.status for it in invoices_of(client, subscription)] == ["paid", status]
    assert event is None or (event, status) in told(stand_in, "invoice")
    assert again(client, subscription).pause_collection is None
    assert len(client.v1.charges.list().data) == 1
    advance(stand_in, at("2027-03-31T13:00"))
    assert invoices_of(client, subscription)[-1].status == "paid"
    client.v1.subscriptions.update(subscription.id, pause)
    client.v1.subscriptions.update(subscription.id, {"pause_collection": ""})
    assert again(client, subscription).pause_collection is None


def test_a_session_that_is_not_paid_expires_as_time_passes(
    client: stripe.StripeClient, stand_in: App, subscription: stripe.Subscription
) -> None:
    session = client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "http://localhost/thanks",
            "line_items": [{"price": subscription["items"].data[0].price.id, "quantity": 1}],
        }
    )
    advance(stand_in, RENEWAL)
    expired = next(
        event
        for event in stand_in.state.all("event")
        if event["type"] == "checkout.session.expired"
    )
    assert (expired["data"]["object"]["id"], expired["created"]) == (session.id, START + DAY)


def test_the_clock_does_not_go_back(stand_in: App) -> None:
    stand_in.control.set_clock(START)
    with pytest.raises(ApiError, match="moves on"):
        stand_in.control.do("advance", to=START - 1)
    http = stand_in.flask.test_client()
    key = ("sk_test_of_the_tests", "")
    moved = http.post("/_control/do/advance", json={"to": START + 5}, auth=key)
    assert moved.json == {"now": START + 5}
