"""A catalog as its linter sees it: what it charges for, and what it sells credits at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property

from scripts.amounts import Money, decimal, round_half_up
from scripts.linting.findings import Finding, name_place
from scripts.linting.offers import Offer, list_offers
from scripts.linting.uses import Item, Use, base_price, list_uses
from scripts.toml_lines import Keys


@dataclass(frozen=True)
class Credit:
    """A price at which a credit is sold, in major units, and where."""

    price: Fraction
    name: str


@dataclass(frozen=True)
class Market:
    """A catalog with everything that its prices mean.

    Attributes:
        catalog: as ``load_catalog`` returns it, with the costs of a price map filled in.
        today: the day on which it is judged.
        sources: the models of a price map by their names, ``cost`` and ``deprecated_at`` as a
            catalog has them; None without a price map.
    """

    catalog: Item
    today: date
    sources: dict[str, Item] | None = None

    @cached_property
    def uses(self) -> list[Use]:
        """Everything that costs credits."""
        return list_uses(self.catalog)

    @cached_property
    def offers(self) -> list[Offer]:
        """Every way to buy credits."""
        return list_offers(self.catalog, self.uses)

    @property
    def list_price(self) -> Fraction:
        """What savings are shown against."""
        return Fraction(self.catalog["list_price_per_credit"])

    @cached_property
    def cheapest(self) -> Credit:
        """The least that a credit sells at; the list price if nothing is sold.

        An offer that is a loss whatever its credits buy does not count. It has its own finding,
        and would only repeat that in all that it buys.
        """
        sold = [offer for offer in self.offers if not offer.is_below_cost]
        least = min(sold, key=lambda offer: offer.per_credit, default=None)
        return (
            Credit(least.per_credit, least.name) if least else Credit(self.list_price, "list price")
        )

    @property
    def dearest(self) -> Fraction:
        """The most that a credit can be said to be worth."""
        stated = (self.list_price, base_price(self.catalog))
        return max(*stated, *(offer.per_credit for offer in self.offers))

    @property
    def money(self) -> Money:
        """The currency."""
        return Money(self.catalog["currency"])

    def finding(self, rule: str, keys: Keys, message: str) -> Finding:
        """Return a finding about the place that the keys lead to."""
        return Finding(rule, name_place(self.catalog, keys), message, keys)

    def at_cheapest(self) -> str:
        """Say what the cheapest credit is."""
        return (
            f"the cheapest credit ({self.money.exact(self.cheapest.price)}, {self.cheapest.name})"
        )


def show_times(low: Fraction, high: Fraction) -> str:
    """Show how many times one is the other, from the least to the most."""
    few, many = (decimal(Fraction(round_half_up(times, 2))) for times in (low, high))
    return f"{few} times" if few == many else f"{few} to {many} times"
