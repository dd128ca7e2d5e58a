"""Somebody in two teams: what is set, spent and ended in one changes nothing in the other."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import Connection
from tests.teams.caps import hold, use
from tests.teams.people import Team, asks, create, join, remove, set_member, turned_away, unmoved
from tests.wallets import add, call, refused


@pytest.fixture
def other(db: Connection, team: Team) -> Team:
    """Another team of the same owner, with the same member and 100 credits."""
    account_id = create(db, team["owner"], "Other")
    join(db, account_id, team["owner"], team["member"])
    add(db, account_id, 100)
    return {**team, "account": account_id}


def membership(conn: Connection, team: Team) -> Any:
    """Return the member's row in a team, and what is held there."""
    query = (
        "select m, held from credits.members as m join credits.accounts as a on a.id = account_id"
    )
    where = " where account_id = %s and user_id = %s"
    return conn.execute((query + where).encode(), [team["account"], team["member"]]).fetchall()


def test_caps_roles_spending_and_holds_of_one_are_not_of_the_other(
    db: Connection, team: Team, other: Team
) -> None:
    set_member(db, team["account"], team["owner"], team["member"], monthly_cap=10)
    before = membership(db, team)
    use(db, other, 7)
    hold(db, other, 8)
    asks(db, team["owner"], "set_credit_member_caps", account_id=other["account"], monthly_cap=98)
    set_member(db, other["account"], other["owner"], other["member"], monthly_cap=99)
    set_member(db, other["account"], other["owner"], other["member"], role="admin")
    assert membership(db, team) == before
    assert use(db, team, 10)["cost"] == 10
    with refused(db, "PT402", "member_cap_reached"):
        use(db, team, 1)
    assert use(db, other, 50)["cost"] == 50


def test_who_leaves_one_stays_in_the_other(db: Connection, team: Team, other: Team) -> None:
    before = membership(db, other)
    remove(db, team["account"], team["member"], team["member"])
    assert membership(db, other) == before
    assert use(db, other, 1)["cost"] == 1
    with turned_away(db, team["member"], "PT404", "account_not_found"):
        call(db, "get_credit_balance", account_id=team["account"])


def test_a_hold_of_one_is_nothing_to_the_other(db: Connection, team: Team, other: Team) -> None:
    hold_id = hold(db, other, 5)["hold_id"]
    with unmoved(db), refused(db, "PT404", "hold_not_found"):
        call(db, "capture_credits", account_id=team["account"], hold_id=hold_id)


def test_what_was_spent_in_one_is_not_counted_on_coming_back_to_the_other(
    db: Connection, team: Team, other: Team
) -> None:
    use(db, other, 7)
    hold(db, other, 8)
    remove(db, team["account"], team["member"], team["member"])
    use(db, other, 3)
    join(db, team["account"], team["owner"], team["member"])
    row = set_member(db, team["account"], team["owner"], team["member"], monthly_cap=10)
    assert (row["spent"], row["held"]) == (0, 0)
