"""What a price has besides its components: a minimum, a maximum, a rounding, and whole units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.pricing.charges import charge, check_price, customer, nothing_changes
from tests.support import Connection, as_anon
from tests.wallets import Row, call, changed_catalog, refused, use_catalog

SERVICE: Row = {"code": "s", "unit": "unit", "meter": "units", "credits": 1, "unit_size": 3}
UP: Row = {"places": 2, "mode": "up"}


def with_terms(rounding: Row | None = None, **terms: Any) -> Row:
    """Return a catalog whose service ``s`` costs a third a unit on these terms."""
    head = {} if rounding is None else {"rounding": rounding}
    return changed_catalog(services=[{**SERVICE, **terms}], **head)


@pytest.mark.parametrize(
    ("terms", "quantity", "cost"),
    [
        ({"minimum_credits": 2}, 1, 2),
        ({"minimum_credits": 2}, 6, 2),
        ({"minimum_credits": 2}, "6.3", "2.1"),
        ({"minimum_credits": 0}, 1, "0.333333333"),
        ({"maximum_credits": 2}, "5.7", "1.9"),
        ({"maximum_credits": 2}, 6, 2),
        ({"maximum_credits": 2}, 1_000_000, 2),
        ({"maximum_credits": 2}, 10**12, 2),
        ({"minimum_credits": 1, "maximum_credits": 1}, 1, 1),
        ({"minimum_credits": 1, "maximum_credits": 1}, 100, 1),
        ({"rounding": UP}, 1, "0.34"),
        ({"rounding": {"places": 0}}, 5, 2),
        ({"rounding": {"places": 0}}, "4.5", 2),
        ({"rounding": {"mode": "up"}}, 1, "0.333333334"),
        # What costs something never comes to nothing: the least is one of the last place.
        ({"rounding": {"places": 0}}, 1, 1),
        ({"rounding": {"places": 1}}, "0.1", "0.1"),
        ({"rounding": {"places": 0}, "maximum_credits": "0.5"}, 1, "0.5"),
    ],
)
def test_a_charge_is_kept_within_its_bounds(
    db: Connection, terms: Row, quantity: int | str, cost: int | str
) -> None:
    use_catalog(db, with_terms(**terms))
    check_price(db, customer(db), "s", cost, quantity=quantity)


@pytest.mark.parametrize(
    ("terms", "quantity", "cost"),
    [
        # Rounded first: 0.666… is 1 then, above the minimum, and 1.666… is 2, above the maximum.
        ({"rounding": {"places": 0}, "minimum_credits": "0.9"}, 2, 1),
        ({"rounding": {"places": 0}, "maximum_credits": "1.7"}, 5, "1.7"),
        # The bounds are not rounded, whatever the places.
        ({"rounding": {"places": 0}, "minimum_credits": "1.25"}, 2, "1.25"),
        ({"rounding": {"places": 0, "mode": "up"}, "maximum_credits": "0.5"}, 1, "0.5"),
        ({"rounding": UP, "minimum_credits": "0.333333333"}, 1, "0.34"),
    ],
)
def test_it_is_rounded_first_and_then_bounded(
    db: Connection, terms: Row, quantity: int, cost: int | str
) -> None:
    use_catalog(db, with_terms(**terms))
    check_price(db, customer(db), "s", cost, quantity=quantity)


def test_a_services_rounding_goes_before_the_catalogs(db: Connection) -> None:
    other = {**SERVICE, "code": "other"}
    services = [{**SERVICE, "rounding": {"places": 3}}, other]
    use_catalog(db, changed_catalog(services=services, rounding={"places": 1, "mode": "up"}))
    user_id = customer(db)
    check_price(db, user_id, "other", "0.4")
    with as_anon(db):
        cost = call(db, "calculate_query_cost", service="s")
    assert cost in (Decimal("0.333"), Decimal("0.334"))


def test_a_model_has_bounds_and_a_rounding_too(db: Connection) -> None:
    terms = {"minimum_credits": 1, "maximum_credits": 3, "rounding": UP}
    model = {
        "code": "m",
        "name": "M",
        "provider": "P",
        "tier": "cheap",
        "credits_per_1m_tokens": {"input": 7, "output": 9},
        **terms,
    }
    use_catalog(db, changed_catalog(models=[model]))
    user_id = customer(db)
    check_price(db, user_id, "m", 1, usage={"input_tokens": 1})
    check_price(db, user_id, "m", "1.41", usage={"input_tokens": 200_001})
    check_price(db, user_id, "m", 3, usage={"input_tokens": 10**9})


def test_a_minimum_is_no_price_for_a_use_of_nothing(db: Connection) -> None:
    use_catalog(db, with_terms(minimum_credits=2))
    user_id = customer(db)
    with nothing_changes(db), refused(db, "22023", "invalid_usage"):
        charge(db, user_id, "s", usage={"units": 0})


def test_a_free_service_with_a_minimum_costs_nothing(db: Connection) -> None:
    use_catalog(db, with_terms(credits=0, free=True, minimum_credits=2))
    check_price(db, customer(db), "s", 0)


@pytest.mark.parametrize("quantity", ["0.5", "1.5", "2.000000001"])
def test_part_of_a_whole_unit_is_refused(db: Connection, quantity: str) -> None:
    use_catalog(db, with_terms(whole_units=True))
    user_id = customer(db)
    for asked in ({"quantity": Decimal(quantity)}, {"usage": {"units": float(quantity)}}):
        with nothing_changes(db):
            with refused(db, "22023", "invalid_quantity") as detail, as_anon(db):
                call(db, "calculate_query_cost", service="s", **asked)
            assert detail == {"service": "s", "places": 0}
            with refused(db, "22023", "invalid_quantity"):
                charge(db, user_id, "s", **asked)


def test_whole_units_are_charged(db: Connection) -> None:
    use_catalog(db, with_terms(whole_units=True, unit_size=1))
    user_id = customer(db)
    check_price(db, user_id, "s", 1)
    check_price(db, user_id, "s", 2, quantity="2.000")
    check_price(db, user_id, "s", 3, usage={"units": 3})


def test_parts_of_a_unit_are_charged_where_it_is_not_sold_whole(db: Connection) -> None:
    use_catalog(db, with_terms(whole_units=False, unit_size=1))
    check_price(db, customer(db), "s", "0.5", quantity="0.5")


@pytest.mark.parametrize(
    "terms",
    [
        {"minimum_credits": -1},
        {"minimum_credits": "NaN"},
        {"minimum_credits": 2, "maximum_credits": 1},
        {"minimum_credits": 1e13},
        {"minimum_credits": 1e-10},
        {"maximum_credits": 0},
        {"maximum_credits": -1},
        {"maximum_credits": "Infinity"},
        {"rounding": {"places": 10}},
        {"rounding": {"places": -1}},
        {"rounding": {"mode": "down"}},
        {"rounding": {"place": 2}},
        {"whole_units": "often"},
        {"minimum": 1},
    ],
)
def test_terms_that_mean_nothing_are_refused(db: Connection, terms: Row) -> None:
    with nothing_changes(db):
        with refused(db, "22023", "invalid_catalog") as detail:
            use_catalog(db, with_terms(**terms))
        assert detail["problem"]
