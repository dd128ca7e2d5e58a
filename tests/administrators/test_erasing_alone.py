"""An erasure is one administrator's: not of an account of their own, nor of many credits."""

from __future__ import annotations

from contextlib import nullcontext
from decimal import Decimal
from uuid import UUID

import pytest

from tests.administrators.acting import (
    LIMIT,
    act,
    administrator,
    approve,
    as_actor,
    does,
    limit_alone,
    notices,
    waiting_acts,
)
from tests.administrators.erasing import WHY, erase, traces
from tests.disputes.disputing import review, submit
from tests.events.shop import rows
from tests.support import Connection, as_service, sign_up
from tests.teams.people import create, join, unmoved
from tests.usage.charges import charge
from tests.wallets import balance_of, call, funded_account, refused

LEAST = Decimal("0.000000001")
REASON = "jane roe asked for it"


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


def test_up_to_the_limit_one_erases_alone(db: Connection, admin: UUID) -> None:
    assert erase(db, admin, funded_account(db, LIMIT))["status"] == "closed"


def test_more_credits_are_removed_first_which_a_second_confirms(
    db: Connection, admin: UUID
) -> None:
    account_id = funded_account(db, LIMIT + 1)
    with unmoved(db), refused(db, "PT403", "second_admin_required") as detail:
        erase(db, admin, account_id)
    assert detail == {"balance": LIMIT + 1}
    waiting = act(db, admin, "remove_credits", account_id, amount=LIMIT + 1)
    assert waiting["state"] == "pending"
    with unmoved(db), refused(db, "PT403", "second_admin_required"):
        erase(db, admin, account_id)
    assert approve(db, administrator(db), waiting)["state"] == "done"
    assert erase(db, admin, account_id)["status"] == "closed"


def test_the_limit_is_the_catalogs(db: Connection, admin: UUID) -> None:
    limit_alone(db, 10)
    above = funded_account(db, 10 + LEAST)
    with unmoved(db), refused(db, "PT403", "second_admin_required") as detail:
        erase(db, admin, above)
    assert detail == {"balance": 10.000000001}
    assert erase(db, admin, funded_account(db, 10))["status"] == "closed"


@pytest.mark.parametrize("is_owner", [False, True])
def test_the_back_end_and_the_owner_are_bound_by_the_limit_too(
    db: Connection, is_owner: bool
) -> None:
    account_id = funded_account(db, LIMIT + 1)
    who = nullcontext() if is_owner else as_service(db)
    with unmoved(db), refused(db, "PT403", "second_admin_required"), who:
        call(db, "admin_erase_account", account_id=account_id, reason=WHY)


def test_an_account_of_ones_own_another_erases(db: Connection, admin: UUID) -> None:
    with unmoved(db), refused(db, "PT403", "second_admin_required") as detail:
        erase(db, admin, admin)
    assert detail == {}
    closed = erase(db, administrator(db), admin)
    assert erase(db, admin, admin) == closed  # the same again changes nothing


@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
def test_a_team_one_is_in_another_erases(db: Connection, admin: UUID, role: str) -> None:
    owner = sign_up(db, "owner@example.com")
    team = create(db, owner)
    join(db, team, owner, admin, role)
    with unmoved(db), refused(db, "PT403", "second_admin_required"):
        erase(db, admin, team)
    assert erase(db, administrator(db), team)["status"] == "closed"


def test_a_team_that_one_founded_is_ones_own(db: Connection, admin: UUID) -> None:
    team = create(db, admin)
    with unmoved(db), refused(db, "PT403", "second_admin_required"):
        erase(db, admin, team)


def test_what_waits_for_a_second_administrator_is_declined(db: Connection, admin: UUID) -> None:
    account_id, other = funded_account(db, 100), funded_account(db, 100)
    waiting = [
        act(db, admin, "add_credits", it, amount=LIMIT + 1, reason=REASON)
        for it in (account_id, other)
    ]
    second = administrator(db)
    erase(db, second, account_id)
    query = """
        select state, reason, decided_by, decided_at is not null as is_dated
        from credits.pending_acts where account_id = %s
    """
    assert rows(db, query, account_id) == [
        {
            "state": "declined", "reason": "erased",
            "decided_by": as_actor(second), "is_dated": True,
        }
    ]  # fmt: skip
    (left,) = waiting_acts(db, second)
    assert (left["act_id"], left["reason"]) == (waiting[1]["act_id"], REASON)
    with refused(db, "PT409", "act_not_pending"):
        approve(db, second, waiting[0])
    told = [it["payload"]["account_id"] for it in notices(db, "act_pending")]
    assert told == [str(other)]  # the notice has the reason, and went with the account


def test_what_was_decided_before_stays_decided(db: Connection, admin: UUID) -> None:
    account_id = funded_account(db, 100)
    done = act(db, admin, "add_credits", account_id, amount=LIMIT + 1)
    approve(db, administrator(db), done)
    approve(db, administrator(db), act(db, admin, "remove_credits", account_id, amount=LIMIT + 1))
    before = rows(db, "select a::text from credits.pending_acts as a order by 1")
    erase(db, admin, account_id)
    assert rows(db, "select a::text from credits.pending_acts as a order by 1") == before


def test_what_operators_and_she_were_told_and_answered_of_disputes_goes(
    db: Connection, admin: UUID
) -> None:
    zoe, other = (funded_account(db, 100) for _ in range(2))
    for user_id in (zoe, other):
        answered, taken_up, _ = (submit(db, user_id, charge(db, user_id, 1)) for _ in range(3))
        does(
            db, admin, "admin_resolve_dispute", dispute_id=answered["id"], outcome="rejected",
            note="Dear Jane Roe, no",
        )  # fmt: skip
        review(db, taken_up)
    erase(db, admin, zoe)
    query = "select resolution from credits.disputes where account_id = %s order by created_at"
    assert [it["resolution"] for it in rows(db, query, zoe)] == ["erased", None, None]
    assert [it["resolution"] for it in rows(db, query, other)] == ["Dear Jane Roe, no", None, None]
    assert "outbox" not in traces(db, str(zoe))
    assert traces(db, str(other))["outbox"] >= 5


def test_what_a_refusal_keeps_can_still_be_spent(db: Connection, admin: UUID) -> None:
    account_id = funded_account(db, LIMIT + 1)
    with refused(db, "PT403", "second_admin_required"):
        erase(db, admin, account_id)
    charge(db, account_id, 1)
    assert balance_of(db, account_id)["balance"] == LIMIT
    assert erase(db, admin, account_id)["status"] == "closed"
