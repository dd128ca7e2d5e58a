"""Purchases that are refused: the reason is clear, and there is no order and no session."""

from __future__ import annotations

from typing import Any

import pytest

from tests.edge.shop import Shop

PROMOTIONS: list[dict[str, Any]] = [
    {"code": "ONCE", "discount_value": 10, "maximum_uses": 1},
    {"code": "ENDED", "discount_value": 10, "starts_at": "2026-01-01", "ends_at": "2026-01-02"},
    {"code": "LATER", "discount_value": 10, "starts_at": "2999-01-01"},
    {"code": "LARGE", "discount_value": 10, "packages": ["large"]},
    {"code": "RICH", "discount_value": 10, "minimum_cents": 1001},
    {"code": "ALMOST", "discount_value": 999, "discount_type": "fixed", "currency": "usd"},
]


@pytest.fixture
def shop(full_shop: Shop) -> Shop:
    for promotion in PROMOTIONS:
        full_shop.promote({"name": promotion["code"], "discount_type": "percent", **promotion})
    return full_shop


def assert_nothing_happened(shop: Shop, orders: int = 0) -> None:
    assert len(shop.query("select id from credits.orders")) == orders
    assert len(shop.received) == orders
    assert shop.query("select id from credits.transactions") == []


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"package": "no_such_pack"}, "unknown_package"),
        ({"package": ""}, "unknown_package"),
        ({"package": "member"}, "unknown_package"),
        ({"package": 500}, "unknown_package"),
        ({"package": ["small"], "quantity": 500}, "unknown_package"),
        ({"package": "small", "quantity": 500}, "invalid_purchase"),
        ({}, "invalid_purchase"),
        ({"package": None, "quantity": None}, "invalid_purchase"),
        ({"promotion_code": "ONCE"}, "invalid_purchase"),
        ({"quantity": 99.999999999}, "invalid_quantity"),
        ({"quantity": 95_000_001}, "invalid_quantity"),
        ({"quantity": 0}, "invalid_quantity"),
        ({"quantity": -500}, "invalid_quantity"),
        ({"quantity": 500.0000000001}, "invalid_quantity"),
        ({"quantity": "500"}, "invalid_quantity"),
        ({"quantity": True}, "invalid_quantity"),
        ({"quantity": [500]}, "invalid_quantity"),
        ({"quantity": {"$gt": 0}}, "invalid_quantity"),
        ({"quantity": float("nan")}, "invalid_quantity"),
        ({"quantity": float("inf")}, "invalid_quantity"),
        ({"quantity": float("-inf")}, "invalid_quantity"),
        ({"package": "small", "quantity": "many"}, "invalid_quantity"),
        ({"package": "small", "promotion_code": "NO SUCH CODE"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "ENDED"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "LATER"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "LARGE"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "RICH"}, "promotion_code_invalid"),
        ({"quantity": 500, "promotion_code": "LARGE"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "%"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": " "}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": 7}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": False}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": ["ONCE"]}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "ONCE\x00"}, "promotion_code_invalid"),
        ({"package": "small", "promotion_code": "ONCE\ud800"}, "promotion_code_invalid"),
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_is_refused_and_nothing_changes(
    shop: Shop, wish: dict[str, object], message: str
) -> None:
    response = shop.post(shop.sign_up(), wish)
    assert (response.status_code, response.json()["code"]) == (400, "22023")
    assert response.json()["message"] == message
    assert response.json()["hint"]
    assert_nothing_happened(shop)
    assert shop.query("select code from credits.redemptions") == []


@pytest.mark.parametrize(
    "number",
    ["1e999", "1e-999", "-1e999999999", "1e999999999999999999999", "9" * 4000, "1." + "0" * 99_999,
     "500." + "0" * 60 + "1"],
    ids=lambda number: number[:12],
)  # fmt: skip
def test_an_absurd_number_is_no_quantity(shop: Shop, number: str) -> None:
    response = shop.post_text(shop.sign_up(), f'{{"quantity": {number}}}')
    assert response.status_code == 400
    assert response.json()["message"] == "invalid_quantity"
    assert_nothing_happened(shop)


def test_a_code_that_somebody_else_is_about_to_use_up_is_refused(shop: Shop) -> None:
    wish = {"package": "small", "promotion_code": "ONCE"}
    assert shop.post(shop.sign_up(), wish).status_code == 200
    response = shop.post(shop.sign_up(), wish)
    assert (response.status_code, response.json()["message"]) == (400, "promotion_code_invalid")
    assert_nothing_happened(shop, orders=1)


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        ({"package": "small", "promotion_code": "ALMOST"}, "amount_too_small"),
        ({"quantity": 92_000_000}, "amount_too_large"),
    ],
    ids=["41 cents", "more than a million"],
)
def test_an_amount_that_stripe_does_not_take_is_a_clear_refusal(
    shop: Shop, wish: dict[str, object], message: str
) -> None:
    response = shop.post(shop.sign_up(), wish)
    assert (response.status_code, response.json()["message"]) == (400, message)
    assert shop.query("select status, session_id from credits.orders") == [("open", None)]


@pytest.mark.parametrize(
    "wish",
    [
        {"package": "small"},
        {"quantity": 500},
        {"package": "small", "promotion_code": "ONCE"},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "field",
    [
        {"price_cents": 1},
        {"amount": 1},
        {"total_cents": 0},
        {"fee_cents": 0},
        {"currency": "jpy"},
        {"discount_percent": 100},
        {"discounts": [{"coupon": "evil"}]},
        {"bonus_credits": 1_000_000},
        {"plan": "member"},
        {"quote": {"total_cents": 1}},
        {"line_items": [{"price": "price_evil", "quantity": 1}]},
    ],
    ids=str,
)
def test_what_the_quote_decides_is_not_the_buyers_to_send(
    shop: Shop, wish: dict[str, object], field: dict[str, object]
) -> None:
    response = shop.post(shop.sign_up(), wish | field)
    assert (response.status_code, response.json()["message"]) == (400, "unknown_field")
    assert next(iter(field)) in response.json()["details"]
    assert_nothing_happened(shop)
