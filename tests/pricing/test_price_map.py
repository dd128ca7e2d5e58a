"""Every language model of a price map, priced by the database to the last digit of its source.

A made-up map has every feature of the real one, which is read as well where it is at hand: inside
an installed ``litellm``, or in the file that ``PGCREDITS_LITELLM_MAP`` names.
"""

from __future__ import annotations

import json
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scripts.catalog import apply
from scripts.cli import main
from scripts.errors import CommandError
from scripts.litellm import find_installed, read_map
from tests.pricing.charges import check_price, customer
from tests.support import Connection

SMALL = Path(__file__).with_name("price_map.json")
# A credit is a dollar, and nothing is added.
CATALOG = """\
code = "everything"
name = "Everything"
currency = "usd"
list_price_per_credit = 1
base_price_per_credit = 1
markup = { models = 0 }
"""
KEYS = {
    "input": "input_cost_per_token",
    "output": "output_cost_per_token",
    "cached": "cache_read_input_token_cost",
    "cache_write": "cache_creation_input_token_cost",
    "reasoning": "output_cost_per_reasoning_token",
}
KIND_OF = {"cached": "input", "cache_write": "input", "reasoning": "output"}
STORED = """
select m.source, p.meter, p.above_tokens, p.unit_size, p.credits, p.cost
from credits.prices as p
inner join credits.models as m on p.version = m.version and p.service = m.code
"""
Price = tuple[str, str, int]


def real_map() -> Path | None:
    named = os.environ.get("PGCREDITS_LITELLM_MAP")
    try:
        return Path(named) if named else find_installed()[0]
    except CommandError:
        return None


def stated_tiers(fields: dict[str, Any]) -> dict[int, dict[str, Decimal]]:
    """Return the prices of one token by class, by the context they hold above, as they stand."""
    tiers: dict[int, dict[str, Decimal]] = {0: {}}
    for tier in fields.get("tiered_pricing", []):
        start = int(tier["range"][0])
        tiers[start] = {name: tier[key] for name, key in KEYS.items() if key in tier}
    for name, key in KEYS.items():
        for field, value in fields.items():
            if field == key:
                tiers[0][name] = value
            elif found := re.fullmatch(rf"{key}_above_(\d+)k_tokens", field):
                tiers.setdefault(int(found[1]) * 1000, {})[name] = value
    return tiers


def expected_prices(path: Path) -> dict[Price, Decimal]:
    """Return what each class of tokens of each model costs, in every tier."""
    prices: dict[Price, Decimal] = {}
    for source, fields in json.loads(path.read_text(), parse_float=Decimal).items():
        if fields.get("mode") not in ("chat", "responses"):
            continue
        tiers = stated_tiers(fields)
        base = tiers[0]
        paid = any(base.values()) or not any(
            value for key, value in fields.items() if "cost" in key and not isinstance(value, dict)
        )
        if not {"input", "output"} <= base.keys() or "input_cost_per_request" in fields or not paid:
            continue
        for above, tier in tiers.items():
            for name in KEYS:
                kind = KIND_OF.get(name, name)
                found = [tier.get(name), base.get(name), tier.get(kind), base.get(kind)]
                price = next(price for price in found if price is not None)
                prices[source, f"{name}_tokens", above] = Decimal(price)
    return prices


def apply_whole_map(conn: Connection, path: Path, folder: Path) -> None:
    catalog = folder / "everything.toml"
    catalog.write_text(CATALOG)
    arguments = ["import", "litellm", str(path), "--catalog", str(catalog), "--all", "--write"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output[-500:]
    apply(conn, catalog)


@pytest.mark.parametrize("path", [SMALL, real_map()], ids=["made-up", "real"])
def test_every_model_is_priced_to_the_last_digit_of_its_source(
    db: Connection, tmp_path: Path, path: Path | None
) -> None:
    if path is None:
        pytest.skip("litellm is not installed, and PGCREDITS_LITELLM_MAP names no price map")
    apply_whole_map(db, path, tmp_path)
    stored: dict[Price, Decimal] = {}
    for source, meter, above, unit_size, price, cost in db.execute(STORED):
        assert (unit_size, cost) == (1_000_000, price)
        stored[source, meter, above] = price.scaleb(-6)
    assert stored == expected_prices(path)


@pytest.mark.parametrize(
    ("model", "usage", "cost"),
    [
        # 1,000,000 tokens of each class, by their prices below and above 200,000 of context.
        ("plain", {"input": 10**6, "cached": 10**6, "output": 10**6, "reasoning": 10**6}, 25),
        ("tiers", {"input": 200_000, "output": 10**6}, "10.25"),
        ("tiers", {"input": 200_001, "output": 10**6}, "15.5000025"),
        ("tiers", {"input": 1, "cached": 200_000, "output": 10**6}, "15.0500025"),
        # What the tier does not say is the model's own price of writing to the cache.
        ("tiers", {"cache_write": 10**6}, "1.5625"),
        ("ranges", {"input": 32_000, "output": 100, "reasoning": 10}, "0.03224"),
        ("ranges", {"input": 32_001, "output": 100, "reasoning": 10}, "0.0515516"),
        ("ranges", {"input": 256_001, "output": 100, "reasoning": 10}, "0.768643"),
        # 0.10000000000000001 + 33.333333333333333: rounded once, to nine places.
        ("vendor-many-digits-v1", {"input": 10**6, "output": 10**6}, "33.433333333"),
        ("vendor-many-digits-v1", {"output": 1, "cache_write": 10**6}, "0.000033333"),
    ],
)
def test_a_call_costs_what_its_provider_takes(
    db: Connection, tmp_path: Path, model: str, usage: dict[str, int], cost: int | str
) -> None:
    apply_whole_map(db, SMALL, tmp_path)
    tokens = {f"{name}_tokens": count for name, count in usage.items()}
    check_price(db, customer(db), model, cost, usage=tokens)


def test_the_made_up_map_has_models_of_every_kind() -> None:
    found = read_map(SMALL)
    assert list(found.models) == [
        "plain",
        "tiers",
        "ranges",
        "Vendor/Many Digits:v1",
        "vendor-many-digits-v1",
        "nothing",
    ]
    assert list(found.left_out) == ["pictures", "seconds", "half", "requests"]
