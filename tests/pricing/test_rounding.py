"""Rounding: once for each charge, to the places and in the way that the catalog names."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.pricing.charges import check_price, customer
from tests.support import Connection
from tests.wallets import Row, changed_catalog, use_catalog

THIRD = [{"code": "third", "unit": "unit", "unit_size": 3, "credits": 1}]


def round_by(conn: Connection, rounding: Row | None) -> UUID:
    """Put a catalog with a rule of rounding in force; returns a user who can pay."""
    keys = {} if rounding is None else {"rounding": rounding}
    use_catalog(conn, changed_catalog(services=THIRD, **keys))
    return customer(conn)


@pytest.mark.parametrize(
    ("rounding", "one", "two", "tokens"),
    [
        (None, "0.333333333", "0.666666667", "0.06"),
        ({}, "0.333333333", "0.666666667", "0.06"),
        ({"mode": "up"}, "0.333333334", "0.666666667", "0.06"),
        ({"places": 2}, "0.33", "0.67", "0.06"),
        ({"places": 2, "mode": "half_up"}, "0.33", "0.67", "0.06"),
        ({"places": 2, "mode": "up"}, "0.34", "0.67", "0.06"),
        ({"places": 1}, "0.3", "0.7", "0.1"),
        ({"places": 0, "mode": "up"}, "1", "1", "1"),
    ],
)
def test_a_charge_is_rounded_by_the_catalogs_rule(
    db: Connection, rounding: Row | None, one: str, two: str, tokens: str
) -> None:
    user_id = round_by(db, rounding)
    check_price(db, user_id, "third", one)
    check_price(db, user_id, "third", two, quantity=2)
    check_price(db, user_id, "third", 1, quantity=3)
    check_price(db, user_id, "gpt-4", tokens, usage={"input_tokens": 1})


@pytest.mark.parametrize(
    ("quantity", "cost"), [("0.75", "0.3"), ("0.7499", "0.2"), ("1.05", "0.4")]
)
def test_half_of_the_last_place_goes_up(db: Connection, quantity: str, cost: str) -> None:
    check_price(db, round_by(db, {"places": 1}), "third", cost, quantity=quantity)


def test_the_sum_is_rounded_and_not_its_parts(db: Connection) -> None:
    part = {"unit": "unit", "unit_size": 10, "credits": 4}
    service = {"code": "sum", "meters": {"first": part, "second": part, "third": part}}
    use_catalog(db, changed_catalog(services=[service], rounding={"places": 0}))
    check_price(db, customer(db), "sum", 1, usage={"first": 1, "second": 1, "third": 1})


@pytest.mark.parametrize(("places", "least"), [(0, "1"), (2, "0.01"), (9, "0.000000001")])
def test_what_costs_something_never_rounds_to_nothing(
    db: Connection, places: int, least: str
) -> None:
    user_id = round_by(db, {"places": places})
    check_price(db, user_id, "third", least, quantity="0.000000001")
    check_price(db, user_id, "third", 1, quantity=3)
