"""What several tests of the stand-in begin with: a customer, and money that has come."""

from __future__ import annotations

import stripe

from scripts.dev.stripe import App


def types_after(client: stripe.StripeClient, event_id: str | None = None) -> list[str]:
    """Return the types of the events since the given one, oldest first."""
    params: stripe.params.EventListParams = {"limit": 100}
    if event_id is not None:
        params["ending_before"] = event_id
    return [event.type for event in client.v1.events.list(params).data[::-1]]


def last_event(client: stripe.StripeClient) -> str:
    """Return the id of the newest event."""
    return client.v1.events.list({"limit": 1}).data[0].id


def save_card(client: stripe.StripeClient, stand_in: App, behaviour: str = "ok") -> tuple[str, str]:
    """Return the ids of a new customer and of a card that does as told."""
    customer = client.v1.customers.create({"email": "ann@example.org", "name": "Ann"})
    card = stand_in.control.do("save_card", customer=customer.id, behaviour=behaviour)
    return customer.id, card["id"]


def pay(client: stripe.StripeClient, stand_in: App, amount: int = 1000) -> stripe.PaymentIntent:
    """Return an intent that is paid, with its charge as ``latest_charge``."""
    customer, card = save_card(client, stand_in)
    return client.v1.payment_intents.create(
        {
            "amount": amount,
            "currency": "usd",
            "customer": customer,
            "payment_method": card,
            "off_session": True,
            "confirm": True,
            "metadata": {"order_id": "7"},
        }
    )
