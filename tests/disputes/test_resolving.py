"""``admin_resolve_dispute``: with a refund in the same transaction, or without one, once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.disputes.disputing import (
    ALONE,
    NOTE,
    administrator,
    audit,
    disputed,
    notices,
    resolve,
    review,
    seen,
    stored,
    submit,
    user_with_charge,
    withdraw,
)
from tests.support import Connection
from tests.teams.people import unmoved
from tests.usage.charges import charge, refund, types
from tests.wallets import Row, balance_of, call, funded_account, history, refused, remaining

RESOLUTIONS: dict[str, tuple[Row, str, Any]] = {
    "all": ({"outcome": "approved"}, "approved", 20),
    "all, said": ({"outcome": "approved", "refund": 20}, "approved", 20),
    "more than asked for": ({"outcome": "approved", "refund": 30}, "approved", 30),
    "less": ({"outcome": "approved", "refund": "0.000000001"}, "partially_approved", "1e-9"),
    "a part": ({"outcome": "partially_approved", "refund": "7.5"}, "partially_approved", "7.5"),
    "a part that is all": ({"outcome": "partially_approved", "refund": 20}, "approved", 20),
    "nothing": ({"outcome": "rejected"}, "rejected", 0),
}


@pytest.mark.parametrize("how", RESOLUTIONS)
@pytest.mark.parametrize("reviewed", [False, True])
def test_a_dispute_is_resolved_and_what_it_gives_back_is_there(
    db: Connection, how: str, reviewed: bool
) -> None:
    asked, status, amount = RESOLUTIONS[how]
    dispute, admin_id = disputed(db, 30, requested_refund=20), administrator(db)
    user_id = dispute["account_id"]
    if reviewed:
        review(db, dispute)
    answer = resolve(db, dispute, by=admin_id, **asked)
    told = {"status": status, "refunded": Decimal(amount), "resolution": NOTE}
    assert answer == {**dispute, **told, "resolved_at": answer["resolved_at"]}
    assert answer["resolved_at"] > dispute["created_at"]
    assert seen(db, user_id, dispute) == answer
    assert balance_of(db, user_id)["available"] == 70 + Decimal(amount)
    assert [status for *_, status in notices(db, dispute)] == [
        "pending", *["under_review"] * reviewed, status,
    ]  # fmt: skip
    assert audit(db, dispute)[-1] == ("resolve_dispute", f"user:{admin_id}", NOTE)
    row = stored(db, dispute)
    assert row["resolved_by"] == f"user:{admin_id}"
    assert row["refund_transaction_id"] == (3 if amount else None)


@pytest.mark.parametrize("how", RESOLUTIONS)
def test_the_same_resolution_again_is_a_replay(db: Connection, how: str) -> None:
    asked, _, _ = RESOLUTIONS[how]
    dispute = disputed(db, 30, requested_refund=20)
    answer = resolve(db, dispute, **asked)
    with unmoved(db):
        assert resolve(db, dispute, **asked) == answer
        assert resolve(db, dispute, **asked, note=f" {NOTE}\n") == answer


@pytest.mark.parametrize("first", RESOLUTIONS)
@pytest.mark.parametrize("second", RESOLUTIONS)
def test_another_resolution_is_refused(db: Connection, first: str, second: str) -> None:
    dispute = disputed(db, 30, requested_refund=20)
    answer = resolve(db, dispute, **RESOLUTIONS[first][0])
    asked = RESOLUTIONS[second][0]
    if (asked["outcome"] == "rejected") == (answer["status"] == "rejected") and Decimal(
        asked.get("refund") or answer["refunded"]
    ) == answer["refunded"]:
        assert resolve(db, dispute, **asked) == answer
        return
    with unmoved(db), refused(db, "PT409", "dispute_not_open") as detail:
        resolve(db, dispute, **asked)
    assert detail == {"dispute_id": str(dispute["id"]), "status": answer["status"]}


@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_a_resolution_keeps_its_note(db: Connection, outcome: str) -> None:
    dispute = disputed(db)
    resolve(db, dispute, outcome)
    with unmoved(db), refused(db, "PT409", "dispute_not_open"):
        resolve(db, dispute, outcome, note="Another note")


def test_the_refund_is_one_of_the_charge(db: Connection) -> None:
    user_id, charged = user_with_charge(db, 30, service="film", reference="job-7")
    resolve(db, submit(db, user_id, charged), refund=12)
    row = history(db, user_id)[-1]
    assert (row["type"], row["amount"], row["balance_after"]) == ("refund", 12, 82)
    assert (row["service"], row["reference"], row["description"]) == ("film", "job-7", NOTE)
    assert row["metadata"] == {"transaction_id": charged}
    assert remaining(db, user_id) == {1: 82}


def test_what_came_back_meanwhile_is_not_given_again(db: Connection) -> None:
    user_id, charged = user_with_charge(db, 30)
    dispute = submit(db, user_id, charged)
    refund(db, user_id, charged, 12)
    answer = resolve(db, dispute)
    assert (answer["status"], answer["refunded"]) == ("partially_approved", 18)
    assert balance_of(db, user_id)["balance"] == 100


@pytest.mark.parametrize("refunded", [10, 15])
def test_what_is_left_suffices_for_what_was_asked(db: Connection, refunded: int) -> None:
    user_id, charged = user_with_charge(db, 30)
    dispute = submit(db, user_id, charged, requested_refund=15)
    refund(db, user_id, charged, refunded)
    answer = resolve(db, dispute)
    assert (answer["status"], answer["refunded"]) == ("approved", 15)


def test_what_came_back_wholly_can_only_be_rejected(db: Connection) -> None:
    user_id, charged = user_with_charge(db, 30)
    dispute = submit(db, user_id, charged)
    refund(db, user_id, charged)
    for asked, required in ((None, 0), (1, 1)):
        with unmoved(db), refused(db, "PT409", "refund_exceeds_paid") as detail:
            resolve(db, dispute, refund=asked)
        assert detail == {"paid": 30, "refunded": 30, "required": required}
    answer = resolve(db, dispute, "rejected")
    assert (answer["status"], answer["refunded"]) == ("rejected", 0)
    assert types(db, user_id) == ["bonus", "usage", "refund"]


def test_a_resolved_charge_is_not_refunded_again(db: Connection) -> None:
    dispute = disputed(db, 30)
    resolve(db, dispute)
    with unmoved(db), refused(db, "PT409", "refund_exceeds_paid"):
        refund(db, dispute["account_id"], dispute["transaction_id"])


INVALID: dict[str, tuple[Row, str, str]] = {
    **{
        f"outcome {outcome}": ({"outcome": outcome}, "22023", "invalid_outcome")
        for outcome in (None, "", "Approved", "withdrawn", "pending")
    },
    "a part of nothing": ({"outcome": "partially_approved"}, "22023", "refund_required"),
    "a rejection that pays": (
        {"outcome": "rejected", "refund": 1}, "22023", "refund_not_allowed",
    ),
    **{
        f"a refund of {amount}": ({"refund": amount}, "22023", "invalid_amount")
        for amount in ("0", "-1", "NaN", "Infinity", "0.0000000001", "1e13")
    },
    "more than was paid": ({"refund": "30.000000001"}, "PT409", "refund_exceeds_paid"),
}  # fmt: skip


@pytest.mark.parametrize(("asked", "sqlstate", "token"), INVALID.values(), ids=INVALID)
def test_what_is_wrong_is_refused_and_changes_nothing(
    db: Connection, asked: Row, sqlstate: str, token: str
) -> None:
    dispute = disputed(db, 30, requested_refund=20)
    with unmoved(db), refused(db, sqlstate, token):
        resolve(db, dispute, **asked)


@pytest.mark.parametrize("outcome", ["approved", "rejected"])
def test_a_withdrawn_dispute_is_not_resolved(db: Connection, outcome: str) -> None:
    dispute = disputed(db)
    withdraw(db, dispute["account_id"], dispute)
    with unmoved(db), refused(db, "PT409", "dispute_not_open") as detail:
        resolve(db, dispute, outcome)
    assert detail == {"dispute_id": str(dispute["id"]), "status": "withdrawn"}


def test_a_paused_account_gets_its_credits_and_a_closed_one_an_answer(db: Connection) -> None:
    paused, closed = disputed(db), disputed(db)
    for dispute, status in ((paused, "paused"), (closed, "closed")):
        db.execute(
            "update credits.accounts set status = %s where id = %s", [status, dispute["account_id"]]
        )
    assert resolve(db, paused)["status"] == "approved"
    with unmoved(db), refused(db, "PT403", "account_closed"):
        resolve(db, closed)
    assert resolve(db, closed, "rejected")["status"] == "rejected"


def test_no_key_of_an_administrator_stands_in_the_way(db: Connection) -> None:
    dispute = disputed(db)
    for amount in (1, ALONE + 1):
        call(
            db, "admin_add_credits", account_id=dispute["account_id"], amount=amount,
            reason="Clever", key=f"dispute:{dispute['id']}:{int(amount > 1)}",
        )  # fmt: skip
    assert resolve(db, dispute)["status"] == "approved"


def test_each_charge_of_many_is_resolved_for_itself(db: Connection) -> None:
    user_id = funded_account(db, 100)
    charges = [charge(db, user_id, amount) for amount in (1, 2, 4)]
    disputes = [submit(db, user_id, charged) for charged in charges]
    for dispute, outcome in zip(disputes, ("approved", "rejected", "approved"), strict=True):
        resolve(db, dispute, outcome)
    assert balance_of(db, user_id)["balance"] == 98
