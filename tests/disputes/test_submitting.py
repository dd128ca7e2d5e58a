"""``submit_credit_dispute``: a user disputes a charge of usage, once."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.disputes.disputing import (
    DESCRIPTION,
    OPEN_DISPUTES,
    REASON,
    disputed,
    notices,
    queue,
    resolve,
    review,
    submit,
    user_with_charge,
    withdraw,
)
from tests.support import Connection
from tests.teams.people import turned_away, unmoved
from tests.usage.charges import capture, charge, hold, refund
from tests.wallets import balance_of, funded_account, history

REASONS = (
    "not_delivered", "wrong_amount", "duplicate_charge", "poor_quality", "unauthorized", "other",
)  # fmt: skip
Detail = dict[str, Any]


def test_a_charge_is_disputed_and_the_answer_tells_all_of_it(db: Connection) -> None:
    user_id, charged = user_with_charge(db)
    answer = submit(db, user_id, charged, requested_refund=10)
    id_, created_at = answer.pop("id"), answer.pop("created_at")
    assert answer == {
        "account_id": user_id, "transaction_id": charged, "status": "pending", "reason": REASON,
        "description": DESCRIPTION, "requested_refund": 10, "refunded": 0, "resolution": None,
        "resolved_at": None,
    }  # fmt: skip
    assert isinstance(created_at, datetime)
    assert queue(db) == [id_]


def test_nothing_of_the_account_moves_by_it(db: Connection) -> None:
    user_id, charged = user_with_charge(db)
    before = balance_of(db, user_id), history(db, user_id)
    submit(db, user_id, charged)
    assert (balance_of(db, user_id), history(db, user_id)) == before


def test_the_operators_are_told_once(db: Connection) -> None:
    user_id, charged = user_with_charge(db)
    dispute = submit(db, user_id, charged)
    submit(db, user_id, charged)
    assert notices(db, dispute) == [("dispute_submitted", None, "pending")]


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_is_taken(db: Connection, reason: str) -> None:
    assert disputed(db, reason=reason)["reason"] == reason


@pytest.mark.parametrize("description", ["?", "ü" * 2000])
def test_a_description_has_1_to_2000_characters(db: Connection, description: str) -> None:
    assert disputed(db, description=description)["description"] == description


def test_without_an_amount_all_that_is_left_is_asked_for(db: Connection) -> None:
    user_id, charged = user_with_charge(db, 30)
    refund(db, user_id, charged, "12.5")
    assert submit(db, user_id, charged)["requested_refund"] == Decimal("17.5")


def test_what_was_captured_of_a_hold_is_disputed_as_any_charge(db: Connection) -> None:
    user_id = funded_account(db, 100)
    captured = capture(db, user_id, hold(db, user_id, 20), 8)
    assert submit(db, user_id, captured)["requested_refund"] == 8


WRONG: dict[str, tuple[Detail, str, str, Detail]] = {
    "no reason": ({"reason": None}, "22023", "invalid_reason", {}),
    "an empty reason": ({"reason": ""}, "22023", "invalid_reason", {}),
    "a reason of one's own": ({"reason": "Poor_quality"}, "22023", "invalid_reason", {}),
    "no description": ({"description": None}, "22023", "description_required", {}),
    "an empty one": ({"description": ""}, "22023", "description_required", {}),
    "blanks": ({"description": " \n\t "}, "22023", "description_required", {}),
    "too long": ({"description": 2001 * "x"}, "22023", "description_too_long", {"limit": 2000}),
    **{
        f"an amount of {amount}": (
            {"requested_refund": amount},
            "22023",
            "invalid_amount",
            {"places": 9, "maximum": 10**12},
        )
        for amount in ("0", "-1", "NaN", "Infinity", "0.0000000001", "1e13")
    },
    "more than was paid": (
        {"requested_refund": "30.000000001"},
        "PT409",
        "refund_exceeds_paid",
        {"paid": 30, "refunded": 0, "required": 30.000000001},
    ),
    **{
        f"charge {id_}": ({"transaction_id": id_}, "PT404", "transaction_not_found", {})
        for id_ in (1, 99, 0, -1, 2**62, None)
    },
}


@pytest.mark.parametrize(("wrong", "sqlstate", "token", "detail"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_and_changes_nothing(
    db: Connection, wrong: Detail, sqlstate: str, token: str, detail: Detail
) -> None:
    user_id, charged = user_with_charge(db)
    asked = {"transaction_id": charged, **wrong}
    with unmoved(db), turned_away(db, user_id, sqlstate, token, detail):
        submit(db, user_id, **asked)


def test_a_refund_cannot_be_disputed_nor_what_is_wholly_refunded(db: Connection) -> None:
    user_id, charged = user_with_charge(db)
    back = refund(db, user_id, charged)["transaction_id"]
    with unmoved(db), turned_away(db, user_id, "PT404", "transaction_not_found"):
        submit(db, user_id, back)
    detail = {"paid": 30, "refunded": 30, "required": 0}
    with unmoved(db), turned_away(db, user_id, "PT409", "refund_exceeds_paid", detail):
        submit(db, user_id, charged)


@pytest.mark.parametrize("amount", [None, 10])
def test_the_same_again_is_a_replay(db: Connection, amount: int | None) -> None:
    user_id, charged = user_with_charge(db)
    dispute = submit(db, user_id, charged, requested_refund=amount)
    with unmoved(db):
        assert submit(db, user_id, charged, requested_refund=amount) == dispute


def test_a_replay_tells_how_the_dispute_stands(db: Connection) -> None:
    user_id, charged = user_with_charge(db)
    resolved = resolve(db, submit(db, user_id, charged))
    assert resolved["status"] == "approved"
    with unmoved(db):
        assert submit(db, user_id, charged) == resolved


OTHER: list[Detail] = [
    {"reason": "other"}, {"description": "The film was white"}, {"requested_refund": 11},
]  # fmt: skip


@pytest.mark.parametrize("status", ["pending", "under_review", "approved", "rejected"])
@pytest.mark.parametrize("other", OTHER, ids=lambda it: next(iter(it)))
def test_a_charge_has_one_dispute(db: Connection, status: str, other: Detail) -> None:
    user_id, charged = user_with_charge(db)
    dispute = submit(db, user_id, charged, requested_refund=10)
    if status == "under_review":
        review(db, dispute)
    elif status != "pending":
        resolve(db, dispute, status)
    detail = {"dispute_id": str(dispute["id"]), "status": status}
    with unmoved(db), turned_away(db, user_id, "PT409", "dispute_exists", detail):
        submit(db, user_id, charged, **{"requested_refund": 10, **other})


@pytest.mark.parametrize("again", [{}, {"reason": "other", "requested_refund": 3}])
def test_after_a_withdrawal_a_charge_is_disputed_again(db: Connection, again: Detail) -> None:
    user_id, charged = user_with_charge(db)
    first = submit(db, user_id, charged)
    withdraw(db, user_id, first)
    second = submit(db, user_id, charged, **again)
    assert second["id"] != first["id"]
    assert (second["status"], second["reason"]) == ("pending", again.get("reason", REASON))
    assert queue(db) == [second["id"]]
    assert notices(db, second) == [("dispute_submitted", None, "pending")]


def test_an_account_has_20_open_disputes_at_most(db: Connection) -> None:
    user_id = funded_account(db, 100)
    charges = [charge(db, user_id, 1) for _ in range(OPEN_DISPUTES + 1)]
    filed = [submit(db, user_id, charged) for charged in charges[:-1]]
    review(db, filed[0])
    detail = {"limit": OPEN_DISPUTES}
    with unmoved(db), turned_away(db, user_id, "PT409", "too_many_disputes", detail):
        submit(db, user_id, charges[-1])
    with unmoved(db):
        assert submit(db, user_id, charges[5]) == filed[5]
    other_id, others = user_with_charge(db)
    submit(db, other_id, others)
