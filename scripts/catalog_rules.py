"""What a catalog must keep that its schema cannot say: codes, bounds, tiers, changes of plan."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from scripts.toml_lines import Keys

Problem = tuple[Keys, str]


def find_contradictions(catalog: dict[str, Any]) -> Iterator[Problem]:
    """Yield what contradicts itself in a catalog that is as the schema describes it.

    Yields:
        The keys that lead to the problem, and the problem in words.
    """
    yield from _find_repeated_codes(catalog)
    if "custom_quantity" in catalog:
        yield from _find_quantity_problems(catalog["custom_quantity"])
    yield from _find_policy_problems(catalog.get("subscriptions", {}))
    for section in ("services", "models"):
        for index, item in enumerate(catalog.get(section, [])):
            yield from _find_price_problems((section, index), item)


def _find_repeated_codes(catalog: dict[str, Any]) -> Iterator[Problem]:
    for sections in (("plans",), ("packages",), ("services", "models")):
        seen: dict[str, str] = {}
        for section in sections:
            for index, item in enumerate(catalog.get(section, [])):
                code = item["code"]
                if code in seen:
                    problem = f"{code} is used twice, {seen[code]} has it too"
                    yield (section, index, "code"), problem
                seen[code] = f"{section}[{index}]"


def _find_quantity_problems(terms: dict[str, Any]) -> Iterator[Problem]:
    keys = ("custom_quantity",)
    yield from _find_crossed(keys, terms, "minimum", "maximum")
    yield from _find_unordered((*keys, "bulk_tiers"), terms.get("bulk_tiers", []), "from")


def _find_policy_problems(policy: dict[str, Any]) -> Iterator[Problem]:
    if policy.get("downgrade") == "now" and policy.get("upgrade", "now") == "now":
        problem = "upgrades count now as well, and one of the two must wait for the renewal"
        yield ("subscriptions", "downgrade"), problem


def _find_price_problems(keys: Keys, item: dict[str, Any]) -> Iterator[Problem]:
    yield from _find_crossed(keys, item, "minimum_credits", "maximum_credits")
    for name in ("credits_per_1m_tokens", "cost"):
        prices = item.get(name)
        if isinstance(prices, dict):
            tiers = prices.get("above", [])
            yield from _find_unordered((*keys, name, "above"), tiers, "context_tokens")


def _find_crossed(keys: Keys, item: dict[str, Any], low: str, high: str) -> Iterator[Problem]:
    if low in item and high in item and item[low] > item[high]:
        yield (*keys, low), f"{item[low]} is greater than the {high} {item[high]}"


def _find_unordered(keys: Keys, tiers: list[dict[str, Any]], name: str) -> Iterator[Problem]:
    for index, (tier, following) in enumerate(pairwise(tiers), 1):
        if following[name] <= tier[name]:
            problem = f"{following[name]} does not rise above {tier[name]} of the tier before"
            yield (*keys, index, name), problem
