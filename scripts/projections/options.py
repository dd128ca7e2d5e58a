"""The values of the options of ``pgcredits project``: exact numbers, rates, and values by code."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

import click

from scripts.errors import CommandError
from scripts.projections.sales import Rate

Value = TypeVar("Value")

NUMBER = re.compile(r"-?[0-9]+(_[0-9]+)*(\.[0-9]+)?%?")
LONGEST = 30


def read_number(text: str) -> Fraction:
    """Read a number such as 10000, 10_000, 0.15 or 15%, exactly.

    Raises:
        click.BadParameter: it is none.
        CommandError: it is below 0.
    """
    if len(text) > LONGEST or not NUMBER.fullmatch(text):
        raise click.BadParameter(f"{text!r} is no number such as 10000, 0.15 or 15%")
    if text.startswith("-"):
        raise CommandError(f"{text} is below 0")
    return Fraction(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def read_rate(text: str) -> Rate:
    """Read so many a year, or a month as in 100/month."""
    digits, slash, period = text.partition("/")
    if slash and period not in {"month", "year"}:
        raise click.BadParameter(f"{text!r} is no number a year, nor one such as 100/month")
    return Rate(read_number(digits), period or "year")


def read_by_code(value: Callable[[str], Value]) -> Callable[[str], tuple[str, Value]]:
    """Return a reader of CODE=VALUE."""

    def pair(text: str) -> tuple[str, Value]:
        code, equals, rest = text.partition("=")
        if not equals:
            raise click.BadParameter(f"{text!r} is not CODE=VALUE")
        return code, value(rest)

    return pair
