"""The stand-in's pay page, used over HTTP as a browser would."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.money import format_money

SUCCESS = "http://localhost:1/thanks?session={CHECKOUT_SESSION_ID}&again={CHECKOUT_SESSION_ID}"
CANCEL = "http://localhost:1/credits?a=1&b=2"


@dataclass
class Answer:
    """What a browser is given; ``policy`` is the Content-Security-Policy."""

    status: int
    location: str | None
    policy: str | None
    text: str


def browse(url: str, action: str | None = None) -> Answer:
    """Open a page, or press one of its buttons; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        if action is None:
            connection.request("GET", parts.path)
        else:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            connection.request("POST", parts.path, urlencode({"action": action}), headers)
        response = connection.getresponse()
        policy = response.getheader("Content-Security-Policy")
        text = response.read().decode()
        return Answer(response.status, response.getheader("Location"), policy, text)
    finally:
        connection.close()


@pytest.fixture
def session(client: stripe.StripeClient) -> stripe.checkout.Session:
    return client.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "success_url": SUCCESS,
            "cancel_url": CANCEL,
            "customer_email": "ann@example.org",
            "line_items": [
                {
                    "quantity": 3,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": 41150,
                        "product_data": {"name": "<script>alert('credits')</script>"},
                    },
                }
            ],
        }
    )


@pytest.fixture
def url(session: stripe.checkout.Session) -> str:
    assert session.url is not None
    return session.url


def test_the_page_says_what_it_is_and_what_is_bought(url: str) -> None:
    page = browse(url)
    assert page.status == 200
    assert "Local stand-in for Stripe" in page.text
    assert "no card is charged" in page.text
    assert "1,234.50 USD" in page.text
    assert "ann@example.org" in page.text
    assert f'href="{CANCEL.replace("&", "&amp;")}"' in page.text


def test_text_of_the_seller_is_escaped(url: str) -> None:
    page = browse(url)
    assert "<script" not in page.text
    assert "&lt;script&gt;alert(&#39;credits&#39;)&lt;/script&gt;" in page.text
    assert (page.policy or "").startswith("default-src 'none'")


def test_pay_completes_the_session_and_returns_to_the_seller(
    url: str, session: stripe.checkout.Session, client: stripe.StripeClient
) -> None:
    paid = browse(url, "pay")
    assert paid.status == 303
    assert paid.location == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session.id)
    read = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (read.status, read.payment_status, read.url) == ("complete", "paid", None)
    intent = read.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount, intent.currency) == ("succeeded", 123450, "usd")
    charges = client.v1.charges.list(params={"payment_intent": intent.id}).data
    assert [(charge.status, charge.amount) for charge in charges] == [("succeeded", 123450)]


def test_a_second_press_of_pay_charges_nothing(
    url: str, session: stripe.checkout.Session, client: stripe.StripeClient
) -> None:
    browse(url, "pay")
    again = browse(url, "pay")
    assert (again.status, again.location) == (303, urlsplit(url).path)
    page = browse(url)
    assert "is complete" in page.text
    assert "<button" not in page.text
    assert len(client.v1.charges.list().data) == 1
    assert session.id in url


def test_pay_later_completes_the_session_unpaid(
    url: str, session: stripe.checkout.Session, client: stripe.StripeClient, stand_in: App
) -> None:
    assert browse(url, "pay_async").status == 303
    read = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (read.status, read.payment_status) == ("complete", "unpaid")
    assert isinstance(read.payment_intent, stripe.PaymentIntent)
    assert (read.payment_intent.status, read.payment_intent.amount_received) == ("processing", 0)
    assert stand_in.control.act(session.id, "async_succeed")["payment_status"] == "paid"


def test_decline_says_so_and_leaves_the_session_open(
    url: str, session: stripe.checkout.Session, client: stripe.StripeClient
) -> None:
    declined = browse(url, "decline")
    assert declined.status == 200
    assert "declined" in declined.text
    assert "<button" in declined.text
    read = client.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]})
    assert (read.status, read.payment_status) == ("open", "unpaid")
    intent = read.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"

    assert browse(url, "pay").status == 303
    read = client.v1.checkout.sessions.retrieve(session.id)
    assert (read.payment_status, read.payment_intent) == ("paid", intent.id)


def test_an_expired_session_cannot_be_paid(
    url: str, session: stripe.checkout.Session, client: stripe.StripeClient
) -> None:
    client.v1.checkout.sessions.expire(session.id)
    assert browse(url, "pay").location == urlsplit(url).path
    assert "is expired" in browse(url).text
    assert client.v1.checkout.sessions.retrieve(session.id).payment_status == "unpaid"


def test_strange_requests_to_the_page_are_refused_in_words(url: str) -> None:
    assert browse(url + "x").status == 404
    assert "&lt;b&gt;" in browse(url.rpartition("/")[0] + "/<b>").text
    assert browse(url, "async_succeed").status == 400


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(5, "usd", "0.05 USD"), (1200, "jpy", "1,200 JPY"), (1200, "kwd", "1.200 KWD")],
)
def test_money_is_shown_in_the_places_of_its_currency(
    amount: int, currency: str, shown: str
) -> None:
    assert format_money(amount, currency) == shown
