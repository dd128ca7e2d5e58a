"""Exact numbers and amounts of money as a person reads them, rounded only here."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

CENTS = 100  # of a major unit
SYMBOLS = {"usd": "$", "eur": "€", "gbp": "£"}


def round_half_up(value: Fraction, places: int) -> Decimal:
    """Round an exact number once, for display."""
    units = floor(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(f"{'-' if value < 0 else ''}{units}E-{places}")


def trim(value: Fraction) -> Decimal:
    """Round an exact number to nine places, and keep no zeros at their end."""
    return Decimal(f"{round_half_up(value, 9):f}".rstrip("0").removesuffix("."))


def decimal(value: Fraction) -> str:
    """Show a number of a formula, such as 10,000 or 1.15, with at most nine places."""
    return f"{trim(value):,f}"


def percent(value: Fraction) -> str:
    """Show a fraction as a percentage."""
    return f"{decimal(value * 100)} %"


@dataclass(frozen=True)
class Money:
    """How amounts of a currency are shown; ``currency`` is a catalog's, such as ``usd``."""

    currency: str

    @property
    def unit_price(self) -> str:
        """The unit of what one credit costs or sells at."""
        return f"{self.currency} per credit"

    def __call__(self, value: Fraction) -> str:
        """Show an amount in major units to the cent."""
        return self._show(value, f"{round_half_up(abs(value), 2):,f}")

    def exact(self, value: Fraction) -> str:
        """Show an amount that need not be whole cents, with two to nine places."""
        whole, _, places = decimal(abs(value)).partition(".")
        return self._show(value, f"{whole}.{places:0<2}")

    def _show(self, value: Fraction, amount: str) -> str:
        symbol = SYMBOLS.get(self.currency, f"{self.currency.upper()} ")
        return f"{'-' if value < 0 else ''}{symbol}{amount}"
