"""Rules about uses: a catalog in which each finds something, and a near miss."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.shops import COSTS, MARKED_UP, MODEL, SMS, SMS_AT_COST, findings, pack

# What is found where, by what is appended to HEAD; and the same with one difference, without it.
CASES = {
    "a model below cost at the list price": (
        ("price-below-cost", "models[0] m"),
        MODEL + COSTS + "credits_per_1m_tokens = { input = 230, output = 999 }",
        MODEL + COSTS + "credits_per_1m_tokens = { input = 230, output = 1000 }",
    ),
    "a model below cost only at the best pack's credit": (
        ("price-below-cost", "models[0] m"),
        MARKED_UP + SMS + "credits = 1\n" + pack("big", 1200, 1000, "bonus_credits = 1"),
        MARKED_UP + SMS + "credits = 1\n" + pack("big", 1100, 958, "bonus_credits = 1"),
    ),
    "a read from the cache below its cost": (
        ("price-below-cost", "models[0] m"),
        MODEL
        + "cost = { input = 2, output = 10, cached = 0.2 }\n"
        + "credits_per_1m_tokens = { input = 230, output = 1150, cached = 19 }",
        MODEL
        + "cost = { input = 2, output = 10, cached = 0.2 }\n"
        + "credits_per_1m_tokens = { input = 230, output = 1150, cached = 20 }",
    ),
    "a large context, which the price leaves out": (
        ("price-below-cost", "models[0] m"),
        MODEL
        + "cost = { input = 2, output = 10, above = [{ context_tokens = 200_000, input = 4 }] }\n"
        + "credits_per_1m_tokens = { input = 230, output = 1150 }",
        MODEL
        + "cost = { input = 2, output = 10, above = [{ context_tokens = 200_000, input = 4 }] }\n"
        + "credits_per_1m_tokens = { input = 230, output = 1150, "
        + "above = [{ context_tokens = 200_000, input = 400 }] }",
    ),
    "a service below cost": (
        ("price-below-cost", "services[0] sms"),
        SMS + "credits = 1\ncost = 0.0101",
        SMS + "credits = 1\ncost = 0.01",
    ),
    "a service below cost, by its size": (
        ("price-below-cost", "services[0] sms"),
        SMS + "unit_size = 100\ncredits = 1\ncost = 0.0101",
        SMS + "unit_size = 100\ncredits = 1.01\ncost = 0.0101",
    ),
    "a meter below cost": (
        ("price-below-cost", "services[0].meters.images sms"),
        SMS
        + "credits = 1\n"
        + '[services.meters.images]\nunit = "image"\ncredits = 4\ncost = 0.05\n',
        SMS
        + "credits = 1\n"
        + '[services.meters.images]\nunit = "image"\ncredits = 4\ncost = 0.04\n',
    ),
    "a ceiling below what a call can cost": (
        # 8,000 tokens in and 2,000 out cost 0.036.
        ("ceiling-below-cost", "models[0] m"),
        MARKED_UP + "context_tokens = 10_000\nmax_output_tokens = 2_000\nmaximum_credits = 3.5",
        MARKED_UP + "context_tokens = 10_000\nmax_output_tokens = 2_000\nmaximum_credits = 3.6",
    ),
    "a price far above cost + mark-up": (
        ("far-from-markup", "models[0] m"),
        MARKED_UP + "credits_per_1m_tokens = { input = 461, output = 1150 }",
        MARKED_UP + "credits_per_1m_tokens = { input = 460, output = 1150 }",
    ),
    "a price far above cost + mark-up at the cheapest credit": (
        ("far-from-markup", "models[0] m"),
        MARKED_UP
        + "credits_per_1m_tokens = { input = 600, output = 3000 }\n"
        + pack("a", 900, 900),
        MARKED_UP
        + "credits_per_1m_tokens = { input = 600, output = 3000 }\n"
        + pack("a", 900, 690),
    ),
    "a price of less than half the mark-up": (
        ("far-from-markup", "models[0] m"),
        MARKED_UP + "credits_per_1m_tokens = { input = 214, output = 1150 }",
        MARKED_UP + "credits_per_1m_tokens = { input = 215, output = 1150 }",
    ),
    "a service far above cost + mark-up": (
        ("far-from-markup", "services[0] sms"),
        "[markup]\nservices = 0.5\n" + SMS + "credits = 2.5\ncost = 0.008",
        "[markup]\nservices = 0.5\n" + SMS + "credits = 2.4\ncost = 0.008",
    ),
    "a model at many times its cost": (
        ("many-times-cost", "models[0] m"),
        MODEL + COSTS + "credits_per_1m_tokens = { input = 2001, output = 10_000 }",
        MODEL + COSTS + "credits_per_1m_tokens = { input = 2000, output = 10_000 }",
    ),
    "a flat price that is many times the cost even of output": (
        ("many-times-cost", "models[0] m"),
        MODEL + "cost = { input = 4, output = 10 }\ncredits_per_1k_tokens = 10.01",
        MODEL + "cost = { input = 4, output = 10 }\ncredits_per_1k_tokens = 10",
    ),
    "a service at a hundred times its cost": (
        ("many-times-cost", "services[0] sms"),
        SMS + "credits = 81\ncost = 0.008",
        SMS + "credits = 80\ncost = 0.008",
    ),
    "one price for all tokens": (
        ("one-price-for-all-tokens", "models[0] m"),
        MODEL + "cost = { input = 3, output = 9 }\ncredits_per_1k_tokens = 1",
        MODEL + "cost = { input = 3.1, output = 9 }\ncredits_per_1k_tokens = 1",
    ),
    "the same price twice": (
        ("one-price-for-all-tokens", "models[0] m"),
        MODEL + COSTS + "credits_per_1m_tokens = { input = 1150, output = 1150 }",
        MODEL + COSTS + "credits_per_1m_tokens = { input = 1149, output = 1150 }",
    ),
    "a model without a cost": (
        ("unknown-cost", "models[0] m"),
        MODEL + "credits_per_1k_tokens = 1",
        MODEL + "credits_per_1k_tokens = 0\nfree = true",
    ),
    "a model that ends in 60 days": (
        ("deprecated-model", "models[0] m"),
        MARKED_UP + "deprecated_at = 2027-01-20",
        MARKED_UP + "deprecated_at = 2027-01-21",
    ),
    "a loss, though the mark-up is stated": (
        ("price-below-cost", "models[0] m"),
        MARKED_UP + "credits_per_1m_tokens = { input = 199, output = 1150 }",
        MARKED_UP + "free = true\ncredits_per_1m_tokens = { input = 199, output = 1150 }",
    ),
    "a service whose use is a loss, unlike others whose cost is not known": (
        ("price-below-cost", "services[0] sms"),
        SMS_AT_COST + SMS.replace("sms", "fax") + "credits = 1\n" + pack("a", 1000, 799),
        SMS_AT_COST + SMS.replace("sms", "fax") + "credits = 1\n" + pack("a", 1000, 800),
    ),
    "a loss that nobody is charged for": (
        ("price-below-cost", "services[0] sms"),
        SMS + "credits = 0.1\ncost = 0.01",
        SMS + "credits = 0.1\ncost = 0.01\nfree = true",
    ),
    "a service at cost + mark-up, by what a credit is worth": (
        ("price-below-cost", "services[0] sms"),
        "base_price_per_credit = 0.02\n[markup]\nservices = 0.99\n" + SMS + "cost = 0.008",
        "base_price_per_credit = 0.02\n[markup]\nservices = 1\n" + SMS + "cost = 0.008",
    ),
    "a ceiling below what a call of the larger context can cost": (
        ("ceiling-below-cost", "models[0] m"),
        MARKED_UP.replace("10 }", "10, above = [{ context_tokens = 7_999, output = 20 }] }")
        + "context_tokens = 10_000\nmax_output_tokens = 2_000\nmaximum_credits = 3.6",
        MARKED_UP.replace("10 }", "10, above = [{ context_tokens = 8_000, output = 20 }] }")
        + "context_tokens = 10_000\nmax_output_tokens = 2_000\nmaximum_credits = 3.6",
    ),
    "a ceiling of what is free": (
        ("ceiling-below-cost", "models[0] m"),
        MARKED_UP + "context_tokens = 10\nmax_output_tokens = 10\nmaximum_credits = 0.001",
        MARKED_UP
        + "context_tokens = 10\nmax_output_tokens = 10\nmaximum_credits = 0.001\nfree = true",
    ),
    "less than half the mark-up, by what a credit is worth": (
        ("far-from-markup", "models[0] m"),
        "base_price_per_credit = 0.01\n"
        + MARKED_UP
        + "credits_per_1m_tokens = { input = 214, output = 1150 }",
        "base_price_per_credit = 0.0101\n"
        + MARKED_UP
        + "credits_per_1m_tokens = { input = 214, output = 1150 }",
    ),
    "less than half the mark-up, by the dearest pack": (
        ("far-from-markup", "models[0] m"),
        MARKED_UP
        + "credits_per_1m_tokens = { input = 214, output = 1150 }\n"
        + pack("a", 100, 100),
        MARKED_UP
        + "credits_per_1m_tokens = { input = 214, output = 1150 }\n"
        + pack("a", 100, 101),
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


def test_the_worst_of_several_losses_is_named(tmp_path: Path) -> None:
    cost = "cost = { input = 2, cached = 2, output = 10 }\n"

    found, _ = findings(tmp_path, MODEL + cost + "credits_per_1k_tokens = 0.1")
    (both,) = findings(
        tmp_path, MODEL + cost + "credits_per_1m_tokens = { input = 190, output = 990 }"
    )

    assert found.message.startswith(
        "output costs us $10.00 per 1M tokens and sells at $1.00 at the cheapest credit ($0.01"
    )
    assert found.message.endswith("list price)")
    assert both.message.startswith("input costs us $2.00 per 1M tokens and sells at $1.90 at")
    assert both.message.endswith("and so do 1 more of its prices")
