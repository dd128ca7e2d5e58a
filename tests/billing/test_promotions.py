"""Promotions are created by the back end alone, and each of their uses is counted."""

from __future__ import annotations

from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.billing.purchases import (
    buyer,
    let_pass,
    nothing_is_written,
    open_order,
    pay,
    promote,
    quote,
    shop,
)
from tests.support import Connection, as_caller, as_service, sign_up
from tests.wallets import Row, balance_of, call, change_plan, history, refused, use_catalog


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, shop())


def is_usable(conn: Connection, user_id: UUID, package: str = "starter") -> bool:
    answer = quote(conn, user_id, package=package, promotion_code="SPRING")
    assert answer["message"] in (None, "promotion_code_invalid")
    return bool(answer["ok"])


def order(conn: Connection, user_id: UUID, package: str = "starter") -> Row:
    return open_order(conn, user_id, package=package, promotion_code="SPRING")


def test_a_promotion_is_kept_as_it_was_created(db: Connection) -> None:
    assert promote(db, "spring-25", packages=["starter"], minimum_cents=100) == "SPRING25"
    query = """
        select
            name, discount_type, discount_value, currency, ends_at, maximum_uses,
            maximum_uses_per_account, minimum_cents, packages, plans, is_active, created_by,
            starts_at = now()
        from credits.promotions
        where code = 'SPRING25'
        """
    assert db.execute(query).fetchall() == [
        (
            "Spring", "percent", 20, None, None, None, 1, 100, ["starter"], None, True,
            "service_role", True,
        )
    ]  # fmt: skip


@pytest.mark.parametrize("role", ["anon", "authenticated", "credits_edge"])
def test_only_the_back_end_creates_a_promotion(db: Connection, role: str) -> None:
    terms = {"code": "MINE", "name": "Mine", "discount_type": "percent", "discount_value": 100}
    claims = {"sub": str(sign_up(db)), "role": role}
    with nothing_is_written(db), pytest.raises(InsufficientPrivilege), as_caller(db, role, claims):
        db.execute("select credits.create_promotion(%s)", [Jsonb(terms)])


FIXED = {"discount_type": "fixed", "currency": "usd"}


@pytest.mark.parametrize(
    "keys",
    [
        {"is_active": False},
        {"created_by": "me"},
        {"discount": 5},
        {"code": None},
        {"code": ""},
        {"code": "ab"},
        {"code": "---"},
        {"code": "x" * 41},
        {"name": None},
        {"discount_type": None},
        {"discount_type": "free"},
        {"discount_value": None},
        {"discount_value": 0},
        {"discount_value": -1},
        {"discount_value": 100.01},
        {"discount_value": 0.00001},
        {"discount_value": "NaN"},
        {"discount_value": "Infinity"},
        {"discount_value": "twenty"},
        {"currency": "usd"},
        {"discount_type": "fixed"},
        {**FIXED, "discount_value": 0.5},
        {**FIXED, "discount_value": 1e13},
        {"discount_type": "bonus_credits", "discount_value": -5},
        {"discount_type": "bonus_percent", "discount_value": 1e13},
        {"maximum_uses": 0},
        {"maximum_uses": -1},
        {"maximum_uses": 1.5},
        {"maximum_uses": 2**31},
        {"maximum_uses_per_account": 0},
        {"minimum_cents": -1},
        {"minimum_cents": None, "starts_at": "soon"},
        {"ends_at": "2026-13-01"},
        {"packages": "starter"},
        {"packages": {"starter": True}},
    ],
)
def test_a_promotion_with_an_impossible_value_is_refused(db: Connection, keys: Row) -> None:
    with nothing_is_written(db):
        with refused(db, "22023", "invalid_promotion") as detail:
            promote(db, **keys)
        assert isinstance(detail["problem"], str)


@pytest.mark.parametrize(
    "keys",
    [
        {"name": ""},
        {"packages": ["growth", None]},
        {"plans": [None]},
        {**FIXED, "currency": "USD"},
        {**FIXED, "currency": "dollars"},
        {"starts_at": "2027-01-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z"},
    ],
)
def test_a_promotion_that_means_nothing_is_refused(db: Connection, keys: Row) -> None:
    with nothing_is_written(db), refused(db, "22023", "invalid_promotion"):
        promote(db, **keys)


@pytest.mark.parametrize("text", ["null", "[]", "5", '"SPRING"', "{}"])
def test_what_is_no_promotion_is_refused(db: Connection, text: str) -> None:
    with nothing_is_written(db), refused(db, "22023", "invalid_promotion"), as_service(db):
        db.execute("select credits.create_promotion(%s)", [text])


def test_a_code_is_created_once(db: Connection) -> None:
    promote(db, discount_value=20)
    with nothing_is_written(db), refused(db, "22023", "invalid_promotion"):
        promote(db, "Sp-Ring", discount_value=99)


def test_an_open_order_holds_its_use_for_a_day(db: Connection) -> None:
    promote(db, maximum_uses=1)
    first, second = buyer(db), buyer(db)
    order(db, first)
    assert not is_usable(db, second)
    let_pass(db, "23 hours 59 minutes")
    assert not is_usable(db, second)
    let_pass(db, "1 minute")
    assert is_usable(db, second)
    order(db, second)
    assert not is_usable(db, first)


def test_a_use_that_is_paid_never_comes_back(db: Connection) -> None:
    promote(db, maximum_uses=1)
    first, second = buyer(db), buyer(db)
    assert pay(db, order(db, first)) is None
    let_pass(db, "400 days")
    assert not is_usable(db, second)
    assert not is_usable(db, first)
    assert db.execute("select lapses_at from credits.redemptions").fetchall() == [(None,)]


def test_a_payment_that_comes_late_is_credited_and_counts(db: Connection) -> None:
    promote(db)
    user_id = buyer(db)
    late = order(db, user_id)
    let_pass(db, "3 days")
    assert is_usable(db, user_id)
    assert pay(db, late) is None
    assert not is_usable(db, user_id)
    assert balance_of(db, user_id)["balance"] == 50


def test_an_account_may_use_a_code_once_unless_it_says_otherwise(db: Connection) -> None:
    promote(db)
    user_id, other = buyer(db), buyer(db)
    pay(db, order(db, user_id))
    assert not is_usable(db, user_id)
    assert is_usable(db, other)


@pytest.mark.parametrize(
    ("limits", "uses"),
    [
        ({"maximum_uses_per_account": 2}, [2, 2]),
        ({"maximum_uses_per_account": None}, [4, 4]),
        ({"maximum_uses_per_account": None, "maximum_uses": 5}, [4, 1]),
        ({"maximum_uses_per_account": 2, "maximum_uses": 3}, [2, 1]),
    ],
)
def test_uses_are_limited_in_all_and_by_account(
    db: Connection, limits: Row, uses: list[int]
) -> None:
    promote(db, **limits)
    found = []
    for user_id in (buyer(db), buyer(db)):
        done = 0
        while done < 4 and is_usable(db, user_id):
            assert pay(db, order(db, user_id)) is None
            done += 1
        found.append(done)
    assert found == uses


def test_who_comes_again_to_pay_is_given_the_same_order(db: Connection) -> None:
    promote(db, maximum_uses=1)
    user_id = buyer(db)
    first = order(db, user_id)
    assert is_usable(db, user_id)
    assert order(db, user_id) == first
    assert not is_usable(db, user_id, "growth")
    with refused(db, "22023", "promotion_code_invalid"):
        order(db, user_id, "growth")
    assert db.execute("select count(*) from credits.orders").fetchone() == (1,)
    assert pay(db, first) is None
    assert not is_usable(db, user_id)


@pytest.mark.parametrize(("limit", "is_sold"), [(1, False), (2, True), (None, True)])
def test_an_open_order_at_another_price_is_a_use_like_any_other(
    db: Connection, limit: int | None, is_sold: bool
) -> None:
    promote(db, maximum_uses_per_account=limit)
    user_id = buyer(db)
    first = order(db, user_id)
    assert first["total_cents"] == 520
    change_plan(db, user_id, "pro")
    assert is_usable(db, user_id) is is_sold
    if is_sold:
        second = order(db, user_id)
        assert (second["order_id"] != first["order_id"], second["total_cents"]) == (True, 468)
    else:
        with refused(db, "22023", "promotion_code_invalid"):
            order(db, user_id)


def test_an_open_order_is_not_given_for_another_pack_of_the_same_name(db: Connection) -> None:
    pack = {"name": "Pack", "price_cents": 650}
    use_catalog(
        db,
        shop(packages=[{**pack, "code": "a", "credits": 50}, {**pack, "code": "b", "credits": 99}]),
    )
    promote(db, maximum_uses_per_account=2)
    user_id = buyer(db)
    first, second = order(db, user_id, "a"), order(db, user_id, "b")
    assert first["order_id"] != second["order_id"]
    found = db.execute("select package, credits from credits.orders order by package").fetchall()
    assert found == [("a", 50), ("b", 99)]


def test_the_order_of_one_member_is_not_given_to_another(db: Connection) -> None:
    promote(db, maximum_uses_per_account=2)
    team: UUID = call(db, "open_credit_account", external_id="team")
    members = [sign_up(db) for _ in range(3)]
    for user_id in members:
        query = "insert into credits.members (account_id, user_id, role) values (%s, %s, 'admin')"
        db.execute(query, [team, user_id])
    terms: Row = {"account_id": team, "package": "starter", "promotion_code": "SPRING"}
    orders = [open_order(db, user_id, **terms)["order_id"] for user_id in members[:2]]
    assert len(set(orders)) == 2
    assert quote(db, members[0], **terms)["ok"]
    assert not quote(db, members[2], **terms)["ok"]
    with refused(db, "22023", "promotion_code_invalid"):
        open_order(db, members[2], **terms)


def test_the_bonus_of_a_code_is_granted_apart_from_what_was_paid_for(db: Connection) -> None:
    promote(db, discount_type="bonus_credits", discount_value=25)
    user_id = buyer(db)
    assert pay(db, order(db, user_id, "growth")) is None
    found = [(row["type"], row["amount"]) for row in history(db, user_id)]
    assert found[-2:] == [("purchase", 1000), ("bonus", 125)]
