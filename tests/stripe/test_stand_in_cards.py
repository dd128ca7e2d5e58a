"""Saved cards of the stand-in: kept by a checkout that asks for it, listed, taken away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from tests.stripe.buying import last_event, save_card, types_after

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

OneLine = Callable[..., "SessionCreateParams"]


def cards_of(client: stripe.StripeClient, customer: str) -> list[str]:
    found = client.v1.customers.payment_methods.list(customer, {"type": "card"})
    return [card.id for card in found.data]


@pytest.mark.parametrize("action", ["pay", "pay_async"])
def test_a_checkout_saves_its_card_where_it_was_asked_to(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine, action: str
) -> None:
    customer = client.v1.customers.create({"email": "ann@example.org"})
    for data in ({"setup_future_usage": "off_session"}, {}):
        session = client.v1.checkout.sessions.create(
            one_line(customer=customer.id, payment_intent_data=data)
        )
        before = last_event(client)
        done = stand_in.control.act(session.id, action)
        assert ("payment_method.attached" in types_after(client, before)) is bool(data)
        intent = client.v1.payment_intents.retrieve(done["payment_intent"])
        assert (intent.payment_method in cards_of(client, customer.id)) is bool(data)
    [card] = client.v1.payment_methods.list({"customer": customer.id, "type": "card"}).data
    assert (card.customer, card.type) == (customer.id, "card")
    assert card.card is not None
    assert card.card.last4 == "4242"
    assert card.billing_details.email == "ann@example.org"


def test_a_declined_checkout_saves_no_card(
    client: stripe.StripeClient, stand_in: App, one_line: OneLine
) -> None:
    customer = client.v1.customers.create({"email": "ann@example.org"})
    session = client.v1.checkout.sessions.create(
        one_line(customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    )
    stand_in.control.act(session.id, "decline")
    assert cards_of(client, customer.id) == []


def test_cards_are_listed_by_customer_newest_first(
    client: stripe.StripeClient, stand_in: App
) -> None:
    customer, first = save_card(client, stand_in)
    save_card(client, stand_in)
    second = stand_in.control.do("save_card", customer=customer)["id"]
    assert cards_of(client, customer) == [second, first]
    listed = client.v1.payment_methods.list({"customer": customer})
    assert [card.id for card in listed.data] == [second, first]
    page = client.v1.customers.payment_methods.list(customer, {"limit": 1})
    assert [card.id for card in page.auto_paging_iter()] == [second, first]
    assert client.v1.payment_methods.list({"customer": customer, "type": "ideal"}).data == []
    with pytest.raises(stripe.InvalidRequestError):
        cards_of(client, "cus_none")


def test_a_detached_card_is_nobody_s(client: stripe.StripeClient, stand_in: App) -> None:
    customer, card = save_card(client, stand_in)
    assert client.v1.customers.payment_methods.retrieve(customer, card).id == card
    assert client.v1.payment_methods.detach(card).customer is None
    [event] = client.v1.events.list({"type": "payment_method.detached"}).data
    assert event.data.previous_attributes is not None
    assert event.data.previous_attributes.to_dict() == {"customer": customer}
    assert cards_of(client, customer) == []
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.payment_methods.detach(card)
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.payment_methods.retrieve(customer, card)


def test_a_card_does_only_what_cards_do(client: stripe.StripeClient, stand_in: App) -> None:
    _, card = save_card(client, stand_in)
    for arguments in ({"card": card, "behaviour": "explode"}, {"card": "pm_none"}):
        with pytest.raises(ApiError):
            stand_in.control.do("set_card", **{"behaviour": "ok", **arguments})
