"""Who can invite, and what becomes of their open invitations: these end with the role.

They wait while who asked is deleted or banned. Only a user with a confirmed address invites.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support import Connection, as_service, sign_up
from tests.teams.invitations import mine, not_found
from tests.teams.people import (
    GONE,
    Team,
    accept,
    create,
    invite,
    lists,
    person,
    remove,
    roles,
    set_member,
    turned_away,
    unmoved,
)
from tests.wallets import Row, call

Act = Callable[[Connection, Team], Any]


def become(role: str) -> Act:
    """Return how the owner gives the admin a role."""
    return lambda conn, team: set_member(
        conn, team["account"], team["owner"], team["admin"], role=role
    )


FALLS: dict[str, Act] = {
    "removed": lambda conn, team: remove(conn, team["account"], team["owner"], team["admin"]),
    "left": lambda conn, team: remove(conn, team["account"], team["admin"], team["admin"]),
    "made a member": become("member"),
    "made a viewer": become("viewer"),
}
STAYS: dict[str, Act] = {
    "made an owner": become("owner"),
    "made an admin again": become("admin"),
    "capped": lambda conn, team: set_member(
        conn, team["account"], team["owner"], team["admin"], monthly_cap=5
    ),
    "another demoted": lambda conn, team: set_member(
        conn, team["account"], team["owner"], team["member"], role="viewer"
    ),
}


def states(conn: Connection, team: Team) -> dict[str, str]:
    """Return the states of a team's invitations by address; of those who are in it already, too."""
    rows = lists(conn, team["owner"], "list_credit_invitations", account_id=team["account"])
    return {row["email"].partition("@")[0]: row["state"] for row in rows}


@pytest.mark.parametrize("fall", FALLS)
def test_who_manages_no_more_leaves_no_open_invitation(
    db: Connection, team: Team, fall: str
) -> None:
    """Such as to another address of the own, to come back by."""
    bob, carl = person(db, "bob"), person(db, "carl")
    asked = invite(db, team["account"], team["admin"], "bob@example.com", "admin")
    invite(db, team["account"], team["admin"], "carl@example.com")
    renewed = invite(db, team["account"], team["owner"], "carl@example.com")
    accept(db, person(db, "dora"), invite(db, team["account"], team["admin"], "dora@example.com"))
    FALLS[fall](db, team)
    assert states(db, team).items() >= {
        "bob": "revoked", "carl": "open", "dora": "accepted", "admin": "accepted",
    }.items()  # fmt: skip
    assert (mine(db, bob), len(mine(db, carl))) == ([], 1)
    with unmoved(db):
        not_found(db, bob, asked["id"])
    assert accept(db, carl, renewed)["role"] == "member"
    assert bob not in roles(db, team["account"])
    again = invite(db, team["account"], team["owner"], "bob@example.com")
    assert accept(db, bob, again)["role"] == "member"


def test_an_owner_who_is_made_an_admin_makes_no_owner_any_more(db: Connection, team: Team) -> None:
    set_member(db, team["account"], team["owner"], team["admin"], role="owner")
    invite(db, team["account"], team["admin"], "bob@example.com", "owner")
    set_member(db, team["account"], team["owner"], team["admin"], role="admin")
    assert states(db, team)["bob"] == "revoked"


@pytest.mark.parametrize("stay", STAYS)
def test_who_manages_still_keeps_them(db: Connection, team: Team, stay: str) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["admin"], "bob@example.com")
    STAYS[stay](db, team)
    assert accept(db, bob, asked)["role"] == "member"


@pytest.mark.parametrize("ending", GONE)
def test_an_invitation_of_who_is_deleted_or_banned_is_nothing(
    db: Connection, team: Team, ending: str
) -> None:
    """Such as one to another address of their own, to come back by."""
    bob, carl = person(db, "bob"), person(db, "carl")
    asked = invite(db, team["account"], team["admin"], "bob@example.com", "admin")
    others = invite(db, team["account"], team["owner"], "carl@example.com")
    db.execute(GONE[ending], [team["admin"]])
    assert mine(db, bob) == []
    with unmoved(db):
        not_found(db, bob, asked["id"])
    assert accept(db, carl, others)["role"] == "member"
    renewed = invite(db, team["account"], team["owner"], "bob@example.com", "viewer")
    assert (renewed["id"], accept(db, bob, renewed)["role"]) == (asked["id"], "viewer")


def test_an_invitation_is_good_again_when_the_ban_is_over(db: Connection, team: Team) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["admin"], "bob@example.com")
    db.execute(GONE["banned"], [team["admin"]])
    not_found(db, bob, asked["id"])
    db.execute("update auth.users set banned_until = now() where id = %s", [team["admin"]])
    assert accept(db, bob, asked)["role"] == "member"


@pytest.mark.parametrize("ending", GONE)
def test_who_came_in_by_an_invitation_stays_when_its_maker_goes(
    db: Connection, team: Team, ending: str
) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["admin"], "bob@example.com")
    answer = accept(db, bob, asked)
    db.execute(GONE[ending], [team["admin"]])
    with unmoved(db):
        assert accept(db, bob, asked) == answer


UNCONFIRMED: dict[str, Row] = {
    "anonymous": {"is_anonymous": True},
    "not confirmed": {"email": "ann@example.com", "email_confirmed_at": None},
}


@pytest.mark.parametrize("who", UNCONFIRMED)
def test_who_has_no_confirmed_address_invites_nobody(db: Connection, who: str) -> None:
    ann, bob = sign_up(db, **UNCONFIRMED[who]), person(db, "bob")
    team_id = create(db, ann)
    wish = {"account_id": team_id, "email": "bob@example.com", "role": "member"}
    with unmoved(db), turned_away(db, ann, "PT403", "email_not_confirmed"):
        call(db, "invite_credit_member", **wish)
    with as_service(db):
        asked = call(db, "invite_credit_member", **wish)
    assert (accept(db, bob, asked)["role"], roles(db, team_id)[bob]) == ("member", "member")
    query = "update auth.users set email = %s, email_confirmed_at = now() where id = %s"
    db.execute(query, ["ann@example.com", ann])
    assert invite(db, team_id, ann, "carl@example.com")["state"] == "open"
