"""The catalog ai-assistant: five packs with bonus credits, five models priced by the token."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.pricing.charges import check_price, customer, listed, prices
from tests.support import Connection, apply_catalog, as_anon, sign_up
from tests.wallets import balance_of, call_all

MODELS = {
    "gemini-flash": 1,
    "gpt-4o-mini": 2,
    "gpt-4o": 25,
    "claude-sonnet": 30,
    "claude-opus": 150,
}


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    apply_catalog(db, "ai-assistant")


def test_the_packs_save_0_18_26_36_and_42_percent(db: Connection) -> None:
    assert listed(db, "list_credit_packages") == [
        ("starter", "Starter", 1000, 0, 1000, "usd", Decimal("0.01"), 0, []),
        ("basic", "Basic", 5000, 500, 4500, "usd", Decimal("0.008182"), 18, []),
        ("pro", "Pro", 12000, 1500, 10000, "usd", Decimal("0.007407"), 26, []),
        ("business", "Business", 30000, 5000, 22500, "usd", Decimal("0.006429"), 36, []),
        ("enterprise", "Enterprise", 100000, 20000, 70000, "usd", Decimal("0.005833"), 42, []),
    ]


def test_there_are_no_plans_and_no_free_credits(db: Connection) -> None:
    assert listed(db, "list_credit_plans") == []
    assert balance_of(db, sign_up(db))["balance"] == 0


def test_each_model_is_listed_with_its_provider_and_tier(db: Connection) -> None:
    with as_anon(db):
        rows = call_all(db, "list_credit_prices")
    assert [(r["service"], r["provider"], r["tier"]) for r in rows] == [
        ("gemini-flash", "Google", "cheap"),
        ("gpt-4o-mini", "OpenAI", "cheap"),
        ("gpt-4o", "OpenAI", "medium"),
        ("claude-sonnet", "Anthropic", "medium"),
        ("claude-opus", "Anthropic", "expensive"),
    ]
    assert prices(db) == [
        (model, "tokens", "1K tokens", 1000, credits_per_1k)
        for model, credits_per_1k in MODELS.items()
    ]


@pytest.mark.parametrize(
    ("model", "thousand", "one", "much"),
    [
        ("gemini-flash", 1, "0.001", "2.468"),
        ("gpt-4o-mini", 2, "0.002", "4.936"),
        ("gpt-4o", 25, "0.025", "61.7"),
        ("claude-sonnet", 30, "0.03", "74.04"),
        ("claude-opus", 150, "0.15", "370.2"),
    ],
)
def test_each_model_costs_its_price_per_thousand_tokens_of_any_class(
    db: Connection, model: str, thousand: int, one: str, much: str
) -> None:
    user_id = customer(db)
    check_price(db, user_id, model, thousand, usage={"input_tokens": 1000})
    check_price(db, user_id, model, thousand, usage={"input_tokens": 400, "output_tokens": 600})
    check_price(db, user_id, model, one, usage={"output_tokens": 1})
    every_class = {
        "input_tokens": 1234,
        "output_tokens": 1000,
        "cached_tokens": 200,
        "cache_write_tokens": 30,
        "reasoning_tokens": 4,
    }
    check_price(db, user_id, model, much, usage=every_class)
