"""The stand-in's HTTP API, driven by the real Stripe client."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import stripe

from scripts.dev.stripe import App

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

OneLine = Callable[..., "SessionCreateParams"]


def test_a_customer_is_created_and_retrieved(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create(
        params={
            "email": "ann@example.org",
            "name": "Ann \x00 Ö",
            "metadata": {"user": "7", "0": "z"},
        }
    )
    read = client.v1.customers.retrieve(made.id)
    assert made.id.startswith("cus_")
    assert read == made
    assert (read.email, read.name, read.livemode) == ("ann@example.org", "Ann \x00 Ö", False)
    assert read.metadata is not None
    assert read.metadata.to_dict() == {"user": "7", "0": "z"}


def test_prices_are_found_by_lookup_key(client: stripe.StripeClient) -> None:
    product = client.v1.products.create(params={"name": "Credits"})
    prices = [
        client.v1.prices.create(
            params={
                "currency": "USD",
                "unit_amount": 100 * size,
                "product": product.id,
                "lookup_key": f"pack_{size}",
            }
        )
        for size in (1, 2, 3)
    ]
    found = client.v1.prices.list(params={"lookup_keys": ["pack_1", "pack_3", "nothing"]})
    assert [price.id for price in found.data] == [prices[2].id, prices[0].id]
    assert (found.data[0].currency, found.data[0].unit_amount) == ("usd", 300)
    assert client.v1.prices.retrieve(prices[1].id).product == product.id


def test_a_lookup_key_names_one_price_and_can_be_transferred(client: stripe.StripeClient) -> None:
    first = client.v1.prices.create(
        params={
            "currency": "usd",
            "unit_amount": 1,
            "product_data": {"name": "A"},
            "lookup_key": "a",
        }
    )
    again: stripe.params.PriceCreateParams = {
        "currency": "usd",
        "unit_amount": 2,
        "product_data": {"name": "A"},
        "lookup_key": "a",
    }
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.prices.create(params=again)
    assert refused.value.param == "lookup_key"
    second = client.v1.prices.create(params={**again, "transfer_lookup_key": True})
    found = client.v1.prices.list(params={"lookup_keys": ["a"]})
    assert [price.id for price in found.data] == [second.id]
    assert client.v1.prices.retrieve(first.id).lookup_key is None


def test_a_session_adds_up_its_lines(one_line: OneLine, client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create(params={"email": "ann@example.org"})
    price = client.v1.prices.create(
        params={"currency": "usd", "unit_amount": 500, "product_data": {"name": "Extra"}}
    )
    params = one_line(
        customer=customer.id,
        client_reference_id="user-7",
        metadata={"order_id": "o1"},
        expand=["line_items"],
    )
    params["line_items"].append({"price": price.id, "quantity": 3})
    made = client.v1.checkout.sessions.create(params=params)
    assert (made.amount_total, made.currency) == (2 * 1250 + 3 * 500, "usd")
    assert (made.status, made.payment_status, made.payment_intent) == ("open", "unpaid", None)
    assert (made.customer, made.client_reference_id) == (customer.id, "user-7")
    assert made.line_items is not None
    assert [line.amount_total for line in made.line_items.data] == [2500, 1500]

    read = client.v1.checkout.sessions.retrieve(made.id)
    assert "line_items" not in read.to_dict()
    assert read.url is not None
    assert read.url.endswith(made.id)
    lines = client.v1.checkout.sessions.line_items.list(made.id)
    assert [line.description for line in lines.data] == ["Starter", "Extra"]


def test_an_expired_session_cannot_be_expired_again(
    one_line: OneLine, client: stripe.StripeClient
) -> None:
    made = client.v1.checkout.sessions.create(params=one_line())
    ended = client.v1.checkout.sessions.expire(made.id)
    assert (ended.status, ended.url) == ("expired", None)
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        client.v1.checkout.sessions.expire(made.id)


def test_a_session_ends_with_its_time(
    one_line: OneLine, client: stripe.StripeClient, stand_in: App
) -> None:
    stand_in.control.set_clock(1_800_000_000)
    made = client.v1.checkout.sessions.create(params=one_line())
    assert (made.created, made.expires_at) == (1_800_000_000, 1_800_086_400)
    stand_in.control.set_clock(1_800_086_399)
    assert client.v1.checkout.sessions.retrieve(made.id).status == "open"
    stand_in.control.set_clock(1_800_086_400)
    assert client.v1.checkout.sessions.list(params={"status": "expired"}).data[0].id == made.id
    assert client.v1.events.list().data[0].type == "checkout.session.expired"


def test_payment_objects_are_expanded_in_one_request(
    one_line: OneLine, client: stripe.StripeClient, stand_in: App
) -> None:
    made = client.v1.checkout.sessions.create(
        params=one_line(payment_intent_data={"metadata": {"order_id": "o1"}})
    )
    stand_in.control.act(made.id, "pay")
    read = client.v1.checkout.sessions.retrieve(
        made.id, params={"expand": ["payment_intent.latest_charge"]}
    )
    intent = read.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("succeeded", 2500)
    assert intent.metadata.to_dict() == {"order_id": "o1"}
    assert isinstance(intent.latest_charge, stripe.Charge)
    assert intent.latest_charge.paid is True
    assert client.v1.payment_intents.retrieve(intent.id).latest_charge == intent.latest_charge.id
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.retrieve(made.id, params={"expand": ["mistake"]})
    assert refused.value.param == "expand"


def test_events_can_be_listed_by_type_and_retrieved(client: stripe.StripeClient) -> None:
    customer = client.v1.customers.create(params={"name": "Ann"})
    client.v1.products.create(params={"name": "Credits"})
    found = client.v1.events.list(params={"types": ["customer.created", "price.created"]})
    assert [event.type for event in found.data] == ["customer.created"]
    event = client.v1.events.retrieve(found.data[0].id)
    assert event.api_version == stripe.api_version
    assert event.data.object["id"] == customer.id


@pytest.mark.parametrize(
    ("change", "param", "code"),
    [
        ({"mode": None}, "mode", "parameter_missing"),
        ({"mode": "setup"}, "mode", "parameter_invalid"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"success_url": "javascript:alert(1)"}, "success_url", "url_invalid"),
        ({"success_url": "ftp://localhost/x"}, "success_url", "url_invalid"),
        ({"cancel_url": "http://a b/\r\n"}, "cancel_url", "url_invalid"),
        ({"line_items": None}, "line_items", "parameter_missing"),
        ({"line_items": [{"quantity": 1}]}, "line_items[0][price]", "parameter_missing"),
        (
            {"line_items": [{"price": "price_none", "quantity": 1}]},
            "line_items[0][price]",
            "resource_missing",
        ),
        (
            {"line_items": [{"price": "price_none", "quantity": -1}]},
            "line_items[0][quantity]",
            "parameter_invalid_integer",
        ),
        (
            {"customer": "cus_1", "customer_email": "ann@example.org"},
            "customer_email",
            "parameter_invalid",
        ),
        ({"client_reference_id": ""}, "client_reference_id", "parameter_invalid_empty"),
        ({"discounts": [{"coupon": "half"}]}, "discounts", "parameter_unknown"),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]", "parameter_invalid"),
    ],
)
def test_a_bad_session_is_refused_by_its_parameter(
    one_line: OneLine, client: stripe.StripeClient, change: dict[str, object], param: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(params=one_line(**change))
    error = refused.value
    assert (error.http_status, error.param, error.code) == (400, param, code)
    assert client.v1.checkout.sessions.list().data == []


def test_lines_of_two_currencies_are_refused(
    one_line: OneLine, client: stripe.StripeClient
) -> None:
    price = client.v1.prices.create(
        params={"currency": "eur", "unit_amount": 5, "product_data": {"name": "Euro"}}
    )
    params = one_line()
    params["line_items"].append({"price": price.id, "quantity": 1})
    with pytest.raises(stripe.InvalidRequestError, match="one currency"):
        client.v1.checkout.sessions.create(params=params)


def test_an_inactive_price_is_not_sold(one_line: OneLine, client: stripe.StripeClient) -> None:
    price = client.v1.prices.create(
        params={
            "currency": "usd",
            "unit_amount": 5,
            "product_data": {"name": "Old"},
            "active": False,
        }
    )
    with pytest.raises(stripe.InvalidRequestError, match="not active"):
        client.v1.checkout.sessions.create(
            params=one_line(line_items=[{"price": price.id, "quantity": 1}])
        )
