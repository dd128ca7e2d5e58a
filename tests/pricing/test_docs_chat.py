"""The catalog docs-chat: a free and two paid plans, three packs, queries priced by their tools."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.pricing.charges import check_price, customer, listed, prices
from tests.support import Connection, apply_catalog, as_anon, as_service, sign_up
from tests.wallets import balance_of, call, refused


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    apply_catalog(db, "docs-chat")


def test_the_plans_are_free_starter_pro_and_enterprise_on_request(db: Connection) -> None:
    assert listed(db, "list_credit_plans") == [
        ("free", "Free", 0, "usd", "month", 100, 0, [], False),
        ("starter", "Starter", 900, "usd", "month", 1000, 0, [], False),
        ("pro", "Pro", 2900, "usd", "month", 5000, 0, [], False),
        ("enterprise", "Enterprise", None, "usd", None, 0, 0, [], True),
    ]


def test_the_monthly_credits_are_100_1000_and_5000(db: Connection) -> None:
    with as_service(db):
        for plan, credits_a_month in {"free": 100, "starter": 1000, "pro": 5000}.items():
            assert call(db, "get_monthly_credits", plan=plan) == credits_a_month
    assert balance_of(db, sign_up(db))["balance"] == 100


def test_the_packs_are_small_medium_and_large(db: Connection) -> None:
    assert listed(db, "list_credit_packages") == [
        ("small", "Small", 500, 0, 500, "usd", Decimal("0.01"), 0, []),
        ("medium", "Medium", 2000, 0, 1500, "usd", Decimal("0.0075"), 25, []),
        ("large", "Large", 5000, 0, 3500, "usd", Decimal("0.007"), 30, []),
    ]


def test_the_prices_are_a_base_two_named_tools_and_any_other(db: Connection) -> None:
    assert sorted(prices(db)) == [
        ("query", "quantity", "query", 1, 5),
        ("query", "tool:*", "tool", 1, 3),
        ("query", "tool:docs", "tool", 1, 5),
        ("query", "tool:github_mcp", "tool", 1, 10),
    ]


@pytest.mark.parametrize(
    ("tools", "cost"),
    [
        ([], 5),
        (["docs"], 10),
        (["github_mcp"], 15),
        (["docs", "github_mcp"], 20),
        (["web"], 8),
        (["web", "sql"], 11),
        (["docs", "github_mcp", "web"], 23),
        (["docs", "github_mcp", "web", "sql"], 26),
        (["docs", "docs"], 10),
    ],
)
def test_a_query_costs_five_and_its_tools(db: Connection, tools: list[str], cost: int) -> None:
    user_id = customer(db)
    check_price(db, user_id, "query", cost, tools=tools)
    check_price(db, user_id, "query", 3 * cost, tools=tools, quantity=3)


def test_there_is_no_half_a_query(db: Connection) -> None:
    with refused(db, "22023", "invalid_quantity"), as_anon(db):
        call(db, "calculate_query_cost", quantity=Decimal("0.5"))


def test_a_query_is_what_is_priced_when_nothing_is_named(db: Connection) -> None:
    with as_anon(db):
        assert call(db, "calculate_query_cost") == 5
        assert call(db, "calculate_query_cost", tools=["docs"]) == 10
        assert call(db, "calculate_query_cost", usage={"tools": ["docs", "github_mcp"]}) == 20
