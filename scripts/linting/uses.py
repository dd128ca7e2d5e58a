"""What a catalog charges for, use by use: its credits, and what the provider takes for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scripts.toml_lines import Keys

Item = dict[str, Any]

# A class of tokens without a price of its own costs what the class costs that it is a kind of.
PARENTS = {"cached": "input", "cache_write": "input", "reasoning": "output"}
CLASSES = ("input", "cached", "cache_write", "output", "reasoning")
FLAT = "all tokens"  # one price for all classes


@dataclass(frozen=True)
class Use:
    """One thing that is charged for.

    Attributes:
        keys: where its price stands, as ``("models", 3)``.
        name: the kind and code of the service, as ``model gpt-4o``.
        part: which part of it, as ``output above 200,000 tokens``, ``message``.
        per: how many units the numbers are for, in words: ``1M tokens``, ``60 seconds``.
        price: the stated price that counts here; one price can cover several classes of tokens.
        credits: what is charged.
        cost: what the provider takes, in major units; None where the catalog does not say.
    """

    keys: Keys
    name: str
    part: str
    per: str
    price: str
    credits: Fraction
    cost: Fraction | None

    @property
    def cost_per_credit(self) -> Fraction:
        """What a credit costs us that is spent on this, nothing where that is not known."""
        return (self.cost or Fraction(0)) / self.credits


def list_uses(catalog: Item) -> list[Use]:
    """Return everything that the catalog charges for, without what it gives for free."""
    return [
        *(
            use
            for index, service in enumerate(catalog.get("services", []))
            if not service.get("free")
            for use in _service_uses(catalog, service, ("services", index))
        ),
        *(
            use
            for index, model in enumerate(catalog.get("models", []))
            if not model.get("free")
            for use in _model_uses(catalog, model, ("models", index))
        ),
    ]


def dearest_for_each_price(uses: list[Use]) -> list[Use]:
    """Return, for each stated price of which the cost is known, the use that costs us most.

    A flat price has to pay for the dearest tokens that it covers; that it is many times what the
    cheapest of them cost says nothing.
    """
    dearest: dict[tuple[Keys, str], Use] = {}
    for use in uses:
        known = dearest.get((use.keys, use.price))
        if use.cost is not None and (known is None or use.cost > (known.cost or 0)):
            dearest[use.keys, use.price] = use
    return list(dearest.values())


def base_price(catalog: Item) -> Fraction:
    """Return what a credit is worth where a cost becomes credits, in major units."""
    return Fraction(catalog.get("base_price_per_credit") or catalog["list_price_per_credit"])


def marked_up(catalog: Item, kind: str) -> Fraction:
    """Return cost + mark-up of ``models``, ``services`` or ``packages`` as a factor, as 1.15."""
    return 1 + Fraction(catalog.get("markup", {}).get(kind, 0))


def token_price(prices: Item, kind: str, context: int) -> tuple[str, Fraction]:
    """Return what a class of tokens costs by a list of prices, and which of the prices that is.

    Args:
        prices: by class of tokens, and ``above``, the tiers from a size of the context on.
        kind: the class.
        context: the tier that holds above so many tokens of context.
    """
    tier: Item = max(
        (tier for tier in prices.get("above", []) if tier["context_tokens"] <= context),
        key=lambda tier: int(tier["context_tokens"]),
        default={},
    )
    for name in (kind, PARENTS.get(kind, kind)):
        if name in tier:
            return f"{name} above {tier['context_tokens']}", Fraction(tier[name])
        if name in prices:
            return name, Fraction(prices[name])
    raise KeyError(kind)


def _service_uses(catalog: Item, service: Item, keys: Keys) -> Iterator[Use]:
    """Yield a service's unit, its meters, and what else of it has a price, without its cost."""
    name = f"service {service['code']}"
    charge, cost = _exact(service, "credits"), _exact(service, "cost")
    if charge is None and cost is not None:
        charge = cost * marked_up(catalog, "services") / base_price(catalog)
    if charge is not None:
        yield Use(keys, name, service["unit"], _per(service), "credits", charge, cost)
    for meter, price in service.get("meters", {}).items():
        place = (*keys, "meters", meter)
        charge, cost = Fraction(price["credits"]), _exact(price, "cost")
        yield Use(place, name, meter, _per(price), "credits", charge, cost)
    if "base" in service:
        yield Use(keys, name, "base", "call", "base", Fraction(service["base"]), None)
    for tool, price in service.get("tools", {}).items():
        yield Use(keys, name, f"tool {tool}", "call", f"tools.{tool}", Fraction(price), None)


def _exact(price: Item, key: str) -> Fraction | None:
    return Fraction(price[key]) if key in price else None


def _per(price: Item) -> str:
    size = price.get("unit_size", 1)
    return str(price["unit"]) if size == 1 else f"{price['unit']} (unit_size {size})"


def _model_uses(catalog: Item, model: Item, keys: Keys) -> Iterator[Use]:
    """Yield the classes of tokens that the model's price or cost tells apart, in each tier."""
    costs: Item = model.get("cost", {})
    prices: Item = model.get("credits_per_1m_tokens", costs)
    factor = Fraction(1)
    is_flat = "credits_per_1k_tokens" in model
    if is_flat:
        prices = dict.fromkeys(CLASSES, Fraction(model["credits_per_1k_tokens"]) * 1000)
    elif prices is costs:
        factor = marked_up(catalog, "models") / base_price(catalog)
    lists = [costs] if is_flat else [prices, costs]
    stated = [tier for each in lists for tier in (each, *each.get("above", []))]
    tiers = {int(tier["context_tokens"]) for tier in stated if "context_tokens" in tier}
    name = f"model {model['code']}"
    for context in (0, *sorted(tiers)):
        where = f" above {context:,} tokens" if context else ""
        for kind in CLASSES:
            if any(kind in tier for tier in stated):
                price, charge = token_price(prices, kind, context)
                cost = token_price(costs, kind, context)[1] if costs else None
                price = FLAT if is_flat else price
                yield Use(keys, name, kind + where, "1M tokens", price, charge * factor, cost)
    if is_flat and not costs:
        yield Use(keys, name, FLAT, "1M tokens", FLAT, prices["input"], None)
