"""Webhook endpoints of the stand-in: what each is sent, and how it is signed; and the account."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import stripe

from scripts.dev.stripe import App, create_stripe
from tests.stripe.receiver import SECRET, Receiver


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_an_endpoint_gets_only_what_it_listens_to_under_its_own_secret(
    client: stripe.StripeClient, stand_in: App, receiver: Receiver
) -> None:
    made = client.v1.webhook_endpoints.create(
        {
            "url": receiver.url,
            "enabled_events": ["product.created"],
            "api_version": "2026-10-28.endive",
        }
    )
    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    assert (made.status, made.enabled_events) == ("enabled", ["product.created"])
    assert made.api_version == "2026-10-28.endive"
    client.v1.customers.create({"name": "Ann"})
    client.v1.products.create({"name": "Credits"})
    assert stand_in.control.settle()
    [(body, signature)] = receiver.requests
    event = stripe.Webhook.construct_event(body, signature, made.secret)
    assert event.type == "product.created"
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, signature, SECRET)


def test_the_secret_is_shown_once(client: stripe.StripeClient) -> None:
    made = client.v1.webhook_endpoints.create(
        {"url": "http://localhost:1/hook", "enabled_events": ["*"]}
    )
    read = client.v1.webhook_endpoints.retrieve(made.id)
    assert "secret" not in read.to_dict()
    [listed] = client.v1.webhook_endpoints.list().data
    assert listed == read


def test_a_disabled_endpoint_is_left_alone(
    client: stripe.StripeClient, stand_in: App, receiver: Receiver
) -> None:
    made = client.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    off = client.v1.webhook_endpoints.update(made.id, {"disabled": True})
    assert off.status == "disabled"
    client.v1.customers.create({"name": "Ann"})
    on = client.v1.webhook_endpoints.update(
        made.id, {"disabled": False, "enabled_events": ["customer.updated"]}
    )
    assert (on.status, on.enabled_events) == ("enabled", ["customer.updated"])
    client.v1.customers.create({"name": "Bob"})
    assert stand_in.control.settle()
    assert receiver.requests == []


def test_an_endpoint_needs_an_address_and_events(client: stripe.StripeClient) -> None:
    wrong: list[tuple[stripe.params.WebhookEndpointCreateParams, str]] = [
        ({"url": "ftp://localhost", "enabled_events": ["*"]}, "url"),
        ({"url": "http://localhost", "enabled_events": []}, "enabled_events"),
    ]
    for params, param in wrong:
        with pytest.raises(stripe.InvalidRequestError) as refused:
            client.v1.webhook_endpoints.create(params)
        assert refused.value.param == param


def test_the_endpoints_of_the_start_are_listed_like_others() -> None:
    urls = ["http://localhost:1/a", "http://localhost:1/b"]
    app = create_stripe(urls, SECRET, "http://localhost")
    app.close()
    listed = app.state.all("webhook_endpoint")
    assert [endpoint["url"] for endpoint in listed] == urls
    assert {endpoint["status"] for endpoint in listed} == {"enabled"}
    assert [endpoint["enabled_events"] for endpoint in listed] == [["*"], ["*"]]
    assert {endpoint["api_version"] for endpoint in listed} == {stripe.api_version}


def test_the_account_is_one_and_can_charge(client: stripe.StripeClient) -> None:
    account = client.v1.accounts.retrieve_current()
    assert account.id.startswith("acct_")
    assert (account.charges_enabled, account.default_currency) == (True, "usd")
    assert client.v1.accounts.retrieve_current() == account
