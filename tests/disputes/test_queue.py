"""The queue of disputes: administrators alone see it, the longest waiting first, page by page."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.disputes.disputing import (
    NOTE,
    administrator,
    audit,
    disputed,
    notices,
    queue,
    resolve,
    review,
    seen,
    stored,
    submit,
    user_with_charge,
    withdraw,
)
from tests.support import Connection, as_admin, as_anon, as_service, as_user, sign_up
from tests.teams.people import unmoved
from tests.usage.charges import charge
from tests.wallets import Row, call, call_all, funded_account, refused

CALLS: dict[str, Callable[[Connection, Row], object]] = {
    "admin_list_disputes": lambda db, _: call_all(db, "admin_list_disputes"),
    "admin_review_dispute": lambda db, row: call(db, "admin_review_dispute", dispute_id=row["id"]),
    "admin_resolve_dispute": lambda db, row: call(
        db, "admin_resolve_dispute", dispute_id=row["id"], outcome="approved", note=NOTE
    ),
    "admin_get_dispute_statistics": lambda db, _: call(db, "admin_get_dispute_statistics"),
}


@pytest.mark.parametrize("name", CALLS)
def test_administrators_the_back_end_and_the_owner_get_in_and_nobody_else(
    db: Connection, name: str
) -> None:
    dispute, admin_id = disputed(db), administrator(db)
    for entry in (as_admin(db, admin_id), as_service(db), db.transaction()):
        with db.transaction(force_rollback=True), entry:
            CALLS[name](db, dispute)
    for claims in (
        {},
        {"user_metadata": {"role": "admin"}},
        {"app_metadata": {"role": "owner"}},
        {"user_metadata": {"app_metadata": {"role": "admin"}}},
    ):
        for user_id in (dispute["account_id"], sign_up(db)):
            with unmoved(db), refused(db, "PT403", "admin_only"), as_user(db, user_id, **claims):
                CALLS[name](db, dispute)
    with unmoved(db), pytest.raises(InsufficientPrivilege), as_anon(db):
        CALLS[name](db, dispute)


def waiting(conn: Connection, number: int) -> list[Row]:
    """Return so many disputes of one user, in the order in which they were filed."""
    user_id = funded_account(conn, 100)
    return [submit(conn, user_id, charge(conn, user_id, 1)) for _ in range(number)]


def test_the_longest_waiting_come_first_and_those_under_review_no_more(db: Connection) -> None:
    first, second, third, fourth = waiting(db, 4)
    assert queue(db) == [row["id"] for row in (first, second, third, fourth)]
    review(db, second)
    resolve(db, third)
    withdraw(db, first["account_id"], first)
    assert queue(db) == [fourth["id"]]
    for status, row in {
        "under_review": second, "approved": third, "withdrawn": first, "pending": fourth,
    }.items():  # fmt: skip
        assert queue(db, status=status) == [row["id"]]
    assert queue(db, status=None) == [row["id"] for row in (first, second, third, fourth)]


def test_a_page_goes_on_where_the_one_before_ended(db: Connection) -> None:
    ids = [row["id"] for row in waiting(db, 5)]
    # Some of the same instant: their ids tell which comes first.
    db.execute(
        "update credits.disputes set created_at = '2026-01-01' where id = any(%s)", [ids[:3]]
    )
    ids = sorted(ids[:3]) + ids[3:]
    pages, before = [], None
    while page := queue(db, before=before, page_size=2):
        pages.append(page)
        before = page[-1]
    assert pages == [ids[:2], ids[2:4], ids[4:]]


def test_a_page_goes_on_after_a_dispute_that_has_left_the_queue(db: Connection) -> None:
    first, second, third = waiting(db, 3)
    resolve(db, second)
    assert queue(db, before=second["id"]) == [third["id"]]
    assert queue(db, before=first["id"]) == [third["id"]]


@pytest.mark.parametrize("size", [0, -1, 201, None])
def test_a_page_has_1_to_200_disputes(db: Connection, size: int | None) -> None:
    with refused(db, "22023", "invalid_page_size"):
        queue(db, page_size=size)


def test_a_review_is_told_to_the_user_and_noted_once(db: Connection) -> None:
    dispute, admin_id, other_id = disputed(db), administrator(db), administrator(db)
    user_id = dispute["account_id"]
    answer = review(db, dispute, admin_id, note="  Asking the studio ")
    assert answer == {**dispute, "status": "under_review"}
    assert seen(db, user_id, dispute) == answer
    with unmoved(db):
        assert review(db, dispute, other_id) == answer
    assert notices(db, dispute) == [
        ("dispute_submitted", None, "pending"), ("dispute", user_id, "under_review"),
    ]  # fmt: skip
    assert audit(db, dispute) == [("review_dispute", f"user:{admin_id}", "Asking the studio")]
    row = stored(db, dispute)
    assert (row["reviewed_by"], row["resolved_by"]) == (f"user:{admin_id}", None)
    assert row["reviewed_at"] >= row["created_at"]


@pytest.mark.parametrize("status", ["approved", "rejected", "withdrawn"])
def test_what_has_ended_is_not_reviewed(db: Connection, status: str) -> None:
    dispute = disputed(db)
    if status == "withdrawn":
        withdraw(db, dispute["account_id"], dispute)
    else:
        resolve(db, dispute, status)
    with unmoved(db), refused(db, "PT409", "dispute_not_open") as detail:
        review(db, dispute)
    assert detail == {"dispute_id": str(dispute["id"]), "status": status}


@pytest.mark.parametrize(
    ("note", "token", "limit"),
    [
        ("", "reason_required", None),
        (" no ", "reason_required", None),
        (501 * "x", "reason_too_long", 500),
    ],
)
def test_a_note_says_something_and_not_too_much(
    db: Connection, note: str, token: str, limit: int | None
) -> None:
    dispute = disputed(db)
    for step in (review, resolve):
        with unmoved(db), refused(db, "22023", token) as detail:
            step(db, dispute, note=note)
        assert detail == ({"limit": limit} if limit else {})


def test_a_resolution_needs_a_note_and_a_review_none(db: Connection) -> None:
    dispute = disputed(db)
    with unmoved(db), refused(db, "22023", "reason_required"):
        resolve(db, dispute, note=None)
    assert review(db, dispute, note=None)["status"] == "under_review"


def test_a_dispute_that_is_not_there_is_not_found(db: Connection) -> None:
    user_with_charge(db)
    for step in (review, resolve):
        with unmoved(db), refused(db, "PT404", "dispute_not_found"):
            step(db, {"id": uuid4()})
