"""The stand-in's pay page, used over HTTP as a browser would."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import stripe

from scripts.dev.stripe import App
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.money import format_money
from tests.stripe.browsing import browse

SUCCESS = "http://localhost:1/thanks?session={CHECKOUT_SESSION_ID}&again={CHECKOUT_SESSION_ID}"
CANCEL = "http://localhost:1/credits?a=1&b=2"


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


def open_page(client: stripe.StripeClient, *amounts: int) -> tuple[str, str]:
    """Open a session with lines of these amounts; return its id and page."""
    session = client.v1.checkout.sessions.create(
        params={
            "mode": "payment",
            "success_url": SUCCESS,
            "payment_intent_data": {"metadata": {"order": "1"}},
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": amount,
                        "product_data": {"name": f"Line {number}"},
                    },
                }
                for number, amount in enumerate(amounts, 1)
            ],
        }
    )
    assert session.url is not None
    return session.id, session.url


def test_the_page_shows_every_line_and_their_total(client: stripe.StripeClient) -> None:
    _, url = open_page(client, 100_000, 2931)
    text = browse(url).text
    shown = ("Line 1", "1,000.00 USD", "Line 2", "29.31 USD", "1,029.31 USD")
    assert [text.index(part) for part in shown] == sorted(text.index(part) for part in shown)


def test_a_total_of_nothing_is_completed_without_a_payment(
    client: stripe.StripeClient, stand_in: App
) -> None:
    session_id, url = open_page(client, 0)
    page = browse(url)
    assert "0.00 USD" in page.text
    assert page.text.count("<button") == 1
    assert "Complete order" in page.text
    for action in ("pay_async", "decline"):
        assert browse(url, action).status == 400
        with pytest.raises(ApiError, match="asks for no payment"):
            stand_in.control.act(session_id, action)
    assert browse(url, "pay").location == SUCCESS.replace("{CHECKOUT_SESSION_ID}", session_id)
    read = client.v1.checkout.sessions.retrieve(session_id)
    assert (read.status, read.payment_status) == ("complete", "no_payment_required")
    assert (read.amount_total, read.payment_intent) == (0, None)
    assert client.v1.payment_intents.list().data == []
    assert client.v1.charges.list().data == []
    assert [event.type for event in client.v1.events.list().data][:1] == [
        "checkout.session.completed"
    ]
    assert "(no_payment_required)" in browse(url).text


@pytest.mark.parametrize(
    ("amounts", "code"),
    [
        ((49,), "amount_too_small"),
        ((0, 1), "amount_too_small"),
        ((99_999_999, 1), "amount_too_large"),
    ],
)
def test_a_total_that_stripe_does_not_charge_is_refused(
    client: stripe.StripeClient, amounts: tuple[int, ...], code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_page(client, *amounts)
    assert (refusal.value.code, refusal.value.param) == (code, "line_items")


def test_the_least_total_that_is_charged_is_charged(client: stripe.StripeClient) -> None:
    session_id, url = open_page(client, 50)
    browse(url, "pay")
    assert client.v1.checkout.sessions.retrieve(session_id).payment_status == "paid"
