"""Promotion codes guessed at the checkout: each wrong one is counted, though it is refused."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.edge.shop import Shop

LIMIT = 10
GUESSES = 150
ATTEMPTS = "select coalesce(sum(attempts), 0)::int from credits.code_attempts"


@pytest.fixture
def shop(full_shop: Shop) -> Shop:
    for code, more in (("GOOD", {}), ("ENDED", {"ends_at": "2026-01-02"})):
        promotion = {"code": code, "name": code, "discount_type": "percent", "discount_value": 10}
        full_shop.promote(promotion | {"starts_at": "2026-01-01"} | more)
    return full_shop


def guess(shop: Shop, user_id: UUID, code: object) -> httpx.Response:
    return shop.post(user_id, {"package": "small", "promotion_code": code})


def assert_locked_out(response: httpx.Response) -> None:
    refusal = response.json()
    assert (response.status_code, refusal["code"], refusal["message"]) == (
        429, "PT429", "rate_limited",
    )  # fmt: skip
    detail = json.loads(refusal["details"])
    assert detail["limit"] == LIMIT
    assert 0 < detail["retry_after_seconds"] <= 3600
    assert refusal["hint"]


def assert_nothing_bought(shop: Shop) -> None:
    assert shop.query("select id from credits.orders") == []
    assert shop.query("select code from credits.redemptions") == []
    assert shop.received == []


def test_ten_wrong_codes_lock_a_user_out_even_from_a_good_one(shop: Shop) -> None:
    user_id = shop.sign_up()
    for number in range(LIMIT):
        response = guess(shop, user_id, f"WRONG{number}")
        assert (response.status_code, response.json()["message"]) == (400, "promotion_code_invalid")
    for code in ("WRONG0", "GOOD"):
        assert_locked_out(guess(shop, user_id, code))
    assert_nothing_bought(shop)
    assert shop.query(ATTEMPTS) == [(LIMIT,)]

    # Without a code the same user buys, and so does anybody else with one.
    assert shop.post(user_id, {"package": "small"}).status_code == 200
    assert guess(shop, shop.sign_up(), "GOOD").status_code == 200


def test_150_guesses_at_once_get_ten_answers_and_then_none(shop: Shop) -> None:
    user_id = shop.sign_up()
    with ThreadPoolExecutor(50) as threads:
        answers = list(threads.map(lambda n: guess(shop, user_id, f"WRONG{n}"), range(GUESSES)))
    told = Counter((answer.status_code, answer.json()["message"]) for answer in answers)
    assert told == {
        (400, "promotion_code_invalid"): LIMIT,
        (429, "rate_limited"): GUESSES - LIMIT,
    }
    for answer in answers:
        if answer.status_code == 429:
            assert_locked_out(answer)
    assert_locked_out(guess(shop, user_id, "GOOD"))
    assert_nothing_bought(shop)


def test_a_good_code_is_no_attempt_however_often_it_is_sent(shop: Shop) -> None:
    user_id = shop.sign_up()
    answers = [guess(shop, user_id, "good").json() for _ in range(LIMIT + 2)]
    assert len({answer["order_id"] for answer in answers}) == 1
    assert shop.query(ATTEMPTS) == [(0,)]
    assert guess(shop, user_id, "WRONG").status_code == 400
    assert shop.query(ATTEMPTS) == [(1,)]


@pytest.mark.parametrize("code", ["WRONG", "ENDED", "%", " "])
def test_wrong_codes_of_every_kind_are_counted_alike(shop: Shop, code: str) -> None:
    response = guess(shop, shop.sign_up(), code)
    assert response.content == guess(shop, shop.sign_up(), "NO SUCH CODE").content
    assert shop.query(ATTEMPTS) == [(2,)]
    assert_nothing_bought(shop)


@pytest.mark.parametrize(
    "wish",
    [
        {"package": "small"},
        {"package": "small", "promotion_code": None},
        {"package": "small", "promotion_code": ""},
    ],
    ids=str,
)
def test_who_sends_no_code_makes_no_attempt(shop: Shop, wish: dict[str, Any]) -> None:
    assert shop.post(shop.sign_up(), wish).status_code == 200
    assert shop.query(ATTEMPTS) == [(0,)]


@pytest.mark.parametrize("code", [7, ["GOOD"], "GOOD\x00"], ids=str)
def test_what_can_be_no_code_is_refused_before_it_is_counted(shop: Shop, code: object) -> None:
    response = guess(shop, shop.sign_up(), code)
    assert (response.status_code, response.json()["message"]) == (400, "promotion_code_invalid")
    assert shop.query(ATTEMPTS) == [(0,)]


def test_an_hour_later_a_user_may_try_again(shop: Shop) -> None:
    user_id = shop.sign_up()
    for number in range(LIMIT):
        guess(shop, user_id, f"WRONG{number}")
    assert_locked_out(guess(shop, user_id, "GOOD"))
    shop.query("update credits.code_attempts set window_ends_at = now() - interval '1 second'")
    assert guess(shop, user_id, "GOOD").status_code == 200
