"""A resolution that moves much, or is for the own account, waits for a second administrator."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.disputes.disputing import (
    ALONE,
    MUCH,
    NOTE,
    audit,
    decides,
    disputed,
    notices,
    pending_acts,
    queue,
    resolve,
    seen,
    stored,
    submit,
    withdraw,
)
from tests.support import Connection
from tests.teams.people import join, make_team, unmoved
from tests.usage.charges import charge, refund, types
from tests.wallets import Row, add, balance_of, changed_catalog, history, refused, use_catalog


def of_much(conn: Connection, first: UUID) -> Row:
    """Return a dispute whose refund is more than one may give."""
    del first
    return disputed(conn, MUCH)


def of_ones_own(conn: Connection, first: UUID) -> Row:
    """Return the first administrator's own dispute of a small charge."""
    add(conn, first, 100)
    return submit(conn, first, charge(conn, first, 1))


def of_ones_team(conn: Connection, first: UUID) -> Row:
    """Return a dispute of a team in which the first administrator only reads."""
    team = make_team(conn)
    join(conn, team["account"], team["owner"], first, "viewer")
    charged = charge(conn, team["account"], 5, user_id=team["member"])
    return submit(conn, team["member"], charged, account_id=team["account"])


Made = Callable[[Connection, UUID], Row]
KINDS: list[Made] = [of_much, of_ones_own, of_ones_team]


def named(make: Made) -> str:
    return make.__name__


def act_of(conn: Connection, dispute: Row) -> Row:
    """Return the one act of a dispute that waits."""
    (act,) = pending_acts(conn, dispute)
    return act


def approve(conn: Connection, act: Row, by: UUID) -> Row:
    row: Row = decides(conn, by, "admin_approve_act", act_id=act["act_id"])
    return row


def decline(conn: Connection, act: Row, by: UUID) -> Row:
    row: Row = decides(conn, by, "admin_decline_act", act_id=act["act_id"], reason="Not convinced")
    return row


@pytest.mark.parametrize("make", KINDS, ids=named)
def test_nothing_moves_before_the_second_has_agreed(
    db: Connection, first: UUID, second: UUID, make: Made
) -> None:
    dispute = make(db, first)
    account_id, asked = dispute["account_id"], dispute["requested_refund"]
    before = history(db, account_id)
    assert resolve(db, dispute, by=first) == {**dispute, "status": "under_review"}
    assert history(db, account_id) == before
    assert queue(db) == []
    act = act_of(db, dispute)
    assert (act["state"], act["act"], act["amount"], act["reason"], act["requested_by"]) == (
        "pending", "resolve_dispute", asked, NOTE, f"user:{first}",
    )  # fmt: skip
    done = approve(db, act, second)
    assert (done["state"], done["amount"], done["decided_by"]) == (
        "done", asked, f"user:{second}",
    )  # fmt: skip
    row = stored(db, dispute)
    assert (row["status"], row["refunded"], row["resolution"]) == ("approved", asked, NOTE)
    assert row["resolved_by"] == f"user:{second}"
    assert done["transaction_id"] == row["refund_transaction_id"] == len(before) + 1
    assert balance_of(db, account_id)["balance"] == before[0]["balance_after"]
    assert audit(db, dispute) == [
        ("request_resolve_dispute", f"user:{first}", NOTE),
        ("review_dispute", f"user:{first}", None),
        ("resolve_dispute", f"user:{second}", NOTE),
    ]
    assert [status for *_, status in notices(db, dispute)] == [
        "pending", "under_review", "approved",
    ]  # fmt: skip


@pytest.mark.parametrize("make", KINDS, ids=named)
def test_the_first_or_one_whose_account_it_is_does_not_agree(
    db: Connection, first: UUID, second: UUID, make: Made
) -> None:
    dispute = make(db, first)
    asker = second if make is not of_much else first
    if asker is second:
        db.execute(
            "insert into credits.members (account_id, user_id, role) values (%s, %s, 'viewer')",
            [dispute["account_id"], second],
        )
    resolve(db, dispute, by=asker)
    with unmoved(db), refused(db, "PT403", "second_admin_required"):
        approve(db, act_of(db, dispute), first)


@pytest.mark.parametrize(("amount", "waits"), [(ALONE, False), (f"{ALONE}.000000001", True)])
def test_as_much_as_one_may_give_waits_for_nobody(
    db: Connection, first: UUID, amount: str, waits: bool
) -> None:
    dispute = disputed(db, MUCH)
    answer = resolve(db, dispute, by=first, refund=amount)
    assert bool(pending_acts(db, dispute)) is waits
    assert answer["status"] == ("under_review" if waits else "partially_approved")


def test_the_catalog_says_how_much_one_may_give(db: Connection, first: UUID) -> None:
    use_catalog(db, changed_catalog(approval_credits=3))
    for amount, status in ((3, "approved"), (4, "under_review")):
        assert resolve(db, disputed(db, amount), by=first)["status"] == status


@pytest.mark.parametrize("make", KINDS, ids=named)
def test_a_rejection_gives_nothing_and_waits_for_nobody(
    db: Connection, first: UUID, make: Made
) -> None:
    dispute = make(db, first)
    assert resolve(db, dispute, "rejected", by=first)["status"] == "rejected"
    assert pending_acts(db, dispute) == []


@pytest.mark.parametrize("make", KINDS, ids=named)
def test_the_same_again_waits_on(db: Connection, first: UUID, make: Made) -> None:
    dispute = make(db, first)
    answer = resolve(db, dispute, by=first)
    with unmoved(db):
        assert resolve(db, dispute, by=first) == answer


@pytest.mark.parametrize("again", ["approved", "rejected", "withdrawn"])
def test_what_is_declined_stays_open_and_can_be_decided_again(
    db: Connection, first: UUID, second: UUID, again: str
) -> None:
    dispute = disputed(db, MUCH)
    resolve(db, dispute, by=first)
    declined = act_of(db, dispute)
    assert decline(db, declined, second)["state"] == "declined"
    assert pending_acts(db, dispute) == []
    assert seen(db, dispute["account_id"], dispute)["status"] == "under_review"
    if again == "withdrawn":
        assert withdraw(db, dispute["account_id"], dispute)["status"] == "withdrawn"
    elif again == "rejected":
        assert resolve(db, dispute, "rejected", by=first)["status"] == "rejected"
    else:
        resolve(db, dispute, by=first)
        act = act_of(db, dispute)
        assert act["act_id"] != declined["act_id"]
        approve(db, act, second)
        assert seen(db, dispute["account_id"], dispute)["status"] == "approved"
    with unmoved(db), refused(db, "PT409", "act_not_pending") as detail:
        approve(db, declined, second)
    assert detail == {"state": "declined"}
    assert types(db, dispute["account_id"]).count("refund") == (again == "approved")


def test_what_has_waited_for_seven_days_can_be_decided_again(
    db: Connection, first: UUID, second: UUID
) -> None:
    dispute = disputed(db, MUCH)
    resolve(db, dispute, by=first)
    old = act_of(db, dispute)
    db.execute("update credits.pending_acts set expires_at = clock_timestamp()")
    with unmoved(db), refused(db, "PT409", "act_not_pending") as detail:
        approve(db, old, second)
    assert detail == {"state": "expired"}
    assert resolve(db, dispute, by=second)["status"] == "under_review"
    approve(db, act_of(db, dispute), first)
    assert seen(db, dispute["account_id"], dispute)["refunded"] == MUCH


@pytest.mark.parametrize("how", ["rejected", "approved", "withdrawn", "refunded"])
def test_what_was_decided_otherwise_meanwhile_is_not_done(
    db: Connection, first: UUID, second: UUID, how: str
) -> None:
    dispute = disputed(db, MUCH)
    user_id = dispute["account_id"]
    resolve(db, dispute, by=first)
    act = act_of(db, dispute)
    if how == "withdrawn":
        withdraw(db, user_id, dispute)
    elif how == "rejected":
        resolve(db, dispute, "rejected", by=second)
    elif how == "approved":
        approve(db, act, second)
    else:
        refund(db, user_id, dispute["transaction_id"], 2)
    waits = how == "refunded"
    token = "refund_exceeds_paid" if waits else "act_not_pending"
    with unmoved(db), refused(db, "PT409", token):
        approve(db, act, second)
    assert len(pending_acts(db, dispute)) == waits
    expected = {"refunded": 2, "approved": MUCH}.get(how, 0)
    assert balance_of(db, user_id)["balance"] == expected


def test_what_cannot_be_approved_any_more_is_declined_and_decided_again(
    db: Connection, first: UUID, second: UUID
) -> None:
    dispute = disputed(db, MUCH)
    resolve(db, dispute, by=first)
    refund(db, dispute["account_id"], dispute["transaction_id"], 2)
    decline(db, act_of(db, dispute), first)
    answer = resolve(db, dispute, by=second)
    assert (answer["status"], answer["refunded"]) == ("partially_approved", MUCH - 2)
