"""Checkout: the catalog names the price, the configuration the addresses, the token the buyer."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import httpx
import pytest

from tests.edge.shop import BASIC, CHECKOUT, SITE, Shop, token


def test_a_pack_bought_on_the_pay_page_is_credited_with_its_bonus(shop: Shop) -> None:
    user_id = shop.sign_up()
    answer = shop.check_out(user_id)
    page = httpx.post(answer["url"], data={"action": "pay"})
    assert page.headers["Location"] == (
        f"{SITE}/billing?checkout=success&session_id={answer['session_id']}"
    )
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == BASIC
    assert shop.query(
        "select available, total_purchased from public.get_credit_balance(%s)", user_id
    ) == [(Decimal(5500), Decimal(5000))]
    assert shop.query("select id::text, session_id, status, total_cents from credits.orders") == [
        (answer["order_id"], answer["session_id"], "paid", 4500)
    ]
    assert {state for state, _ in shop.stored()} == {"applied", "ignored"}


def test_a_declined_card_buys_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    httpx.post(shop.check_out(user_id)["url"], data={"action": "decline"})
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == []
    assert shop.query("select status from credits.orders") == [("open",)]


@pytest.mark.parametrize(
    "path",
    [
        "/api/credits/checkout",
        "/api/credits/purchase",
        "/api/stripe/create-credit-checkout",
        "/api/credits/checkout/",
    ],
)
def test_every_name_of_the_route_opens_a_checkout(shop: Shop, path: str) -> None:
    response = shop.post(shop.sign_up(), {"package": "starter"}, path)
    assert response.status_code == 200
    assert set(response.json()) == {"url", "session_id", "order_id"}


def test_stripe_is_told_the_catalogs_price_the_caller_and_our_addresses_only(shop: Shop) -> None:
    user_id = shop.sign_up()
    answer = shop.check_out(user_id)
    account_id = str(user_id)
    (received,) = shop.received
    ends_at = received.params.pop("expires_at")
    assert shop.query(
        "select floor(extract(epoch from created_at + interval '23 hours'))::text"
        " from credits.orders"
    ) == [(ends_at,)]
    assert received.params == {
        "mode": "payment",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "usd",
        "line_items[0][price_data][unit_amount]": "4500",
        "line_items[0][price_data][product_data][name]": "Basic",
        "customer": shop.objects("customer")[0]["id"],
        "client_reference_id": str(user_id),
        "metadata[account_id]": account_id,
        "metadata[order_id]": answer["order_id"],
        "payment_intent_data[metadata][account_id]": account_id,
        "payment_intent_data[metadata][order_id]": answer["order_id"],
        "success_url": f"{SITE}/billing?checkout=success&session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{SITE}/billing?checkout=cancelled",
    }


@pytest.mark.parametrize(
    "field",
    [
        {"amount": 1},
        {"credits": 1_000_000},
        {"price": "price_evil"},
        {"price_cents": 1},
        {"discount": 100},
        {"currency": "jpy"},
        {"total_cents": 1},
        {"discounts": [{"coupon": "evil"}]},
        {"subscription_data": {"trial_period_days": 999}},
        {"user_id": "00000000-0000-0000-0000-000000000001"},
        {"client_reference_id": "somebody"},
        {"metadata": {"credits": "1000000"}},
        {"success_url": "https://evil.example/"},
        {"success_url": f"{SITE}@evil.example/"},
        {"success_url": f"{SITE}.evil.example/"},
        {"cancel_url": "//evil.example"},
        {"cancel_url": "javascript:alert(1)"},
        {"return_url": "/\\evil.example\r\nX: y"},
    ],
    ids=str,
)
def test_a_field_that_is_not_the_buyers_to_choose_is_refused(
    shop: Shop, field: dict[str, object]
) -> None:
    response = shop.post(shop.sign_up(), {"package": "basic", **field})
    assert response.status_code == 400
    assert response.json()["message"] == "unknown_field"
    assert next(iter(field)) in response.json()["details"]
    assert shop.received == []
    assert shop.query("select * from credits.orders") == []


def test_an_address_in_the_query_or_a_header_changes_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    response = shop.http.post(
        f"{CHECKOUT}?success_url=https://evil.example&price=1",
        json={"package": "basic"},
        headers={
            "Authorization": f"Bearer {token(user_id)}",
            "Origin": "https://evil.example",
            "Referer": "https://evil.example/",
            "Host": "evil.example",
            "X-Forwarded-Host": "evil.example",
        },
    )
    assert response.status_code == 200
    (received,) = shop.received
    assert "evil" not in str(received.params)
    assert received.params["line_items[0][price_data][unit_amount]"] == "4500"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"package": "no_such_pack"}, "unknown_package"),
        ({"package": None}, "invalid_purchase"),
        ({"package": "basic", "quantity": -1}, "invalid_purchase"),
        ({"package": ["basic"]}, "unknown_package"),
        ({"package": "basic\x00"}, "unknown_package"),
        ({"package": "basic\ud800"}, "unknown_package"),
        ({"package": "' or true --"}, "unknown_package"),
        ({}, "invalid_purchase"),
        ({"package": "basic", "account_id": "not-a-uuid"}, "invalid_account_id"),
        ({"package": "basic", "account_id": 7}, "invalid_account_id"),
        (["basic"], "invalid_body"),
        (None, "invalid_body"),
    ],
    ids=str,
)
def test_a_malformed_wish_is_a_clear_refusal(shop: Shop, body: object, message: str) -> None:
    response = shop.post(shop.sign_up(), body)
    assert response.status_code == 400
    assert response.json()["code"] == "22023"
    assert response.json()["message"] == message
    assert shop.received == []


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 500_000])
def test_a_body_that_is_no_json_is_refused(shop: Shop, content: bytes) -> None:
    headers = {
        "Authorization": f"Bearer {token(shop.sign_up())}",
        "Content-Type": "application/json",
    }
    response = shop.http.post(CHECKOUT, content=content, headers=headers)
    assert response.status_code == 400
    assert set(response.json()) == {"code", "message", "details", "hint"}


def test_a_foreign_account_and_an_absent_one_get_the_same_answer(shop: Shop) -> None:
    user_id, stranger_id = shop.sign_up(), shop.sign_up()
    answers = [
        shop.post(user_id, {"package": "basic", "account_id": str(account_id)})
        for account_id in (stranger_id, uuid4())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert answers[0].json()["message"] == "account_not_found"
    assert shop.received == []


@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("admin", 200), ("member", 404), ("viewer", 404)]
)
def test_who_manages_a_team_buys_for_it(shop: Shop, role: str, status: int) -> None:
    user_id = shop.sign_up()
    team_id = shop.add_team(user_id, role)
    response = shop.post(user_id, {"package": "basic", "account_id": str(team_id)})
    assert response.status_code == status
    if status == 200:
        shop.stripe.control.act(response.json()["session_id"], "pay")
        assert shop.stripe.control.settle()
        assert shop.history(team_id) == BASIC
        assert shop.history(user_id) == []


def test_a_closed_account_buys_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.query("update credits.accounts set status = 'closed' where id = %s", user_id)
    response = shop.post(user_id, {"package": "basic"})
    assert (response.status_code, response.json()["message"]) == (403, "account_closed")
    assert shop.received == []


def test_a_visit_to_the_success_page_grants_nothing(shop: Shop) -> None:
    user_id = shop.sign_up()
    session_id = shop.check_out(user_id)["session_id"]
    query = f"?checkout=success&session_id={session_id}"
    for path in ("/billing", CHECKOUT, "/api/stripe/webhook", "/api/credits/success"):
        assert shop.http.get(path + query).status_code in (404, 405)
    assert shop.history(user_id) == []
    assert shop.query("select status from credits.orders") == [("open",)]
