"""Objects of subscriptions have the fields that the library annotates."""

from __future__ import annotations

from typing import get_args

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.store import Json
from tests.stripe.browsing import browse
from tests.stripe.shapes import object_faults
from tests.stripe.subscribing import at, item_of, make_price, set_card, subscribe

CLASSES: dict[str, type[stripe.StripeObject]] = {
    "subscription": stripe.Subscription,
    "subscription item": stripe.SubscriptionItem,
    "invoice": stripe.Invoice,
    "invoice line": stripe.InvoiceLineItem,
    "invoice_payment": stripe.InvoicePayment,
    "price": stripe.Price,
    "customer": stripe.Customer,
    "checkout.session": stripe.checkout.Session,
    "payment_intent": stripe.PaymentIntent,
    "billing_portal.configuration": stripe.billing_portal.Configuration,
    "billing_portal.session": stripe.billing_portal.Session,
    "event": stripe.Event,
}


@pytest.fixture
def made(client: stripe.StripeClient, stand_in: App) -> App:
    """The stand-in after subscriptions that went every way."""
    stand_in.control.set_clock(at("2027-01-31T12:00"))
    paid, refused, left, trial, settled = (
        subscribe(client, stand_in, trial_days=days) for days in (None, None, None, 14, None)
    )
    set_card(stand_in, refused, "decline")
    set_card(stand_in, settled, "decline")
    client.v1.subscriptions.update(left.id, {"cancel_at_period_end": True})
    client.v1.subscriptions.update(trial.id, {"pause_collection": {"behavior": "void"}})
    dear = make_price(client, 5000, "Max")
    client.v1.subscriptions.update(
        paid.id,
        {
            "items": [{"id": item_of(paid).id, "price": dear.id}],
            "proration_behavior": "always_invoice",
        },
    )
    portal = client.v1.billing_portal.sessions.create({"customer": str(paid.customer)})
    browse(portal.url, "cancel", subscription=paid.id)
    client.v1.billing_portal.configurations.create(
        {
            "features": {
                "subscription_update": {
                    "enabled": True,
                    "default_allowed_updates": ["price"],
                    "products": [{"product": str(dear.product), "prices": [dear.id]}],
                    "schedule_at_period_end": {"conditions": [{"type": "shortening_interval"}]},
                }
            }
        }
    )
    stand_in.control.do("advance", to=at("2027-02-28T13:00"))
    stand_in.control.do("bill", customer=paid.customer, amount=700)
    unpaid = client.v1.invoices.list({"subscription": settled.id, "status": "open"}).data[0]
    client.v1.invoices.pay(unpaid.id, {"paid_out_of_band": True})
    stand_in.control.do("advance", to=at("2027-03-31T12:30"))
    return stand_in


def all_of(app: App, kind: str) -> list[Json]:
    """Return the objects of a kind; items and lines are within others."""
    whole, _, part = kind.partition(" ")
    things = app.state.all(whole)
    if part:
        return [it for thing in things for it in thing[f"{part}s"]["data"]]
    return [thing for thing in things if "deleted" not in thing]


def test_objects_have_only_fields_and_values_that_the_library_annotates(made: App) -> None:
    for kind, resource in CLASSES.items():
        things = all_of(made, kind)
        assert things, kind
        assert {fault for it in things for fault in object_faults(it, resource, kind)} == set()


def test_every_event_is_of_a_type_that_the_library_names(made: App) -> None:
    known = get_args(stripe.Event.__annotations__["type"])
    types = {event["type"] for event in made.state.all("event")}
    assert types <= {*known, *get_args(known[0])}
    assert {"invoice.payment_failed", "invoice.voided", "customer.subscription.deleted"} <= types


def test_the_objects_went_every_way(made: App) -> None:
    statuses = {
        kind: {it["status"] for it in made.state.all(kind)}
        for kind in ("subscription", "invoice", "invoice_payment")
    }
    assert statuses == {
        "subscription": {"active", "canceled"},
        "invoice": {"draft", "paid", "open", "void"},
        "invoice_payment": {"open", "paid", "canceled"},
    }
