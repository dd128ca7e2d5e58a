"""Rules about what credits sell at: packs, plans, quantities and fees."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from scripts.amounts import CENTS, decimal, percent, round_half_up
from scripts.linting.findings import Finding
from scripts.linting.market import Market
from scripts.linting.offers import Offer, list_packs
from scripts.linting.uses import marked_up

# A difference that is next to nothing, as that of $19.99 from $20.
SLIGHT = Fraction(1, 100)
# Credits of a plan are for the month, those of a pack stay: a year's need can be bought at once.
YEAR = 12
BELOW_COST = {
    "packages": "pack-below-cost",
    "plans": "plan-below-cost",
    "custom_quantity": "quantity-below-cost",
}


def find_losing_offers(market: Market) -> Iterator[Finding]:
    """pack-below-cost, plan-below-cost, quantity-below-cost, discount-below-cost: a certain loss.

    Credits cost what cost_cents says or else, if the cost of every use is known, what the use does
    that leaves the most.
    """
    money = market.money
    losses = [offer for offer in market.offers if offer.is_below_cost]
    at_full_price = {offer.keys for offer in losses if not offer.discount_of}
    for offer in losses:
        rule, place = BELOW_COST[str(offer.keys[0])], offer.keys
        if offer.discount_of:
            rule, place = "discount-below-cost", offer.discount_of
        if not offer.discount_of or offer.keys not in at_full_price:
            yield market.finding(
                rule,
                place,
                f"{offer.name} sells at {money.exact(offer.price)}, and its credits cost us at"
                f" least {money.exact(offer.cost or Fraction(0))}",
            )


def find_dear_packs(market: Market) -> Iterator[Finding]:
    """larger-pack-dearer: several of a smaller pack give the same credits for less."""
    packs = list_packs(market.catalog)
    for pack in packs:
        smaller = [other for other in packs if other.credits < pack.credits]
        best = min(smaller, key=lambda other: other.per_credit, default=pack)
        if best.per_credit < pack.per_credit:
            yield _dearer(market, "larger-pack-dearer", pack, best)


def find_dear_plans(market: Market) -> Iterator[Finding]:
    """plan-dearer-than-pack: at most a year's credits at once are cheaper than by the month."""
    bought_once = _bought_once(market)
    for offer in _sold_plans(market):
        month = Fraction(market.catalog["plans"][offer.keys[1]]["monthly_credits"])
        within = [other for other in bought_once if other.credits <= YEAR * month]
        best = min(within, key=lambda other: other.per_credit, default=offer)
        if best.per_credit < offer.per_credit:
            yield _dearer(market, "plan-dearer-than-pack", offer, best)


def find_slight_savings(market: Market) -> Iterator[Finding]:
    """plan-saves-nothing: a plan is cheaper than the list price by next to nothing."""
    for offer in _sold_plans(market):
        saving = 1 - offer.per_credit / market.list_price
        if 0 < saving < SLIGHT:
            shown = f"{decimal(Fraction(round_half_up(saving * 100, 2)))} %"
            yield market.finding(
                "plan-saves-nothing",
                offer.keys,
                f"its credits cost {market.money.exact(offer.per_credit)} each, {shown} less than"
                f" the list price {market.money.exact(market.list_price)}",
            )


def find_uneven_costs(market: Market) -> Iterator[Finding]:
    """pack-costs-differ: a credit costs us the same, whatever pack it is bought in."""
    packs = [pack for pack in list_packs(market.catalog) if pack.cost is not None]
    usual = max(
        packs, key=lambda pack: sum(_same_cost(pack, other) for other in packs), default=None
    )
    for pack in packs:
        if usual and not _same_cost(pack, usual):
            this, that = (market.money.exact(_unit_cost(each)) for each in (pack, usual))
            message = f"its credits cost us {this} each, those of {usual.name} {that}"
            yield market.finding("pack-costs-differ", pack.keys, message)


def find_odd_pack_prices(market: Market) -> Iterator[Finding]:
    """pack-off-markup: a pack's price is not its cost and the stated mark-up, within 1 %."""
    if "packages" not in market.catalog.get("markup", {}):
        return
    factor = marked_up(market.catalog, "packages")
    for pack in list_packs(market.catalog):
        if pack.cost is not None:
            due = pack.cost * factor
            if abs(pack.price - due) > max(due * SLIGHT, Fraction(1, CENTS)):
                yield market.finding(
                    "pack-off-markup",
                    pack.keys,
                    f"it sells at {market.money.exact(pack.price)}; its cost"
                    f" {market.money.exact(pack.cost)} and the mark-up of {percent(factor - 1)}"
                    f" are {market.money.exact(due)}",
                )


def find_flat_tiers(market: Market) -> Iterator[Finding]:
    """bulk-tier-not-lower: who buys more does not pay less than in the tier before."""
    before = Fraction(0)
    tiers = market.catalog.get("custom_quantity", {}).get("bulk_tiers", [])
    for index, tier in enumerate(tiers):
        discount = Fraction(tier["discount_percent"])
        if discount <= before:
            than = f"{decimal(before)} % before it" if index else "none"
            yield market.finding(
                "bulk-tier-not-lower",
                ("custom_quantity", "bulk_tiers", index),
                f"its discount of {decimal(discount)} % is not above {than}",
            )
        before = max(before, discount)


def find_short_fees(market: Market) -> Iterator[Finding]:
    """additive-fees-short: the processor takes its percentage of the fees as well."""
    fees = market.catalog.get("fees", {})
    if fees.get("method") != "additive":
        return
    rate = Fraction(fees.get("processor_percent", 0)) / 100
    fixed = fees.get("processor_fixed_cents", 0) + fees.get("platform_fixed_cents", 0)
    missing = {
        offer.name: round_half_up((offer.price * CENTS * rate + fixed) * rate, 0)
        for offer in _bought_once(market)
    }
    short = [f"{cents} cents on {name}" for name, cents in missing.items() if cents]
    if short:
        message = f"the seller gets less than the subtotal: {', '.join(short)}"
        yield market.finding("additive-fees-short", ("fees",), message)


def _bought_once(market: Market) -> list[Offer]:
    return [offer for offer in market.offers if offer.keys[0] != "plans" and not offer.discount_of]


def _sold_plans(market: Market) -> list[Offer]:
    return [offer for offer in market.offers if offer.keys[0] == "plans"]


def _dearer(market: Market, rule: str, offer: Offer, best: Offer) -> Finding:
    this, that = (market.money.exact(each.per_credit) for each in (offer, best))
    message = f"its credits cost {this} each, those of {best.name} {that}"
    return market.finding(rule, offer.keys, message)


def _unit_cost(pack: Offer) -> Fraction:
    return (pack.cost or Fraction(0)) / pack.credits


def _same_cost(pack: Offer, other: Offer) -> bool:
    """Whether credits cost the same in both packs, as far as whole cents can say."""
    slack = Fraction(1, 2 * CENTS) / pack.credits + Fraction(1, 2 * CENTS) / other.credits
    return abs(_unit_cost(pack) - _unit_cost(other)) <= slack
