"""Every way to buy, end to end: the quote, the order, what Stripe asks for and what is credited."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.edge.shop import CATALOG, Shop

PROMOTIONS = [
    {"code": "QUARTER", "discount_type": "percent", "discount_value": 25},
    {"code": "THREE", "discount_type": "fixed", "discount_value": 300, "currency": "usd"},
    {"code": "ALL", "discount_type": "percent", "discount_value": 100},
    {"code": "MORE", "discount_type": "bonus_credits", "discount_value": 77},
    {"code": "TENTH", "discount_type": "bonus_percent", "discount_value": 10},
]


@dataclass
class Way:
    """A way to buy and what must come of it: cents, and credits bought and given on top."""

    wish: dict[str, Any]
    name: str
    item_cents: int
    fee_cents: int
    bought: int | str
    bonus: int = 0
    plan: str | None = None


# The item after its discounts, and the fee 2.9 % + 40 cents of that.
ADDITIVE = {
    "pack": Way({"package": "small"}, "Small", 1000, 69, 500, 50),
    "quantity": Way({"quantity": 250.5}, "250.5 credits", 301, 49, "250.5"),
    "first tier": Way({"quantity": 1000}, "1000 credits", 1140, 73, 1000),
    "second tier": Way({"quantity": 5000}, "5000 credits", 5400, 197, 5000),
    "pack with plan": Way({"package": "small"}, "Small", 900, 66, 500, 50, "member"),
    "percent": Way({"package": "small", "promotion_code": "QUARTER"}, "Small", 750, 62, 500, 50),
    "fixed": Way({"package": "small", "promotion_code": "THREE"}, "Small", 700, 60, 500, 50),
    "credits": Way({"package": "small", "promotion_code": "MORE"}, "Small", 1000, 69, 500, 127),
    "tenth": Way({"package": "large", "promotion_code": "TENTH"}, "Large", 9000, 301, 5000, 500),
    "nothing": Way({"package": "small", "promotion_code": "ALL"}, "Small", 0, 0, 500, 50),
    "code as pasted": Way(
        {"package": "small", "promotion_code": " quar-ter "}, "Small", 750, 62, 500, 50
    ),
    "no code": Way({"package": "small", "promotion_code": ""}, "Small", 1000, 69, 500, 50),
    "nulls": Way(
        {"package": None, "quantity": 100, "promotion_code": None, "account_id": None},
        "100 credits", 120, 43, 100,
    ),
    "all together": Way(
        {"quantity": 2000, "promotion_code": "QUARTER"},
        "2000 credits", 1539, 85, 2000, 0, "member",
    ),
}  # fmt: skip
# (item + 40 cents) / (1 - 2.9 %).
GROSS_UP = {
    "pack": Way({"package": "small"}, "Small", 1000, 71, 500, 50),
    "second tier": Way({"quantity": 5000}, "5000 credits", 5400, 202, 5000),
    "nothing": Way({"package": "small", "promotion_code": "ALL"}, "Small", 0, 0, 500, 50),
}


@pytest.fixture
def shop(full_shop: Shop) -> Shop:
    for promotion in PROMOTIONS:
        full_shop.promote({"name": promotion["code"], **promotion})
    return full_shop


def buy(shop: Shop, way: Way) -> None:
    """Buy in one way, on the pay page, and compare all that was said and done."""
    user_id = shop.sign_up()
    if way.plan:
        shop.query("update credits.accounts set plan = %s where id = %s", way.plan, user_id)
    quoted = shop.quote(user_id, way.wish)
    total_cents = way.item_cents + way.fee_cents
    assert (quoted["ok"], quoted["total_cents"]) == (True, total_cents)
    assert sum(line["amount_cents"] for line in quoted["lines"]) == total_cents

    response = shop.post(user_id, way.wish)
    assert response.status_code == 200, response.text
    assert shop.query("select total_cents, currency, quote from credits.orders") == [
        (total_cents, "usd", quoted)
    ]
    lines = [(way.name, way.item_cents), ("Payment fee", way.fee_cents)]
    assert shop.asked_lines() == [line for line in lines if line[1] or line[0] == way.name]
    with shop.stripe.state.lock:
        (session,) = shop.stripe.state.all("checkout.session")
    assert (session["amount_total"], session["currency"]) == (total_cents, "usd")

    assert shop.moves(user_id) == []
    assert httpx.post(response.json()["url"], data={"action": "pay"}).status_code == 303
    assert shop.stripe.control.settle()
    expected = [("purchase", Decimal(way.bought)), ("bonus", Decimal(way.bonus))]
    assert shop.moves(user_id) == [move for move in expected if move[1]]
    assert shop.query("select amount_cents, currency from credits.payments") == [
        (total_cents, "usd")
    ]
    assert shop.query("select status from credits.orders") == [("paid",)]


@pytest.mark.parametrize("name", ADDITIVE)
def test_quote_order_session_and_credits_agree(shop: Shop, name: str) -> None:
    buy(shop, ADDITIVE[name])


@pytest.mark.parametrize("name", GROSS_UP)
def test_they_agree_where_the_fees_are_reckoned_on_the_total(
    shop: Shop, tmp_path: Path, name: str
) -> None:
    text = CATALOG.read_text()
    path = tmp_path / "gross_up.toml"
    path.write_text(text.replace('"additive"', '"gross_up"'))
    shop.sell(path)
    buy(shop, GROSS_UP[name])


@pytest.mark.parametrize(
    ("written", "bought"),
    [
        ("50000000.123456789", "50000000.123456789"),
        ("100.100000000000000", "100.1"),
        ("1e3", "1000"),
        ("0.1E+4", "1000"),
    ],
)
def test_a_quantity_is_bought_exactly_as_it_is_written(
    shop: Shop, written: str, bought: str
) -> None:
    response = shop.post_text(shop.sign_up(), f'{{"quantity": {written}}}')
    assert response.status_code == 200, response.text
    assert shop.query("select credits::text from credits.orders") == [(bought,)]


def test_an_order_keeps_its_quote_when_the_catalog_changes_before_it_is_paid(
    shop: Shop, tmp_path: Path
) -> None:
    user_id = shop.sign_up()
    session_id = shop.check_out(user_id, "small")["session_id"]
    path = tmp_path / "dearer.toml"
    text = CATALOG.read_text()
    path.write_text(text.replace("price_cents = 1000", "price_cents = 9999"))
    shop.sell(path)
    shop.stripe.control.act(session_id, "pay")
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == [("purchase", 500), ("bonus", 50)]
    assert shop.query("select amount_cents from credits.payments") == [(1069,)]


def test_an_order_of_nothing_is_credited_once_however_often_it_is_told(shop: Shop) -> None:
    user_id = shop.sign_up()
    response = shop.post(user_id, ADDITIVE["nothing"].wish)
    session = shop.stripe.control.act(response.json()["session_id"], "pay")
    assert (session["payment_status"], session["payment_intent"]) == ("no_payment_required", None)
    assert shop.stripe.control.settle()
    for event in shop.events(session["id"]):
        assert shop.deliver(event).status_code == 204
        assert shop.deliver(event | {"id": "evt_another"}).status_code == 204
    assert shop.history(user_id) == [("purchase", 500), ("bonus", 50)]


def test_a_session_that_needed_no_payment_pays_no_order_that_costs(shop: Shop) -> None:
    user_id = shop.sign_up()
    shop.stripe.control.pause()
    session_id = shop.check_out(user_id, "small")["session_id"]
    shop.stripe.control.act(session_id, "pay")
    event = json.loads(json.dumps(shop.events(session_id)[-1]))
    event["data"]["object"] |= {
        "amount_total": 0, "payment_status": "no_payment_required", "payment_intent": None,
    }  # fmt: skip
    assert shop.deliver(event).status_code == 204
    assert shop.stored() == [("quarantined", "amount or currency differs from the order")]
    assert shop.moves(user_id) == []
