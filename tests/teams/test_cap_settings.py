"""Setting a member's cap: one or all, what it may be, and whom it binds."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests.support import Connection
from tests.teams.caps import CAP, next_month, own, use
from tests.teams.people import Team, asks, lists, members, set_member, turned_away, unmoved
from tests.wallets import call, deduct, history, refused


def test_what_was_spent_before_the_cap_counts(db: Connection, team: Team) -> None:
    use(db, team, 15)
    row = set_member(db, team["account"], team["admin"], team["member"], monthly_cap=CAP)
    assert (row["monthly_cap"], row["spent"], row["resets_at"]) == (CAP, 15, next_month())
    with refused(db, "PT402", "member_cap_reached"):
        use(db, team, 6)


def test_minus_one_lifts_a_cap_and_null_leaves_it(db: Connection, capped: Team) -> None:
    set_member(db, capped["account"], capped["owner"], capped["member"], role="viewer")
    row = set_member(db, capped["account"], capped["owner"], capped["member"], role="member")
    assert row["monthly_cap"] == CAP
    row = set_member(db, capped["account"], capped["owner"], capped["member"], monthly_cap=-1)
    assert row["monthly_cap"] is None
    assert use(db, capped, 500)["cost"] == 500


@pytest.mark.parametrize("cap", ["-0.5", "-2", "NaN", "Infinity", "-Infinity", "1e16", "1e-10"])
@pytest.mark.parametrize("bulk", [False, True])
def test_a_cap_is_an_amount_of_credits(db: Connection, capped: Team, cap: str, bulk: bool) -> None:
    function = "set_credit_member_caps" if bulk else "set_credit_member"
    whom = {} if bulk else {"user_id": capped["member"]}
    with unmoved(db), refused(db, "22023", "invalid_amount"):
        asks(db, capped["owner"], function, account_id=capped["account"], monthly_cap=cap, **whom)


def test_all_members_are_capped_at_once_and_the_others_are_not(
    db: Connection, capped: Team
) -> None:
    rows = lists(
        db, capped["admin"], "set_credit_member_caps", account_id=capped["account"], monthly_cap=7
    )
    assert [(row["user_id"], row["monthly_cap"]) for row in rows] == [(capped["member"], 7)]
    seen = members(db, capped["account"], capped["owner"])
    assert {role: seen[capped[role]]["monthly_cap"] for role in ("owner", "admin", "viewer")} == {
        "owner": None,
        "admin": None,
        "viewer": None,
    }
    (row,) = lists(
        db, capped["owner"], "set_credit_member_caps", account_id=capped["account"], monthly_cap=-1
    )
    assert row["monthly_cap"] is None


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_a_cap_binds_managers_too(db: Connection, team: Team, role: str) -> None:
    set_member(db, team["account"], team["owner"], team[role], monthly_cap=1)
    deduct(db, team["account"], 1, user_id=team[role])
    with refused(db, "PT402", "member_cap_reached"):
        deduct(db, team["account"], 1, user_id=team[role])


def test_the_back_end_alone_is_nobody_and_has_no_cap(db: Connection, capped: Team) -> None:
    use(db, capped, CAP)
    assert deduct(db, capped["account"], 500)["cost"] == 500
    assert own(db, capped) == (CAP, CAP, 0)


@pytest.mark.parametrize("who", ["viewer", "stranger", "nobody"])
@pytest.mark.parametrize("function", ["check_and_deduct_credits", "hold_credits"])
def test_the_back_end_names_a_member_who_may_spend(
    db: Connection, team: Team, function: str, who: str
) -> None:
    user_id = team.get(who) or uuid4()
    asked = {"account_id": team["account"], "amount": 1, "key": "k", "user_id": user_id}
    with unmoved(db), refused(db, "PT404", "member_not_found") as detail:
        call(db, function, **asked)
    assert detail == {}
    assert len(history(db, team["account"])) == 1


def test_a_personal_account_has_no_members_to_cap(db: Connection, team: Team) -> None:
    """Whom an application names on a personal account is its own affair."""
    assert deduct(db, team["member"], 1, user_id=team["member"])["cost"] == 1
    assert deduct(db, team["member"], 1, user_id=team["stranger"])["cost"] == 1


def test_a_cap_of_another_team_is_another_cap(db: Connection, capped: Team) -> None:
    with turned_away(db, capped["admin"], "PT404", "account_not_found"):
        call(
            db, "set_credit_member",
            account_id=UUID(int=9), user_id=capped["member"], monthly_cap=1,
        )  # fmt: skip
    assert own(db, capped)[0] == CAP
