"""Rules about referral: rewards that nobody is given, and rewards that pay for themselves."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from scripts.amounts import CENTS
from scripts.linting.findings import Finding
from scripts.linting.market import Market
from scripts.linting.offers import Offer, is_sold
from scripts.linting.uses import Item

KEYS = ("referral",)


def find_idle_programs(market: Market) -> Iterator[Finding]:
    """referral-never-given: rewards of nothing, or for a first purchase where nothing is sold."""
    program = market.catalog.get("referral")
    if program is None:
        return
    if not _rewards(program):
        message = "nobody is given anything: both rewards are nothing"
        yield market.finding("referral-never-given", KEYS, message)
    elif not market.offers and not any(map(is_sold, market.catalog.get("plans", []))):
        message = "nobody is given anything: no first purchase can be made here"
        yield market.finding("referral-never-given", KEYS, message)


def find_rich_rewards(market: Market) -> Iterator[Finding]:
    """reward-above-purchase: both rewards are worth more than a purchase that earns them.

    Who refers a second account of their own then has more than they paid for.
    """
    program = market.catalog.get("referral")
    if program is None:
        return
    least = Fraction(program.get("minimum_cents", 0), CENTS)
    prices = [_price(offer, least) for offer in market.offers]
    price = min((price for price in prices if price >= least), default=None)
    worth = _rewards(program) * market.cheapest.price
    if price is not None and worth > price:
        yield market.finding(
            "reward-above-purchase",
            KEYS,
            f"both rewards are worth {market.money.exact(worth)} at {market.at_cheapest()}, and"
            f" a purchase of {market.money.exact(price)} earns them",
        )


def _rewards(program: Item) -> Fraction:
    return Fraction(program["referrer_credits"]) + Fraction(program["referee_credits"])


def _price(offer: Offer, least: Fraction) -> Fraction:
    """Return what is paid; of quantities, the one that costs the least that earns a reward."""
    return max(offer.price, least) if offer.keys[0] == "custom_quantity" else offer.price
