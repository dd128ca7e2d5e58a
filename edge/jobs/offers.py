"""What the catalog in force sells, and the price of Stripe that belongs to each offer.

A price is found by its lookup key, so that no id is ever copied by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
import stripe
from psycopg.rows import class_row

Connection = psycopg.Connection[Any]

_KEYS_PER_CALL = 10  # Stripe's limit


@dataclass(frozen=True)
class Offer:
    """A plan or a pack, as ``credits.list_provider_offers`` tells it.

    Attributes:
        amount_cents: in minor units of the currency.
        billing_interval: month or year; None for a pack, which is paid once.
        product_id: what is stored of Stripe's product; None: not synced, or on other terms.
        price_id: likewise of the price.
    """

    kind: str
    code: str
    name: str
    amount_cents: int
    currency: str
    billing_interval: str | None
    product_id: str | None
    price_id: str | None

    @property
    def title(self) -> str:
        """What a line about it begins with."""
        return f"{self.kind} {self.code}"

    @property
    def lookup_key(self) -> str:
        """The name of its price at Stripe."""
        return f"pgcredits:{self.kind}:{self.code}"

    @property
    def terms(self) -> str:
        """Its terms in words, such as ``1900 usd cents a month``."""
        return show_terms(self.amount_cents, self.currency, self.billing_interval)

    def is_sold_by(self, price: stripe.Price) -> bool:
        """Tell whether a price, active or not, asks what the catalog asks."""
        return (
            price.billing_scheme,
            price.unit_amount,
            price.currency,
            *_interval(price),
        ) == (
            "per_unit",
            self.amount_cents,
            self.currency,
            self.billing_interval,
            self.billing_interval and 1,
        )


def list_offers(conn: Connection) -> list[Offer]:
    """Return the offers of the catalog in force, with what is stored for the provider's mode."""
    with conn.cursor(row_factory=class_row(Offer)) as cursor:
        return cursor.execute("select * from credits.list_provider_offers('stripe')").fetchall()


def find_prices(client: stripe.StripeClient, offers: Sequence[Offer]) -> dict[str, stripe.Price]:
    """Return the prices of offers by lookup key, each with its product.

    Raises:
        stripe.StripeError: Stripe does not serve, or refuses.
    """
    found: list[stripe.Price] = []
    for first in range(0, len(offers), _KEYS_PER_CALL):
        keys = [offer.lookup_key for offer in offers[first : first + _KEYS_PER_CALL]]
        page = client.v1.prices.list(
            {"lookup_keys": keys, "limit": 100, "expand": ["data.product"]}
        )
        found += page.data
    # Where an archived price has kept the key, the active one goes before it.
    found.sort(key=lambda price: (price.active, price.created))
    return {price.lookup_key: price for price in found if price.lookup_key}


def product_of(price: stripe.Price) -> stripe.Product:
    """Return the product of a price that ``find_prices`` found."""
    assert isinstance(price.product, stripe.Product)  # noqa: S101 - it was asked to be expanded
    return price.product


def price_terms(price: stripe.Price) -> str:
    """Return the terms of a price in words."""
    return show_terms(price.unit_amount, price.currency, _interval(price)[0])


def show_terms(amount_cents: int | None, currency: str, billing_interval: str | None) -> str:
    """Return terms in words, such as ``1900 usd cents a month``."""
    return f"{amount_cents} {currency} cents" + (
        f" a {billing_interval}" if billing_interval else ""
    )


def _interval(price: stripe.Price) -> tuple[str | None, int | None]:
    if price.recurring is None:
        return None, None
    return price.recurring.interval, price.recurring.interval_count
