"""Rules about packs, plans, quantities and fees: each finds one thing, and lets a near miss be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shops import MONTH, SMS_AT_COST, findings, pack, plan, quantity

# What is found where, by what is appended to HEAD; and the same with one difference, without it.
CASES = {
    "a larger pack that is dearer": (
        ("larger-pack-dearer", "packages[1] b"),
        pack("a", 100, 100) + pack("b", 200, 201),
        pack("a", 100, 100) + pack("b", 200, 200),
    ),
    "a larger pack that is dearer but for its bonus": (
        ("larger-pack-dearer", "packages[1] b"),
        pack("a", 100, 100) + pack("b", 200, 202, "bonus_credits = 1"),
        pack("a", 100, 100) + pack("b", 200, 202, "bonus_credits = 2"),
    ),
    "packs whose credits cost us different amounts": (
        ("pack-costs-differ", "packages[1] b"),
        pack("a", 300, 300, "cost_cents = 200")
        + pack("b", 100, 100, "cost_cents = 65")
        + pack("c", 600, 600, "cost_cents = 400"),
        pack("a", 300, 300, "cost_cents = 200")
        + pack("b", 100, 100, "cost_cents = 67")
        + pack("c", 600, 600, "cost_cents = 400"),
    ),
    "a pack below its cost": (
        ("pack-below-cost", "packages[0] a"),
        pack("a", 100, 100, "cost_cents = 101"),
        pack("a", 100, 100, "cost_cents = 100"),
    ),
    "a pack below the cost of all that it buys": (
        ("pack-below-cost", "packages[0] a"),
        SMS_AT_COST + pack("a", 1000, 799),
        SMS_AT_COST + pack("a", 1000, 800),
    ),
    "a pack that is not cost + mark-up": (
        ("pack-off-markup", "packages[0] a"),
        "[markup]\npackages = 0.3\n" + pack("a", 500, 643, "cost_cents = 500"),
        "[markup]\npackages = 0.3\n" + pack("a", 500, 644, "cost_cents = 500"),
    ),
    "a plan below what the packs' credits cost": (
        ("plan-below-cost", "plans[0] pro"),
        pack("a", 100, 100, "cost_cents = 60") + plan("pro", 1000, 599),
        pack("a", 100, 100, "cost_cents = 60") + plan("pro", 1000, 600),
    ),
    "a yearly plan below cost": (
        ("plan-below-cost", "plans[0] pro"),
        SMS_AT_COST + plan("pro", 1000, 9_599, 'billing_interval = "year"'),
        SMS_AT_COST + plan("pro", 1000, 9_600, 'billing_interval = "year"'),
    ),
    "a discount that makes a pack a loss": (
        ("discount-below-cost", "plans[0] pro"),
        SMS_AT_COST + pack("a", 1000, 1000) + plan("pro", 100, 90, MONTH + "discount_percent = 21"),
        SMS_AT_COST + pack("a", 1000, 1000) + plan("pro", 100, 90, MONTH + "discount_percent = 20"),
    ),
    "a bulk tier below cost": (
        ("quantity-below-cost", "custom_quantity.bulk_tiers[0]"),
        quantity("{ from = 500, discount_percent = 21 }") + SMS_AT_COST,
        quantity("{ from = 1001, discount_percent = 21 }") + SMS_AT_COST,
    ),
    "a discount that makes a bulk tier a loss": (
        ("discount-below-cost", "plans[0] pro"),
        quantity("{ from = 500, discount_percent = 10 }")
        + SMS_AT_COST
        + plan("pro", 10, 9, MONTH + "discount_percent = 12"),
        quantity("{ from = 500, discount_percent = 10 }")
        + SMS_AT_COST
        + plan("pro", 10, 9, MONTH + "discount_percent = 11"),
    ),
    "a plan dearer than a pack of a year's credits": (
        ("plan-dearer-than-pack", "plans[0] pro"),
        plan("pro", 1000, 900) + pack("a", 12_000, 10_000),
        plan("pro", 1000, 900) + pack("a", 12_001, 10_000),
    ),
    "a plan dearer than a quantity": (
        ("plan-dearer-than-pack", "plans[0] pro"),
        quantity("{ from = 500, discount_percent = 6 }") + plan("pro", 1000, 950),
        quantity("{ from = 500, discount_percent = 5 }") + plan("pro", 1000, 950),
    ),
    "a plan that saves next to nothing": (
        ("plan-saves-nothing", "plans[0] pro"),
        plan("pro", 200, 199),
        plan("pro", 200, 198),
    ),
    "a bulk tier without effect": (
        ("bulk-tier-not-lower", "custom_quantity.bulk_tiers[1]"),
        quantity("{ from = 50, discount_percent = 5 }, { from = 90, discount_percent = 5 }"),
        quantity("{ from = 50, discount_percent = 5 }, { from = 90, discount_percent = 6 }"),
    ),
    "fees that the seller pays in part": (
        ("additive-fees-short", "fees"),
        pack("a", 650, 650)
        + '[fees]\nmethod = "additive"\nprocessor_percent = 2.9\nprocessor_fixed_cents = 30',
        pack("a", 650, 650)
        + '[fees]\nmethod = "gross_up"\nprocessor_percent = 2.9\nprocessor_fixed_cents = 30',
    ),
    "fees of a percentage that rounds to a cent": (
        ("additive-fees-short", "fees"),
        pack("a", 500, 500) + '[fees]\nmethod = "additive"\nprocessor_percent = 3.2',
        pack("a", 500, 500) + '[fees]\nmethod = "additive"\nprocessor_percent = 3.1',
    ),
    "packs of one size at two prices": (
        ("larger-pack-dearer", "packages[1] b"),
        pack("a", 100, 100) + pack("b", 101, 102),
        pack("a", 100, 100) + pack("b", 100, 101),
    ),
    "a pack below its cost, and lower at a discount": (
        ("pack-below-cost", "packages[0] a"),
        SMS_AT_COST + pack("a", 1000, 799) + plan("pro", 80, 72, MONTH + "discount_percent = 5"),
        SMS_AT_COST + pack("a", 1000, 850) + plan("pro", 80, 72, MONTH + "discount_percent = 5"),
    ),
    "a plan below cost that is sold here": (
        ("plan-below-cost", "plans[0] pro"),
        SMS_AT_COST + plan("pro", 1000, 700),
        SMS_AT_COST + plan("pro", 1000, 700, MONTH + "contact_only = true"),
    ),
    "a plan that saves a little, or does not claim to": (
        ("plan-saves-nothing", "plans[0] pro"),
        plan("pro", 1000, 999),
        plan("pro", 1000, 1000),
    ),
    "fees of fixed cents, of which the processor takes its part": (
        ("additive-fees-short", "fees"),
        pack("a", 100, 100)
        + '[fees]\nmethod = "additive"\nprocessor_percent = 2.9\nplatform_fixed_cents = 30',
        pack("a", 100, 100) + '[fees]\nmethod = "additive"\nprocessor_percent = 2.9',
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_finds(case: str, tmp_path: Path) -> None:
    expected, found, _ = CASES[case]

    assert [(each.rule, each.place) for each in findings(tmp_path, found)] == [expected]


@pytest.mark.parametrize("case", CASES)
def test_a_rule_lets_the_near_miss_be(case: str, tmp_path: Path) -> None:
    _, _, near_miss = CASES[case]

    assert findings(tmp_path, near_miss) == []


def test_no_quantity_below_the_least_is_judged(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, quantity("{ from = 5, discount_percent = 21 }") + SMS_AT_COST)

    assert found.message == ("10 credits sells at $0.079, and its credits cost us at least $0.08")
