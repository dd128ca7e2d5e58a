"""What waits to resolve a dispute ends with it, and nobody resolves it otherwise meanwhile."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import waiting_acts
from tests.disputes.disputing import (
    ALONE,
    MUCH,
    decides,
    disputed,
    pending_acts,
    resolve,
    stored,
    submit,
    user_with_charge,
    withdraw,
)
from tests.support import Connection, as_user
from tests.teams.people import unmoved
from tests.usage.charges import charge, types
from tests.wallets import Row, add, balance_of, call, refused


def waiting(conn: Connection, first: UUID, **asked: Any) -> tuple[Row, Row]:
    """Return a dispute, and the act that would resolve it when a second administrator agrees."""
    dispute = disputed(conn, MUCH)
    resolve(conn, dispute, by=first, **asked)
    (act,) = pending_acts(conn, dispute)
    return dispute, act


def kept(conn: Connection, act: Row) -> tuple[Any, ...]:
    """Return an act's stored state, who decided it, and whether it is known when."""
    query = """
        select state, decided_by, decided_at is not null from credits.pending_acts where id = %s
    """
    (row,) = conn.execute(query, [act["act_id"]]).fetchall()
    found: tuple[Any, ...] = row
    return found


def waiting_in_all(conn: Connection) -> int:
    (row,) = conn.execute("select credits.get_health() #> '{waiting,acts}'").fetchall()
    return int(row[0])


def test_what_waits_is_declined_as_the_user_withdraws(db: Connection, first: UUID) -> None:
    dispute, act = waiting(db, first)
    other, _ = waiting(db, first)
    user_id = dispute["account_id"]
    withdraw(db, user_id, dispute)
    assert kept(db, act) == ("declined", f"user:{user_id}", True)
    assert [it["account_id"] for it in waiting_acts(db, first)] == [other["account_id"]]
    assert waiting_in_all(db) == 1
    with unmoved(db):
        withdraw(db, user_id, dispute)


def test_what_waits_is_declined_as_it_is_rejected(
    db: Connection, first: UUID, second: UUID
) -> None:
    dispute, act = waiting(db, first)
    assert resolve(db, dispute, "rejected", by=second)["status"] == "rejected"
    assert kept(db, act) == ("declined", f"user:{second}", True)
    assert waiting_in_all(db) == 0


def test_what_is_approved_is_done_and_not_declined(
    db: Connection, first: UUID, second: UUID
) -> None:
    _, act = waiting(db, first)
    assert decides(db, second, "admin_approve_act", act_id=act["act_id"])["state"] == "done"
    assert kept(db, act) == ("done", f"user:{second}", True)


def test_filed_anew_one_waits_and_that_is_the_new_one(
    db: Connection, first: UUID, second: UUID
) -> None:
    dispute, old = waiting(db, first)
    user_id = dispute["account_id"]
    withdraw(db, user_id, dispute)
    again = submit(db, user_id, dispute["transaction_id"])
    resolve(db, again, by=first)
    (act,) = pending_acts(db, again)
    assert act["act_id"] != old["act_id"]
    decides(db, second, "admin_approve_act", act_id=act["act_id"])
    assert (stored(db, dispute)["status"], stored(db, again)["status"]) == ("withdrawn", "approved")
    assert (kept(db, old)[0], types(db, user_id).count("refund")) == ("declined", 1)


def test_other_acts_of_the_account_and_its_other_disputes_wait_on(
    db: Connection, first: UUID
) -> None:
    user_id, charged = user_with_charge(db, MUCH)
    add(db, user_id, MUCH)
    both = [submit(db, user_id, it) for it in (charged, charge(db, user_id, MUCH))]
    for dispute in both:
        resolve(db, dispute, by=first)
    decides(
        db, first, "admin_add_credits",
        account_id=user_id, amount=MUCH, reason="a gesture", key="one",
    )  # fmt: skip
    assert len(pending_acts(db, both[0])) == 3
    withdraw(db, user_id, both[0])
    left = sorted(it["act"] for it in pending_acts(db, both[0]))
    assert left == ["add_credits", "resolve_dispute"]


@pytest.mark.parametrize("refund", [ALONE, 1])
@pytest.mark.parametrize("by_the_first", [True, False])
def test_another_amount_is_refused_while_one_waits(
    db: Connection, first: UUID, second: UUID, refund: int, by_the_first: bool
) -> None:
    dispute, act = waiting(db, first)
    with unmoved(db), refused(db, "PT409", "act_pending") as detail:
        resolve(db, dispute, by=first if by_the_first else second, refund=refund)
    assert detail == {"act_id": str(act["act_id"])}
    assert resolve(db, dispute, by=second)["status"] == "under_review", "the same waits on"


@pytest.mark.parametrize("how", ["declined", "expired"])
def test_another_amount_is_given_once_nothing_waits(
    db: Connection, first: UUID, second: UUID, how: str
) -> None:
    dispute, act = waiting(db, first)
    if how == "declined":
        decides(db, second, "admin_decline_act", act_id=act["act_id"], reason="too much")
    else:
        db.execute("update credits.pending_acts set expires_at = clock_timestamp()")
    answer = resolve(db, dispute, by=second, refund=ALONE)
    assert (answer["status"], answer["refunded"]) == ("partially_approved", ALONE)
    assert balance_of(db, dispute["account_id"])["balance"] == ALONE


def test_who_may_not_resolve_learns_of_no_act(db: Connection, first: UUID) -> None:
    dispute, _ = waiting(db, first)
    with refused(db, "PT403", "admin_only"), as_user(db, dispute["account_id"]):
        call(
            db, "admin_resolve_dispute",
            dispute_id=dispute["id"], outcome="approved", note="all mine", refund=1,
        )  # fmt: skip
