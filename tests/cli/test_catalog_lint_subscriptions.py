"""Rules about renewals and trials: each finds one thing, and lets a near miss be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shops import MONTH, findings, plan

PRO = plan("pro", 1000, 900)
YEAR = 'billing_interval = "year"\n'


@pytest.mark.parametrize("plans", [PRO, plan("pro", 1000, 9000, YEAR)], ids=["month", "year"])
def test_a_plan_that_is_sold_needs_a_grace_at_its_renewal(tmp_path: Path, plans: str) -> None:
    (found,) = findings(tmp_path, plans, grace_hours=0)

    assert (found.rule, found.place) == ("no-renewal-grace", "subscriptions.grace_hours")
    assert findings(tmp_path, plans, grace_hours=1) == []


@pytest.mark.parametrize(
    "plans",
    [
        plan("pro", 1000, 900, MONTH + "rollover_months = 1"),
        plan("pro", 1000, 900, MONTH + "contact_only = true"),
        plan("free", 1000, 0),
        plan("pro", 0, 900),
    ],
    ids=["it rolls over", "it is sold on request", "it costs nothing", "it gives no credits"],
)
def test_no_other_plan_needs_one(tmp_path: Path, plans: str) -> None:
    assert findings(tmp_path, plans, grace_hours=0) == []


def test_one_line_names_all_plans_without_a_grace(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, PRO + plan("max", 5000, 4000), grace_hours=0)

    assert found.message == (
        "for about an hour at each renewal there are no credits of plan pro, plan max"
    )


@pytest.mark.parametrize(
    ("terms", "place"),
    [
        ("trial_credits = 10", "plans[0].trial_credits pro"),
        ("trial_credits = 10\ntrial_days = 0", "plans[0].trial_credits pro"),
        ("trial_days = 7\ncontact_only = true", "plans[0].trial_days pro"),
        ("trial_days = 7\ntrial_credits = 10\ncontact_only = true", "plans[0].trial_days pro"),
        ("trial_credits = 10\ncontact_only = true", "plans[0].trial_credits pro"),
    ],
)
def test_a_trial_that_nobody_is_given_is_found(tmp_path: Path, terms: str, place: str) -> None:
    (found,) = findings(tmp_path, plan("pro", 1000, 900, MONTH + terms))

    assert (found.rule, found.place) == ("trial-never-given", place)


@pytest.mark.parametrize(
    "terms",
    ["trial_days = 7\ntrial_credits = 10", "trial_days = 7", "trial_days = 0\ntrial_credits = 0"],
)
def test_a_trial_that_is_given_is_no_finding(tmp_path: Path, terms: str) -> None:
    assert findings(tmp_path, plan("pro", 1000, 900, MONTH + terms)) == []
