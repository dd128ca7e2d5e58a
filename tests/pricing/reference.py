"""What a use costs, in plain Python with fractions: shares nothing with the SQL.

It is written from the published rules: one sum of components, rounded once, then bounded.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from tests.wallets import Row

CLASSES = ("input", "output", "cached", "cache_write", "reasoning")
KIND_OF = {"cached": "input", "cache_write": "input", "reasoning": "output"}


def exact(number: object) -> Fraction:
    """Read a number that a catalog or a usage states."""
    return Fraction(str(number))


def charged(total: Fraction, item: Row, catalog: Row) -> Fraction:
    """Round a sum, something never to nothing, and keep it within the item's bounds."""
    if total == 0:
        return total
    rounding = {**catalog.get("rounding", {}), **item.get("rounding", {})}
    step = Fraction(1, 10 ** rounding.get("places", 9))
    if rounding.get("mode") == "up":
        total = ceil(total / step) * step
    else:
        total = max(floor(total / step + Fraction(1, 2)) * step, step)
    if "minimum_credits" in item:
        total = max(total, exact(item["minimum_credits"]))
    if "maximum_credits" in item:
        total = min(total, exact(item["maximum_credits"]))
    return total


def credits_of(cost: Fraction, catalog: Row, kind: str) -> Fraction:
    """Turn a cost into credits at its mark-up."""
    worth = catalog.get("base_price_per_credit", catalog["list_price_per_credit"])
    return cost * (1 + exact(catalog.get("markup", {}).get(kind, 0))) / exact(worth)


def class_price(prices: Row, name: str, context: int) -> Fraction:
    """Find what a million tokens of a class cost in a context of this size."""
    reached = [tier for tier in prices.get("above", []) if tier["context_tokens"] < context]
    tier = max(reached, key=lambda tier: int(tier["context_tokens"])) if reached else {}
    parent = KIND_OF.get(name, name)
    for source, key in ((tier, name), (prices, name), (tier, parent), (prices, parent)):
        if key in source:
            return exact(source[key])
    raise AssertionError(name)


def price_tokens(prices: Row, usage: Row) -> Fraction:
    """Price the tokens of a call by a list of prices."""
    counts = {name: usage.get(f"{name}_tokens", 0) for name in CLASSES}
    context = counts["input"] + counts["cached"] + counts["cache_write"]
    return sum(
        (class_price(prices, name, context) * count / 10**6 for name, count in counts.items()),
        Fraction(0),
    )


def price_model(model: Row, catalog: Row, usage: Row) -> tuple[Fraction, Fraction | None]:
    """Return what a call of a model costs in credits, and what it costs us, if that is known."""
    cost = price_tokens(model["cost"], usage) if "cost" in model else None
    if "credits_per_1k_tokens" in model:
        total = exact(model["credits_per_1k_tokens"]) * sum(usage.values()) / 1000
    elif "credits_per_1m_tokens" in model:
        total = price_tokens(model["credits_per_1m_tokens"], usage)
    else:
        assert cost is not None
        total = credits_of(cost, catalog, "models")
    return charged(total, model, catalog), cost


def price_service(
    service: Row, catalog: Row, quantity: Decimal, usage: Row
) -> tuple[Fraction, Fraction | None]:
    """Return what a use of a service costs in credits, and what it costs us, if that is known."""
    units = Fraction(quantity)
    size = exact(service.get("unit_size", 1))
    total = exact(service.get("base", 0))
    costs = []
    if "cost" in service:
        costs.append(exact(service["cost"]) * units / size)
    if "credits" in service:
        total += exact(service["credits"]) * units / size
    elif "cost" in service:
        total += credits_of(costs[0], catalog, "services")
    tools = service.get("tools", {})
    for name in set(usage.get("tools", [])):
        total += units * exact(tools.get(name, tools.get("*")))
    for name, meter in service.get("meters", {}).items():
        count = exact(usage.get(name, 0)) / exact(meter.get("unit_size", 1))
        total += exact(meter["credits"]) * count
        if "cost" in meter:
            costs.append(exact(meter["cost"]) * count)
    return charged(total, service, catalog), sum(costs, Fraction(0)) if costs else None
