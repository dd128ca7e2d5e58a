"""The catalog ai-assistant: five packs with bonus credits, 22 models priced by the token."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest

from scripts.catalog_file import CATALOGS, load_catalog
from tests.pricing.charges import check_price, customer, listed, prices
from tests.support import Connection, apply_catalog, as_anon, sign_up
from tests.wallets import balance_of, call_all

# The five models that the business names: provider, tier, credits for 1,000 tokens.
STATED = {
    "gemini-flash": ("Google", "cheap", 1),
    "gpt-4o-mini": ("OpenAI", "cheap", 2),
    "gpt-4o": ("OpenAI", "medium", 25),
    "claude-sonnet": ("Anthropic", "medium", 30),
    "claude-opus": ("Anthropic", "expensive", 150),
}
# Ours: the provider's price of 1M tokens of input in dollars, and of output.
CHOSEN = {
    "gpt-6-luna": ("OpenAI", "cheap", 1, "0.10", "0.50"),
    "gpt-5.4-mini": ("OpenAI", "cheap", 8, "0.75", "4.50"),
    "gpt-5.4": ("OpenAI", "medium", 25, "2.50", "15.00"),
    "gpt-6-astra": ("OpenAI", "expensive", 100, "10.00", "50.00"),
    "claude-haiku-4.5": ("Anthropic", "cheap", 10, "1.00", "5.00"),
    "claude-opus-5": ("Anthropic", "expensive", 50, "5.00", "25.00"),
    "gemini-3.5-flash-lite": ("Google", "cheap", 3, "0.30", "2.50"),
    "gemini-3.1-pro": ("Google", "medium", 20, "2.00", "12.00"),
    "mistral-small": ("Mistral", "cheap", 2, "0.15", "0.60"),
    "mistral-large": ("Mistral", "cheap", 5, "0.50", "1.50"),
    "deepseek-v4-flash": ("DeepSeek", "cheap", 3, "0.30", "1.20"),
    "deepseek-v4-pro": ("DeepSeek", "cheap", 14, "1.32", "3.96"),
    "grok-4.7": ("xAI", "medium", 20, "2.00", "6.00"),
    "nova-lite": ("Amazon", "cheap", 1, "0.06", "0.24"),
    "command-a": ("Cohere", "medium", 25, "2.50", "10.00"),
    "qwen-plus": ("Qwen", "cheap", 4, "0.40", "1.20"),
    "llama-4-maverick": ("Meta", "cheap", 2, "0.20", "0.80"),
}
COSTS = """
select m.code, m.tier, p.credits * 1000 / p.unit_size, i.cost, o.cost
from credits.models as m
inner join credits.prices as p
    on m.version = p.version and m.code = p.service and p.meter = 'tokens'
inner join credits.prices as i
    on m.version = i.version and m.code = i.service
    and i.meter = 'input_tokens' and i.above_tokens = 0
inner join credits.prices as o
    on m.version = o.version and m.code = o.service
    and o.meter = 'output_tokens' and o.above_tokens = 0
"""


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


def test_each_of_the_22_models_is_listed_with_its_provider_and_tier(db: Connection) -> None:
    models = {**STATED, **CHOSEN}
    assert len(models) == 22
    with as_anon(db):
        rows = call_all(db, "list_credit_prices")
    assert [(r["service"], r["provider"], r["tier"]) for r in rows] == [
        (code, provider, tier) for code, (provider, tier, *_) in models.items()
    ]
    assert prices(db) == [
        (code, "tokens", "1K tokens", 1000, credits_)
        for code, (_, _, credits_, *_) in models.items()
    ]


def test_our_models_cost_the_list_price_of_their_input_in_units_of_a_hundredth_cent(
    db: Connection,
) -> None:
    """By the rule of the business's own: per 1,000 tokens, rounded up; the tier is by output."""
    costs = {code: values for code, *values in db.execute(COSTS)}
    for code, (_, tier, credits_, read, written) in CHOSEN.items():
        assert costs[code] == [tier, credits_, Decimal(read), Decimal(written)]
        assert credits_ == math.ceil(Decimal(read) / 1000 / Decimal("0.0001"))
        limits = {"cheap": (0, 5), "medium": (5, 20), "expensive": (20, 10**6)}
        low, high = limits[tier]
        assert low < Decimal(written) <= high


@pytest.mark.parametrize(
    ("model", "read", "written"),
    [
        ("gemini-flash", "0.075", "0.30"),
        ("gpt-4o-mini", "0.15", "0.60"),
        ("gpt-4o", "2.50", "10"),
        ("claude-sonnet", "3", "15"),
        ("claude-opus", "15", "75"),
    ],
)
def test_the_business_sells_its_five_models_at_a_hundred_times_what_input_costs(
    db: Connection, model: str, read: str, written: str
) -> None:
    """Or 133 times, where the price is rounded up; nothing of it is hidden in this file."""
    costs = {code: values for code, *values in db.execute(COSTS)}
    tier, credits_, *cost = costs[model]
    assert (tier, credits_) == STATED[model][1:]
    assert cost == [Decimal(read), Decimal(written)]
    times = credits_ * 1000 * Decimal("0.01") / Decimal(read)
    assert round(times) in (100, 133)


def test_there_is_something_to_choose_from() -> None:
    """Sizes and abilities of every model, of each tier some with room for 900,000 tokens."""
    models = load_catalog(CATALOGS / "ai-assistant.toml")["models"]
    for model in models:
        assert {"context_tokens", "max_output_tokens", "capabilities"} <= model.keys()
        assert "deprecated_at" not in model
    assert sum("vision" in model["capabilities"] for model in models) >= 10
    assert sum("vision" not in model["capabilities"] for model in models) >= 3
    large = [model for model in models if model["context_tokens"] >= 900_000]
    assert {model["tier"] for model in large} == {"cheap", "medium", "expensive"}


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


def test_a_referral_gives_both_half_of_the_smallest_pack_for_buying_it_or_more(
    db: Connection,
) -> None:
    row = db.execute(
        "select referrer_credits, referee_credits, referral_maximum_rewards, referral_minimum_cents"
        " from credits.catalogs order by version desc limit 1"
    ).fetchone()
    assert row == (500, 500, 20, 1000)
    smallest = min(listed(db, "list_credit_packages"), key=lambda pack: pack[4])
    assert (smallest[2] / 2, smallest[4]) == (row[0], row[3])
