"""Models priced by class of token: a price for each, and tiers above a size of the context."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.pricing.charges import check_price, customer, prices
from tests.support import Connection, as_anon
from tests.wallets import Row, call, call_all, changed_catalog, use_catalog

MILLION = 1_000_000


def model(code: str = "m", **keys: Any) -> Row:
    """Return a model; its price is among the keys."""
    return {"code": code, "name": "M", "provider": "P", "tier": "cheap", **keys}


def priced(conn: Connection, **token_prices: Any) -> UUID:
    """Put a catalog in force whose one model has these prices; returns a user who can pay."""
    use_catalog(conn, changed_catalog(models=[model(credits_per_1m_tokens=token_prices)]))
    return customer(conn)


ALL_CLASSES = {"input": 100, "output": 400, "cached": 10, "cache_write": 125, "reasoning": 600}


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"input_tokens": 10_000}, 1),
        ({"output_tokens": 10_000}, 4),
        ({"cached_tokens": 10_000}, "0.1"),
        ({"cache_write_tokens": 10_000}, "1.25"),
        ({"reasoning_tokens": 10_000}, 6),
        ({"input_tokens": 1}, "0.0001"),
        ({"cached_tokens": 1}, "0.00001"),
        (
            {
                "input_tokens": 10_000,
                "output_tokens": 20_000,
                "cached_tokens": 30_000,
                "cache_write_tokens": 40_000,
                "reasoning_tokens": 50_000,
            },
            "44.3",
        ),
    ],
)
def test_each_class_of_token_has_its_price(db: Connection, usage: Row, cost: int | str) -> None:
    check_price(db, priced(db, **ALL_CLASSES), "m", cost, usage=usage)


def test_a_class_without_a_price_costs_as_what_it_is_a_kind_of(db: Connection) -> None:
    user_id = priced(db, input=100, output=400)
    check_price(db, user_id, "m", 100, usage={"cached_tokens": MILLION})
    check_price(db, user_id, "m", 100, usage={"cache_write_tokens": MILLION})
    check_price(db, user_id, "m", 400, usage={"reasoning_tokens": MILLION})


def test_a_price_beside_costs_nothing_where_the_catalog_says_so(db: Connection) -> None:
    user_id = priced(db, input=100, output=400, cached=0, reasoning=0)
    check_price(db, user_id, "m", 1, usage={"input_tokens": 10_000, "cached_tokens": MILLION})
    check_price(db, user_id, "m", 4, usage={"output_tokens": 10_000, "reasoning_tokens": MILLION})
    check_price(db, user_id, "m", 100, usage={"cache_write_tokens": MILLION})


TIERED: Row = {
    "input": 100,
    "output": 400,
    "cached": 10,
    "above": [
        {"context_tokens": 200_000, "input": 200, "output": 600},
        {"context_tokens": 500_000, "cached": 50, "reasoning": 1000},
    ],
}


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"input_tokens": 199_999}, "19.9999"),
        ({"input_tokens": 200_000}, 20),
        ({"input_tokens": 200_001}, "40.0002"),
        # The context is what is read: fresh, from the cache or into it.
        ({"input_tokens": 100_000, "cached_tokens": 100_000}, 11),
        ({"input_tokens": 100_000, "cached_tokens": 100_001}, "21.00001"),
        ({"input_tokens": 100_000, "cache_write_tokens": 100_000}, 20),
        ({"input_tokens": 100_000, "cache_write_tokens": 100_001}, "40.0002"),
        ({"cached_tokens": 200_001}, "2.00001"),
        ({"output_tokens": 300_000, "reasoning_tokens": 300_000}, 240),
        ({"input_tokens": 200_000, "output_tokens": 10_000}, 24),
        # All tokens of the call cost the tier's price.
        ({"input_tokens": 200_001, "output_tokens": 10_000}, "46.0002"),
        ({"input_tokens": 200_001, "reasoning_tokens": 10_000}, "46.0002"),
        ({"input_tokens": 500_000, "reasoning_tokens": 10_000}, 106),
        # The higher tier states neither input nor output: the base's count, not the lower tier's.
        ({"input_tokens": 500_001}, "50.0001"),
        ({"input_tokens": 500_001, "output_tokens": 10_000}, "54.0001"),
        ({"input_tokens": 500_001, "reasoning_tokens": 10_000}, "60.0001"),
        ({"input_tokens": 500_001, "cached_tokens": 10_000}, "50.5001"),
        ({"input_tokens": 500_001, "cache_write_tokens": 10_000}, "51.0001"),
    ],
)
def test_the_size_of_the_context_decides_the_tier(
    db: Connection, usage: Row, cost: int | str
) -> None:
    check_price(db, priced(db, **TIERED), "m", cost, usage=usage)


def test_tiers_count_in_any_order(db: Connection) -> None:
    user_id = priced(db, **{**TIERED, "above": TIERED["above"][::-1]})
    check_price(db, user_id, "m", 20, usage={"input_tokens": 200_000})
    check_price(db, user_id, "m", "40.0002", usage={"input_tokens": 200_001})
    check_price(db, user_id, "m", "50.0001", usage={"input_tokens": 500_001})


def test_a_flat_price_counts_all_classes_together_whatever_the_context(db: Connection) -> None:
    use_catalog(db)
    user_id = customer(db)
    classes = ("input", "output", "cached", "cache_write", "reasoning")
    for name in classes:
        check_price(db, user_id, "gpt-4", "0.06", usage={f"{name}_tokens": 1})
    usage = {f"{name}_tokens": 200_000 for name in classes}
    check_price(db, user_id, "gpt-4", 60_000, usage=usage)


def test_a_model_that_is_free_costs_nothing(db: Connection) -> None:
    free = model(credits_per_1m_tokens={"input": 0, "output": 0}, free=True)
    use_catalog(db, changed_catalog(models=[free]))
    user_id = customer(db)
    check_price(db, user_id, "m", 0, usage={"input_tokens": MILLION, "output_tokens": MILLION})
    check_price(db, user_id, "m", 0)


def test_what_is_listed_is_what_is_charged(db: Connection) -> None:
    user_id = priced(db, **TIERED)
    with as_anon(db):
        rows = [r for r in call_all(db, "list_credit_prices") if r["service"] == "m"]
    listed = {(row["unit"], row["meter"]): row for row in rows}
    units = ("1M tokens", "1M tokens above 200000", "1M tokens above 500000")
    assert {unit for unit, _ in listed} == set(units)
    assert len(listed) == len(rows) == 15
    for unit, fill in zip(units, (0, 200_001, 500_001), strict=True):
        # The tokens that only make up the context are charged too, and taken off again.
        for meter in ("input", "output", "cached", "cache_write", "reasoning"):
            usage = {"input_tokens": fill, f"{meter}_tokens": fill + 7_000}
            cost = sum(
                listed[unit, name]["credits"] * count / listed[unit, name]["unit_size"]
                for name, count in usage.items()
            )
            check_price(db, user_id, "m", str(cost), usage=usage)


def test_the_guide_of_flat_prices_is_as_before(db: Connection) -> None:
    use_catalog(db)
    assert ("gpt-4", "tokens", "1K tokens", 1000, Decimal(60)) in prices(db)
    assert ("sms", "quantity", "message", 1, Decimal(1)) in prices(db)
    with as_anon(db):
        assert call(db, "calculate_query_cost", service="query", tools=["docs", "web"]) == 13


def test_the_guide_is_in_the_catalogs_order_models_after_services(db: Connection) -> None:
    services = [{"code": code, "unit": "unit", "credits": 1} for code in ("z", "a")]
    models = [model(code, credits_per_1k_tokens=1) for code in ("y", "b")]
    use_catalog(db, changed_catalog(services=services, models=models))
    assert [row[0] for row in prices(db)] == ["z", "a", "y", "b"]
