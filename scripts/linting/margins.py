"""What each use, pack and plan leaves of its price, against what the provider takes: a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from scripts.amounts import Money, decimal, round_half_up
from scripts.linting.market import Market
from scripts.linting.offers import stated_cost

HEAD = ("", "for", "cost", "price", "margin", "mark-up", "lowest price", "margin", "mark-up")
UNKNOWN = "-"


@dataclass(frozen=True)
class Margin:
    """What is left of a price: exact, in major units.

    Attributes:
        name: what is sold, as ``model gpt-4o: input``, ``pack growth``.
        amount: how much of it the numbers are for, as ``1M tokens``, ``200 credits``.
        cost: what the provider takes; None where the catalog does not say.
        price: at the list price of a credit; of a pack or plan its own.
        lowest: at the cheapest credit that is sold; of a pack at the best plan's discount.
    """

    name: str
    amount: str
    cost: Fraction | None
    price: Fraction
    lowest: Fraction

    def cells(self, money: Money) -> tuple[str, ...]:
        """Return the columns of the table."""
        cost = UNKNOWN if self.cost is None else money.exact(self.cost)
        shown = (self._show(money, price) for price in (self.price, self.lowest))
        return (self.name, self.amount, cost, *(cell for cells in shown for cell in cells))

    def _show(self, money: Money, price: Fraction) -> tuple[str, str, str]:
        share, times = margin(price, self.cost), mark_up(price, self.cost)
        return money.exact(price), _percent(share), _percent(times)


def margin(price: Fraction, cost: Fraction | None) -> Fraction | None:
    """Return which fraction of the price is left; None for what is not known, or a gift."""
    return None if cost is None or not price else (price - cost) / price


def mark_up(price: Fraction, cost: Fraction | None) -> Fraction | None:
    """Return which fraction of the cost the price is above it; None where there is no cost."""
    return (price - cost) / cost if cost else None


def list_margins(market: Market) -> list[Margin]:
    """Return what is left of every use, then of every pack, quantity and plan."""
    uses = [
        Margin(
            f"{use.name}: {use.part}",
            use.per,
            use.cost,
            use.credits * market.list_price,
            use.credits * market.cheapest.price,
        )
        for use in market.uses
    ]
    return [*uses, *_offer_margins(market)]


def show_margins(market: Market) -> Iterator[str]:
    """Yield the table line by line, and below it what its prices are."""
    rows = [HEAD, *(each.cells(market.money) for each in list_margins(market))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        texts = (cell.ljust(width) for cell, width in zip(row[:2], widths[:2], strict=True))
        numbers = (cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True))
        yield "  ".join((*texts, *numbers))
    yield ""
    yield f"price: at the list price of a credit, {market.money.exact(market.list_price)}"
    yield f"lowest price: at {market.at_cheapest()}"


def _offer_margins(market: Market) -> Iterator[Margin]:
    """Yield packs, quantities and plans; without a stated cost, as if spent on the dearest use."""
    stated = stated_cost(market.catalog)
    known = [use for use in market.uses if use.cost is not None and use.credits]
    dearest = max(known, key=lambda use: use.cost_per_credit, default=None)
    for offer in market.offers:
        if offer.discount_of is None:
            amount = f"{decimal(offer.credits)} credits"
            cost = offer.cost
            if stated is None:
                cost = offer.credits * dearest.cost_per_credit if dearest else None
                amount += f" of {dearest.name} {dearest.part}" if dearest else ""
            same = (other.price for other in market.offers if other.keys == offer.keys)
            yield Margin(offer.name, amount, cost, offer.price, min(same))


def _percent(value: Fraction | None) -> str:
    return UNKNOWN if value is None else f"{round_half_up(value * 100, 2)} %"
