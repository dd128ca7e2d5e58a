"""What a promotion code takes off a quote or adds to it, and for what and when it holds."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from tests.billing.purchases import (
    FEES,
    amounts_of,
    buyer,
    nothing_is_written,
    open_order,
    promote,
    quote,
    shop,
)
from tests.support import Connection
from tests.wallets import Row, refused, use_catalog


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, shop())


@pytest.fixture
def user_id(db: Connection) -> UUID:
    return buyer(db)


def with_code(conn: Connection, user_id: UUID, **item: Any) -> Row:
    """Quote an item, a starter pack by default, with the code."""
    return quote(conn, user_id, **(item or {"package": "starter"}), promotion_code="SPRING")


@pytest.mark.parametrize(
    ("terms", "taken_off", "bonus"),
    [
        ({"discount_type": "percent", "discount_value": 20}, 2340, 100),
        ({"discount_type": "percent", "discount_value": 33.3333}, 3900, 100),
        ({"discount_type": "percent", "discount_value": 100}, 11700, 100),
        ({"discount_type": "fixed", "discount_value": 1, "currency": "usd"}, 1, 100),
        ({"discount_type": "fixed", "discount_value": 11699, "currency": "usd"}, 11699, 100),
        ({"discount_type": "fixed", "discount_value": 11700, "currency": "usd"}, 11700, 100),
        ({"discount_type": "fixed", "discount_value": 99999, "currency": "usd"}, 11700, 100),
        ({"discount_type": "bonus_credits", "discount_value": 25}, 0, 125),
        ({"discount_type": "bonus_credits", "discount_value": 0.5}, 0, 100.5),
        ({"discount_type": "bonus_percent", "discount_value": 10}, 0, 200),
        ({"discount_type": "bonus_percent", "discount_value": 0.0001}, 0, 100.001),
    ],
)
def test_a_promotion_takes_off_an_amount_or_adds_credits(
    db: Connection, user_id: UUID, terms: Row, taken_off: int, bonus: float
) -> None:
    promote(db, **terms)
    answer = with_code(db, user_id, package="growth")
    assert (answer["ok"], answer["credits"], answer["bonus_credits"]) == (True, 1000, bonus)
    assert answer["discount_cents"] == taken_off
    assert answer["total_cents"] == 11700 - taken_off
    if taken_off:
        (line,) = answer["lines"][1:]
        assert line == {"kind": "promotion", "label": "Spring", "amount_cents": -taken_off}


def test_a_promotion_comes_after_the_other_discounts_and_before_the_fees(db: Connection) -> None:
    use_catalog(db, shop(fees={"method": "additive", **FEES}))
    promote(db)
    answer = with_code(db, buyer(db, "pro"), quantity=1000)
    assert list(amounts_of(answer).items()) == [
        ("quantity", 10000),
        ("bulk_discount", -500),
        ("plan_discount", -950),
        ("promotion", -1710),
        ("fee", 258),
    ]


def test_a_bonus_in_percent_is_of_what_is_bought_not_of_its_bonus(
    db: Connection, user_id: UUID
) -> None:
    promote(db, discount_type="bonus_percent", discount_value=50)
    order = open_order(db, user_id, package="growth", promotion_code="SPRING")
    query = "select credits, bonus_credits from credits.orders where id = %s"
    assert db.execute(query, [order["order_id"]]).fetchone() == (1000, 600)


@pytest.mark.parametrize(
    "spelling", ["SPRING25", "spring25", "Spring-25", " spring 25 ", "s.p.r.i.n.g/2_5", "SPRİNG2I5"]
)
def test_every_spelling_is_the_same_code(db: Connection, user_id: UUID, spelling: str) -> None:
    assert promote(db, "Spring-25") == "SPRING25"
    is_same = "İ" not in spelling
    answer = quote(db, user_id, package="starter", promotion_code=spelling)
    assert answer["message"] == (None if is_same else "promotion_code_invalid")
    with refused(db, "22023", "invalid_promotion"):
        promote(db, spelling if is_same else "spring25")


@pytest.mark.parametrize("code", ["", None])
def test_no_code_is_no_promotion(db: Connection, user_id: UUID, code: str | None) -> None:
    promote(db)
    answer = quote(db, user_id, package="starter", promotion_code=code)
    assert (answer["ok"], answer["total_cents"]) == (True, 650)


@pytest.mark.parametrize(
    ("terms", "items"),
    [
        ({}, {"starter", "growth", "pro", "quantity"}),
        ({"packages": ["starter"]}, {"starter"}),
        ({"packages": ["starter", "growth"]}, {"starter", "growth"}),
        ({"plans": ["pro"]}, {"pro"}),
        ({"packages": ["growth"], "plans": ["pro"]}, {"growth", "pro"}),
        ({"packages": ["pro"], "plans": ["starter"]}, set()),
        ({"packages": ["gone"]}, set()),
        ({"packages": []}, set()),
        ({"minimum_cents": 650}, {"starter", "growth", "pro", "quantity"}),
        ({"minimum_cents": 651}, {"growth", "pro", "quantity"}),
        ({"minimum_cents": 11701}, set()),
        ({"discount_type": "fixed", "discount_value": 50, "currency": "eur"}, set()),
    ],
)
def test_a_promotion_is_for_what_it_names(
    db: Connection, user_id: UUID, terms: Row, items: set[str]
) -> None:
    promote(db, **terms)
    offers: dict[str, Row] = {
        "starter": {"package": "starter"},
        "growth": {"package": "growth"},
        "pro": {"plan": "pro"},
        "quantity": {"quantity": 100},
    }
    assert {name for name, item in offers.items() if with_code(db, user_id, **item)["ok"]} == items


def test_the_minimum_is_of_what_the_plan_leaves(db: Connection) -> None:
    promote(db, minimum_cents=650)
    answer = with_code(db, buyer(db, "pro"))
    assert (answer["message"], answer["total_cents"]) == ("promotion_code_invalid", 585)


def test_a_plan_that_is_not_sold_says_so_with_a_code_too(db: Connection, user_id: UUID) -> None:
    promote(db)
    answer = with_code(db, user_id, plan="sales")
    assert (answer["message"], answer["total_cents"]) == ("plan_not_sold", None)


@pytest.mark.parametrize(
    ("starts", "ends", "is_open"),
    [
        ("-1 hour", None, True),
        ("-1 hour", "1 hour", True),
        ("1 second", None, False),
        ("-2 hours", "-1 second", False),
        ("-2 hours", "0 seconds", False),
        ("0 seconds", "1 day", True),
    ],
)
def test_a_code_holds_within_its_window(
    db: Connection, user_id: UUID, starts: str, ends: str | None, is_open: bool
) -> None:
    query = "select (now() + %s::interval)::text, (now() + %s::interval)::text"
    row = db.execute(query, [starts, ends]).fetchone()
    assert row is not None
    promote(db, starts_at=row[0], ends_at=row[1])
    assert with_code(db, user_id)["ok"] is is_open


def test_codes_that_cannot_be_used_answer_alike_to_the_byte(db: Connection) -> None:
    other = buyer(db)
    user_id = buyer(db)
    promote(db, "USEDUP", maximum_uses=1)
    promote(db, "USEDBYME")
    open_order(db, other, package="starter", promotion_code="USEDUP")
    open_order(db, user_id, package="growth", promotion_code="USEDBYME")
    promote(db, "ENDED", starts_at="2026-01-01T00:00:00Z", ends_at="2026-02-01T00:00:00Z")
    promote(db, "LATER", starts_at="2126-01-01T00:00:00Z")
    promote(db, "OTHERPACK", packages=["growth"])
    promote(db, "DEARER", minimum_cents=651)
    promote(db, "EURO", discount_type="fixed", discount_value=1, currency="eur")
    promote(db, "SWITCHEDOFF")
    db.execute("update credits.promotions set is_active = false where code = 'SWITCHEDOFF'")
    codes = [row[0] for row in db.execute("select code from credits.promotions").fetchall()]
    assert len(codes) == 8
    forget = "delete from credits.code_attempts"  # Or all from the eleventh on would wait an hour.
    texts = ["UNKNOWN", "-", "x" * 1000, "' or ''='", "\u200b", "%", *codes]
    answers = set()
    for code in texts:
        db.execute(forget)
        answer = quote(db, user_id, package="starter", promotion_code=code)
        assert (answer["message"], answer["total_cents"]) == ("promotion_code_invalid", 650)
        answers.add(json.dumps(answer))
        with nothing_is_written(db), refused(db, "22023", "promotion_code_invalid") as detail:
            open_order(db, user_id, package="starter", promotion_code=code)
        assert detail == {}
    assert len(answers) == 1


def test_an_order_keeps_its_code_in_the_one_spelling(db: Connection, user_id: UUID) -> None:
    promote(db)
    order = open_order(db, user_id, package="starter", promotion_code=" s-p-ring")
    assert order["total_cents"] == 520
    query = "select code, account_id, order_id from credits.redemptions"
    assert db.execute(query).fetchall() == [("SPRING", user_id, order["order_id"])]
