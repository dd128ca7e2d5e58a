"""Rules about purchase caps and referral: each finds one thing, and lets a near miss be."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.linting.findings import Finding
from tests.cli.shops import MONTH, findings, pack, plan, quantity

CAP = "monthly_purchase_cap_cents"
SMALL = pack("small", 1000, 1000)
HALF = "discount_percent = 50\n"


def capped(cents: int, more: str = "") -> str:
    """Return a plan that is not sold, with a cap."""
    return f'[[plans]]\ncode = "free"\nname = "Free"\n{CAP} = {cents}\n{more}\n'


def referral(referrer: float, referee: float, more: str = "") -> str:
    """Return a program that gives so many credits to both; ``more`` are further lines of it."""
    return f"[referral]\nreferrer_credits = {referrer}\nreferee_credits = {referee}\n{more}\n"


def of(found: list[Finding], rule: str) -> list[str]:
    """Return what one rule says."""
    return [each.message for each in found if each.rule == rule]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            SMALL + capped(999),
            "it leaves $9.99 a month, and nothing sells for less than $10.00 (pack small)",
        ),
        (
            SMALL + capped(499, HALF),
            "it leaves $4.99 a month, and nothing sells for less than $5.00"
            " (pack small at the discount of plan free)",
        ),
        (
            quantity() + capped(9),
            "it leaves $0.09 a month, and nothing sells for less than $0.10 (10 credits)",
        ),
        (
            SMALL + capped(899) + plan("pro", 1000, 900),
            "it leaves $8.99 a month, and nothing sells for less than $9.00 (plan pro)",
        ),
        # Its own bill counts, and another plan is none that its accounts buy here.
        (
            SMALL + plan("pro", 1000, 900, f"{MONTH}{CAP} = 1899") + plan("max", 50, 40),
            "it leaves $9.99 a month beside the plan's own bill, and nothing sells for less than"
            " $10.00 (pack small)",
        ),
        (
            SMALL + plan("pro", 1000, 900, f"{MONTH}{CAP} = 800"),
            "it leaves $0.00 a month beside the plan's own bill, and nothing sells for less than"
            " $10.00 (pack small)",
        ),
    ],
)
def test_a_cap_below_all_that_is_sold_is_found(tmp_path: Path, text: str, said: str) -> None:
    assert of(findings(tmp_path, text), "purchase-cap-too-low") == [said]


@pytest.mark.parametrize(
    "text",
    [
        SMALL + capped(1000),
        SMALL + capped(500, HALF),
        SMALL + quantity() + capped(10),
        SMALL + capped(900) + plan("pro", 1000, 900),
        SMALL + plan("pro", 1000, 900, f"{MONTH}{CAP} = 1900"),
        SMALL + plan("pro", 12000, 900, f'billing_interval = "year"\n{CAP} = 1000'),
        SMALL + capped(1000, "discount_percent = 0"),
        capped(1),
    ],
    ids=[
        "the pack exactly", "at its discount", "quantities", "a plan", "beside its bill",
        "billed by the year", "no discount", "nothing is sold",
    ],
)  # fmt: skip
def test_a_cap_that_leaves_something_to_buy_is_no_finding(tmp_path: Path, text: str) -> None:
    assert of(findings(tmp_path, text), "purchase-cap-too-low") == []


def test_the_finding_stands_at_the_cap(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, SMALL + capped(999))
    assert (found.rule, found.place) == ("purchase-cap-too-low", f"plans[0].{CAP} free")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (referral(0, 0) + SMALL, "nobody is given anything: both rewards are nothing"),
        (referral(5, 5), "nobody is given anything: no first purchase can be made here"),
        (
            referral(5, 5) + plan("pro", 100, 900, MONTH + "contact_only = true"),
            "nobody is given anything: no first purchase can be made here",
        ),
    ],
)
def test_a_program_that_rewards_nobody_is_found(tmp_path: Path, text: str, said: str) -> None:
    (found,) = findings(tmp_path, text)
    assert (found.rule, found.place) == ("referral-never-given", "referral")
    assert found.message == said


@pytest.mark.parametrize(
    "text",
    [
        referral(0, 5) + SMALL,
        referral(5, 0) + plan("pro", 1000, 900),
        # A plan without credits is a purchase as well.
        referral(5, 5) + plan("pro", 0, 900),
        referral(5, 5) + quantity(),
    ],
    ids=["for one of them", "for a plan", "for a plan without credits", "for a quantity"],
)
def test_a_program_that_rewards_somebody_is_no_finding(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            referral(600, 400.5) + SMALL,
            "both rewards are worth $10.005 at the cheapest credit ($0.01, pack small), and"
            " a purchase of $10.00 earns them",
        ),
        # The smaller pack is too small to earn them.
        (
            referral(1500, 501, "minimum_cents = 1000") + pack("tiny", 100, 100) + SMALL
            + pack("large", 2000, 2000),
            "both rewards are worth $20.01 at the cheapest credit ($0.01, pack tiny), and"
            " a purchase of $10.00 earns them",
        ),
        (
            referral(300, 201, "minimum_cents = 500") + quantity(),
            "both rewards are worth $5.01 at the cheapest credit ($0.01, 10 credits), and"
            " a purchase of $5.00 earns them",
        ),
        (
            referral(600, 401) + plan("pro", 1000, 900),
            "both rewards are worth $9.009 at the cheapest credit ($0.009, plan pro), and"
            " a purchase of $9.00 earns them",
        ),
    ],
)  # fmt: skip
def test_rewards_above_the_purchase_that_earns_them_are_found(
    tmp_path: Path, text: str, said: str
) -> None:
    assert of(findings(tmp_path, text), "reward-above-purchase") == [said]


@pytest.mark.parametrize(
    "text",
    [
        referral(600, 400) + SMALL,
        referral(1000, 1000, "minimum_cents = 2000") + SMALL + pack("large", 2000, 2000),
        referral(300, 200, "minimum_cents = 500") + quantity(),
        referral(300, 200, "minimum_cents = 1001") + SMALL,
    ],
    ids=["as much", "as much as the least that earns", "a quantity", "nothing earns them"],
)
def test_rewards_of_at_most_that_purchase_are_no_finding(tmp_path: Path, text: str) -> None:
    assert of(findings(tmp_path, text), "reward-above-purchase") == []
