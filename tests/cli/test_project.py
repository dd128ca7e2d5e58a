"""``pgcredits project``: the projections to the cent, what it refuses, and the page about it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scripts.catalog_file import CATALOGS
from scripts.migrations import ROOT
from tests.cli.conftest import Run

SMART = str(CATALOGS / "smart-insights.toml")
# What the business states besides: a credit costs $0.10, and $0.30 of each purchase are its own.
STATED = ("--cost-per-credit", "0.10", "--fee", "0.30")
PAGE = (ROOT / "docs/projections.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^```sh\n(.*?)^```\n\n```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEAD = """
code = "shop"
name = "Shop"
currency = "eur"
list_price_per_credit = 0.02
"""
PACK = """
[[packages]]
code = "one"
name = "One"
credits = 900
bonus_credits = 100
price_cents = 2000
"""
FREE = '[[plans]]\ncode = "free"\nname = "Free"\nwelcome_credits = 5\n'
MODEL = (
    '[[models]]\ncode = "m"\nname = "M"\nprovider = "P"\ntier = "cheap"\n'
    "credits_per_1k_tokens = 1\n"
)
SERVICE = '[[services]]\ncode = "s"\nunit = "call"\ncredits = 1\n'
PRICED = "base_price_per_credit = 0.01\n[markup]\nmodels = 0.15\n"


def project(run: Run, *arguments: str) -> dict[str, dict[str, dict[str, Any]]]:
    result = run("project", *arguments, "--json")
    assert result.exit_code == 0, result.output
    sections: dict[str, Any] = json.loads(result.output, parse_float=Decimal)
    return sections


def amounts(section: dict[str, dict[str, Any]]) -> dict[str, str]:
    """Return the values of a section as they are printed."""
    return {label: str(figure["value"]) for label, figure in section.items()}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Where a test may write a catalog."""
    return tmp_path / "shop.toml"


def test_e03_free_credits_have_a_price_and_a_smaller_cost(run: Run) -> None:
    told = project(run, "welcome", SMART, "--users", "10000", *STATED)
    assert amounts(told["free_credits"]) == {
        "free": "50000",
        "at_price": "6500.00",
        "at_cost": "5000.00",
    }
    assert told["free_credits"]["at_price"]["formula"] == "50,000 x $0.13"


def test_e03_users_of_other_plans_are_given_more(run: Run) -> None:
    shares = ("--share", "free=0.9", "--share", "professional=9.5%", "--share", "enterprise=.005")
    result = run("project", "welcome", SMART, "--users", "10000", *shares)
    assert (result.exit_code, "is no number" in result.output) == (2, True)
    shares = (*shares[:-1], "enterprise=0.005")
    told = project(run, "welcome", SMART, "--users", "10_000", *STATED, *shares)
    assert amounts(told["free_credits"]) == {
        "free": "45000",
        "professional": "9500",
        "enterprise": "1000",
        "at_price": "7215.00",
        "at_cost": "5550.00",
    }


def test_e04_the_break_even_by_price_is_not_the_one_by_profit(run: Run) -> None:
    told = project(run, "welcome", SMART, "--users", "10000", *STATED)
    assert told["pack_profit"]["starter"] == {
        "value": Decimal("1.80"),
        "unit": "usd",
        "formula": "$6.50 - $5.00 + $0.30",
    }
    assert told["packs_by_price"]["starter"]["whole"] == 1000
    assert told["packs_for_cost"]["starter"]["whole"] == 2778
    # 3,611 to the nearest pack, which leaves 20 cents: 3611 x 1.80 = 6499.80.
    assert told["packs_for_price"]["starter"] == {
        "value": Decimal("3611.111111111"),
        "unit": "packs",
        "formula": "$6,500.00 / $1.80",
        "whole": 3612,
    }
    assert [figure["whole"] for figure in told["packs_for_cost"].values()] == [2778, 878, 327, 166]


def test_e15_fees_earn_an_amount_by_so_many_purchases(run: Run) -> None:
    told = project(run, "fees", SMART, "--fee", "0.30", "--target", "14000")
    assert told["fees"]["purchases"]["whole"] == 46667
    told = project(run, "fees", SMART, "--fee", "0.30", "--purchases", "46667")
    assert amounts(told["fees"]) == {"purchases": "46667", "own_fees": "14000.10"}
    told = project(run, "fees", SMART, "--fee", "0.30", "--purchases", "4000/month")
    assert amounts(told["fees"]) == {"purchases": "48000", "own_fees": "14400.00"}


def test_e15_packs_earn_an_amount_by_so_many_of_each(run: Run) -> None:
    told = project(run, "packs", SMART, "--fee", "0.30", "--target", "66000")
    alone = [figure["whole"] for figure in told["packs"].values()]
    assert alone == [44000, 12223, 4400, 2200]
    with_fee = [figure["whole"] for figure in told["packs_with_fee"].values()]
    assert with_fee == [36667, 11579, 4314, 2179]


def test_e15_packs_sold_earn_by_themselves_and_by_the_fee(run: Run) -> None:
    sold = ("--sold", "starter=1000/month", "--sold", "growth=3000/year", "--sold", "enterprise=7")
    told = project(run, "packs", SMART, "--fee", "0.30", *sold)
    assert amounts(told["sold"]) == {"starter": "12000", "growth": "3000", "enterprise": "7"}
    assert amounts(told["revenue"])["all_packs"] == "149110.00"
    assert amounts(told["profit"]) == {
        "starter": "18000.00",
        "growth": "16200.00",
        "enterprise": "210.00",
        "all_packs": "34410.00",
        "own_fees": "4502.10",
        "together": "38912.10",
    }


def test_e16_a_margin_leaves_more_than_a_mark_up_of_the_same_rate(run: Run) -> None:
    told = project(run, "revenue", "--users", "1000", "--spend", "50", "--rate", "0.15")
    assert amounts(told["revenue"]) == {"a_month": "50000.00", "a_year": "600000.00"}
    assert amounts(told["margin"]) == {"a_month": "7500.00", "a_year": "90000.00"}
    assert amounts(told["markup"]) == {
        "a_month": "6521.74",
        "a_year": "78260.87",
        "margin": "0.130434783",
    }
    table = run("project", "revenue", "--users", "1000", "--spend", "50", "--rate", "15%").output
    assert "0.15 / 1.15" in table
    assert "= 13.04 %" in table


def test_a_margin_and_a_mark_up_can_be_asked_for_alone(run: Run) -> None:
    users = ("--users", "10", "--spend", "1", "--currency", "gbp")
    assert project(run, "revenue", *users, "--margin", "99.9%").keys() == {"revenue", "margin"}
    told = project(run, "revenue", *users, "--markup", "3")
    assert told.keys() == {"revenue", "markup"}
    assert told["markup"]["a_month"]["value"] == Decimal("7.50")
    assert told["markup"]["a_month"]["formula"] == "£10.00 - £10.00 / 4"


def test_numbers_stay_exact_until_they_are_shown(run: Run) -> None:
    """A third of a cent times three is a cent, and half a cent is rounded up."""
    many = "1" + "0" * 23
    told = project(run, "revenue", "--users", many, "--spend", "0.015", "--markup", "2")
    assert str(told["markup"]["a_month"]["value"]) == "1" + "0" * 21 + ".00"
    told = project(run, "revenue", "--users", "1", "--spend", "0.005", "--margin", "0")
    assert amounts(told["revenue"]) == {"a_month": "0.01", "a_year": "0.06"}


def test_the_catalog_states_the_cost_of_a_credit_and_the_fee(run: Run, shop: Path) -> None:
    fees = '[fees]\nmethod = "additive"\nplatform_fixed_cents = 25\n'
    shop.write_text(HEAD + PRICED + fees + FREE + PACK + MODEL)
    told = project(run, "welcome", str(shop), "--users", "2300")
    assert told["assumed"]["own_fee"]["value"] == Decimal("0.25")
    assert told["assumed"]["cost_of_a_credit"] == {
        "value": Decimal("0.008695652"),
        "unit": "eur per credit",
        "formula": "base_price_per_credit / 1.15, the mark-up of use",
    }
    assert amounts(told["free_credits"])["at_cost"] == "100.00"
    # 1,000 credits with the bonus: 20 - 10 / 1.15 + 0.25
    assert amounts(told["pack_profit"]) == {"one": "11.55"}
    assert project(run, "fees", str(shop), "--purchases", "3")["fees"]["own_fees"]["value"] == (
        Decimal("0.75")
    )


def test_without_a_base_price_the_first_pack_with_a_cost_tells_it(run: Run, shop: Path) -> None:
    shop.write_text(HEAD + FREE + PACK + PACK.replace("one", "two") + "cost_cents = 1500\n")
    told = project(run, "welcome", str(shop), "--users", "1")
    assert told["assumed"]["cost_of_a_credit"]["formula"] == "€15.00 / 1,000, the cost of two"
    assert amounts(told["pack_profit"]) == {"one": "5.00", "two": "5.00"}
    shop.write_text(HEAD + FREE + PACK)
    result = run("project", "welcome", str(shop), "--users", "1")
    assert result.exit_code == 1
    assert "Error: the catalog does not say what a credit costs\nNext: " in result.output


def test_two_mark_ups_make_no_one_cost(run: Run, shop: Path) -> None:
    shop.write_text(HEAD + PRICED + FREE + PACK + MODEL + SERVICE)
    result = run("project", "packs", str(shop), "--target", "1")
    assert result.exit_code == 1
    assert "different mark-ups" in result.output
    assert "packs" in project(run, "packs", str(shop), "--target", "1", "--cost-per-credit", "0.01")


def test_a_pack_that_earns_nothing_recovers_nothing(run: Run, shop: Path) -> None:
    shop.write_text(HEAD + PACK + "cost_cents = 2000\n")
    arguments = ("packs", str(shop), "--target", "10")
    assert project(run, *arguments)["packs"]["one"]["value"] is None
    assert "€10.00 / €0.00  = never\n" in run("project", *arguments).output
    assert project(run, *arguments, "--fee", "0.01")["packs_with_fee"]["one"]["whole"] == 1000


def test_a_broken_file_ends_with_status_2(run: Run, shop: Path) -> None:
    shop.write_text(HEAD + PACK.replace("2000", "-1"))
    for arguments in (
        ("welcome", str(shop), "--users", "1"),
        ("packs", str(shop), "--target", "1"),
        ("fees", str(shop), "--target", "1"),
    ):
        result = run("project", *arguments)
        assert result.exit_code == 2
        assert f"Error: {shop}:12: packages[0].price_cents: -1 is less" in result.output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("revenue", "--users", "1", "--spend", "1", "--rate", "1"), "a margin of 100 % leaves"),
        (("revenue", "--users", "1", "--spend", "1", "--margin", "15"), "a margin of 1,500 %"),
        (("revenue", "--users", "-1", "--spend", "1", "--rate", "0"), "-1 is below 0"),
        (("welcome", SMART, "--users", "0"), "given no welcome credits"),
        (("welcome", SMART, "--users", "9", "--share", "free=0.9"), "add up to 90 %, not to 100 %"),
        (("welcome", SMART, "--users", "9", "--share", "gold=1"), "no plan gold"),
        (
            ("welcome", SMART, "--users", "9", *("--share", "free=50%") * 2),
            "the plan free is named twice",
        ),
        (("welcome", str(CATALOGS / "ai-assistant.toml"), "--users", "9"), "no plan free"),
        (("packs", SMART, "--sold", "mega=1"), "no pack mega\nNext: those it has: starter, growth"),
        (("fees", SMART, "--target", "1", "--fee", "0"), "there is no fee of your own"),
    ],
)
def test_what_is_impossible_ends_with_status_1(
    run: Run, arguments: tuple[str, ...], problem: str
) -> None:
    result = run("project", *arguments)
    assert result.exit_code == 1
    assert problem in result.output


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("revenue", "--users", "1e9", "--spend", "1", "--rate", "0"), "'1e9' is no number"),
        (("revenue", "--users", "nan", "--spend", "1", "--rate", "0"), "'nan' is no number"),
        (("revenue", "--users", "9" * 31, "--spend", "1", "--rate", "0"), "is no number"),
        (("revenue", "--users", "1", "--spend", "1"), "name one of --margin"),
        (("packs", SMART, "--sold", "starter"), "'starter' is not CODE=VALUE"),
        (("packs", SMART, "--sold", "starter=1/week"), "nor one such as 100/month"),
        (("packs", SMART), "name either --sold or --target"),
        (("packs", SMART, "--sold", "starter=1", "--target", "1"), "name either --sold"),
        (("fees", SMART, "--fee", "1"), "name either --purchases or --target"),
    ],
)
def test_what_cannot_be_read_ends_with_status_2(
    run: Run, arguments: tuple[str, ...], problem: str
) -> None:
    result = run("project", *arguments)
    assert result.exit_code == 2
    assert problem in result.output


def test_the_page_prints_what_its_commands_print() -> None:
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) == PAGE.count("```sh") == PAGE.count("```text") == 7
    path = os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"])
    for code, shown in examples:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", code],
            cwd=ROOT, env={"PATH": path}, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout == shown
