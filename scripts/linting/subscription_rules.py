"""Rules about subscriptions: credits that nobody will be given, or not in time."""

from __future__ import annotations

from collections.abc import Iterator

from scripts.linting.findings import Finding
from scripts.linting.market import Market
from scripts.linting.offers import is_sold


def find_empty_renewals(market: Market) -> Iterator[Finding]:
    """no-renewal-grace: an allowance ends with its period, and the next one is paid after that.

    Stripe takes the money for a renewal about an hour after the period has ended. What rolls over
    is there in that hour.
    """
    if market.catalog.get("subscriptions", {}).get("grace_hours"):
        return
    names = [
        f"plan {plan['code']}"
        for plan in market.catalog.get("plans", [])
        if is_sold(plan) and plan.get("monthly_credits") and not plan.get("rollover_months")
    ]
    if names:
        yield market.finding(
            "no-renewal-grace",
            ("subscriptions", "grace_hours"),
            f"for about an hour at each renewal there are no credits of {', '.join(names)}",
        )


def find_impossible_trials(market: Market) -> Iterator[Finding]:
    """trial-never-given: a trial of no days, or of a plan to which nobody can subscribe."""
    for index, plan in enumerate(market.catalog.get("plans", [])):
        days, keys = plan.get("trial_days"), ("plans", index)
        if days and not is_sold(plan):
            message = "nobody is given a trial: the plan is not sold here"
            yield market.finding("trial-never-given", (*keys, "trial_days"), message)
        elif plan.get("trial_credits") and not days:
            message = "nobody is given these credits: there are no trial_days"
            yield market.finding("trial-never-given", (*keys, "trial_credits"), message)
