"""The payment processor's fees, passed on by either method; the eight totals of the packs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.catalog_file import CATALOGS, load_catalog, to_json
from tests.billing.purchases import FEES, amounts_of, buyer, open_order, pay, promote, quote, shop
from tests.support import Connection, sign_up
from tests.wallets import Row, balance_of, refused, use_catalog

TOTALS = {
    "additive": {"starter": 729, "growth": 2468, "professional": 6749, "enterprise": 13437},
    "gross_up": {"starter": 731, "growth": 2472, "professional": 6756, "enterprise": 13450},
}


def apply_with_fees(conn: Connection, path: Path, fees: Row) -> None:
    content = to_json({**load_catalog(path), "fees": fees})
    conn.execute("select public.apply_credit_catalog(%s)", [content])


@pytest.mark.parametrize("method", TOTALS)
def test_the_four_packs_come_to_their_totals_to_the_cent(db: Connection, method: str) -> None:
    apply_with_fees(db, CATALOGS / "smart-insights.toml", {"method": method, **FEES})
    user_id = sign_up(db)
    for package, total in TOTALS[method].items():
        answer = quote(db, user_id, package=package)
        assert answer["total_cents"] == total
        fee = total - answer["subtotal_cents"]
        assert answer["lines"][1] == {"kind": "fee", "label": "Payment fee", "amount_cents": fee}


@pytest.mark.parametrize("method", TOTALS)
def test_gross_up_leaves_the_seller_the_price_and_additive_a_little_less(
    db: Connection, method: str
) -> None:
    apply_with_fees(db, CATALOGS / "smart-insights.toml", {"method": method, **FEES})
    user_id = sign_up(db)
    short = []
    for package in TOTALS[method]:
        answer = quote(db, user_id, package=package)
        processor = round(answer["total_cents"] * 0.029) + 30
        short.append(answer["subtotal_cents"] - (answer["total_cents"] - processor - 30))
    assert short == ([0, 0, 0, 0] if method == "gross_up" else [2, 4, 7, 13])


def test_without_fees_in_the_catalog_none_are_passed_on(db: Connection) -> None:
    use_catalog(db, shop())
    assert "fee" not in amounts_of(quote(db, buyer(db), package="starter"))


@pytest.mark.parametrize(
    ("fees", "total"),
    [
        ({"method": "additive"}, 650),
        ({"method": "gross_up"}, 650),
        ({"method": "additive", "processor_percent": 10}, 715),
        ({"method": "gross_up", "processor_percent": 10}, 722),
        ({"method": "additive", "processor_fixed_cents": 30}, 680),
        ({"method": "gross_up", "processor_fixed_cents": 30}, 680),
        ({"method": "additive", "platform_fixed_cents": 45}, 695),
        ({"method": "gross_up", "processor_percent": 50, "platform_fixed_cents": 25}, 1350),
        ({"method": "gross_up", "processor_percent": 99.99}, 6500000),
    ],
)
def test_each_part_of_the_fees_counts_by_itself(db: Connection, fees: Row, total: int) -> None:
    use_catalog(db, shop(fees=fees))
    assert quote(db, buyer(db), package="starter")["total_cents"] == total


@pytest.mark.parametrize(("method", "total"), [("additive", 585 + 77), ("gross_up", 664)])
def test_fees_are_reckoned_on_what_is_left_to_pay(db: Connection, method: str, total: int) -> None:
    use_catalog(db, shop(fees={"method": method, **FEES}))
    answer = quote(db, buyer(db, "pro"), package="starter")
    assert amounts_of(answer) == {
        "package": 650, "plan_discount": -65, "fee": total - 585,
    }  # fmt: skip


def test_fees_are_on_quantities_too_and_on_plans_never(db: Connection) -> None:
    use_catalog(db, shop(fees={"method": "additive", **FEES}))
    user_id = buyer(db)
    assert amounts_of(quote(db, user_id, quantity=100)) == {"quantity": 1000, "fee": 89}
    assert amounts_of(quote(db, user_id, plan="pro")) == {"plan": 1999}


@pytest.mark.parametrize("method", TOTALS)
def test_nothing_is_paid_on_nothing(db: Connection, method: str) -> None:
    use_catalog(db, shop(fees={"method": method, **FEES}))
    promote(db, discount_value=100)
    user_id = buyer(db)
    answer = quote(db, user_id, package="starter", promotion_code="SPRING")
    assert amounts_of(answer) == {"package": 650, "promotion": -650}
    assert (answer["ok"], answer["total_cents"]) == (True, 0)
    assert pay(db, open_order(db, user_id, package="starter", promotion_code="SPRING")) is None
    assert balance_of(db, user_id)["balance"] == 50


@pytest.mark.parametrize(
    "fees",
    [
        {},
        {"processor_percent": 2.9},
        {"method": "net"},
        {"method": "additive", "processor_percent": 100},
        {"method": "gross_up", "processor_percent": 100},
        {"method": "additive", "processor_percent": -1},
        {"method": "additive", "processor_percent": "NaN"},
        {"method": "additive", "processor_fixed_cents": -1},
        {"method": "additive", "platform_fixed_cents": 0.5},
        {"method": "additive", "fixed_cents": 30},
        "additive",
        5,
        [],
    ],
)
def test_fees_that_mean_nothing_are_refused(db: Connection, fees: Any) -> None:
    with refused(db, "22023", "invalid_catalog") as detail:
        use_catalog(db, shop(fees=fees))
    assert detail["problem"]
