"""Quotes of packs, plans and quantities: what is bought, what it costs, and what is taken off."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.billing.purchases import (
    amounts_of,
    buyer,
    nothing_is_written,
    open_order,
    quote,
    shop,
)
from tests.support import Connection, as_user
from tests.wallets import call, refused, use_catalog


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, shop())


@pytest.fixture
def user_id(db: Connection) -> UUID:
    return buyer(db)


def test_a_pack_costs_its_price(db: Connection, user_id: UUID) -> None:
    assert quote(db, user_id, package="starter") == {
        "ok": True,
        "message": None,
        "credits": 50,
        "bonus_credits": 0,
        "lines": [{"kind": "package", "label": "Starter Pack", "amount_cents": 650}],
        "subtotal_cents": 650,
        "discount_cents": 0,
        "fee_cents": 0,
        "total_cents": 650,
        "currency": "usd",
    }


def test_a_packs_bonus_is_told_apart_from_what_is_paid_for(db: Connection, user_id: UUID) -> None:
    answer = quote(db, user_id, package="growth")
    assert (answer["credits"], answer["bonus_credits"]) == (1000, 100)
    assert answer["total_cents"] == 11700


def test_a_plans_discount_is_a_line_of_its_own(db: Connection) -> None:
    answer = quote(db, buyer(db, "pro"), package="growth")
    assert answer["lines"] == [
        {"kind": "package", "label": "Growth Pack", "amount_cents": 11700},
        {"kind": "plan_discount", "label": "10 % with the plan pro", "amount_cents": -1170},
    ]
    assert (answer["subtotal_cents"], answer["discount_cents"]) == (11700, 1170)
    assert answer["total_cents"] == 10530


@pytest.mark.parametrize(
    ("quantity", "price", "taken_off"),
    [
        ("10", 100, 0),
        ("999", 9990, 0),
        ("999.999999999", 10000, 0),
        ("1000", 10000, 500),
        ("1000.000000001", 10000, 500),
        ("1001", 10010, 500),
        ("4999", 49990, 2499),
        ("4999.999999999", 50000, 2500),
        ("5000", 50000, 6250),
        ("5001", 50010, 6251),
        ("100000", 1000000, 125000),
    ],
)
def test_the_whole_quantity_is_discounted_from_its_tier_on(
    db: Connection, user_id: UUID, quantity: str, price: int, taken_off: int
) -> None:
    answer = quote(db, user_id, quantity=Decimal(quantity))
    assert answer["subtotal_cents"] == price
    assert answer["discount_cents"] == taken_off
    assert ("bulk_discount" in amounts_of(answer)) == (taken_off > 0)
    assert (answer["credits"], answer["bonus_credits"]) == (float(quantity), 0)


@pytest.mark.parametrize(
    ("quantity", "cents"), [("10.04", 100), ("10.05", 101), ("10.049999999", 100), ("10.15", 102)]
)
def test_half_a_cent_is_rounded_up(
    db: Connection, user_id: UUID, quantity: str, cents: int
) -> None:
    assert quote(db, user_id, quantity=Decimal(quantity))["total_cents"] == cents


def test_discounts_follow_each_other_each_on_what_is_left(db: Connection) -> None:
    answer = quote(db, buyer(db, "pro"), quantity=5003)
    assert answer["lines"] == [
        {"kind": "quantity", "label": "5003 credits", "amount_cents": 50030},
        {"kind": "bulk_discount", "label": "12.5 % for the quantity", "amount_cents": -6254},
        # what is left is 43776 x 0.9 = 39398.4
        {"kind": "plan_discount", "label": "10 % with the plan pro", "amount_cents": -4378},
    ]
    assert answer["total_cents"] == 39398


def test_without_a_base_price_a_credit_is_worth_the_list_price(
    db: Connection, user_id: UUID
) -> None:
    use_catalog(db, shop(base_price_per_credit=None))
    assert quote(db, user_id, quantity=100)["total_cents"] == 1500
    use_catalog(db, shop(base_price_per_credit=None, markup={}))
    assert quote(db, user_id, quantity=100)["total_cents"] == 1200


def test_a_plan_costs_its_first_period_without_fee_or_discount(db: Connection) -> None:
    use_catalog(db, shop(fees={"method": "additive", "processor_percent": 2.9}))
    user_id = buyer(db, "pro")
    answer = quote(db, user_id, plan="pro")
    assert answer["lines"] == [{"kind": "plan", "label": "Pro", "amount_cents": 1999}]
    assert (answer["ok"], answer["total_cents"], answer["credits"]) == (True, 1999, 200)


@pytest.mark.parametrize("plan", ["sales", "free"])
def test_a_plan_that_is_not_sold_has_no_price(db: Connection, user_id: UUID, plan: str) -> None:
    answer = quote(db, user_id, plan=plan)
    assert (answer["ok"], answer["message"]) == (False, "plan_not_sold")
    assert (answer["subtotal_cents"], answer["total_cents"]) == (None, None)


def test_a_plan_with_a_price_that_is_sold_on_request_has_none_here(
    db: Connection, user_id: UUID
) -> None:
    contact = {"code": "sales", "name": "Sales", "contact_only": True}
    priced = {**contact, "price_cents": 99900, "billing_interval": "month"}
    use_catalog(db, shop(plans=[*shop()["plans"][:2], priced]))
    answer = quote(db, user_id, plan="sales")
    assert (answer["message"], answer["total_cents"]) == ("plan_not_sold", None)


def test_a_closed_account_buys_nothing(db: Connection, user_id: UUID) -> None:
    db.execute("update credits.accounts set status = 'closed' where id = %s", [user_id])
    answer = quote(db, user_id, package="starter")
    assert (answer["ok"], answer["message"]) == (False, "account_closed")
    assert answer["total_cents"] == 650
    with nothing_is_written(db), refused(db, "PT403", "account_closed"):
        open_order(db, user_id, package="starter")


@pytest.mark.parametrize(
    ("arguments", "token", "detail"),
    [
        ({}, "invalid_purchase", {}),
        ({"package": "starter", "quantity": 10}, "invalid_purchase", {}),
        ({"package": "starter", "plan": "pro"}, "invalid_purchase", {}),
        ({"plan": "pro", "quantity": 10}, "invalid_purchase", {}),
        ({"package": "starter", "plan": "pro", "quantity": 10}, "invalid_purchase", {}),
        ({"package": "small"}, "unknown_package", {"package": "small"}),
        ({"package": ""}, "unknown_package", {"package": ""}),
        ({"package": "STARTER"}, "unknown_package", {"package": "STARTER"}),
        ({"package": "x' or 'a'='a"}, "unknown_package", {"package": "x' or 'a'='a"}),
        ({"plan": "starter"}, "unknown_plan", {"plan": "starter"}),
        ({"plan": ""}, "unknown_plan", {"plan": ""}),
    ],
)
def test_what_is_not_for_sale_is_refused(
    db: Connection, user_id: UUID, arguments: dict[str, Any], token: str, detail: dict[str, str]
) -> None:
    with nothing_is_written(db):
        with refused(db, "22023", token) as found, as_user(db, user_id):
            call(db, "quote_credit_purchase", **arguments)
        assert found == detail


BOUNDS = {"minimum": 10, "maximum": 100000}
COUNTABLE = {"places": 9, "maximum": 1000000000000}


@pytest.mark.parametrize(
    ("quantity", "detail"),
    [
        ("9.999999999", BOUNDS),
        ("100000.000000001", BOUNDS),
        ("1000000000000", BOUNDS),
        ("1000000000001", COUNTABLE),
        ("9223372036854775807", COUNTABLE),
        ("-9223372036854775808", COUNTABLE),
        ("1e308", COUNTABLE),
        ("9" * 400, COUNTABLE),
        ("10.0000000001", COUNTABLE),
        ("0", COUNTABLE),
        ("-1", COUNTABLE),
        ("NaN", COUNTABLE),
        ("Infinity", COUNTABLE),
        ("-Infinity", COUNTABLE),
    ],
)
def test_a_quantity_that_is_not_sold_is_refused(
    db: Connection, user_id: UUID, quantity: str, detail: dict[str, int]
) -> None:
    with nothing_is_written(db):
        with refused(db, "22023", "invalid_quantity") as found, as_user(db, user_id):
            call(db, "quote_credit_purchase", quantity=Decimal(quantity))
        assert found == detail
        with refused(db, "22023", "invalid_quantity"):
            open_order(db, user_id, quantity=Decimal(quantity))


def test_without_bounds_no_quantity_is_sold(db: Connection, user_id: UUID) -> None:
    use_catalog(db, shop(custom_quantity=None))
    with refused(db, "22023", "invalid_quantity") as detail:
        quote(db, user_id, quantity=10)
    assert detail == {"minimum": None, "maximum": None}


@pytest.mark.parametrize("price", ["0.001", "0.0001"])
def test_a_quantity_that_comes_to_less_than_half_a_cent_is_not_sold(
    db: Connection, user_id: UUID, price: str
) -> None:
    bounds = {"minimum": 1, "maximum": 1000}
    use_catalog(db, shop(base_price_per_credit=price, markup={}, custom_quantity=bounds))
    with nothing_is_written(db):
        for ask in (quote, open_order):
            with refused(db, "22023", "invalid_quantity"):
                ask(db, user_id, quantity=4)
    assert quote(db, user_id, quantity=100)["total_cents"] > 0


@pytest.mark.parametrize("cents", [1, 2, 3])
def test_a_discount_of_less_than_all_leaves_a_cent(db: Connection, cents: int) -> None:
    pack = {"code": "tiny", "name": "Tiny", "credits": 1, "price_cents": cents}
    free = {"code": "free", "name": "Free", "discount_percent": 90}
    use_catalog(db, shop(packages=[pack], plans=[free]))
    assert quote(db, buyer(db), package="tiny")["total_cents"] == 1


def test_a_price_beyond_all_bounds_is_refused_in_our_words(db: Connection, user_id: UUID) -> None:
    bounds = {"minimum": 1, "maximum": 1000000000000}
    use_catalog(db, shop(base_price_per_credit=1000000000000, custom_quantity=bounds))
    with refused(db, "22023", "invalid_quantity"):
        quote(db, user_id, quantity=1000000000000)
    with refused(db, "22023", "invalid_quantity"), as_user(db, user_id):
        call(db, "get_credit_rate", quantity=1000000000000)


def test_a_quote_writes_nothing(db: Connection, user_id: UUID) -> None:
    with nothing_is_written(db):
        for arguments in ({"package": "growth"}, {"plan": "pro"}, {"quantity": 1000}):
            quote(db, user_id, **arguments)


def test_an_order_costs_what_was_quoted_and_keeps_the_quote(db: Connection) -> None:
    use_catalog(db, shop(fees={"method": "gross_up", "processor_percent": 2.9}))
    user_id = buyer(db, "pro")
    asked = quote(db, user_id, quantity=1000)
    order = open_order(db, user_id, quantity=1000)
    assert (order["total_cents"], order["fee_cents"]) == (
        asked["total_cents"],
        asked["fee_cents"],
    )
    query = "select quote, credits, bonus_credits, total_cents from credits.orders where id = %s"
    stored = db.execute(query, [order["order_id"]]).fetchone()
    assert stored == (asked, 1000, 0, asked["total_cents"])
