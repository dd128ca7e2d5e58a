"""Products, prices and customers of the stand-in are changed, searched and deleted."""

from __future__ import annotations

import pytest
import stripe

from scripts.dev.stripe import App
from tests.stripe.subscribing import again, item_of, make_price, subscribe, told


def test_a_recurring_price_says_how_often(client: stripe.StripeClient) -> None:
    price = make_price(client, 1900, interval="year")
    assert (price.type, price.recurring and price.recurring.interval) == ("recurring", "year")
    found = client.v1.prices.list({"type": "recurring"})
    assert [it.id for it in found.data] == [price.id]
    assert client.v1.prices.list({"type": "one_time"}).data == []
    with pytest.raises(stripe.InvalidRequestError) as refused:
        make_price(client, 1900, interval="century")  # type: ignore[arg-type]
    assert refused.value.param == "recurring[interval]"


def test_a_price_is_retired_and_its_key_goes_to_another(
    client: stripe.StripeClient, stand_in: App
) -> None:
    old, new = make_price(client, 1900), make_price(client, 2900)
    client.v1.prices.update(old.id, {"lookup_key": "plan_pro", "metadata": {"a": "1", "b": "2"}})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.prices.update(new.id, {"lookup_key": "plan_pro"})
    assert refused.value.param == "lookup_key"
    client.v1.prices.update(new.id, {"lookup_key": "plan_pro", "transfer_lookup_key": True})
    retired = client.v1.prices.update(
        old.id, {"active": False, "nickname": "old", "metadata": {"a": ""}}
    )
    assert (retired.active, retired.lookup_key, retired.nickname) == (False, None, "old")
    assert retired.metadata.to_dict() == {"b": "2"}
    assert [it.id for it in client.v1.prices.list({"active": True}).data] == [new.id]
    kept = client.v1.prices.update(new.id, {"lookup_key": "plan_pro"})
    assert kept.lookup_key == "plan_pro"
    event = next(it for it in stand_in.state.all("event")[::-1] if it["type"] == "price.updated")
    assert event["data"]["previous_attributes"] == {
        "active": True,
        "metadata": {"a": "1", "b": "2"},
        "nickname": None,
    }


def test_what_a_price_costs_is_never_changed(client: stripe.StripeClient) -> None:
    price = make_price(client, 1900)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.prices.update(price.id, {"unit_amount": 5})  # type: ignore[arg-type]
    assert (refused.value.param, refused.value.code) == ("unit_amount", "parameter_unknown")


def test_a_product_is_renamed(client: stripe.StripeClient) -> None:
    product = client.v1.products.create({"name": "Pro", "metadata": {"plan": "pro"}})
    changed = client.v1.products.update(product.id, {"name": "Professional", "active": False})
    assert (changed.name, changed.active) == ("Professional", False)
    assert changed.metadata.to_dict() == {"plan": "pro"}
    assert client.v1.products.list({"active": True}).data == []


def test_a_subscription_shows_its_price_as_it_is_now(
    client: stripe.StripeClient, stand_in: App
) -> None:
    subscription = subscribe(client, stand_in)
    client.v1.prices.update(item_of(subscription).price.id, {"lookup_key": "plan_pro"})
    assert item_of(again(client, subscription)).price.lookup_key == "plan_pro"


def test_a_customer_is_changed_field_by_field(client: stripe.StripeClient, stand_in: App) -> None:
    made = client.v1.customers.create(
        {"email": "ann@example.org", "name": "Ann", "metadata": {"account_id": "7", "a": "1"}}
    )
    card = stand_in.control.do("save_card", customer=made.id)["id"]
    changed = client.v1.customers.update(
        made.id,
        {
            "email": "ann@example.com",
            "metadata": {"a": ""},
            "invoice_settings": {"default_payment_method": card},
        },
    )
    assert (changed.email, changed.name) == ("ann@example.com", "Ann")
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"account_id": "7"}
    read = client.v1.customers.retrieve(
        made.id, {"expand": ["invoice_settings.default_payment_method"]}
    )
    assert read.invoice_settings is not None
    assert isinstance(read.invoice_settings.default_payment_method, stripe.PaymentMethod)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.customers.update(made.id, {"invoice_settings": {"default_payment_method": "pm"}})
    assert refused.value.param == "invoice_settings[default_payment_method]"


def test_customers_are_searched_by_metadata_email_and_name(client: stripe.StripeClient) -> None:
    ids = [
        client.v1.customers.create(
            {"email": f"{name}@example.org", "name": name, "metadata": {"account_id": account}}
        ).id
        for name, account in (("ann", "7"), ("bob", "7"), ("cid", "email"))
    ]

    def found(query: str) -> list[str]:
        return [it.id for it in client.v1.customers.search({"query": query}).data]

    assert found("metadata['account_id']:'7'") == [ids[1], ids[0]]
    assert found('metadata["account_id"]:"7" AND name:"ann"') == [ids[0]]
    assert found("email:'cid@example.org'") == [ids[2]]
    assert found("metadata['email']:'cid@example.org'") == []
    assert found("metadata['account_id']:'8'") == []
    client.v1.customers.delete(ids[0])
    assert found("metadata['account_id']:'7'") == [ids[1]]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        found("created>5")
    assert refused.value.param == "query"


def test_a_deleted_customer_leaves_only_a_stub(client: stripe.StripeClient) -> None:
    made = client.v1.customers.create({"email": "ann@example.org"})
    assert client.v1.customers.delete(made.id).deleted is True
    assert client.v1.customers.retrieve(made.id).to_dict() == {
        "id": made.id,
        "object": "customer",
        "deleted": True,
    }
    assert client.v1.customers.list().data == []
    for call in (client.v1.customers.delete, client.v1.customers.update):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            call(made.id)
        assert refused.value.http_status == 404
    with pytest.raises(stripe.InvalidRequestError) as refused:
        client.v1.checkout.sessions.create(
            {
                "mode": "subscription",
                "success_url": "http://localhost/thanks",
                "customer": made.id,
                "line_items": [{"price": make_price(client, 5).id, "quantity": 1}],
            }
        )
    assert refused.value.param == "customer"


def test_a_deleted_customers_subscriptions_end(client: stripe.StripeClient, stand_in: App) -> None:
    subscription = subscribe(client, stand_in)
    client.v1.customers.delete(str(subscription.customer))
    assert again(client, subscription).status == "canceled"
    assert told(stand_in, "customer.subscription.deleted", "customer.deleted") == [
        ("customer.subscription.deleted", "canceled"),
        ("customer.deleted", None),
    ]


def test_a_payment_can_keep_the_card_for_later(client: stripe.StripeClient, stand_in: App) -> None:
    customer = client.v1.customers.create({"email": "ann@example.org"})
    product = client.v1.products.create({"name": "Credits"})
    session = client.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "success_url": "http://localhost/thanks",
            "customer": customer.id,
            "payment_intent_data": {"setup_future_usage": "off_session"},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": "usd", "unit_amount": 900, "product": product.id},
                }
            ],
        }
    )
    paid = stand_in.control.act(session.id, "pay")
    intent = client.v1.payment_intents.retrieve(paid["payment_intent"])
    assert intent.setup_future_usage == "off_session"
    cards = client.v1.payment_methods.list({"customer": customer.id}).data
    assert [it.id for it in cards] == [intent.payment_method]
