"""The linter as a command: its lines, its exit status, the table of margins, a price map."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scripts.catalog_file import load_catalog
from scripts.catalog_lint import lint, lint_command, survey
from scripts.linting.margins import list_margins, margin, mark_up
from tests.cli.shops import HEAD, TODAY

PACK = '[[packages]]\ncode = "enterprise"\nname = "E"\ncredits = 100_000\nbonus_credits = 20_000\n'
GPT_4O = """\
[[models]]
code = "gpt-4o"
name = "GPT-4o"
provider = "OpenAI"
tier = "medium"
source = "gpt-4o"
"""
# Every price is cost + mark-up, and no discount takes all of it.
REALISTIC = """\
base_price_per_credit = 0.01

[markup]
models = 0.15
services = 0.5
packages = 0.3

[custom_quantity]
minimum = 100
maximum = 100_000
bulk_tiers = [{ from = 1_000, discount_percent = 5 }, { from = 10_000, discount_percent = 10 }]

[fees]
method = "gross_up"
processor_percent = 2.9
processor_fixed_cents = 30

[subscriptions]
grace_hours = 3

[[plans]]
code = "free"
name = "Free"
price_cents = 0
billing_interval = "month"
monthly_credits = 100

[[plans]]
code = "pro"
name = "Pro"
price_cents = 1_100
billing_interval = "month"
monthly_credits = 1_000
discount_percent = 5

[[plans]]
code = "enterprise"
name = "Enterprise"
contact_only = true

[[packages]]
code = "small"
name = "Small"
credits = 500
price_cents = 650

[[packages]]
code = "large"
name = "Large"
credits = 100_000
bonus_credits = 5_000
price_cents = 117_500

[[services]]
code = "voice_call"
unit = "minute"
cost = 0.014
minimum_credits = 1

[[services]]
code = "query"
unit = "query"
credits = 5
tools = { docs = 5, "*" = 3 }

[[models]]
code = "claude"
name = "Claude"
provider = "Anthropic"
tier = "medium"
context_tokens = 1_000_000
max_output_tokens = 64_000
deprecated_at = 2027-06-30

[models.cost]
input = 3
cached = 0.3
cache_write = 3.75
output = 15
above = [{ context_tokens = 200_000, input = 6, output = 22.5 }]

[[models]]
code = "gpt-4o"
name = "GPT-4o"
provider = "OpenAI"
tier = "medium"
cost = { input = 2.5, cached = 1.25, output = 10 }
credits_per_1m_tokens = { input = 290, output = 1_150 }
"""


def run(tmp_path: Path, text: str, *options: str) -> Result:
    (tmp_path / "shop.toml").write_text(text)
    return CliRunner().invoke(lint_command, [str(tmp_path / "shop.toml"), *options])


def test_a_realistic_catalog_has_no_findings(tmp_path: Path) -> None:
    result = run(tmp_path, HEAD.replace("0.01", "0.013") + REALISTIC)

    assert (result.exit_code, result.output) == (0, "no findings\n")


def test_a_finding_is_one_line_with_the_rule_and_where_it_is(tmp_path: Path) -> None:
    result = run(tmp_path, HEAD + GPT_4O + "credits_per_1k_tokens = 25\n")

    assert result.exit_code == 1
    assert result.output == (
        f"unknown-cost: {tmp_path}/shop.toml:5: models[0] gpt-4o: no cost is stated, so that its"
        " margin is not known\n"
    )


def test_a_price_below_nothing_is_a_finding_though_the_file_is_broken(tmp_path: Path) -> None:
    result = run(tmp_path, HEAD + GPT_4O + "credits_per_1k_tokens = -1\n", "--margins")

    assert result.exit_code == 1
    assert result.output == (
        f"sentinel: {tmp_path}/shop.toml:11: models[0].credits_per_1k_tokens gpt-4o:"
        " -1 stands for no number\n"
    )


@pytest.mark.parametrize("text", ["colour = 1\n", "code = \n", '[[models]]\ncode = "m"\n'])
def test_any_other_broken_file_is_an_error(text: str, tmp_path: Path) -> None:
    result = run(tmp_path, HEAD + text)

    assert result.exit_code == 2
    assert "Error: " in result.output


def test_a_policy_that_is_refused_is_an_error_with_its_line(tmp_path: Path) -> None:
    result = run(tmp_path, HEAD + 'subscriptions = { upgrade = "now", downgrade = "now" }\n')

    place = f"{tmp_path}/shop.toml:{HEAD.count(chr(10)) + 1}: subscriptions.downgrade: "
    assert result.exit_code == 2
    assert result.output.startswith(f"Error: {place}upgrades count now as well")


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(lint_command, [str(tmp_path / "none.toml")])

    assert result.exit_code == 2


def test_margins_are_exact_at_the_list_price_and_the_cheapest_credit(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(
        HEAD
        + PACK
        + "price_cents = 70_000\n"
        + GPT_4O
        + "credits_per_1k_tokens = 25\ncost = { input = 2.5, output = 10 }\n"
    )

    read, written, pack = list_margins(survey(load_catalog(path), TODAY))

    assert read.cost == Fraction(5, 2)
    assert read.price == 250
    assert read.lowest == Fraction(875, 6)
    assert margin(read.price, read.cost) == Fraction(99, 100)
    assert mark_up(read.price, read.cost) == 99
    assert mark_up(read.lowest, read.cost) == Fraction(172, 3)  # 58.33 times the cost
    assert mark_up(written.price, written.cost) == 24
    # All of the pack's credits spent on output: 120,000 / 25,000 x 10.
    assert pack.cost == 48
    assert pack.price == pack.lowest == 700


def test_the_table_stands_before_the_findings(tmp_path: Path) -> None:
    text = (
        HEAD
        + PACK
        + "price_cents = 70_000\ncost_cents = 60_000\n"
        + '[[plans]]\ncode = "pro"\nname = "P"\nprice_cents = 900\nbilling_interval = "year"\n'
        + "monthly_credits = 100\nrollover_months = 1\ndiscount_percent = 10\n"
        + GPT_4O
        + "cost = { input = 2.5, output = 0 }\n"
    )

    result = run(tmp_path, text, "--margins")

    # The plan's credits cost 9 / 1,200 each, the pack's at its discount 630 / 120,000.
    assert [" ".join(line.split()) for line in result.output.splitlines()] == [
        "for cost price margin mark-up lowest price margin mark-up",
        "model gpt-4o: input 1M tokens $2.50 $2.50 0.00 % 0.00 % $1.3125 -90.48 % -47.50 %",
        "model gpt-4o: output 1M tokens $0.00 $0.00 - - $0.00 - -",
        "pack enterprise 120,000 credits $600.00 $700.00 14.29 % 16.67 % $630.00 4.76 % 5.00 %",
        "plan pro 1,200 credits $6.00 $9.00 33.33 % 50.00 % $9.00 33.33 % 50.00 %",
        "",
        "price: at the list price of a credit, $0.01",
        "lowest price: at the cheapest credit"
        " ($0.00525, pack enterprise at the discount of plan pro)",
        "",
        f"price-below-cost: {tmp_path}/shop.toml:20: models[0] gpt-4o: input costs us $2.50 per 1M"
        " tokens and sells at $1.3125 at the cheapest credit ($0.00525, pack enterprise at the"
        " discount of plan pro)",
    ]


def test_a_price_map_tells_what_the_catalog_does_not(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(HEAD + GPT_4O + "credits_per_1m_tokens = { input = 200, output = 1150 }\n")
    sources = {"gpt-4o": {"cost": {"input": 3, "output": 10}, "deprecated_at": "2026-11-21"}}

    found = lint(load_catalog(path), TODAY, sources)

    assert [each.rule for each in found] == ["price-below-cost", "deprecated-model"]


def test_a_price_map_tells_models_that_it_does_not_have_and_other_costs(tmp_path: Path) -> None:
    path = tmp_path / "shop.toml"
    path.write_text(
        HEAD
        + GPT_4O
        + "cost = { input = 2.5, output = 10 }\n"
        + GPT_4O.replace('"gpt-4o"', '"gpt-4"')
        + "cost = { input = 30, output = 60 }\n"
    )
    sources = {"gpt-4o": {"cost": {"input": 3, "output": Decimal("10.0"), "cached": 1}}}

    found = lint(load_catalog(path), TODAY, sources)

    assert [(each.rule, each.place) for each in found] == [
        ("stale-cost", "models[0].cost.input gpt-4o"),
        ("unknown-model", "models[1] gpt-4"),
    ]


def test_the_command_reads_a_price_map(tmp_path: Path) -> None:
    fields = {"mode": "chat", "litellm_provider": "openai"}
    price_map = {
        "gpt-4o": {**fields, "input_cost_per_token": 2.5e-06, "output_cost_per_token": 1e-05},
        "by-the-second": {**fields, "input_cost_per_second": 0.01},
    }
    (tmp_path / "prices.json").write_text(json.dumps(price_map))
    priced = GPT_4O + "credits_per_1m_tokens = { input = 300, output = 1150 }\n"
    text = HEAD + "".join(
        priced.replace('"gpt-4o"', f'"{name}"') for name in ("gpt-4o", "by-the-second", "none")
    )

    result = run(tmp_path, text, "--margins", "--prices", str(tmp_path / "prices.json"))

    read, *_ = (line for line in result.output.splitlines() if "gpt-4o: input" in line)
    assert read.split()[5:9] == ["$2.50", "$3.00", "16.67", "%"]
    assert [
        line.split(": ")[::2] for line in result.output.splitlines() if "shop.toml" in line
    ] == [
        [
            "unknown-cost",
            "models[1] by-the-second",
        ],
        ["unknown-model", "models[2] none"],
    ]
