"""What several tests of the stand-in begin with: a plan, and somebody who subscribes to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.store import Json

Interval = Literal["day", "week", "month", "year"]


def at(text: str) -> int:
    """Return the Unix seconds of an ISO time in UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def make_price(
    client: stripe.StripeClient, amount: int, name: str = "Pro", interval: Interval = "month"
) -> stripe.Price:
    """Return a recurring price of a new product."""
    return client.v1.prices.create(
        {
            "currency": "usd",
            "unit_amount": amount,
            "recurring": {"interval": interval},
            "product_data": {"name": name},
        }
    )


def open_checkout(
    client: stripe.StripeClient, price_id: str, customer_id: str, trial_days: int | None = None
) -> stripe.checkout.Session:
    """Return an open session that would start a subscription."""
    data: stripe.params.checkout.SessionCreateParamsSubscriptionData = {
        "metadata": {"order_id": "7"}
    }
    if trial_days is not None:
        data["trial_period_days"] = trial_days
    return client.v1.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "http://localhost/thanks",
            "customer": customer_id,
            "metadata": {"order_id": "7"},
            "subscription_data": data,
            "line_items": [{"price": price_id, "quantity": 1}],
        }
    )


def subscribe(
    client: stripe.StripeClient,
    stand_in: App,
    price: stripe.Price | None = None,
    trial_days: int | None = None,
) -> stripe.Subscription:
    """Return the subscription of a new customer who has paid."""
    customer = client.v1.customers.create({"email": "ann@example.org", "name": "Ann"})
    price = price or make_price(client, 1900)
    session = open_checkout(client, price.id, customer.id, trial_days)
    paid = stand_in.control.act(session.id, "pay")
    return client.v1.subscriptions.retrieve(paid["subscription"])


def again(client: stripe.StripeClient, subscription: stripe.Subscription) -> stripe.Subscription:
    """Return the subscription as it is now."""
    return client.v1.subscriptions.retrieve(subscription.id)


def period(subscription: stripe.Subscription) -> tuple[int, int]:
    """Return the period that runs."""
    item = item_of(subscription)
    return item.current_period_start, item.current_period_end


def item_of(subscription: stripe.Subscription) -> stripe.SubscriptionItem:
    """Return the one item; ``items`` of the library's object is the dictionary's method."""
    data: list[stripe.SubscriptionItem] = subscription["items"].data
    return data[0]


def invoices_of(
    client: stripe.StripeClient, subscription: stripe.Subscription
) -> list[stripe.Invoice]:
    """Return the subscription's invoices, oldest first."""
    return client.v1.invoices.list({"subscription": subscription.id, "limit": 100}).data[::-1]


def told(stand_in: App, *words: str) -> list[tuple[str, str | None]]:
    """Return type and the object's status of the events whose type begins so, oldest first."""
    events: list[Json] = stand_in.state.all("event")
    return [
        (event["type"], event["data"]["object"].get("status"))
        for event in events
        if event["type"].startswith(words)
    ]


def set_card(stand_in: App, subscription: stripe.Subscription, behaviour: str) -> None:
    """Let the card of a subscription do this from now on."""
    card = subscription.default_payment_method
    stand_in.control.do("set_card", card=card, behaviour=behaviour)
