"""What packs and fees earn in a year, and how many of them earn an amount."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from scripts.amounts import decimal
from scripts.projections.business import Business
from scripts.projections.figures import Figure, Section, product, quotients, total

MONTHS = 12


@dataclass(frozen=True)
class Rate:
    """So many things in every ``month`` or ``year``."""

    number: Fraction
    period: str

    @property
    def per_year(self) -> Fraction:
        """How many they are in a year."""
        return self.number * (MONTHS if self.period == "month" else 1)

    def figure(self, label: str, unit: str) -> Figure:
        """Return how many they are in a year, and how that comes about."""
        formula = decimal(self.number) + (f" x {MONTHS}" if self.period == "month" else " a year")
        return Figure(label, formula, self.per_year, unit)


def project_packs(business: Business, sold: Mapping[str, Rate]) -> list[Section]:
    """Project what packs sold earn in a year: by themselves, by the own fee, and together.

    Args:
        business: with packs.
        sold: how many of which of its packs.
    """
    money, fee = business.money, business.fee
    packs = [pack for pack in business.packs() if pack.code in sold]
    numbers = {pack.code: sold[pack.code].per_year for pack in packs}
    revenue = [product(pack.code, numbers[pack.code], pack.price, money) for pack in packs]
    profit = [product(pack.code, numbers[pack.code], pack.profit, money) for pack in packs]
    of_packs = total("all packs", profit, money)
    of_fees = product("own fees", sum(numbers.values(), Fraction(0)), fee.value, money)
    return [
        Section("assumed", "Assumed", [fee.figure("own fee", money)]),
        Section(
            "sold", "Packs sold in a year", [sold[p.code].figure(p.code, "packs") for p in packs]
        ),
        Section("revenue", "Revenue of a year", [*revenue, total("all packs", revenue, money)]),
        Section("pack_profit", "Profit of one pack", [p.earns(Fraction(0), money) for p in packs]),
        Section(
            "profit",
            "Profit of a year",
            [*profit, of_packs, of_fees, total("together", [of_packs, of_fees], money)],
        ),
    ]


def project_pack_target(business: Business, target: Fraction) -> list[Section]:
    """Project how many of each pack, sold alone, earn an amount, without the fee and with it."""
    money, fee, packs = business.money, business.fee, business.packs()
    alone = {pack.code: pack.profit for pack in packs}
    both = {code: profit + fee.value for code, profit in alone.items()}
    title = f"Packs that earn {money(target)}"
    sections = [
        Section("assumed", "Assumed", [fee.figure("own fee", money)]),
        Section("pack_profit", "Profit of one pack", [p.earns(Fraction(0), money) for p in packs]),
        Section("packs", f"{title} without the own fee", quotients(target, alone, "packs", money)),
    ]
    if fee.value:
        figures = quotients(target, both, "packs", money)
        sections.append(Section("packs_with_fee", f"{title} with it", figures))
    return sections


def project_fees(business: Business, purchases: Rate) -> list[Section]:
    """Project what the own fee of each purchase earns in a year."""
    money, fee = business.money, business.fee
    figures = [
        purchases.figure("purchases", "purchases"),
        product("own fees", purchases.per_year, fee.value, money),
    ]
    return [
        Section("assumed", "Assumed", [fee.figure("own fee", money)]),
        Section("fees", "Own fees of a year", figures),
    ]


def project_fee_target(business: Business, target: Fraction) -> list[Section]:
    """Project how many purchases earn an amount by the own fee alone."""
    money, fee = business.money, business.fee
    figures = quotients(target, {"purchases": fee.value}, "purchases", money)
    return [
        Section("assumed", "Assumed", [fee.figure("own fee", money)]),
        Section("fees", f"Purchases whose own fees earn {money(target)}", figures),
    ]
