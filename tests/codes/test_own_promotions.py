"""Nobody uses a promotion that they created: to redeem and to quote it is as if it were not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import administrator, does
from tests.billing.purchases import nothing_is_written, open_order, quote, shop
from tests.codes.redeeming import INVALID, redeem
from tests.support import Connection, as_service, sign_up
from tests.teams.people import create, join
from tests.wallets import Row, balance_of, call, refused, use_catalog

GIFT: Row = {"code": "GIFT", "name": "Gift", "discount_type": "credits", "discount_value": 25}
OFF: Row = {"code": "OFF", "name": "Off", "discount_type": "percent", "discount_value": 100}


@pytest.fixture
def admin(db: Connection) -> UUID:
    """Who has created a code that grants credits, and one that takes all off a purchase."""
    use_catalog(db, shop())
    admin_id = administrator(db)
    for terms in (GIFT, OFF):
        does(
            db, admin_id, "admin_create_promotion",
            promotion={**terms, "maximum_uses_per_account": None},
        )  # fmt: skip
    return admin_id


def buys(conn: Connection, user_id: UUID, **more: Any) -> Row:
    """Quote a pack with the code."""
    return quote(conn, user_id, package="starter", promotion_code="OFF", **more)


def redemptions(conn: Connection) -> int:
    """Count the uses of codes."""
    (found,) = conn.execute("select count(*) from credits.redemptions").fetchone() or (-1,)
    return int(found)


def test_who_created_a_code_does_not_redeem_it(db: Connection, admin: UUID) -> None:
    for _ in range(3):
        assert redeem(db, admin, "GIFT") == INVALID
    assert (balance_of(db, admin)["balance"], redemptions(db)) == (0, 0)
    assert redeem(db, admin, "NOSUCH") == INVALID  # the same to the byte


def test_nor_is_told_that_it_is_for_a_purchase(db: Connection, admin: UUID) -> None:
    assert redeem(db, admin, "OFF") == INVALID
    assert redeem(db, sign_up(db), "OFF")["message"] == "enter_code_at_purchase"


def test_nor_for_a_team(db: Connection, admin: UUID) -> None:
    team = create(db, admin)
    assert redeem(db, admin, "GIFT", account_id=team) == INVALID
    assert (balance_of(db, team)["balance"], redemptions(db)) == (0, 0)


def test_anybody_else_redeems_it(db: Connection, admin: UUID) -> None:
    """Another administrator, a user, and the back end for an account."""
    team = create(db, admin)
    second = administrator(db)
    join(db, team, admin, second, "admin")
    assert redeem(db, second, "GIFT", account_id=team)["credits"] == 25
    assert redeem(db, sign_up(db), "GIFT")["credits"] == 25
    other = sign_up(db)
    with as_service(db):
        answer = call(db, "redeem_credit_code", code="GIFT", account_id=other)
    assert answer["credits"] == 25


def test_who_created_a_code_is_quoted_the_full_price(db: Connection, admin: UUID) -> None:
    answer = buys(db, admin)
    assert (answer["ok"], answer["message"], answer["total_cents"]) == (
        False, "promotion_code_invalid", 650,
    )  # fmt: skip
    other = buys(db, sign_up(db))
    assert (other["ok"], other["message"], other["total_cents"]) == (True, None, 0)


def test_nor_for_a_team_of_ones_own(db: Connection, admin: UUID) -> None:
    assert buys(db, admin, account_id=create(db, admin))["message"] == "promotion_code_invalid"


def test_who_created_a_code_opens_no_order_with_it(db: Connection, admin: UUID) -> None:
    with nothing_is_written(db), refused(db, "22023", "promotion_code_invalid"):
        open_order(db, admin, package="starter", promotion_code="OFF")
    assert redemptions(db) == 0


def test_what_the_back_end_created_is_nobodys_own(db: Connection, admin: UUID) -> None:
    with as_service(db):
        call(db, "admin_create_promotion", promotion={**GIFT, "code": "ALL"})
    assert redeem(db, admin, "ALL")["credits"] == 25
