"""What welcome credits cost, and how many sales of each pack make up for that."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from scripts.amounts import decimal
from scripts.projections.business import Business
from scripts.projections.figures import Figure, Section, product, quotients


def project_welcome(
    business: Business, users: Mapping[str, Fraction], welcome: Mapping[str, Fraction]
) -> list[Section]:
    """Project the cost of welcome credits, and the break-even by price and by profit.

    Args:
        business: with packs, and a cost of a credit.
        users: how many, by plan.
        welcome: what each of them is given, by plan.
    """
    money, fee, packs = business.money, business.fee, business.packs()
    price, cost = business.price_per_credit, business.cost_per_credit
    given = {plan: number * welcome[plan] for plan, number in users.items()}
    total = sum(given.values(), Fraction(0))
    at_price, at_cost = total * price.value, total * cost.value
    prices = {pack.code: pack.price for pack in packs}
    profits = {pack.code: pack.profit + fee.value for pack in packs}
    assumed = [
        Figure("price of a credit", price.source, price.value, money.unit_price),
        Figure("cost of a credit", cost.source, cost.value, money.unit_price),
        fee.figure("own fee", money),
    ]
    free_credits = [
        *(
            Figure(
                plan, f"{decimal(users[plan])} x {decimal(welcome[plan])}", given[plan], "credits"
            )
            for plan in users
        ),
        product("at price", total, price.value, money),
        product("at cost", total, cost.value, money),
    ]
    by_price = quotients(at_price, prices, "packs", money)
    for_cost = quotients(at_cost, profits, "packs", money)
    for_price = quotients(at_price, profits, "packs", money)
    return [
        Section("assumed", "Assumed", assumed),
        Section("free_credits", "Free credits, given once", free_credits),
        Section(
            "packs_by_price", "Packs whose prices add up to the free credits at price", by_price
        ),
        Section(
            "pack_profit", "Profit of one pack", [pack.earns(fee.value, money) for pack in packs]
        ),
        Section("packs_for_cost", "Packs whose profits recover the free credits at cost", for_cost),
        Section("packs_for_price", "Packs whose profits recover them at price", for_price),
    ]
