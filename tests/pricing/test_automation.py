"""The catalog automation: three monthly plans, no packs, and no stated price of a service."""

from __future__ import annotations

import pytest

from tests.pricing.charges import customer, listed, prices, version_in_force
from tests.support import Connection, apply_catalog, as_anon, as_service, as_user, sign_up
from tests.wallets import balance_of, call, change_plan, deduct, history, refused

FEATURES = {
    "starter": ["Basic automation tools", "Email support"],
    "professional": ["Advanced automation tools", "Priority support", "API access"],
    "enterprise": [
        "Premium automation tools",
        "24/7 support",
        "Custom integrations",
        "Dedicated account manager",
    ],
}


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    apply_catalog(db, "automation")


def test_the_plans_are_the_three_of_the_price_list_with_their_features(db: Connection) -> None:
    assert listed(db, "list_credit_plans") == [
        ("starter", "Starter", 1999, "usd", "month", 200, 0, FEATURES["starter"], False),
        (
            "professional",
            "Professional",
            4999,
            "usd",
            "month",
            600,
            0,
            FEATURES["professional"],
            False,
        ),
        ("enterprise", "Enterprise", 9999, "usd", "month", 1500, 0, FEATURES["enterprise"], False),
    ]


@pytest.mark.parametrize(("plan", "credits"), [("starter", 200), ("professional", 600)])
def test_a_plan_gives_its_monthly_credits(db: Connection, plan: str, credits: int) -> None:  # noqa: A002
    with as_service(db):
        assert call(db, "get_monthly_credits", plan=plan) == credits
    user_id = sign_up(db)
    assert balance_of(db, user_id)["balance"] == 0
    change_plan(db, user_id, plan)
    assert balance_of(db, user_id)["balance"] == credits


def test_a_credit_is_worth_ten_cents(db: Connection) -> None:
    query = "select list_price_per_credit from credits.catalogs where version = %s"
    row = db.execute(query, [version_in_force(db)]).fetchone()
    assert row is not None
    assert str(row[0]) == "0.10"


def test_no_service_has_a_price_so_the_application_names_the_amount(db: Connection) -> None:
    assert prices(db) == listed(db, "list_credit_packages") == []
    with refused(db, "22023", "unknown_service") as detail, as_anon(db):
        call(db, "calculate_query_cost")
    assert detail == {"service": "query"}

    user_id = customer(db)
    with as_service(db):
        deduct(db, user_id, 50, service="ai_video", reference="job-7")
    transaction = history(db, user_id)[-1]
    assert (transaction["amount"], transaction["service"]) == (-50, "ai_video")
    assert transaction["price_version"] is None


@pytest.mark.parametrize(("quantity", "cents"), [(10, 100), (199, 1990), (100_000, 1_000_000)])
def test_any_quantity_is_sold_at_the_base_rate(db: Connection, quantity: int, cents: int) -> None:
    with as_user(db, sign_up(db)):
        quote = call(db, "quote_credit_purchase", quantity=quantity)
    assert (quote["credits"], quote["total_cents"]) == (quantity, cents)


@pytest.mark.parametrize("quantity", [9, 100_001])
def test_a_quantity_beyond_the_limits_is_not_sold(db: Connection, quantity: int) -> None:
    with refused(db, "22023", "invalid_quantity"), as_user(db, sign_up(db)):
        call(db, "quote_credit_purchase", quantity=quantity)
