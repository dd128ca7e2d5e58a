"""Who may ask for a quote: the account's own user, its owners and admins, and the back end."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.billing.purchases import amounts_of, buyer, nothing_is_written, promote, shop
from tests.support import Connection, as_anon, as_caller, as_service, as_user, sign_up
from tests.wallets import Row, call, change_plan, refused, use_catalog

STARTER: Row = {"package": "starter"}


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, shop())


@pytest.fixture
def team(db: Connection) -> UUID:
    """A shared account on the plan with the discount."""
    account_id: UUID = call(db, "open_credit_account", external_id="team")
    change_plan(db, account_id, "pro")
    return account_id


def join(conn: Connection, team: UUID, role: str) -> UUID:
    user_id = sign_up(conn)
    query = "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)"
    conn.execute(query, [team, user_id, role])
    return user_id


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_who_manages_an_account_gets_its_quote_at_its_discount(
    db: Connection, team: UUID, role: str
) -> None:
    with as_user(db, join(db, team, role)):
        answer = call(db, "quote_credit_purchase", **STARTER, account_id=team)
        own = call(db, "quote_credit_purchase", **STARTER)
    assert amounts_of(answer) == {"package": 650, "plan_discount": -65}
    assert amounts_of(own) == {"package": 650}


def answer_to(conn: Connection, user_id: UUID, account_id: UUID, arguments: Row) -> Any:
    with pytest.raises(psycopg.Error) as caught, as_user(conn, user_id):
        call(conn, "quote_credit_purchase", **arguments, account_id=account_id)
    diag = caught.value.diag
    return caught.value.sqlstate, diag.message_primary, diag.message_detail, diag.message_hint


@pytest.mark.parametrize(
    "arguments", [STARTER, {}, {"package": "unknown"}, {"quantity": 1}, {"plan": "sales"}]
)
def test_an_account_that_is_not_ones_to_manage_answers_as_one_that_is_not_there(
    db: Connection, team: UUID, arguments: Row
) -> None:
    stranger = sign_up(db)
    other = buyer(db)
    with nothing_is_written(db):
        absent = answer_to(db, stranger, uuid4(), arguments)
        assert absent[:2] == ("PT404", "account_not_found")
        assert answer_to(db, stranger, team, arguments) == absent
        assert answer_to(db, stranger, other, arguments) == absent
    for role in ("member", "viewer"):
        assert answer_to(db, join(db, team, role), team, arguments) == absent


@pytest.mark.parametrize("function", ["quote_credit_purchase", "get_credit_rate"])
def test_nobody_gets_no_quote(db: Connection, function: str) -> None:
    with pytest.raises(InsufficientPrivilege), as_anon(db):
        call(db, function, **(STARTER if function == "quote_credit_purchase" else {}))


def test_a_token_without_a_user_gets_no_quote(db: Connection) -> None:
    with refused(db, "42501", "not_signed_in"), as_caller(db, "authenticated", {}):
        call(db, "quote_credit_purchase", **STARTER)


def test_the_back_end_names_the_account(db: Connection, team: UUID) -> None:
    with refused(db, "22023", "account_id_required"), as_service(db):
        call(db, "quote_credit_purchase", **STARTER)
    with as_service(db):
        answer = call(db, "quote_credit_purchase", **STARTER, account_id=team)
    assert answer["total_cents"] == 585
    with refused(db, "PT404", "account_not_found"), as_service(db):
        call(db, "quote_credit_purchase", **STARTER, account_id=uuid4())


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_the_rules_behind_a_quote_are_out_of_reach(db: Connection, role: str) -> None:
    promote(db)
    claims = {"sub": str(sign_up(db)), "role": role}
    for query in (
        "select * from credits.promotions",
        "select * from credits.redemptions",
        "select credits.promotion_code('spring')",
        "select credits.has_use_left(null, null, null, null)",
        "select credits.create_promotion('{}')",
        "select * from credits.open_order(null, null, 'stripe', 'starter', null, null)",
    ):
        with pytest.raises(InsufficientPrivilege), as_caller(db, role, claims):
            db.execute(query)


def test_before_any_catalog_there_is_no_quote(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        user_id = sign_up(conn)
        for function, arguments in (("quote_credit_purchase", STARTER), ("get_credit_rate", {})):
            with refused(conn, "PT409", "no_catalog"), as_user(conn, user_id):
                call(conn, function, **arguments)
