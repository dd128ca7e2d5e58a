"""Amounts for people: Stripe counts in a currency's smallest unit."""

from __future__ import annotations

from decimal import Decimal

_PLACES = {"bhd": 3, "jod": 3, "kwd": 3, "omr": 3, "tnd": 3} | dict.fromkeys(
    (
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    ),
    0,
)


def format_money(amount: int, currency: str) -> str:
    """Return ``1,234.50 USD`` for 123450 and ``usd``."""
    places = _PLACES.get(currency, 2)
    return f"{Decimal(amount).scaleb(-places):,.{places}f} {currency.upper()}"
