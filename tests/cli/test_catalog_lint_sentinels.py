"""Numbers that stand for none: they are found in files that are otherwise broken, too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scripts.linting.sentinels import find_sentinels


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ({"models": [{"code": "m", "cost": {"input": Decimal("-0.5")}}]}, "models[0].cost.input m"),
        ({"models": [{"cost": {"above": [{"input": -1}]}}]}, "models[0].cost.above[0].input"),
        ({"plans": [{"code": "pro", "monthly_credits": -1}]}, "plans[0].monthly_credits pro"),
        ({"packages": [{"code": 5, "price_cents": -1}]}, "packages[0].price_cents"),
        ({"services": [{"code": "s", "tools": {"*": 999_999}}]}, "services[0].tools.* s"),
        ({"services": [{"code": "s", "credits": 10**9}]}, "services[0].credits s"),
        ({"services": [{"code": "s", "credits": Decimal("1e12")}]}, "services[0].credits s"),
        ({"models": [{"code": "m", "cost": Decimal("9999999.99")}]}, "models[0].cost m"),
        ({"models": [{"code": "m", "cost": Decimal("NaN")}]}, "models[0].cost m"),
        ({"list_price_per_credit": 999_999}, "list_price_per_credit"),
        ({"fees": {"processor_percent": Decimal("-Infinity")}}, "fees.processor_percent"),
    ],
)
def test_a_number_that_stands_for_none_is_a_sentinel(raw: dict[str, Any], place: str) -> None:
    assert [(each.rule, each.place) for each in find_sentinels(raw)] == [("sentinel", place)]


@pytest.mark.parametrize(
    "raw",
    [
        {"services": [{"code": "s", "credits": 0, "free": True}]},
        {"services": [{"code": "s", "credits": 99_999}]},
        {"services": [{"code": "s", "credits": Decimal("2e9999999")}]},
        {"services": [{"code": "s", "credits": 999_998}]},
        {"services": [{"code": "s", "credits": 10**8}]},
        {"services": [{"code": "s", "credits": 1, "unit_size": 10**9}]},
        {"models": [{"code": "m", "context_tokens": 999_999}]},
        {"models": [{"code": "m", "maximum_credits": 999_999}]},
        {"packages": [{"code": "p", "credits": 10**9, "price_cents": 999_999}]},
        {"plans": [{"code": "pro", "monthly_spend_cap": 999_999}]},
    ],
)
def test_a_number_that_can_be_meant_is_no_sentinel(raw: dict[str, Any]) -> None:
    assert find_sentinels(raw) == []
