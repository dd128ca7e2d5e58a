"""A refund makes room under a monthly cap, in the calendar month of its charge only."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from tests.support import Connection, sign_up
from tests.teams.people import remove
from tests.usage.charges import (
    capped_team,
    capture,
    charge,
    hold,
    member_spent,
    month_spent,
    refund,
    unchanged,
)
from tests.wallets import add, change_plan, refused, use_catalog


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with many credits on a plan with a cap of 50."""
    use_catalog(db)
    user_id = sign_up(db)
    change_plan(db, user_id, "capped")
    add(db, user_id, 1000)
    return user_id


def let_pass(conn: Connection, account_id: UUID, days: int) -> None:
    """Let all that has happened on an account have happened so many days earlier."""
    life = timedelta(days=days)
    last: tuple[bytes, datetime | None] = (b"", None)
    conn.execute("alter table credits.transactions disable trigger transactions_refuse_change")
    ids = conn.execute(
        "update credits.transactions set created_at = created_at - %s "
        "where account_id = %s returning id",
        [life, account_id],
    ).fetchall()
    for (id_,) in sorted(ids):
        (last,) = conn.execute(
            "update credits.transactions as t set hash = credits.transaction_hash(%s, t) "
            "where account_id = %s and id = %s returning hash, created_at",
            [last[0], account_id, id_],
        ).fetchall()
    conn.execute(
        "alter table credits.transactions enable always trigger transactions_refuse_change"
    )
    months = "month_ends_at = credits.month_end(%s)"
    conn.execute(
        f"update credits.accounts set last_hash = %s, last_transaction_at = %s, {months} "
        "where id = %s",
        [*last, last[1], account_id],
    )
    conn.execute(
        f"update credits.members set {months} where account_id = %s", [last[1], account_id]
    )


def test_a_refund_makes_room_for_as_much(db: Connection, account_id: UUID) -> None:
    paid = charge(db, account_id, 50)
    refund(db, account_id, paid, 20)
    assert month_spent(db, account_id) == 30
    with unchanged(db), refused(db, "PT402", "spend_cap_reached") as detail:
        charge(db, account_id, "20.000000001")
    assert (detail["cap"], detail["spent"]) == (50, 30)
    charge(db, account_id, 20)
    refund(db, account_id, paid)
    assert month_spent(db, account_id) == 20


def test_a_refund_of_a_captured_hold_makes_room_too(db: Connection, account_id: UUID) -> None:
    paid = capture(db, account_id, hold(db, account_id, 50), 40)
    refund(db, account_id, paid, 15)
    assert month_spent(db, account_id) == 25
    hold(db, account_id, 25)
    with unchanged(db), refused(db, "PT402", "spend_cap_reached"):
        charge(db, account_id, 1)


def test_a_refund_of_last_months_charge_makes_no_room_in_this_one(
    db: Connection, account_id: UUID
) -> None:
    before = charge(db, account_id, 50)
    let_pass(db, account_id, 40)
    charge(db, account_id, 10)
    assert refund(db, account_id, before)["amount"] == 50
    assert month_spent(db, account_id) == 10
    with unchanged(db), refused(db, "PT402", "spend_cap_reached"):
        charge(db, account_id, 41)
    charge(db, account_id, 40)


def test_nor_does_one_that_is_the_months_first_write(db: Connection, account_id: UUID) -> None:
    before = charge(db, account_id, 50)
    let_pass(db, account_id, 40)
    refund(db, account_id, before, 30)
    assert month_spent(db, account_id) == 0
    refund(db, account_id, before)
    assert month_spent(db, account_id) == 0
    with unchanged(db), refused(db, "PT402", "spend_cap_reached"):
        charge(db, account_id, 51)
    charge(db, account_id, 50)


def test_a_members_counter_falls_with_the_charge_of_that_member(db: Connection) -> None:
    team_id, (ada, bob) = capped_team(db)
    paid = charge(db, team_id, 30, user_id=ada)
    charge(db, team_id, 20, user_id=bob)
    refund(db, team_id, paid, 10)
    assert [member_spent(db, team_id, user_id) for user_id in (ada, bob)] == [20, 20]
    with unchanged(db), refused(db, "PT402", "member_cap_reached") as detail:
        charge(db, team_id, 21, user_id=ada)
    assert (detail["cap"], detail["spent"], detail["required"]) == (40, 20, 21)
    charge(db, team_id, 20, user_id=ada)


def test_a_members_counter_does_not_fall_for_last_months_charge(db: Connection) -> None:
    team_id, (ada, _) = capped_team(db)
    before = charge(db, team_id, 30, user_id=ada)
    let_pass(db, team_id, 40)
    charge(db, team_id, 25, user_id=ada)
    refund(db, team_id, before)
    assert member_spent(db, team_id, ada) == 25
    with unchanged(db), refused(db, "PT402", "member_cap_reached"):
        charge(db, team_id, 16, user_id=ada)


def test_the_charge_of_a_member_who_left_can_be_refunded(db: Connection) -> None:
    team_id, (ada, bob) = capped_team(db)
    paid = charge(db, team_id, 30, user_id=ada)
    remove(db, team_id, ada, ada)
    assert refund(db, team_id, paid)["amount"] == 30
    assert member_spent(db, team_id, bob) == 0
