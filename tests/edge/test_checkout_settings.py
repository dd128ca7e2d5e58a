"""What a checkout is told besides the price, and what happens when that changes meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.edge.shop import PLANS, SUBSCRIBE, Shop

WISH: dict[str, Any] = {"package": "small", "promotion_code": "ONCE"}
LINE = "line_items[0][price_data]"


@pytest.fixture
def shop(full_shop: Shop) -> Shop:
    promotion = {"code": "ONCE", "name": "Once", "discount_type": "percent", "discount_value": 25}
    full_shop.promote(promotion | {"maximum_uses": 1})
    return full_shop


def buy(shop: Shop, user_id: UUID, wish: dict[str, Any] = WISH) -> dict[str, str]:
    response = shop.post(user_id, wish)
    assert response.status_code == 200, response.text
    answer: dict[str, str] = response.json()
    return answer


def top_up(shop: Shop, user_id: UUID, *, is_enabled: bool) -> None:
    shop.query(
        "insert into credits.auto_topups (account_id, is_enabled, threshold, package)"
        " values (%s, %s, 100, 'small')",
        user_id,
        is_enabled,
    )


def move_site(shop: Shop) -> None:
    config = shop.edge.extensions["config"]
    shop.edge.extensions["config"] = replace(config, site_url="https://new.shop.example")


def test_a_pack_that_stripe_knows_is_sold_as_its_product(shop: Shop) -> None:
    shop.sync()
    buy(shop, shop.sign_up(), {"package": "small"})
    ((product_id,),) = shop.query(
        "select product_id from credits.provider_prices where code = 'small' and is_current"
    )
    params = shop.received[0].params
    assert params[f"{LINE}[product]"] == product_id
    assert f"{LINE}[product_data][name]" not in params
    assert params["line_items[1][price_data][product_data][name]"] == "Payment fee"
    (session,) = shop.objects("checkout.session")
    assert session["amount_total"] == sum(
        int(params[f"line_items[{number}][price_data][unit_amount]"]) for number in (0, 1)
    )


def test_a_quantity_is_sold_by_its_name(shop: Shop) -> None:
    shop.sync()
    buy(shop, shop.sign_up(), {"quantity": 500})
    assert shop.received[0].params[f"{LINE}[product_data][name]"] == "500 credits"


@pytest.mark.parametrize("is_enabled", [True, False])
def test_a_card_is_kept_for_whom_it_shall_top_up(shop: Shop, is_enabled: bool) -> None:
    user_id = shop.sign_up()
    top_up(shop, user_id, is_enabled=is_enabled)
    buy(shop, user_id, {"package": "small"})
    asked = shop.received[0].params.get("payment_intent_data[setup_future_usage]")
    assert asked == ("off_session" if is_enabled else None)


@pytest.mark.parametrize("change", ["site", "top-up", "sync"])
def test_an_order_whose_settings_changed_is_paid_on_the_page_that_is_open(
    shop: Shop, change: str
) -> None:
    user_id = shop.sign_up()
    first = buy(shop, user_id)
    if change == "site":
        move_site(shop)
    elif change == "top-up":
        top_up(shop, user_id, is_enabled=True)
    else:
        shop.sync()
    assert buy(shop, user_id) == first
    assert len(shop.objects("checkout.session")) == 1
    httpx.post(first["url"], data={"action": "pay"})
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == [("purchase", 500), ("bonus", 50)]


def test_the_page_of_another_order_is_never_given(shop: Shop) -> None:
    shop.query("update credits.promotions set maximum_uses = 2")
    other = buy(shop, shop.sign_up())
    user_id = shop.sign_up()
    mine = buy(shop, user_id)
    buy(shop, user_id, {"package": "large"})
    move_site(shop)
    assert buy(shop, user_id) == mine != other


def test_an_order_whose_page_is_closed_and_whose_settings_changed_says_so(shop: Shop) -> None:
    user_id = shop.sign_up()
    session_id = buy(shop, user_id)["session_id"]
    shop.stripe.control.pause()
    shop.stripe.control.act(session_id, "expire")
    move_site(shop)
    response = shop.post(user_id, WISH)
    assert (response.status_code, response.json()["code"]) == (409, "PT409")
    assert response.json()["message"] == "checkout_changed"
    assert response.json()["hint"]


def test_a_plans_page_is_the_same_when_the_settings_change(shop: Shop) -> None:
    shop.sell(PLANS)
    shop.sync()
    user_id = shop.sign_up()
    first = shop.post(user_id, {"plan": "member"}, SUBSCRIBE)
    move_site(shop)
    second = shop.post(user_id, {"plan": "member"}, SUBSCRIBE)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
