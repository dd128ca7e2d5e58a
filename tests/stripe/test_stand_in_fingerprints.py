"""What the stand-in tells cards by: one number has one fingerprint, whoever pays with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from tests.stripe.buying import save_card
from tests.stripe.subscribing import make_price, open_checkout

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

OneLine = Callable[..., "SessionCreateParams"]


def told(client: stripe.StripeClient, kind: str = "charge.succeeded") -> list[str]:
    """Return the fingerprints that events of a type tell of, oldest first."""
    events = client.v1.events.list({"type": kind, "limit": 100}).data[::-1]
    cards = [event.data.object["payment_method_details"]["card"] for event in events]
    return [card["fingerprint"] for card in cards]


def check_out(client: stripe.StripeClient, one_line: OneLine, **more: object) -> str:
    """Return the id of a new session."""
    return client.v1.checkout.sessions.create(one_line(**more)).id


def test_a_paid_checkout_tells_of_its_charge_and_card(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    done = stand_in.control.act(check_out(client, one_line, metadata={"order_id": "7"}), "pay")
    (event,) = client.v1.events.list({"type": "charge.succeeded"}).data
    charge = client.v1.charges.retrieve(event.data.object["id"])
    assert (charge.payment_intent, charge.paid) == (done["payment_intent"], True)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert [charge.payment_method_details.card.fingerprint] == told(client)


def test_a_payment_that_takes_days_tells_of_its_card_when_it_has_come(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    session_id = check_out(client, one_line)
    stand_in.control.act(session_id, "pay_async")
    assert told(client) == []
    stand_in.control.act(session_id, "async_succeed")
    assert told(client) == told(client, "charge.pending") != []


def test_every_checkout_is_paid_with_another_card(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    for _ in range(3):
        stand_in.control.act(check_out(client, one_line), "pay")
    assert len(set(told(client))) == 3


def test_a_card_that_is_chosen_has_one_fingerprint_whoever_pays(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    for name in ("ann", "bob"):
        customer = client.v1.customers.create({"email": f"{name}@example.org"})
        session_id = check_out(client, one_line, customer=customer.id)
        stand_in.control.do("choose_card", session=session_id, fingerprint="one")
        stand_in.control.act(session_id, "pay")
    assert told(client) == ["one", "one"]


def test_a_refused_card_is_told_by_its_fingerprint_too(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    session_id = check_out(client, one_line)
    stand_in.control.do("choose_card", session=session_id, fingerprint="one")
    stand_in.control.act(session_id, "decline")
    assert told(client, "charge.failed") == ["one"]


def test_a_saved_card_keeps_its_fingerprint(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    customer, card_id = save_card(client, stand_in)
    session_id = check_out(
        client,
        one_line,
        customer=customer,
        payment_intent_data={"setup_future_usage": "off_session"},
    )
    stand_in.control.do("choose_card", session=session_id, fingerprint="one")
    stand_in.control.act(session_id, "pay")
    cards = client.v1.payment_methods.list({"customer": customer}).data
    saved = {card.id: card.card.fingerprint for card in cards if card.card is not None}
    assert set(saved.values()) == {"one", saved[card_id]}
    for card in saved:
        client.v1.payment_intents.create(
            {
                "amount": 1000, "currency": "usd", "customer": customer, "payment_method": card,
                "off_session": True, "confirm": True,
            }
        )  # fmt: skip
    assert told(client) == ["one", *saved.values()]


def test_a_subscription_is_paid_with_the_card_of_its_checkout(
    client: stripe.StripeClient, stand_in: App
) -> None:
    customer = client.v1.customers.create({"email": "ann@example.org"})
    session = open_checkout(client, make_price(client, 1900).id, customer.id)
    stand_in.control.do("choose_card", session=session.id, fingerprint="one")
    stand_in.control.act(session.id, "pay")
    assert told(client) == ["one"]


def test_the_card_of_a_closed_checkout_is_not_chosen_any_more(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    session_id = check_out(client, one_line)
    stand_in.control.act(session_id, "expire")
    with pytest.raises(ApiError):
        stand_in.control.do("choose_card", session=session_id, fingerprint="one")
