"""Sync: the catalog's plans and packs as products and prices of Stripe.

A price cannot be changed at Stripe. One whose terms are no longer the catalog's is archived, which
leaves its subscriptions alone, and another takes over its lookup key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import stripe

from edge.jobs.offers import (
    Connection,
    Offer,
    find_prices,
    list_offers,
    price_terms,
    product_of,
)

if TYPE_CHECKING:
    from stripe.params import PriceCreateParams


@dataclass(frozen=True)
class Change:
    """What was done, or in a dry run would be, to one thing; ``what`` is None for nothing."""

    title: str
    what: str | None

    def show(self) -> str:
        """Return it as a line."""
        return f"{self.title}: {self.what or 'unchanged'}"


def stable_key(*parts: object) -> str:
    """Return an idempotency key that is the same for the same call, in every run."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return f"pgcredits-{hashlib.sha256(text.encode()).hexdigest()}"


def is_live(conn: Connection) -> bool:
    """Return whether the database takes Stripe's live mode."""
    query = "select livemode from credits.get_provider('stripe')"
    return conn.execute(query).fetchone() == (True,)


def sync_mode(conn: Connection, client: stripe.StripeClient, *, livemode: bool) -> Change:
    """Let the database take the mode of the environment: its events, its customers, its prices.

    Raises:
        psycopg.Error: the database refuses.
        stripe.StripeError: Stripe does not serve this key; the mode stays.
    """
    if is_live(conn) is livemode:
        return Change("mode", None)
    client.v1.prices.list({"limit": 1})
    conn.execute("select credits.set_provider_mode('stripe', %s)", [livemode])
    return Change("mode", "live" if livemode else "test")


def sync_prices(
    conn: Connection, client: stripe.StripeClient, *, dry_run: bool
) -> Iterator[Change]:
    """Bring every offer of the catalog in force to Stripe, and store its ids; one change each.

    It may end anywhere and be run again, also by two at the same time.

    Raises:
        psycopg.Error: the database refuses.
        stripe.StripeError: Stripe does not serve, or refuses.
    """
    offers = list_offers(conn)
    prices = find_prices(client, offers)
    for offer in offers:
        price = prices.get(offer.lookup_key)
        steps = []
        if price is not None:
            steps += _sync_product(client, offer, product_of(price), dry_run=dry_run)
        if price is None or not offer.is_sold_by(price):
            steps.append(f"new price, {offer.terms}")
            if price is not None:
                steps.append(f"in place of {price_terms(price)}")
            if not dry_run:
                price = _replace(client, offer, price)
        elif not price.active:
            steps.append("price active again")
            if not dry_run:
                client.v1.prices.update(price.id, {"active": True})
        if price is not None and offer.price_id != price.id:
            steps = steps or ["price known from now on"]
            if not dry_run:
                _store(conn, offer, price)
        yield Change(offer.title, ", ".join(steps) or None)


def _sync_product(
    client: stripe.StripeClient, offer: Offer, product: stripe.Product, *, dry_run: bool
) -> list[str]:
    if (product.name, product.active) == (offer.name, True):
        return []
    if not dry_run:
        # An update says what shall be: repeated it does no harm. A key made of its parameters
        # would, when a name comes back: Stripe would repeat its old answer and change nothing.
        client.v1.products.update(product.id, {"name": offer.name, "active": True})
    return [f"product named {offer.name}"]


def _replace(client: stripe.StripeClient, offer: Offer, old: stripe.Price | None) -> stripe.Price:
    """Create an offer's price; the old one is archived first, while its key still finds it."""
    if old is not None and old.active:
        client.v1.prices.update(old.id, {"active": False})
    params: PriceCreateParams = {
        "currency": offer.currency,
        "unit_amount": offer.amount_cents,
        "lookup_key": offer.lookup_key,
        "transfer_lookup_key": True,
        "expand": ["product"],
    }
    if offer.billing_interval is not None:
        interval = "month" if offer.billing_interval == "month" else "year"
        params["recurring"] = {"interval": interval}
    if old is None:
        params["product_data"] = {"name": offer.name, "active": True}
    else:
        params["product"] = product_of(old).id
    # With the old price in it, the key is another one when terms of earlier come back.
    key = stable_key("price", params, old and old.id)
    return client.v1.prices.create(params, {"idempotency_key": key})


def _store(conn: Connection, offer: Offer, price: stripe.Price) -> None:
    conn.execute(
        "select credits.store_provider_price('stripe', %s, %s, %s, %s, %s, %s, %s)",
        [
            offer.kind,
            offer.code,
            product_of(price).id,
            price.id,
            offer.amount_cents,
            offer.currency,
            offer.billing_interval,
        ],
    )
