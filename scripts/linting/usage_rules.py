"""Rules about what uses cost: models, services and meters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby

from scripts.amounts import percent
from scripts.linting.findings import Finding
from scripts.linting.market import Market, show_times
from scripts.linting.uses import (
    CLASSES,
    Item,
    Use,
    dearest_for_each_price,
    token_price,
)
from scripts.toml_lines import Keys

# A price that nobody means, where no mark-up is stated. A service is more than what we buy for it;
# a hundred times is what it becomes when cents are taken for dollars.
MANY_TIMES = {"models": Fraction(10), "services": Fraction(100)}
SEVERAL_TIMES = 3
NOTICE = timedelta(days=60)


def find_losses(market: Market) -> Iterator[Finding]:
    """price-below-cost: at the cheapest credit a use brings less than the provider takes."""
    money = market.money
    for keys, uses in _by_place(dearest_for_each_price(market.uses)):
        losses = [use for use in uses if use.credits * market.cheapest.price < _cost(use)]
        if losses:
            worst = min(losses, key=lambda use: use.credits / _cost(use))
            more = f", and so do {len(losses) - 1} more of its prices" if losses[1:] else ""
            yield market.finding(
                "price-below-cost",
                keys,
                f"{worst.part} costs us {money.exact(_cost(worst))} per {worst.per} and sells at"
                f" {money.exact(worst.credits * market.cheapest.price)} at {market.at_cheapest()}"
                f"{more}",
            )


def find_low_ceilings(market: Market) -> Iterator[Finding]:
    """ceiling-below-cost: a model's call can cost more than its maximum_credits bring."""
    money = market.money
    for index, model in enumerate(market.catalog.get("models", [])):
        needed = {"cost", "maximum_credits", "context_tokens", "max_output_tokens"}
        if needed <= model.keys() and not model.get("free"):
            # A call that fits, whether or not the answer counts as context.
            answer = min(model["max_output_tokens"], model["context_tokens"])
            read = model["context_tokens"] - answer
            tier = max(read - 1, 0)
            cost = sum(
                token_price(model["cost"], kind, tier)[1] * tokens / 1_000_000
                for kind, tokens in (("input", read), ("output", answer))
            )
            price = Fraction(model["maximum_credits"]) * market.cheapest.price
            if price < cost:
                yield market.finding(
                    "ceiling-below-cost",
                    ("models", index),
                    f"a call can cost us {money.exact(Fraction(cost))}, and its maximum_credits"
                    f" sell at {money.exact(price)} at {market.at_cheapest()}",
                )


def find_other_markups(market: Market) -> Iterator[Finding]:
    """far-from-markup, many-times-cost: a mark-up that is not the stated one, or beyond belief.

    Far is more than twice the price at cost + mark-up even at the cheapest credit, or less than
    half the mark-up even at the dearest. What is a loss has its finding already.
    """
    markups = market.catalog.get("markup", {})
    for keys, uses in _by_place(dearest_for_each_price(market.uses)):
        section = str(keys[0])
        if section in markups:
            stated = Fraction(markups[section])
            rule, most, least = "far-from-markup", 2 * (1 + stated), 1 + stated / 2
            more = f"the stated mark-up is {percent(stated)}"
        else:
            rule, most, least = "many-times-cost", MANY_TIMES[section], Fraction(0)
            more = "no mark-up is stated"
        found = [
            use
            for use in uses
            if use.cost
            and (
                _times(use, market.cheapest.price) > most
                or (_times(use, market.cheapest.price) >= 1 and _times(use, market.dearest) < least)
            )
        ]
        if found:
            yield market.finding(rule, keys, f"{_describe_times(market, found)}, and {more}")


def find_single_prices(market: Market) -> Iterator[Finding]:
    """one-price-for-all-tokens: output costs several times input, and is sold at the same price.

    Who asks short questions for long answers then pays too little, and who lets much be read too
    much.
    """
    money = market.money
    for keys, uses in _by_place(market.uses):
        parts = {use.part: use for use in uses}
        if "input" in parts and "output" in parts:
            read, written = parts["input"], parts["output"]
            if (
                read.credits == written.credits
                and _cost(written) >= SEVERAL_TIMES * _cost(read)
                and _cost(written)
            ):
                yield market.finding(
                    "one-price-for-all-tokens",
                    keys,
                    f"output costs us {money.exact(_cost(written))} per {written.per} and input"
                    f" {money.exact(_cost(read))}, and both sell at the same price",
                )


def find_unknown_models(market: Market) -> Iterator[Finding]:
    """unknown-cost, unknown-model, stale-cost: what a model costs us is not known, or is not so."""
    for index, model in enumerate(market.catalog.get("models", [])):
        keys = ("models", index)
        source = model.get("source")
        known = (market.sources or {}).get(source)
        if market.sources is not None and source is not None and known is None:
            yield market.finding("unknown-model", keys, f"{source} is not in the price map")
        elif "cost" not in model and not model.get("free"):
            message = "no cost is stated, so that its margin is not known"
            yield market.finding("unknown-cost", keys, message)
        for kind in CLASSES:
            stated, true = (each.get("cost", {}).get(kind) for each in (model, known or {}))
            if stated is not None and true is not None and stated != true:
                message = f"{kind} costs {true} by the price map, not {stated}"
                yield market.finding("stale-cost", (*keys, "cost", kind), message)


def find_deprecated_models(market: Market) -> Iterator[Finding]:
    """deprecated-model: the provider has ended the model, or does so within 60 days."""
    for index, model in enumerate(market.catalog.get("models", [])):
        if "deprecated_at" in model:
            end = date.fromisoformat(str(model["deprecated_at"]))
            if end <= market.today + NOTICE:
                verb = "ended" if end <= market.today else "ends"
                yield market.finding("deprecated-model", ("models", index), f"{verb} on {end}")


def fill_costs(catalog: Item, sources: dict[str, Item]) -> Item:
    """Return a catalog whose models have what a price map says of their source and they do not."""
    models = [
        {**sources.get(model.get("source", ""), {}), **model} for model in catalog.get("models", [])
    ]
    return {**catalog, "models": models}


def _by_place(uses: list[Use]) -> Iterator[tuple[Keys, list[Use]]]:
    for keys, group in groupby(uses, key=lambda use: use.keys):
        yield keys, list(group)


def _cost(use: Use) -> Fraction:
    return use.cost or Fraction(0)


def _times(use: Use, credit: Fraction) -> Fraction:
    return use.credits * credit / _cost(use)


def _describe_times(market: Market, found: list[Use]) -> str:
    """Say what the prices are against the cost of all that they cover."""
    prices = {(use.keys, use.price) for use in found}
    covered = [use for use in market.uses if (use.keys, use.price) in prices and use.cost]
    parts = ", ".join(use.part for use in covered)
    listed, least = (
        show_times(min(times), max(times))
        for times in (
            [_times(use, credit) for use in covered]
            for credit in (market.list_price, market.cheapest.price)
        )
    )
    return (
        f"{parts}: sells at {listed} its cost at the list price, {least} at {market.at_cheapest()}"
    )
