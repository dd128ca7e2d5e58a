"""Checks of what Stripe tells: a webhook that does not arrive, credits that are not there."""

from __future__ import annotations

import pytest

from tests.doctor.conftest import Doctor, change

ACCOUNT = "(select id from credits.accounts)"


def order(age: str, status: str = "open") -> str:
    """Return a statement that puts an order there, for which a page was opened so long ago."""
    return (
        "insert into credits.orders (account_id, id, user_id, provider, provider_key, session_id, "
        "package, price_version, credits, bonus_credits, total_cents, currency, status, created_at)"
        f" select id, gen_random_uuid(), id, 'stripe', gen_random_uuid(), 'cs_1', 'small', 1, 500, "
        f"0, 500, 'usd', '{status}', now() - interval '{age}' from credits.accounts"
    )


def event(state: str, age: str, payload: str = "{}") -> str:
    """Return a statement that stores an event which came so long ago."""
    return (
        "insert into credits.stripe_events (id, type, payload, state, reason, received_at) values "
        f"('evt_1', 'invoice.paid', '{payload}', '{state}', 'unknown order', "
        f"now() - interval '{age}')"
    )


def subscription(status: str, paid_until: str) -> str:
    """Return a statement that puts a subscription there, paid until so long from now."""
    return (
        "insert into credits.subscriptions (account_id, provider, id, livemode, plan, status, "
        f"paid_plan, paid_until_at) select id, 'stripe', 'sub_1', false, 'pro', '{status}', 'pro', "
        f"now() + interval '{paid_until}' from credits.accounts"
    )


def test_a_mode_that_the_keys_are_not_of_is_told(patient: str, doctor: Doctor) -> None:
    live = {"STRIPE_MODE": "live", "STRIPE_SECRET_KEY": "sk_live_51aaaaaaaaaaaaaaaa"}
    report = doctor(patient, **live, METRICS_TOKEN="t")
    assert report.lines["mode"].startswith(
        "fail mode: the database takes test payments, STRIPE_MODE is live: what is paid is "
    )
    assert report.not_ok.keys() == {"mode"}
    change(patient, "delete from credits.providers")
    assert doctor(patient).lines["mode"].startswith("warn mode: Stripe is not set up; ")


def test_a_webhook_that_does_not_arrive_is_told(patient: str, doctor: Doctor) -> None:
    change(patient, order("2 hours"))
    assert doctor(patient).lines["webhooks"] == (
        "ok webhooks: no event ever came, and 1 checkouts are open"
    )
    change(patient, "update credits.orders set created_at = now() - interval '26 hours'")
    line = doctor(patient).lines["webhooks"]
    assert line.startswith(
        "fail webhooks: 1 checkouts ended of which Stripe has told nothing; no event ever came; "
        "pgcredits stripe check names"
    )
    change(patient, event("applied", "2 days"))
    assert "the newest event came 2 days ago" in doctor(patient).lines["webhooks"]
    change(patient, "update credits.orders set status = 'expired'")
    assert doctor(patient).lines["webhooks"].startswith("ok")


@pytest.mark.parametrize(
    ("state", "age", "beginning"),
    [
        ("applied", "1 day", "ok events: 1 stored, none failed or quarantined"),
        ("failed", "10 minutes", "warn events: 1 failed, 0 quarantined (unknown order), "),
        ("failed", "2 hours", "fail events: 1 failed, 0 quarantined (unknown order), "),
        ("quarantined", "1 minute", "fail events: 0 failed, 1 quarantined (unknown order), "),
    ],
)
def test_an_event_that_was_not_applied_is_told(
    patient: str, doctor: Doctor, state: str, age: str, beginning: str
) -> None:
    change(patient, event(state, age))
    assert doctor(patient).lines["events"].startswith(beginning)


def test_a_paid_subscription_without_its_plan_is_told(patient: str, doctor: Doctor) -> None:
    change(patient, subscription("active", "20 days"))
    line = doctor(patient).lines["subscriptions"]
    assert line.startswith("fail subscriptions: paid for, but the plan is another: ")
    change(patient, "update credits.accounts set plan = 'pro', plan_subscription_id = 'sub_1'")
    assert doctor(patient).lines["subscriptions"] == (
        "ok subscriptions: 1 live, 0 of them with a late payment"
    )


def test_a_subscription_whose_invoice_was_never_told_is_told(patient: str, doctor: Doctor) -> None:
    change(
        patient,
        subscription("active", "-4 days"),
        "update credits.accounts set plan = 'pro', plan_subscription_id = 'sub_1'",
    )
    assert (
        doctor(patient)
        .lines["subscriptions"]
        .startswith("warn subscriptions: the paid period is over and no invoice was told: ")
    )
    change(patient, "update credits.subscriptions set status = 'past_due'")
    assert doctor(patient).lines["subscriptions"] == (
        "ok subscriptions: 1 live, 1 of them with a late payment"
    )
