"""What a projection takes from a catalog: packs, and what a credit costs, sells at and brings."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from scripts.amounts import CENTS, Money, decimal
from scripts.errors import CommandError
from scripts.projections.figures import Figure


@dataclass(frozen=True)
class Assumption:
    """A number that a projection rests on, in major units, and where it was found."""

    value: Fraction
    source: str

    def figure(self, label: str, money: Money) -> Figure:
        """Return it as an amount."""
        return Figure(label, self.source, self.value, money.currency)


@dataclass(frozen=True)
class Pack:
    """A pack as the business sees it: what a buyer pays, and what its credits cost."""

    code: str
    price: Fraction
    cost: Fraction

    @property
    def profit(self) -> Fraction:
        """What one sale earns, without fees."""
        return self.price - self.cost

    def earns(self, fee: Fraction, money: Money) -> Figure:
        """Return what one sale earns, with the business's own fee unless it is zero."""
        more = f" + {money.exact(fee)}" if fee else ""
        formula = f"{money.exact(self.price)} - {money.exact(self.cost)}{more}"
        return Figure(self.code, formula, self.profit + fee, money.currency)


@dataclass(frozen=True)
class Business:
    """A catalog, with what the user says instead of it.

    Attributes:
        catalog: as ``load_catalog`` returns it.
        given_cost: of a credit, or None to find it in the catalog.
        given_fee: the business's own on a purchase, or None to find it in the catalog.
    """

    catalog: dict[str, Any]
    given_cost: Fraction | None = None
    given_fee: Fraction | None = None

    @property
    def money(self) -> Money:
        """The currency."""
        return Money(self.catalog["currency"])

    @property
    def price_per_credit(self) -> Assumption:
        """What a credit sells at."""
        return Assumption(
            Fraction(self.catalog["list_price_per_credit"]), "list_price_per_credit of the catalog"
        )

    @property
    def fee(self) -> Assumption:
        """What the business adds to a purchase for itself: nothing, if the catalog has no fees."""
        if self.given_fee is not None:
            return Assumption(self.given_fee, "--fee")
        cents = self.catalog.get("fees", {}).get("platform_fixed_cents")
        if cents is None:
            return Assumption(Fraction(0), "the catalog has none, and no --fee")
        return Assumption(Fraction(cents, CENTS), "fees.platform_fixed_cents of the catalog")

    @property
    def cost_per_credit(self) -> Assumption:
        """What the use of one credit costs: the base price, less the mark-up in prices of use.

        Without a base price it is what a credit of the first pack with a cost does.

        Raises:
            CommandError: the catalog does not say, or has two answers.
        """
        if self.given_cost is not None:
            return Assumption(self.given_cost, "--cost-per-credit")
        if "base_price_per_credit" in self.catalog:
            rate = self._markup_of_use()
            more = f" / {decimal(1 + rate)}, the mark-up of use" if rate else " of the catalog"
            base = Fraction(self.catalog["base_price_per_credit"])
            return Assumption(base / (1 + rate), f"base_price_per_credit{more}")
        for pack in self.catalog.get("packages", []):
            if "cost_cents" in pack:
                cost, content = Fraction(pack["cost_cents"], CENTS), _count_credits(pack)
                source = f"{self.money(cost)} / {decimal(content)}, the cost of {pack['code']}"
                return Assumption(cost / content, source)
        raise CommandError(
            "the catalog does not say what a credit costs",
            "say it: --cost-per-credit 0.10, or base_price_per_credit in the catalog",
        )

    def packs(self) -> list[Pack]:
        """Return the packs; one without a cost of its own costs what its credits do.

        Raises:
            CommandError: there are none, or their cost is unknown.
        """
        packs = []
        for pack in self.catalog.get("packages", []):
            if "cost_cents" in pack:
                cost = Fraction(pack["cost_cents"], CENTS)
            else:
                cost = _count_credits(pack) * self.cost_per_credit.value
            packs.append(Pack(pack["code"], Fraction(pack["price_cents"], CENTS), cost))
        if not packs:
            raise CommandError("the catalog sells no packs")
        return packs

    def _markup_of_use(self) -> Fraction:
        markup = self.catalog.get("markup", {})
        sold = [kind for kind in ("models", "services") if self.catalog.get(kind)]
        rates = {Fraction(markup.get(kind, 0)) for kind in sold}
        if len(rates) > 1:
            raise CommandError(
                "models and services have different mark-ups, so a credit has no one cost",
                "say what a credit costs: --cost-per-credit 0.10",
            )
        return rates.pop() if rates else Fraction(0)


def _count_credits(pack: dict[str, Any]) -> Fraction:
    return Fraction(pack["credits"]) + Fraction(pack.get("bonus_credits", 0))
