"""Who may dispute a charge, and see and withdraw a dispute: its own people, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from tests.disputes.disputing import (
    DESCRIPTION,
    REASON,
    disputed,
    mine,
    notices,
    resolve,
    review,
    seen,
    stored,
    submit,
    user_with_charge,
    withdraw,
)
from tests.support import Connection, as_anon, as_service, sign_up
from tests.teams.people import Team, be, remove, set_member, turned_away, unmoved
from tests.usage.charges import charge
from tests.wallets import Row, call, call_all, refused

CONTENT = {"reason": REASON, "description": DESCRIPTION}
WHOSE = ["owner", "admin", "member"]


def charge_of(conn: Connection, team: Team, role: str) -> int:
    """Charge the team for what somebody of it used."""
    return charge(conn, team["account"], 5, user_id=team[role])


def dispute_of(conn: Connection, team: Team, role: str) -> Row:
    """Return somebody's dispute of a charge of their own."""
    charged = charge_of(conn, team, role)
    return submit(conn, team[role], charged, account_id=team["account"])


@pytest.mark.parametrize("whose", WHOSE)
@pytest.mark.parametrize("who", ["owner", "admin"])
def test_who_manages_a_team_disputes_all_of_its_charges(
    db: Connection, team: Team, who: str, whose: str
) -> None:
    charged = charge_of(db, team, whose)
    dispute = submit(db, team[who], charged, account_id=team["account"])
    assert (dispute["account_id"], dispute["transaction_id"]) == (team["account"], charged)
    assert stored(db, dispute)["user_id"] == team[who]


@pytest.mark.parametrize("whose", ["owner", "admin", None])
def test_a_member_disputes_the_own_charges_alone(
    db: Connection, team: Team, whose: str | None
) -> None:
    assert dispute_of(db, team, "member")["status"] == "pending"
    acting = {"user_id": team[whose]} if whose else {}
    others = charge(db, team["account"], 5, **acting)
    with unmoved(db), turned_away(db, team["member"], "PT404", "transaction_not_found"):
        submit(db, team["member"], others, account_id=team["account"])


def test_who_may_not_spend_may_not_dispute(db: Connection, team: Team) -> None:
    charged = charge_of(db, team, "member")
    for who in ("viewer", "stranger"):
        with unmoved(db), turned_away(db, team[who], "PT404", "account_not_found"):
            submit(db, team[who], charged, account_id=team["account"])


def test_a_foreign_account_and_an_absent_one_get_the_same_answer(db: Connection) -> None:
    victim_id, charged = user_with_charge(db)
    stranger = sign_up(db)
    answers = set()
    for account_id in (victim_id, uuid4()):
        with unmoved(db), turned_away(db, stranger, "PT404", "account_not_found"):
            submit(db, stranger, charged, account_id=account_id)
        answers.add(refusal(db, stranger, charged, account_id))
    assert len(answers) == 1


def refusal(conn: Connection, user_id: UUID, charged: int, account_id: UUID) -> str:
    """Return all that a refused user is told."""
    with pytest.raises(psycopg.Error) as caught, conn.transaction():
        submit(conn, user_id, charged, account_id=account_id)
    return str(caught.value)


def test_the_back_end_disputes_for_any_account_that_it_names(db: Connection, team: Team) -> None:
    charged = charge_of(db, team, "member")
    with as_service(db):
        dispute = call(
            db, "submit_credit_dispute",
            transaction_id=charged, account_id=team["account"], **CONTENT,
        )  # fmt: skip
    assert stored(db, dispute)["user_id"] is None
    with as_service(db):
        assert call(db, "get_credit_dispute", dispute_id=dispute["id"]) == dispute
        gone = call(db, "withdraw_credit_dispute", dispute_id=dispute["id"])
    assert gone["status"] == "withdrawn"
    assert stored(db, dispute)["resolved_by"] == "service_role"


def test_the_back_end_has_no_account_and_no_list_of_its_own(db: Connection) -> None:
    _, charged = user_with_charge(db)
    with unmoved(db), refused(db, "22023", "account_id_required"), as_service(db):
        call(db, "submit_credit_dispute", transaction_id=charged, **CONTENT)
    with pytest.raises(InsufficientPrivilege), as_service(db):
        call_all(db, "list_my_credit_disputes")


CALLS: dict[str, Callable[[Connection, Row], object]] = {
    "submit": lambda db, row: call(
        db, "submit_credit_dispute", transaction_id=row["transaction_id"], **CONTENT
    ),
    "list": lambda db, _: call_all(db, "list_my_credit_disputes"),
    "get": lambda db, row: call(db, "get_credit_dispute", dispute_id=row["id"]),
    "withdraw": lambda db, row: call(db, "withdraw_credit_dispute", dispute_id=row["id"]),
}


@pytest.mark.parametrize("name", CALLS)
def test_nobody_without_a_token_and_no_banned_user_gets_in(db: Connection, name: str) -> None:
    dispute = disputed(db)
    with unmoved(db), pytest.raises(InsufficientPrivilege), as_anon(db):
        CALLS[name](db, dispute)
    db.execute(
        "update auth.users set banned_until = 'infinity' where id = %s", [dispute["account_id"]]
    )
    be_user = dispute["account_id"]
    with unmoved(db), refused(db, "42501", "user_unknown"):
        be(db, be_user)
        CALLS[name](db, dispute)


@pytest.mark.parametrize("whose", WHOSE)
def test_managers_see_all_disputes_of_a_team_and_members_their_own(
    db: Connection, team: Team, whose: str
) -> None:
    dispute = dispute_of(db, team, whose)
    for who in ("owner", "admin", "member", "viewer", "stranger"):
        if who in ("owner", "admin", whose):
            assert seen(db, team[who], dispute) == dispute
            assert mine(db, team[who]) == [dispute["id"]]
        else:
            with turned_away(db, team[who], "PT404", "dispute_not_found"):
                seen(db, team[who], dispute)
            assert mine(db, team[who]) == []


def test_a_members_dispute_that_a_manager_filed_is_the_managers(db: Connection, team: Team) -> None:
    charged = charge_of(db, team, "member")
    dispute = submit(db, team["owner"], charged, account_id=team["account"])
    with turned_away(db, team["member"], "PT404", "dispute_not_found"):
        seen(db, team["member"], dispute)


def test_who_has_left_a_team_sees_and_withdraws_nothing_of_it(db: Connection, team: Team) -> None:
    dispute = dispute_of(db, team, "member")
    remove(db, team["account"], team["owner"], team["member"])
    assert mine(db, team["member"]) == []
    for name in ("get", "withdraw"):
        with unmoved(db), turned_away(db, team["member"], "PT404", "dispute_not_found"):
            CALLS[name](db, dispute)


def test_who_is_a_viewer_now_still_withdraws_the_own(db: Connection, team: Team) -> None:
    dispute = dispute_of(db, team, "member")
    set_member(db, team["account"], team["owner"], team["member"], role="viewer")
    assert withdraw(db, team["member"], dispute)["status"] == "withdrawn"


@pytest.mark.parametrize("name", ["get", "withdraw"])
def test_a_foreign_dispute_and_an_absent_one_get_the_same_answer(db: Connection, name: str) -> None:
    dispute, stranger = disputed(db), sign_up(db)
    for row in (dispute, {**dispute, "id": uuid4()}, {**dispute, "id": None}):
        with unmoved(db), turned_away(db, stranger, "PT404", "dispute_not_found"):
            CALLS[name](db, row)


def test_my_disputes_come_the_newest_first(db: Connection, team: Team) -> None:
    first, second, third = (dispute_of(db, team, role) for role in WHOSE)
    personal = charge(db, team["owner"], 1)
    fourth = submit(db, team["owner"], personal)
    assert mine(db, team["owner"]) == [row["id"] for row in (fourth, third, second, first)]
    assert mine(db, team["member"]) == [third["id"]]


@pytest.mark.parametrize("who", WHOSE)
def test_an_open_dispute_is_withdrawn_by_its_people_once(
    db: Connection, team: Team, who: str
) -> None:
    dispute = dispute_of(db, team, "member")
    review(db, dispute)
    gone = withdraw(db, team[who], dispute)
    kept = {k: gone[k] for k in gone if k not in ("status", "resolved_at")}
    assert kept == {k: dispute[k] for k in kept}
    assert (gone["status"], gone["refunded"]) == ("withdrawn", 0)
    assert gone["resolved_at"] > dispute["created_at"]
    assert stored(db, dispute)["resolved_by"] == f"user:{team[who]}"
    with unmoved(db):
        assert withdraw(db, team[who], dispute) == gone
    assert [status for *_, status in notices(db, dispute)] == ["pending", "under_review"]


@pytest.mark.parametrize("outcome", ["approved", "partially_approved", "rejected"])
def test_a_resolved_dispute_is_not_withdrawn(db: Connection, outcome: str) -> None:
    dispute = disputed(db)
    resolve(db, dispute, outcome, refund=5 if outcome == "partially_approved" else None)
    user_id = dispute["account_id"]
    detail = {"dispute_id": str(dispute["id"]), "status": outcome}
    with unmoved(db), turned_away(db, user_id, "PT409", "dispute_not_open", detail):
        withdraw(db, user_id, dispute)
