"""What a credit costs by quantity: the quote of the same quantity, before promotions and fees."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.billing.purchases import FEES, buyer, quote, shop
from tests.support import Connection, apply_catalog, as_service, as_user, sign_up
from tests.wallets import Row, call, refused, use_catalog


def rate(conn: Connection, user_id: UUID, **arguments: Any) -> Row:
    """Ask for the rate as a signed-in user."""
    with as_user(conn, user_id):
        row: Row = call(conn, "get_credit_rate", **arguments)
    return row


def told(price: str, cents: int, discount: str = "0") -> Row:
    """Return the answer that is expected, in dollars a credit and cents for all of them."""
    return {
        "price_per_credit": Decimal(price),
        "price_cents": cents,
        "currency": "usd",
        "discount_percent": Decimal(discount),
    }


def test_the_base_rate_of_automation_is_ten_cents(db: Connection) -> None:
    apply_catalog(db, "automation")
    user_id = sign_up(db)
    assert rate(db, user_id) == told("0.1", 10)
    assert rate(db, user_id, quantity=1) == told("0.1", 10)
    assert rate(db, user_id, quantity=None) == told("0.1", 10)
    assert rate(db, user_id, quantity=200)["price_cents"] == 2000


@pytest.mark.parametrize(
    ("plan", "quantity", "answer"),
    [
        ("free", "1", told("0.1", 10)),
        ("free", "999.999999999", told("0.1", 10000)),
        ("free", "1000", told("0.095", 9500, "5")),
        ("free", "5000", told("0.0875", 43750, "12.5")),
        ("pro", "1", told("0.09", 9, "10")),
        ("pro", "1000", told("0.0855", 8550, "14.5")),
        ("pro", "5003", told("0.07875", 39398, "21.25")),
    ],
)
def test_tiers_and_the_plan_lower_the_rate(
    db: Connection, plan: str, quantity: str, answer: Row
) -> None:
    use_catalog(db, shop())
    assert rate(db, buyer(db, plan), quantity=Decimal(quantity)) == answer


@pytest.mark.parametrize("plan", ["free", "pro"])
@pytest.mark.parametrize("quantity", [10, 999, 1000, 1001, 4999, 5000, 100000])
def test_the_price_is_the_quote_of_the_quantity_before_fees(
    db: Connection, plan: str, quantity: int
) -> None:
    use_catalog(db, shop(fees={"method": "gross_up", **FEES}))
    user_id = buyer(db, plan)
    asked = quote(db, user_id, quantity=quantity)
    assert asked["fee_cents"] > 0
    expected = asked["total_cents"] - asked["fee_cents"]
    assert rate(db, user_id, quantity=quantity)["price_cents"] == expected


def test_a_rate_is_told_where_no_quantity_is_sold(db: Connection) -> None:
    use_catalog(db, shop(custom_quantity=None))
    assert rate(db, buyer(db), quantity=5000) == told("0.1", 50000)


def test_a_rate_is_shown_to_six_places_and_reckoned_with_all(db: Connection) -> None:
    use_catalog(db, shop(base_price_per_credit="0.00123456", markup={}))
    assert rate(db, buyer(db), quantity=999) == told("0.001235", 123)


@pytest.mark.parametrize("quantity", ["0", "-1", "NaN", "Infinity", "0.0000000001", "1e13"])
def test_a_quantity_that_is_none_has_no_rate(db: Connection, quantity: str) -> None:
    use_catalog(db, shop())
    with refused(db, "22023", "invalid_quantity") as detail:
        rate(db, buyer(db), quantity=Decimal(quantity))
    assert detail == {"places": 9, "maximum": 10**12}


def test_the_back_end_asks_for_a_quote_instead(db: Connection) -> None:
    use_catalog(db, shop())
    with refused(db, "22023", "account_id_required"), as_service(db):
        call(db, "get_credit_rate")
