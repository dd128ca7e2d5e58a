"""Foreign, absent, former: whichever it is, the answer is the same to the letter, hint included."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.functions import Refusal
from tests.support import Connection, as_user
from tests.teams.people import Team, asks, create, invite, person, remove, unmoved
from tests.wallets import call_all

OF_ACCOUNTS: dict[str, dict[str, Any]] = {
    "get_credit_balance": {},
    "list_credit_transactions": {},
    "use_credits": {"service": "sms", "key": "k"},
    "list_credit_members": {},
    "list_credit_invitations": {},
    "invite_credit_member": {"email": "new@example.com", "role": "member"},
    "set_credit_member": {"user_id": UUID(int=1), "role": "viewer"},
    "set_credit_member_caps": {"monthly_cap": 1},
    "remove_credit_member": {"user_id": UUID(int=1)},
}


def answer(conn: Connection, who: UUID, function: str, /, **arguments: Any) -> Refusal:
    """Return the whole refusal that somebody is answered."""
    with pytest.raises(psycopg.Error) as caught, as_user(conn, who):
        call_all(conn, function, **arguments)
    return Refusal.of(caught.value)


@pytest.mark.parametrize("function", OF_ACCOUNTS)
def test_a_foreign_an_absent_and_a_former_team_are_one(
    db: Connection, team: Team, function: str
) -> None:
    other = create(db, team["owner"], "Other")
    remove(db, team["account"], team["owner"], team["member"])
    ids = [uuid4(), team["account"], other, team["owner"]]
    with unmoved(db):
        told = {
            answer(db, team["member"], function, account_id=account_id, **OF_ACCOUNTS[function])
            for account_id in ids
        }
    (refusal,) = told
    assert (refusal.sqlstate, refusal.message, refusal.detail) == (
        "PT404",
        "account_not_found",
        None,
    )


@pytest.mark.parametrize("function", ["accept_credit_invitation", "revoke_credit_invitation"])
def test_invitations_that_are_not_ones_own_are_one(
    db: Connection, team: Team, function: str
) -> None:
    asked = [
        invite(db, team["account"], team["owner"], f"{name}@example.com")
        for name in ("open", "revoked", "expired", "stranger")
    ]
    asks(db, team["owner"], "revoke_credit_invitation", invitation_id=asked[1]["id"])
    asks(db, team["owner"], "revoke_credit_invitation", invitation_id=asked[3]["id"])
    db.execute(
        "update credits.invitations set expires_at = clock_timestamp() where id = %s",
        [asked[2]["id"]],
    )
    with unmoved(db):
        told = {
            answer(db, team["stranger"], function, invitation_id=invitation_id)
            for invitation_id in [uuid4(), *(row["id"] for row in asked)]
        }
    (refusal,) = told
    assert (refusal.sqlstate, refusal.message, refusal.detail) == (
        "PT404",
        "invitation_not_found",
        None,
    )


@pytest.mark.parametrize("function", ["set_credit_member", "remove_credit_member"])
def test_users_who_are_no_members_are_one(db: Connection, team: Team, function: str) -> None:
    """A manager does not learn by this who has signed up with the application."""
    invited = person(db, "invited")
    invite(db, team["account"], team["owner"], "invited@example.com")
    remove(db, team["account"], team["owner"], team["viewer"])
    with unmoved(db):
        told = {
            answer(db, team["admin"], function, account_id=team["account"], user_id=user_id)
            for user_id in [uuid4(), team["stranger"], team["viewer"], invited, team["account"]]
        }
    (refusal,) = told
    assert (refusal.sqlstate, refusal.message, refusal.detail) == (
        "PT404",
        "member_not_found",
        None,
    )
