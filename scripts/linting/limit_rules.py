"""Rules about what a plan's limits let its accounts buy."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from scripts.amounts import CENTS
from scripts.linting.findings import Finding
from scripts.linting.market import Market
from scripts.linting.offers import is_sold
from scripts.linting.uses import Item
from scripts.toml_lines import Keys


def find_low_purchase_caps(market: Market) -> Iterator[Finding]:
    """purchase-cap-too-low: in a month, who is on the plan can buy nothing.

    The plan's own bill, where it is monthly, is a payment of that month too.
    """
    for index, plan in enumerate(market.catalog.get("plans", [])):
        keys: Keys = ("plans", index)
        cap = plan.get("monthly_purchase_cap_cents")
        least = min(_prices(market, plan, keys), default=None)
        if cap is None or least is None:
            continue
        billed = plan["price_cents"] if _is_billed_monthly(plan) else 0
        left = Fraction(max(cap - billed, 0), CENTS)
        price, name = least
        if left < price:
            beside = " beside the plan's own bill" if billed else ""
            yield market.finding(
                "purchase-cap-too-low",
                (*keys, "monthly_purchase_cap_cents"),
                f"it leaves {market.money.exact(left)} a month{beside}, and nothing sells for less"
                f" than {market.money.exact(price)} ({name})",
            )


def _prices(market: Market, plan: Item, keys: Keys) -> Iterator[tuple[Fraction, str]]:
    """Yield what an account of a plan can buy: at its discount; a subscription if it has none."""
    discount_of = keys if plan.get("discount_percent") else None
    for offer in market.offers:
        if offer.keys[0] != "plans" and offer.discount_of == discount_of:
            yield offer.price, offer.name
    if not is_sold(plan):
        for other in filter(is_sold, market.catalog["plans"]):
            yield Fraction(other["price_cents"], CENTS), f"plan {other['code']}"


def _is_billed_monthly(plan: Item) -> bool:
    return is_sold(plan) and bool(plan["billing_interval"] == "month")
