"""Whose an invitation is: the confirmed address decides, in any spelling, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.support import Connection, as_user, sign_up
from tests.teams.invitations import mine, not_found
from tests.teams.people import Team, accept, invite, person, set_member, turned_away, unmoved
from tests.wallets import call, call_all, refused


@pytest.mark.parametrize("spelling", ["Bob@Example.COM", "  bob@example.com  ", " BOB@EXAMPLE.COM"])
def test_an_address_is_the_same_however_it_is_written(
    db: Connection, team: Team, spelling: str
) -> None:
    bob = sign_up(db, "BOB@example.com")
    asked = invite(db, team["account"], team["owner"], spelling)
    assert asked["email"] == "bob@example.com"
    again = invite(db, team["account"], team["owner"], "bob@example.com")
    assert again["id"] == asked["id"]
    assert [row["id"] for row in mine(db, bob)] == [asked["id"]]
    assert accept(db, bob, asked)["role"] == "member"


def test_addresses_that_only_look_alike_are_others(db: Connection, team: Team) -> None:
    """Tags and dots matter here: who owns b.ob@gmail.com must not get in as bob@gmail.com."""
    asked = invite(db, team["account"], team["owner"], "bob@gmail.com")
    for other in ("b.ob@gmail.com", "bob+x@gmail.com", "bob@googlemail.com", "b%b@gmail.com"):
        user_id = sign_up(db, other)
        assert mine(db, user_id) == []
        not_found(db, user_id, asked["id"])
    assert accept(db, sign_up(db, "bob@gmail.com"), asked)["role"] == "member"


def test_an_address_that_is_not_confirmed_is_nobodys(db: Connection, team: Team) -> None:
    asked = invite(db, team["account"], team["owner"], "bob@example.com")
    bob = person(db, "bob", email_confirmed_at=None)
    assert mine(db, bob) == []
    with unmoved(db):
        not_found(db, bob, asked["id"])
    db.execute("update auth.users set email_confirmed_at = now() where id = %s", [bob])
    assert accept(db, bob, asked)["role"] == "member"


def test_an_address_in_the_token_alone_opens_nothing(db: Connection, team: Team) -> None:
    asked = invite(db, team["account"], team["owner"], "bob@example.com")
    mallory = person(db, "mallory")
    claims = {
        "email": "bob@example.com",
        "email_verified": True,
        "user_metadata": {"email": "bob@example.com", "email_verified": True},
    }
    with refused(db, "PT404", "invitation_not_found"), as_user(db, mallory, **claims):
        call(db, "accept_credit_invitation", invitation_id=asked["id"])
    with as_user(db, mallory, **claims):
        assert call_all(db, "list_credit_invitations") == []


@pytest.mark.parametrize("email", ["member@example.com", " MEMBER@example.com"])
def test_a_member_is_not_invited_again(db: Connection, team: Team, email: str) -> None:
    wish = {"account_id": team["account"], "email": email, "role": "admin"}
    with unmoved(db), turned_away(db, team["owner"], "PT409", "already_member"):
        call(db, "invite_credit_member", **wish)


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_nobody_invites_the_own_address(db: Connection, team: Team, role: str) -> None:
    wish = {"account_id": team["account"], "email": f"{role}@example.com", "role": "viewer"}
    with unmoved(db), turned_away(db, team[role], "PT409", "already_member"):
        call(db, "invite_credit_member", **wish)


def test_a_member_under_another_address_keeps_role_and_cap(db: Connection, team: Team) -> None:
    """Neither is shed by an invitation that waits under an address one has later."""
    asked = invite(db, team["account"], team["owner"], "second@example.com", "admin")
    set_member(db, team["account"], team["owner"], team["member"], monthly_cap=10)
    query = "update auth.users set email = 'second@example.com' where id = %s"
    db.execute(query, [team["member"]])
    assert accept(db, team["member"], asked)["role"] == "member"
    query = "select role, monthly_cap from credits.members where user_id = %s"
    assert db.execute(query, [team["member"]]).fetchall() == [("member", 10)]
    assert mine(db, team["member"]) == []


def test_to_accept_twice_is_answered_twice_and_done_once(db: Connection, team: Team) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["owner"], "bob@example.com")
    first = accept(db, bob, asked)
    with unmoved(db):
        assert accept(db, bob, asked) == first
    with turned_away(db, bob, "PT404", "invitation_not_found"):
        call(db, "revoke_credit_invitation", invitation_id=asked["id"])


def test_the_addresses_of_others_are_the_managers_business(db: Connection, team: Team) -> None:
    invite(db, team["account"], team["owner"], "bob@example.com")
    for who in ("member", "viewer", "stranger"):
        for account_id in (team["account"], uuid4()):
            with turned_away(db, team[who], "PT404", "account_not_found"):
                call_all(db, "list_credit_invitations", account_id=account_id)
        assert mine(db, team[who]) == []
