"""What a catalog sells credits at: its packs, plans and quantities, and what a credit costs us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from scripts.amounts import CENTS, decimal
from scripts.linting.uses import Item, Use, base_price, marked_up
from scripts.toml_lines import Keys

# Credits of a plan are given each month, whatever the interval of its bill.
MONTHS = {"month": 1, "year": 12}


@dataclass(frozen=True)
class Offer:
    """Credits that are sold together.

    Attributes:
        keys: where its price stands, as ``("packages", 1)``.
        name: what it is, as ``pack growth``, ``plan pro``, ``1,000 credits``.
        credits: how many, with a bonus.
        price: what the buyer pays, in major units, without fees that are passed on.
        cost: what the credits cost us; None where the catalog does not say.
        discount_of: where the plan stands whose discount counts; None at the full price.
    """

    keys: Keys
    name: str
    credits: Fraction
    price: Fraction
    cost: Fraction | None
    discount_of: Keys | None = None

    @property
    def per_credit(self) -> Fraction:
        """The price of one credit."""
        return self.price / self.credits

    @property
    def is_below_cost(self) -> bool:
        """Whether each sale is a loss for certain."""
        return self.cost is not None and self.price < self.cost


def list_offers(catalog: Item, uses: list[Use]) -> list[Offer]:
    """Return every way to buy credits, also at the discount that each plan gives.

    A credit of an offer that states no cost is taken to cost the least that it can.
    """
    credit_cost = least_cost(catalog, uses)
    full_price = [
        replace(offer, cost=offer.credits * credit_cost)
        if offer.cost is None and credit_cost is not None
        else offer
        for offer in (*list_packs(catalog), *_list_quantities(catalog), *_list_plans(catalog))
    ]
    discounted = [
        replace(
            offer,
            name=f"{offer.name} at the discount of plan {plan['code']}",
            price=offer.price * (1 - Fraction(plan["discount_percent"]) / 100),
            discount_of=("plans", index),
        )
        for index, plan in enumerate(catalog.get("plans", []))
        if plan.get("discount_percent")
        for offer in full_price
        if offer.keys[0] != "plans"
    ]
    return full_price + discounted


def list_packs(catalog: Item) -> list[Offer]:
    """Return the packs, each with the cost that it states."""
    return [
        Offer(
            ("packages", index),
            f"pack {pack['code']}",
            Fraction(pack["credits"]) + Fraction(pack.get("bonus_credits", 0)),
            Fraction(pack["price_cents"], CENTS),
            Fraction(pack["cost_cents"], CENTS) if "cost_cents" in pack else None,
        )
        for index, pack in enumerate(catalog.get("packages", []))
    ]


def is_sold(plan: Item) -> bool:
    """Whether anybody can subscribe to a plan here."""
    return bool(plan.get("price_cents")) and not plan.get("contact_only")


def stated_cost(catalog: Item) -> Fraction | None:
    """Return the least that a credit costs us by what the packs say."""
    packs = list_packs(catalog)
    costs = (pack.cost / pack.credits for pack in packs if pack.cost is not None)
    return min(costs, default=None)


def least_cost(catalog: Item, uses: list[Use]) -> Fraction | None:
    """Return what a credit costs us at least; None where the catalog does not say.

    If no pack says it, that is what the use costs per credit that leaves us most. A use of which
    the cost is not known may cost nothing.
    """
    stated = stated_cost(catalog)
    used = (use.cost_per_credit for use in uses if use.credits)
    return min(used, default=None) if stated is None else stated


def _list_plans(catalog: Item) -> Iterator[Offer]:
    """Yield the plans that are sold here, with what they give for one bill."""
    for index, plan in enumerate(catalog.get("plans", [])):
        if is_sold(plan) and plan.get("monthly_credits"):
            credits_given = Fraction(plan["monthly_credits"]) * MONTHS[plan["billing_interval"]]
            price = Fraction(plan["price_cents"], CENTS)
            yield Offer(("plans", index), f"plan {plan['code']}", credits_given, price, None)


def _list_quantities(catalog: Item) -> Iterator[Offer]:
    """Yield the least quantity that can be bought, and the least of each bulk tier."""
    terms = catalog.get("custom_quantity")
    if terms is None:
        return
    keys: Keys = ("custom_quantity",)
    steps = [(Fraction(terms["minimum"]), keys, Fraction(0))]
    for index, tier in enumerate(terms.get("bulk_tiers", [])):
        discount = Fraction(tier["discount_percent"]) / 100
        place = (*keys, "bulk_tiers", index)
        if tier["from"] <= terms["minimum"]:
            steps = [(Fraction(terms["minimum"]), place, discount)]
        elif tier["from"] <= terms["maximum"]:
            steps.append((Fraction(tier["from"]), place, discount))
    per_credit = base_price(catalog) * marked_up(catalog, "packages")
    for quantity, place, discount in steps:
        price = quantity * per_credit * (1 - discount)
        yield Offer(place, f"{decimal(quantity)} credits", quantity, price, None)
