"""Numbers that stand for "none" or "not yet": -1, nan, 999999. They must never become a price."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from scripts.linting.findings import Finding, name_place
from scripts.linting.uses import Item
from scripts.toml_lines import Keys

# What is counted in credits or tokens can be as large and round as it likes; a price for one use
# of six nines, or of a 1 with nine zeros, is nobody's.
NO_PRICES = {
    "unit_size", "context_tokens", "max_output_tokens", "minimum_credits", "maximum_credits",
}  # fmt: skip
HEAD_PRICES = {"list_price_per_credit", "base_price_per_credit"}
MANY_NINES = 999_999
MANY_ZEROS = 10**9


def find_sentinels(raw: Item) -> list[Finding]:
    """sentinel: a number that no one can mean.

    That is any number below nothing or that is none; and a price of a use, or of a credit, which
    is six or more nines and nothing else, or a power of ten from 1,000,000,000 on.

    Args:
        raw: a catalog as TOML has it: it need not be what the schema describes.
    """
    return [
        Finding("sentinel", name_place(raw, keys), f"{number} stands for no number", keys)
        for keys, number in _numbers((), raw)
        if not number.is_finite() or number < 0 or (_is_price(keys) and _is_stand_in(number))
    ]


def _numbers(keys: Keys, value: Any) -> Iterator[tuple[Keys, Decimal]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _numbers((*keys, key), item)
        case list():
            for index, item in enumerate(value):
                yield from _numbers((*keys, index), item)
        case int() | Decimal():
            yield keys, Decimal(value)


def _is_price(keys: Keys) -> bool:
    if keys[0] in {"services", "models"}:
        return not NO_PRICES.intersection(keys)
    return keys[-1] in HEAD_PRICES


def _is_stand_in(number: Decimal) -> bool:
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    if digits == "1":
        return number >= MANY_ZEROS
    return number >= MANY_NINES and set(digits) == {"9"}
