"""The catalog smart-insights: welcome credits by plan, packs at 30 % above cost, limits."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from tests.pricing.charges import charge, check_price, customer, listed, prices
from tests.support import Connection, apply_catalog, as_user, sign_up
from tests.wallets import balance_of, call, change_plan, refused


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    apply_catalog(db, "smart-insights")


def test_the_packs_are_the_four_of_the_price_list(db: Connection) -> None:
    assert listed(db, "list_credit_packages") == [
        ("starter", "Starter Pack", 50, 0, 650, "usd", Decimal("0.13"), 0, []),
        ("growth", "Growth Pack", 200, 0, 2340, "usd", Decimal("0.117"), 10, []),
        ("professional", "Professional Pack", 500, 0, 6500, "usd", Decimal("0.13"), 0, []),
        ("enterprise", "Enterprise Pack", 1000, 0, 13000, "usd", Decimal("0.13"), 0, []),
    ]


def test_the_cost_and_the_profit_of_each_pack_are_kept(db: Connection) -> None:
    query = "select code, cost_cents, price_cents - cost_cents from credits.packages order by 2"
    assert db.execute(query).fetchall() == [
        ("starter", 500, 150),
        ("growth", 1800, 540),
        ("professional", 5000, 1500),
        ("enterprise", 10000, 3000),
    ]


def test_the_plans_give_5_10_and_20_credits_once_and_nothing_monthly(db: Connection) -> None:
    assert listed(db, "list_credit_plans") == [
        ("free", "Free", None, "usd", None, 0, 5, [], False),
        ("professional", "Professional", None, "usd", None, 0, 10, [], False),
        ("enterprise", "Enterprise", None, "usd", None, 0, 20, [], False),
    ]


def test_the_plan_decides_the_welcome_credits(db: Connection) -> None:
    user_id = sign_up(db)
    assert balance_of(db, user_id)["balance"] == 5
    for plan, balance in (("professional", 10), ("enterprise", 20)):
        change_plan(db, user_id, plan)
        assert balance_of(db, user_id)["balance"] == balance


def test_a_query_costs_one_credit(db: Connection) -> None:
    user_id = customer(db)
    check_price(db, user_id, "query", 1)
    check_price(db, user_id, "query", 7, quantity=7)
    assert prices(db) == [("query", "quantity", "query", 1, 1)]


def test_there_is_no_half_a_query(db: Connection) -> None:
    user_id = customer(db)
    with refused(db, "22023", "invalid_quantity"), as_user(db, user_id):
        call(db, "use_credits", service="query", key="half", quantity=Decimal("0.5"))


def test_every_plan_is_capped_at_5000_credits_a_month(db: Connection) -> None:
    for plan in ("free", "professional", "enterprise"):
        user_id = customer(db)
        change_plan(db, user_id, plan)
        charge(db, user_id, "query", quantity=5000)
        with refused(db, "PT402", "spend_cap_reached") as detail, as_user(db, user_id):
            call(db, "use_credits", service="query", key=f"use-{uuid4()}")
        assert (detail["cap"], detail["spent"], detail["required"]) == (5000, 5000, 1)


def test_an_eleventh_request_within_a_minute_is_refused(db: Connection) -> None:
    user_id = customer(db)
    for _ in range(10):
        charge(db, user_id, "query")
    before = balance_of(db, user_id)
    with refused(db, "PT429", "rate_limited") as detail, as_user(db, user_id):
        call(db, "use_credits", service="query", key="one-too-many")
    assert detail["limit"] == 10
    assert 0 < detail["retry_after_seconds"] <= 60
    assert balance_of(db, user_id) == before


def test_the_accounts_of_every_plan_can_pay_500_dollars_a_month(db: Connection) -> None:
    for plan in ("free", "professional", "enterprise"):
        user_id = customer(db)
        change_plan(db, user_id, plan)
        query = "select monthly_purchase_cap_cents, requests_per_minute from credits.accounts"
        assert db.execute(f"{query} where id = %s", [user_id]).fetchall() == [(50_000, 10)]


@pytest.mark.parametrize(
    ("package", "total_cents"),
    [("starter", 729), ("growth", 2468), ("professional", 6749), ("enterprise", 13437)],
)
def test_a_buyer_pays_the_fees_of_processor_and_platform(
    db: Connection, package: str, total_cents: int
) -> None:
    """The price, 2.9 % of it, and 60 cents."""
    with as_user(db, sign_up(db)):
        quote = call(db, "quote_credit_purchase", package=package)
    assert quote["total_cents"] == total_cents
    assert quote["fee_cents"] == total_cents - quote["subtotal_cents"]


def test_no_quantities_are_sold(db: Connection) -> None:
    with refused(db, "22023", "invalid_quantity"), as_user(db, sign_up(db)):
        call(db, "quote_credit_purchase", quantity=100)
