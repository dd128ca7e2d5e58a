"""The realistic catalogs: exact prices at cost and mark-up, what is sold, and what it leaves.

And the catalogs as given, in which the linter finds what is known to be wrong with them.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from click.testing import CliRunner

from scripts.catalog_file import CATALOGS, load_catalog
from scripts.catalog_lint import lint, survey
from scripts.cli import main
from tests.billing.purchases import buyer, quote
from tests.cli.shops import TODAY
from tests.pricing.charges import charge, check_price, customer, listed, prices
from tests.support import Connection, apply_catalog, sign_up
from tests.wallets import Row

BUSINESSES = ("ai-assistant", "automation", "docs-chat", "smart-insights", "voice-agent")
MILLION = 1_000_000
TOKEN = "_tokens"
# What a dollar of cost is in credits: 1 + mark-up, over what a credit is worth.
PER_DOLLAR = {
    "ai-assistant": 200,
    "automation": 20,
    "docs-chat": 250,
    "smart-insights": 10,
    "voice-agent": 15,
}
# Of each catalog: the cheapest credit that is sold, in dollars, the mark-up that it must leave at
# least, and how many of the prices have a cost: tokens have five, and five more in a tier.
MARGINS = {
    "ai-assistant": (Fraction(700, 120_000), "0.15", 22 * 5 + 5 * 5 - 2),
    "automation": (Fraction(9999, 150_000), "0.25", 3),
    "docs-chat": (Fraction(2900, 500_000), "0.45", 1),
    "smart-insights": (Fraction(130, 1000), "0.30", 1),
    "voice-agent": (Fraction(90, 1000), "0.35", 6 + 4 * 5 + 2 * 5),
}
FAULTS = {
    "ai-assistant": {"far-from-markup", "one-price-for-all-tokens"},
    "automation": {"plan-saves-nothing", "no-renewal-grace"},
    "docs-chat": {"plan-dearer-than-pack", "no-renewal-grace"},
    "smart-insights": {"larger-pack-dearer", "pack-costs-differ", "additive-fees-short"},
    "voice-agent": {"many-times-cost", "one-price-for-all-tokens", "deprecated-model"},
}
COSTS = "select service, meter, cost, credits from credits.prices where cost is not null"


def tokens(**classes: int) -> Row:
    """Return a usage, as ``tokens(input=5)``."""
    return {f"{name}{TOKEN}": count for name, count in classes.items()}


def codes(catalog: str, kind: str) -> list[str]:
    """Return the codes of a catalog's plans, packages, services or models, in its order."""
    return [item["code"] for item in load_catalog(CATALOGS / f"{catalog}.toml").get(kind, [])]


def check_use(conn: Connection, service: str, usage: Row, cost: str, ours: str) -> None:
    """Check what a use costs, in credits, and what it cost us, in dollars."""
    user_id = customer(conn)
    check_price(conn, user_id, service, cost, usage=usage)
    assert charge(conn, user_id, service, usage=usage)["provider_cost"] == Decimal(ours)


@pytest.mark.parametrize("business", BUSINESSES)
def test_nothing_is_found_in_a_realistic_catalog(business: str) -> None:
    path = CATALOGS / f"{business}-realistic.toml"
    assert lint(load_catalog(path), TODAY) == []
    result = CliRunner().invoke(main, ["catalog", "lint", str(path)])
    assert (result.exit_code, result.output) == (0, "no findings\n")


@pytest.mark.parametrize("business", BUSINESSES)
def test_the_faults_of_a_catalog_as_given_are_found(business: str) -> None:
    path = CATALOGS / f"{business}.toml"
    assert {finding.rule for finding in lint(load_catalog(path), TODAY)} == FAULTS[business]
    assert CliRunner().invoke(main, ["catalog", "lint", str(path)]).exit_code == 1


@pytest.mark.parametrize("business", BUSINESSES)
def test_a_realistic_catalog_is_the_same_business(business: str) -> None:
    for kind in ("plans", "packages", "models"):
        assert codes(business, kind) == codes(f"{business}-realistic", kind)
    assert set(codes(business, "services")) <= set(codes(f"{business}-realistic", "services"))


@pytest.mark.parametrize("business", BUSINESSES)
def test_what_has_a_cost_is_sold_at_cost_and_mark_up_exactly(db: Connection, business: str) -> None:
    apply_catalog(db, f"{business}-realistic")
    rows = db.execute(COSTS).fetchall()
    assert rows
    for service, meter, cost, price in rows:
        assert price == cost * PER_DOLLAR[business], (service, meter)


@pytest.mark.parametrize("business", BUSINESSES)
def test_the_cheapest_credit_leaves_the_mark_up_of_every_use(db: Connection, business: str) -> None:
    apply_catalog(db, f"{business}-realistic")
    credit, mark_up, expected = MARGINS[business]
    realistic = load_catalog(CATALOGS / f"{business}-realistic.toml")
    assert survey(realistic, TODAY).cheapest.price == credit
    user_id = customer(db)
    checked = 0
    for service, meter, unit, _, price in prices(db):
        if meter.startswith("tool:") or not price:
            continue
        used: Row = {"quantity": 1}
        if meter.endswith(TOKEN):
            # What is read beside it brings an answer into the tier as well.
            above = unit.partition(" above ")[2]
            used = {"usage": {**(tokens(input=int(above) + 1) if above else {}), meter: MILLION}}
        transaction = charge(db, user_id, service, **used)
        cost = transaction["provider_cost"]
        if cost:
            paid = -Fraction(transaction["amount"]) * credit
            assert paid >= Fraction(cost) * (1 + Fraction(mark_up)), (service, meter)
            checked += 1
    assert checked == expected


@pytest.mark.parametrize(
    ("model", "usage", "cost", "ours"),
    [
        ("gpt-4o", tokens(input=1468, output=1000), "2.734", "0.01367"),
        ("gpt-4o", tokens(cached=1000), "0.25", "0.00125"),
        ("gpt-4o-mini", tokens(input=MILLION, output=MILLION), "150", "0.75"),
        ("gemini-flash", tokens(input=1000, output=10, reasoning=90), "0.225", "0.001125"),
        (
            "claude-sonnet",
            tokens(input=1000, output=500, cached=2000, cache_write=400),
            "2.52",
            "0.0126",
        ),
        ("claude-opus", tokens(input=1), "0.001", "0.000005"),
        # Its reasoning is dearer than its answer.
        ("qwen-plus", tokens(input=1000, output=100, reasoning=900), "0.824", "0.00412"),
        ("nova-lite", tokens(output=1), "0.000048", "0.00000024"),
        # What is written to its cache costs nothing.
        ("deepseek-v4-flash", tokens(cached=1, cache_write=9), "0.0000012", "0.000000006"),
        ("command-a", tokens(input=3, cached=5, cache_write=7), "0.0075", "0.0000375"),
        # With one more token of context all tokens are dearer.
        ("gpt-6-astra", tokens(input=272_000), "544", "2.72"),
        ("gpt-6-astra", tokens(input=272_001), "1088.004", "5.44002"),
        ("gpt-6-astra", tokens(cache_write=272_001), "1360.005", "6.800025"),
        ("grok-4.7", tokens(input=200_000, output=1000), "81.2", "0.406"),
        ("grok-4.7", tokens(input=150_000, cached=50_001, output=1000), "132.4002", "0.662001"),
        ("gemini-3.1-pro", tokens(input=200_000, output=100, reasoning=900), "82.4", "0.412"),
        (
            "gemini-3.1-pro",
            tokens(input=200_001, output=100, reasoning=900),
            "163.6008",
            "0.818004",
        ),
    ],
)
def test_ai_assistant_sells_a_dollar_of_tokens_for_200_credits(
    db: Connection, model: str, usage: Row, cost: str, ours: str
) -> None:
    apply_catalog(db, "ai-assistant-realistic")
    check_use(db, model, usage, cost, ours)


@pytest.mark.parametrize(
    ("service", "usage", "cost", "ours"),
    [
        ("voice_call", {"minutes": 2.5}, "2.25", "0.15"),
        ("sms", {"messages": 3}, "0.36", "0.024"),
        ("whatsapp", {"messages": 1}, "0.3", "0.02"),
        ("ai_response", {"responses": 1}, "0.15", "0.01"),
        ("document_upload", {"documents": 2}, "1.2", "0.08"),
        ("phone_number", {"numbers": 1}, "18", "1.2"),
        ("gpt-4", tokens(input=1000, output=1000), "0.2625", "0.0175"),
        ("gpt-4", tokens(input=272_001), "20.400075", "1.360005"),
        ("gpt-3.5", tokens(cached=1), "0.000001125", "0.000000075"),
        ("gemini-pro", tokens(input=200_001), "12.00006", "0.800004"),
        ("claude", tokens(input=1000, cache_write=1000, output=1000), "0.10875", "0.00725"),
    ],
)
def test_voice_agent_sells_a_dollar_of_cost_for_15_credits(
    db: Connection, service: str, usage: Row, cost: str, ours: str
) -> None:
    apply_catalog(db, "voice-agent-realistic")
    check_use(db, service, usage, cost, ours)


def test_voice_agent_keeps_the_price_of_its_own_work_and_sells_larger_packs_for_less(
    db: Connection,
) -> None:
    apply_catalog(db, "voice-agent-realistic")
    check_price(db, customer(db), "bundle_creation", 50)
    assert [row[6] for row in listed(db, "list_credit_packages")] == [
        Decimal("0.1"), Decimal("0.095"), Decimal("0.09"),
    ]  # fmt: skip


def test_smart_insights_sells_a_query_for_a_credit_and_each_pack_for_less(db: Connection) -> None:
    apply_catalog(db, "smart-insights-realistic")
    check_price(db, customer(db), "query", 7, quantity=7)
    check_use(db, "query", {}, "1", "0.10")
    assert [(row[0], row[6], row[7]) for row in listed(db, "list_credit_packages")] == [
        ("starter", Decimal("0.15"), 0),
        ("growth", Decimal("0.145"), 3),
        ("professional", Decimal("0.14"), 7),
        ("enterprise", Decimal("0.13"), 13),
    ]


@pytest.mark.parametrize(
    ("package", "price", "paid"),
    [
        ("starter", 750, 834),
        ("growth", 2900, 3048),
        ("professional", 7000, 7271),
        ("enterprise", 13000, 13450),
    ],
)
def test_smart_insights_gets_its_price_whatever_the_processor_takes(
    db: Connection, package: str, price: int, paid: int
) -> None:
    apply_catalog(db, "smart-insights-realistic")
    answer = quote(db, sign_up(db), package=package)
    assert (answer["subtotal_cents"], answer["total_cents"]) == (price, paid)
    processor = round(paid * Decimal("0.029")) + 30
    assert paid - processor - 30 == price


@pytest.mark.parametrize(
    ("service", "usage", "cost", "ours"),
    [
        ("automation_run", {"runs": 3}, "3", "0.15"),
        ("ai_video", {"seconds": 7.5}, "15", "0.75"),
        ("ai_video", {"seconds": 0.5}, "2", "0.05"),
        ("ai_text", {"words": 2500}, "0.75", "0.0375"),
        ("ai_text", {"words": 1}, "0.01", "0.000015"),
    ],
)
def test_automation_sells_a_dollar_of_work_for_20_credits_with_a_minimum(
    db: Connection, service: str, usage: Row, cost: str, ours: str
) -> None:
    apply_catalog(db, "automation-realistic")
    check_use(db, service, usage, cost, ours)


@pytest.mark.parametrize(
    ("plan", "quantity", "paid"),
    [
        (None, 10, 100),
        (None, 499, 4990),
        (None, 500, 4750),
        (None, 2000, 18_000),
        (None, 10_000, 85_000),
        (None, 100_000, 850_000),
        ("starter", 499, 4741),
        ("professional", 1000, 8550),
        ("enterprise", 10_000, 72_250),
    ],
)
def test_automation_takes_less_for_large_quantities_and_from_subscribers(
    db: Connection, plan: str | None, quantity: int, paid: int
) -> None:
    apply_catalog(db, "automation-realistic")
    user_id = buyer(db, plan) if plan else sign_up(db)
    assert quote(db, user_id, quantity=quantity)["total_cents"] == paid


def test_docs_chat_sells_a_query_as_before_and_no_pack_below_a_plan(db: Connection) -> None:
    apply_catalog(db, "docs-chat-realistic")
    user_id = customer(db)
    check_use(db, "query", {}, "5", "0.02")
    check_price(db, user_id, "query", 20, tools=["docs", "github_mcp"])
    check_price(db, user_id, "query", 8, tools=["web"])
    assert [row[6] for row in listed(db, "list_credit_packages")] == [
        Decimal("0.01"), Decimal("0.0095"), Decimal("0.009"),
    ]  # fmt: skip
    plans = [(row[0], row[2], row[5]) for row in listed(db, "list_credit_plans")]
    assert plans == [
        ("free", 0, 100), ("starter", 900, 1000), ("pro", 2900, 5000), ("enterprise", None, 0),
    ]  # fmt: skip
