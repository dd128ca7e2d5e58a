"""A purchase in plain Python, written from the published rules: shares nothing with the SQL."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from fractions import Fraction

from tests.wallets import Row

HUNDRED = Decimal(100)


def to_cent(value: Fraction) -> int:
    """Round to a whole cent, half up."""
    with localcontext(Context(prec=60)):
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        return int(quotient.quantize(Decimal(1), ROUND_HALF_UP))


def less(cents: int, percent: Fraction) -> int:
    """Take a discount off a price; less than all of it leaves a cent at least."""
    left = to_cent(cents * (1 - percent / 100))
    return left if percent == 100 else max(left, min(1, cents))


def fraction(catalog: Row, *keys: str) -> Fraction:
    """Read a number of a catalog, 0 where it is not stated."""
    value = catalog
    for key in keys:
        value = value.get(key, {})
    return Fraction(str(value)) if value != {} else Fraction(0)


@dataclass(frozen=True)
class Bill:
    """What a buyer pays, in cents: the price, what is left after each discount, and the fee."""

    price: int
    after_bulk: int
    after_plan: int
    after_promotion: int
    fee: int

    def lines(self, kind: str) -> dict[str, int]:
        """Return the amounts by kind of line, without those of nothing but the first."""
        amounts = {
            "bulk_discount": self.after_bulk - self.price,
            "plan_discount": self.after_plan - self.after_bulk,
            "promotion": self.after_promotion - self.after_plan,
            "fee": self.fee,
        }
        return {kind: self.price, **{name: cents for name, cents in amounts.items() if cents}}


def price_of_quantity(catalog: Row, quantity: Decimal) -> int:
    """Price a quantity before discounts: what a credit is worth, plus the mark-up of packs."""
    worth = fraction(catalog, "base_price_per_credit") or fraction(catalog, "list_price_per_credit")
    unit = worth * (1 + fraction(catalog, "markup", "packages"))
    return to_cent(100 * unit * Fraction(quantity))


def bulk_percent(catalog: Row, quantity: Decimal) -> Fraction:
    """Find the discount of the highest tier that a quantity reaches."""
    reached = [
        (Decimal(str(tier["from"])), Fraction(str(tier["discount_percent"])))
        for tier in catalog["custom_quantity"].get("bulk_tiers", [])
        if Decimal(str(tier["from"])) <= quantity
    ]
    return max(reached)[1] if reached else Fraction(0)


def bill(catalog: Row, price: int, bulk: Fraction, plan: Fraction, promotion: Row | None) -> Bill:
    """Reckon a purchase; each step is rounded to a whole cent."""
    after_bulk = less(price, bulk)
    after_plan = less(after_bulk, plan)
    left = after_plan
    if promotion and promotion["discount_type"] == "percent":
        left = less(after_plan, Fraction(str(promotion["discount_value"])))
    elif promotion and promotion["discount_type"] == "fixed":
        left = max(0, after_plan - int(promotion["discount_value"]))

    fees = catalog.get("fees", {})
    share = fraction(fees, "processor_percent") / 100
    fixed = fraction(fees, "processor_fixed_cents") + fraction(fees, "platform_fixed_cents")
    fee = 0
    if left and fees.get("method") == "additive":
        fee = to_cent(left * share + fixed)
    elif left and fees.get("method") == "gross_up":
        fee = to_cent((left + fixed) / (1 - share)) - left
    return Bill(price, after_bulk, after_plan, left, fee)
