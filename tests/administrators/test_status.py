"""Administrators pause and resume accounts: for a reason, once, and what is promised stays so."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.administrators.acting import administrator, as_actor, audit, does
from tests.support import Connection, as_user, sign_up
from tests.teams.people import create, join, unmoved
from tests.wallets import Row, add, balance_of, call, deduct, funded_account, refused

VERBS = ("pause", "resume")


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    return funded_account(db, 100)


def change(
    conn: Connection, admin_id: UUID, verb: str, account_id: Any, reason: Any = "why"
) -> Row:
    """Pause or resume an account."""
    asked = {"account_id": account_id, "reason": reason}
    row: Row = does(conn, admin_id, f"admin_{verb}_account", **asked)
    return row


def test_a_paused_account_spends_nothing_until_it_is_resumed(
    db: Connection, admin: UUID, account: UUID
) -> None:
    paused = change(db, admin, "pause", account, " a look ")
    assert paused.pop("changed_at") is not None
    assert paused == {
        "account_id": account, "status": "paused", "reason": "a look",
        "changed_by": as_actor(admin),
    }  # fmt: skip
    with refused(db, "PT403", "account_paused"):
        deduct(db, account, 1)
    with refused(db, "PT403", "account_paused"), as_user(db, account):
        call(db, "use_credits", key="k", service="sms")
    with refused(db, "PT403", "account_paused"):
        call(db, "hold_credits", account_id=account, key="h", amount=1)
    other = administrator(db)
    resumed = change(db, other, "resume", account, "it was nothing")
    assert (resumed["status"], resumed["reason"], resumed["changed_by"]) == (
        "active", "it was nothing", as_actor(other),
    )  # fmt: skip
    assert deduct(db, account, 1)["balance"] == 99


def test_each_change_is_in_the_audit(db: Connection, admin: UUID, account: UUID) -> None:
    change(db, admin, "pause", account, "a look")
    change(db, admin, "resume", account, "it was nothing")
    found = [(e["act"], e["account_id"], e["reason"], e["before"], e["after"]) for e in audit(db)]
    assert found == [
        ("pause_account", account, "a look", {"status": "active"}, {"status": "paused"}),
        ("resume_account", account, "it was nothing", {"status": "paused"}, {"status": "active"}),
    ]


def test_the_same_again_changes_nothing(db: Connection, admin: UUID, account: UUID) -> None:
    first = change(db, admin, "pause", account, "a look")
    assert change(db, administrator(db), "pause", account, "another look") == first
    assert len(audit(db)) == 1


def test_to_resume_what_is_active_changes_nothing(
    db: Connection, admin: UUID, account: UUID
) -> None:
    assert change(db, admin, "resume", account) == {
        "account_id": account, "status": "active", "reason": None, "changed_at": None,
        "changed_by": None,
    }  # fmt: skip
    assert audit(db) == []


def test_nobody_resumes_an_account_of_their_own(db: Connection, admin: UUID) -> None:
    """To pause it is allowed, and another one resumes it."""
    change(db, admin, "pause", admin)
    with unmoved(db), refused(db, "PT403", "second_admin_required") as detail:
        change(db, admin, "resume", admin)
    assert detail == {}
    assert change(db, administrator(db), "resume", admin)["status"] == "active"
    assert change(db, admin, "resume", admin)["status"] == "active"  # it is: nothing changes


@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
def test_nobody_resumes_a_team_they_are_in(db: Connection, admin: UUID, role: str) -> None:
    owner = sign_up(db, "owner@example.com")
    team = create(db, owner)
    join(db, team, owner, admin, role)
    change(db, administrator(db), "pause", team)
    with unmoved(db), refused(db, "PT403", "second_admin_required"):
        change(db, admin, "resume", team)
    assert change(db, administrator(db), "resume", team)["status"] == "active"


def test_what_is_held_can_still_be_captured(db: Connection, admin: UUID, account: UUID) -> None:
    held = call(db, "hold_credits", account_id=account, key="h", amount=40)
    change(db, admin, "pause", account)
    call(db, "capture_credits", account_id=account, hold_id=held["hold_id"], amount=30)
    assert balance_of(db, account)["balance"] == 70


def test_a_paused_account_still_gets_credits(db: Connection, admin: UUID, account: UUID) -> None:
    change(db, admin, "pause", account)
    add(db, account, 5)
    assert balance_of(db, account)["balance"] == 105


def test_a_paused_team_spends_for_nobody(db: Connection, admin: UUID) -> None:
    owner = sign_up(db, "owner@example.com")
    team = create(db, owner)
    add(db, team, 10)
    change(db, admin, "pause", team)
    with refused(db, "PT403", "account_paused"):
        deduct(db, team, 1, user_id=owner)


@pytest.mark.parametrize("verb", VERBS)
def test_a_closed_account_stays_closed(
    db: Connection, admin: UUID, account: UUID, verb: str
) -> None:
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account])
    with refused(db, "PT403", "account_closed"):
        change(db, admin, verb, account)


@pytest.mark.parametrize("verb", VERBS)
def test_an_account_that_nobody_has_is_not_found(db: Connection, admin: UUID, verb: str) -> None:
    with refused(db, "PT404", "account_not_found"):
        change(db, admin, verb, uuid4())
    with refused(db, "22023", "account_id_required"):
        change(db, admin, verb, None)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("reason", [None, "", " no ", "x" * 501])
def test_a_change_has_a_reason(
    db: Connection, admin: UUID, account: UUID, verb: str, reason: str | None
) -> None:
    token = "reason_too_long" if reason and len(reason) > 500 else "reason_required"
    with refused(db, "22023", token):
        change(db, admin, verb, account, reason)
    assert audit(db) == []
