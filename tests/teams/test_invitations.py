"""Invitations by e-mail: who may ask whom, who may accept, and how one ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import Connection
from tests.teams.invitations import mine, not_found, of_team
from tests.teams.people import (
    INVITATION_LIFE,
    OPEN_INVITATIONS,
    Team,
    accept,
    asks,
    invite,
    join,
    person,
    roles,
    turned_away,
    unmoved,
)
from tests.wallets import Row, call

NEVER = UUID(int=7)
MADE_A_DAY = 200  # invitations of a team, at most


def test_who_is_invited_finds_it_accepts_it_and_is_a_member(db: Connection, team: Team) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["admin"], "bob@example.com", "viewer")
    # The clock is read for each of the two.
    lasts = asked["expires_at"] - asked["created_at"]
    assert abs(lasts - INVITATION_LIFE) < timedelta(seconds=1)
    assert {name: asked[name] for name in asked if not name.endswith("_at")} == {
        "id": asked["id"],
        "account_id": team["account"],
        "account_name": "Lab",
        "email": "bob@example.com",
        "role": "viewer",
        "state": "open",
        "invited_by": team["admin"],
    }
    assert mine(db, bob) == [asked]
    assert asked in of_team(db, team)
    account = accept(db, bob, asked)
    assert (account["account_id"], account["name"], account["role"], account["available"]) == (
        team["account"],
        "Lab",
        "viewer",
        1000,
    )
    assert roles(db, team["account"])[bob] == "viewer"
    assert mine(db, bob) == []
    (ended,) = [row for row in of_team(db, team) if row["id"] == asked["id"]]
    assert ended == {**asked, "state": "accepted"}


def test_an_invitation_is_told_to_who_sends_mail(db: Connection, team: Team) -> None:
    asked = invite(db, team["account"], team["owner"], "bob@example.com")
    query = (
        "select account_id, payload from credits.outbox"
        " where topic = 'invitation' and payload ->> 'email' = 'bob@example.com'"
    )
    ((account_id, payload),) = db.execute(query).fetchall()
    assert account_id == team["account"]
    assert payload.pop("expires_at")
    assert payload == {
        "invitation_id": str(asked["id"]),
        "email": "bob@example.com",
        "role": "member",
        "account_name": "Lab",
    }
    invite(db, team["account"], team["admin"], "Bob@example.com")
    assert len(db.execute(query).fetchall()) == 1, "one mail a day, however often one asks"


def told(conn: Connection, team: Team) -> list[str]:
    """Return the addresses that were told of an invitation after the team was made."""
    query = (
        "select payload ->> 'email' from credits.outbox"
        " where topic = 'invitation' and account_id = %s order by id"
    )
    return [email for (email,) in conn.execute(query, [team["account"]]).fetchall()][3:]


def test_an_address_is_told_once_a_day_however_often_it_is_asked_and_revoked(
    db: Connection, team: Team
) -> None:
    for role in ("viewer", "member", "admin") * 2:
        asked = invite(db, team["account"], team["owner"], "Bob@example.com", role)
        asks(db, team["owner"], "revoke_credit_invitation", invitation_id=asked["id"])
    invite(db, team["account"], team["admin"], "carl@example.com")
    assert told(db, team) == ["bob@example.com", "carl@example.com"]
    db.execute(
        r"""
        update credits.outbox set key = regexp_replace(key, '\d{4}-\d\d-\d\d$', '2000-01-01')
        where topic = 'invitation'
        """
    )
    for _ in range(2):
        invite(db, team["account"], team["owner"], "bob@example.com")
    assert told(db, team) == ["bob@example.com", "carl@example.com", "bob@example.com"]


def test_two_hundred_addresses_are_asked_a_day_at_most(db: Connection, team: Team) -> None:
    first = invite(db, team["account"], team["owner"], "guest@example.com")
    db.execute(
        """
        insert into credits.invitations (account_id, email, role, state, expires_at, ended_at)
        select account_id, 'guest' || n || '@example.com', 'member', 'revoked', expires_at, now()
        from credits.invitations, generate_series(1, 196) as n where id = %s
        """,
        [first["id"]],
    )
    wish = {"account_id": team["account"], "email": "late@example.com", "role": "member"}
    # With the three who came as the team was made they are 200.
    with (
        unmoved(db),
        turned_away(db, team["owner"], "PT409", "too_many_invitations", {"limit": MADE_A_DAY}),
    ):
        call(db, "invite_credit_member", **wish)
    assert invite(db, team["account"], team["owner"], "guest@example.com")["id"] == first["id"]
    db.execute(
        "update credits.invitations set created_at = created_at - interval '1 day'"
        " where email = 'guest7@example.com'"
    )
    assert invite(db, team["account"], team["owner"], "late@example.com")["state"] == "open"


def expire(conn: Connection, asked: Row) -> None:
    conn.execute(
        "update credits.invitations set expires_at = clock_timestamp() where id = %s", [asked["id"]]
    )


def take_back(by: str) -> Callable[[Connection, Team, UUID, Row], Any]:
    """Return how an invitation is ended by somebody."""

    def end(conn: Connection, team: Team, bob: UUID, asked: Row) -> Any:
        who = bob if by == "bob" else team[by]
        return asks(conn, who, "revoke_credit_invitation", invitation_id=asked["id"])

    return end


ENDINGS: dict[str, tuple[str, Callable[[Connection, Team, UUID, Row], Any]]] = {
    "declined": ("revoked", take_back("bob")),
    "revoked by who asked": ("revoked", take_back("admin")),
    "revoked by the owner": ("revoked", take_back("owner")),
    "expired": ("expired", lambda conn, _team, _bob, asked: expire(conn, asked)),
    "accepted": ("accepted", lambda conn, _team, bob, asked: accept(conn, bob, asked)),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_invitation_that_has_ended_is_not_there_any_more(
    db: Connection, team: Team, ending: str
) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["admin"], "bob@example.com")
    state, end = ENDINGS[ending]
    end(db, team, bob, asked)
    assert mine(db, bob) == []
    (seen,) = [row for row in of_team(db, team) if row["id"] == asked["id"]]
    assert seen["state"] == state
    with unmoved(db):
        for who in (team["stranger"], team["member"]):
            not_found(db, who, asked["id"])
        if ending != "expired":
            not_found(db, team["owner"], asked["id"])
    if ending == "accepted":
        assert roles(db, team["account"])[bob] == "member"
    else:
        not_found(db, bob, asked["id"])
        assert bob not in roles(db, team["account"])
    again = invite(db, team["account"], team["admin"], "carl@example.com")
    assert again["state"] == "open"


@pytest.mark.parametrize("ending", ["declined", "revoked by the owner", "expired"])
def test_who_was_not_taken_in_may_be_asked_again(db: Connection, team: Team, ending: str) -> None:
    bob = person(db, "bob")
    asked = invite(db, team["account"], team["admin"], "bob@example.com")
    ENDINGS[ending][1](db, team, bob, asked)
    again = invite(db, team["account"], team["owner"], "bob@example.com", "admin")
    assert again["state"] == "open"
    assert again["expires_at"] > asked["expires_at"]
    assert mine(db, bob) == [again]
    assert accept(db, bob, again)["role"] == "admin"


def test_asking_again_renews_the_open_one(db: Connection, team: Team) -> None:
    bob = person(db, "bob")
    first = invite(db, team["account"], team["admin"], "bob@example.com")
    db.execute("update credits.invitations set expires_at = now() + interval '1 minute'")
    again = invite(db, team["account"], team["owner"], "BOB@example.com", "viewer")
    assert (again["id"], again["role"], again["state"]) == (first["id"], "viewer", "open")
    assert again["expires_at"] >= first["expires_at"]
    assert len(of_team(db, team)) == 4  # three were accepted as the team was made
    assert accept(db, bob, first)["role"] == "viewer"


def test_an_admin_cannot_make_more_of_an_owners_invitation_nor_less_by_renewing_it(
    db: Connection, team: Team
) -> None:
    """Renewing must not become a way to give a role that one may not give."""
    asked = invite(db, team["account"], team["owner"], "bob@example.com", "owner")
    with unmoved(db), turned_away(db, team["admin"], "PT403", "role_too_high", {"role": "owner"}):
        wish = {"account_id": team["account"], "email": "bob@example.com", "role": "owner"}
        call(db, "invite_credit_member", **wish)
    (seen,) = [row for row in of_team(db, team) if row["id"] == asked["id"]]
    assert seen["role"] == "owner"


def test_a_hundred_invitations_are_open_at_most(db: Connection, team: Team) -> None:
    for number in range(OPEN_INVITATIONS):
        asked = invite(db, team["account"], team["admin"], f"guest{number}@example.com")
    wish = {"account_id": team["account"], "email": "late@example.com", "role": "member"}
    with (
        unmoved(db),
        turned_away(
            db, team["owner"], "PT409", "too_many_invitations", {"limit": OPEN_INVITATIONS}
        ),
    ):
        call(db, "invite_credit_member", **wish)
    assert invite(db, team["account"], team["owner"], "guest7@example.com")["state"] == "open"
    asks(db, team["owner"], "revoke_credit_invitation", invitation_id=asked["id"])
    assert invite(db, team["account"], team["owner"], "late@example.com")["state"] == "open"


def test_expired_invitations_leave_room(db: Connection, team: Team) -> None:
    for number in range(OPEN_INVITATIONS):
        invite(db, team["account"], team["admin"], f"guest{number}@example.com")
    db.execute("update credits.invitations set expires_at = clock_timestamp() where state = 'open'")
    assert invite(db, team["account"], team["owner"], "late@example.com")["state"] == "open"


def test_absent_foreign_and_ended_invitations_answer_alike(db: Connection, team: Team) -> None:
    asked = invite(db, team["account"], team["owner"], "bob@example.com")
    mallory = person(db, "mallory")
    with unmoved(db):
        for invitation_id in (uuid4(), NEVER, asked["id"], team["account"]):
            not_found(db, mallory, invitation_id)
        for role in ("member", "viewer"):
            not_found(db, team[role], asked["id"])
    assert asked in of_team(db, team)


def test_two_teams_may_invite_one_person(db: Connection, team: Team) -> None:
    bob = person(db, "bob")
    other = asks(db, team["stranger"], "create_credit_team", name="Other")["account_id"]
    invite(db, team["account"], team["owner"], "bob@example.com")
    invite(db, other, team["stranger"], "bob@example.com", "admin")
    assert {(row["account_name"], row["role"]) for row in mine(db, bob)} == {
        ("Lab", "member"),
        ("Other", "admin"),
    }
    join(db, other, team["stranger"], bob, "admin")
    assert [row["account_name"] for row in mine(db, bob)] == ["Lab"]
