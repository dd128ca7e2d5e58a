"""A buyer with a promotion code comes back: the same page again, and never a second use."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from flask import Response, request

from tests.edge.shop import Shop

WISH: dict[str, Any] = {"package": "small", "promotion_code": "ONCE"}


@pytest.fixture
def shop(full_shop: Shop) -> Shop:
    promotion = {"code": "ONCE", "name": "Once", "discount_type": "percent", "discount_value": 25}
    full_shop.promote(promotion | {"maximum_uses": 1})
    return full_shop


def test_who_went_back_from_the_page_is_sent_to_the_same_page(shop: Shop) -> None:
    user_id = shop.sign_up()
    first = shop.post(user_id, WISH)
    again = shop.post(user_id, WISH | {"promotion_code": "once"})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert shop.received[0] == shop.received[1]
    httpx.post(again.json()["url"], data={"action": "pay"})
    assert shop.stripe.control.settle()
    assert shop.history(user_id) == [("purchase", 500), ("bonus", 50)]


def test_a_code_is_not_lost_to_a_checkout_that_stripe_did_not_open(shop: Shop) -> None:
    is_down = True

    def fail() -> Response | None:
        return Response("down", 503) if is_down and request.path.startswith("/v1/") else None

    shop.stripe.flask.before_request_funcs[None].append(fail)
    user_id = shop.sign_up()
    assert shop.post(user_id, WISH).status_code == 502
    is_down = False
    assert shop.post(user_id, WISH).status_code == 200
    assert len(shop.query("select id from credits.orders")) == 1


@pytest.mark.parametrize(
    "wish", [{"package": "large"}, {"quantity": 500}, {"package": "small"}], ids=str
)
def test_one_use_serves_one_purchase(shop: Shop, wish: dict[str, Any]) -> None:
    user_id = shop.sign_up()
    first = shop.post(user_id, WISH)
    if wish == {"package": "small"}:  # the same again, when the first is paid
        shop.stripe.control.act(first.json()["session_id"], "pay")
        assert shop.stripe.control.settle()
    response = shop.post(user_id, wish | {"promotion_code": "ONCE"})
    assert (response.status_code, response.json()["message"]) == (400, "promotion_code_invalid")
    assert len(shop.query("select id from credits.orders")) == 1


def test_another_manager_of_the_account_does_not_get_the_firsts_page(shop: Shop) -> None:
    first_id, second_id = shop.sign_up(), shop.sign_up()
    ((team_id,),) = shop.query(
        "insert into credits.accounts (id, kind, owner_id)"
        " values (gen_random_uuid(), 'team', %s) returning id",
        first_id,
    )
    for user_id, role in ((first_id, "owner"), (second_id, "admin")):
        shop.query("insert into credits.members values (%s, %s, %s)", team_id, user_id, role)
    wish = WISH | {"account_id": str(team_id)}
    assert shop.post(first_id, wish).status_code == 200
    response = shop.post(second_id, wish)
    assert (response.status_code, response.json()["message"]) == (400, "promotion_code_invalid")


def test_a_quote_that_has_changed_is_never_paid_at_the_old_price(shop: Shop) -> None:
    user_id = shop.sign_up()
    assert shop.post(user_id, WISH).status_code == 200
    shop.query("update credits.accounts set plan = 'member' where id = %s", user_id)
    response = shop.post(user_id, WISH)
    assert (response.status_code, response.json()["message"]) == (400, "promotion_code_invalid")
    assert len(shop.received) == 1
