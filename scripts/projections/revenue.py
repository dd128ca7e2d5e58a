"""What a rate leaves of a revenue, read as a margin on the price and as a mark-up on the cost."""

from __future__ import annotations

from fractions import Fraction

from scripts.amounts import Money, decimal, percent
from scripts.projections.figures import Figure, Section, product
from scripts.projections.sales import MONTHS


def project_revenue(
    users: Fraction, spend: Fraction, margin: Fraction | None, markup: Fraction | None, money: Money
) -> list[Section]:
    """Project the revenue of active users, and what of it is profit.

    Args:
        users: how many are active.
        spend: of each, in a month.
        margin: the share of the price that is profit, below 1; None to leave it out.
        markup: what the price adds to the cost; None to leave it out.
        money: the currency.
    """
    month = users * spend
    periods = {"a month": month, "a year": month * MONTHS}
    year = Figure("a year", f"{money.exact(month)} x {MONTHS}", periods["a year"], money.currency)
    sections = [Section("revenue", "Revenue", [product("a month", users, spend, money), year])]
    if margin is not None:
        profits = [
            Figure(
                label,
                f"{money.exact(revenue)} x {decimal(margin)}",
                revenue * margin,
                money.currency,
            )
            for label, revenue in periods.items()
        ]
        title = f"Profit, if {percent(margin)} is a margin: of the price"
        sections.append(Section("margin", title, profits))
    if markup is not None:
        factor = decimal(1 + markup)
        profits = [
            Figure(
                label,
                f"{money.exact(revenue)} - {money.exact(revenue)} / {factor}",
                revenue - revenue / (1 + markup),
                money.currency,
            )
            for label, revenue in periods.items()
        ]
        share = Figure("margin", f"{decimal(markup)} / {factor}", markup / (1 + markup), "percent")
        title = f"Profit, if {percent(markup)} is a mark-up: on the cost"
        sections.append(Section("markup", title, [*profits, share]))
    return sections
