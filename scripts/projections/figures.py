"""Figures of a projection: exact numbers with their formulas, as a table or as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from scripts.amounts import Money, decimal, round_half_up, trim
from scripts.catalog_file import to_json

# Of these only whole ones are sold, so that beside 3,611.11 stands 3,612.
SOLD_WHOLE = frozenset({"packs", "purchases"})


@dataclass(frozen=True)
class Figure:
    """One number: what it is, how it came about, and its value.

    Attributes:
        formula: with its numbers filled in; for an assumption, where it was found.
        value: exact; of a ``percent`` the fraction; None for a number that does not exist.
        unit: a currency, ``percent``, or what is counted, such as ``packs``.
    """

    label: str
    formula: str
    value: Fraction | None
    unit: str

    @property
    def whole(self) -> int | None:
        """The least whole number that is enough, of what is sold only whole."""
        return ceil(self.value) if self.value is not None and self.unit in SOLD_WHOLE else None

    def show(self, money: Money) -> str:
        """Show the value for a person, rounded half up to two places where it is not whole."""
        if self.value is None:
            return "never"
        if self.unit == money.currency:
            return money(self.value)
        if self.unit == money.unit_price:
            return money.exact(self.value)
        if self.unit == "percent":
            return f"{round_half_up(self.value * 100, 2)} %"
        more = "" if self.whole in {None, self.value} else f" -> {self.whole:,}"
        places = 0 if self.value.denominator == 1 else 2
        return f"{round_half_up(self.value, places):,f}{more} {self.unit}"

    def to_object(self, money: Money) -> dict[str, Any]:
        """Return the figure for JSON; an amount has two places, all else nine."""
        value: Decimal | None = None
        if self.value is not None:
            is_amount = self.unit == money.currency
            value = round_half_up(self.value, 2) if is_amount else trim(self.value)
        shown = {"value": value, "unit": self.unit, "formula": self.formula}
        return shown if self.whole is None else {**shown, "whole": self.whole}


@dataclass(frozen=True)
class Section:
    """Figures under one title; ``key`` is its name in JSON."""

    key: str
    title: str
    figures: list[Figure]

    def lines(self, money: Money) -> Iterator[str]:
        """Yield the title and one aligned line for each figure."""
        yield self.title
        labels, formulas = (
            max(len(text) for text in texts)
            for texts in zip(*((f.label, f.formula) for f in self.figures), strict=True)
        )
        for figure in self.figures:
            start = f"  {figure.label:<{labels}}  {figure.formula:<{formulas}}"
            yield f"{start}  = {figure.show(money)}"


def product(label: str, number: Fraction, each: Fraction, money: Money) -> Figure:
    """Return so many times an amount."""
    return Figure(label, f"{decimal(number)} x {money.exact(each)}", number * each, money.currency)


def total(label: str, figures: list[Figure], money: Money) -> Figure:
    """Return the sum of some figures of money."""
    formula = " + ".join(figure.show(money) for figure in figures)
    return Figure(
        label, formula, sum((f.value or Fraction(0) for f in figures), Fraction(0)), money.currency
    )


def quotients(
    goal: Fraction, gains: Mapping[str, Fraction], unit: str, money: Money
) -> list[Figure]:
    """Return how often each gain alone makes an amount: never, where it is none."""
    return [
        Figure(
            label,
            f"{money.exact(goal)} / {money.exact(gain)}",
            goal / gain if gain > 0 else None,
            unit,
        )
        for label, gain in gains.items()
    ]


def to_text(sections: list[Section], money: Money) -> str:
    """Return the sections as tables with an empty line between them."""
    return "\n\n".join("\n".join(section.lines(money)) for section in sections)


def to_json_text(sections: list[Section], money: Money) -> str:
    """Return an object of the sections by key, of their figures by label (``at_price``)."""
    return to_json(
        {
            section.key: {f.label.replace(" ", "_"): f.to_object(money) for f in section.figures}
            for section in sections
        }
    )
