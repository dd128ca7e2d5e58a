"""A refund under one key happens once and is answered alike, whatever has changed since."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection
from tests.usage.charges import charge, hold, refund, unchanged
from tests.wallets import add, balance_of, call, deduct, funded_account, history, refused


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account that bought 100 (1) and was charged 30 (2) under the key ``job``."""
    found = funded_account(db, 100)
    charge(db, found, 30, key="job")
    return found


@pytest.mark.parametrize("amount", [None, 10])
def test_a_repeated_refund_has_one_effect_and_one_answer(
    db: Connection, account_id: UUID, amount: int | None
) -> None:
    first = refund(db, account_id, 2, amount, key="back")
    with unchanged(db):
        assert [refund(db, account_id, 2, amount, key="back") for _ in range(3)] == [first] * 3
    assert len(history(db, account_id)) == 3


def test_a_replay_answers_the_balances_of_then(db: Connection, account_id: UUID) -> None:
    hold(db, account_id, 20)
    first = refund(db, account_id, 2, 10, key="back")
    assert (first["balance"], first["held"], first["available"]) == (80, 20, 60)
    deduct(db, account_id, 60)
    refund(db, account_id, 2)
    assert refund(db, account_id, 2, 10, key="back") == first


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_replay_is_answered_although_the_account_was_stopped(
    db: Connection, account_id: UUID, status: str
) -> None:
    first = refund(db, account_id, 2, key="back")
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    assert refund(db, account_id, 2, key="back") == first


def test_a_replay_is_answered_although_all_has_come_back(db: Connection, account_id: UUID) -> None:
    first = refund(db, account_id, 2, 10, key="back")
    refund(db, account_id, 2)
    with unchanged(db):
        assert refund(db, account_id, 2, 10, key="back") == first


@pytest.mark.parametrize(
    "other", [{"amount": 11}, {"amount": None}, {"transaction_id": 3}, {"reason": "other"}],
    ids=lambda other: "+".join(other),
)  # fmt: skip
def test_the_same_key_with_another_request_is_refused(
    db: Connection, account_id: UUID, other: dict[str, Any]
) -> None:
    charge(db, account_id, 30)
    answer = refund(db, account_id, 2, 10, key="back")
    request = {"transaction_id": 2, "amount": 10, "key": "back", **other}
    with unchanged(db), refused(db, "PT409", "idempotency_key_reused") as detail:
        refund(db, account_id, **request)
    assert detail == {"key": "back", "transaction_id": answer["transaction_id"]}


def test_all_that_is_left_is_another_request_than_as_much(db: Connection, account_id: UUID) -> None:
    refund(db, account_id, 2, key="back")
    with refused(db, "PT409", "idempotency_key_reused"):
        refund(db, account_id, 2, 30, key="back")


def test_equal_amounts_are_one_request_however_they_are_written(
    db: Connection, account_id: UUID
) -> None:
    assert refund(db, account_id, 2, "10", key="back") == refund(
        db, account_id, 2, "10.000", key="back"
    )


def test_refunds_share_the_keys_of_all_other_calls(db: Connection, account_id: UUID) -> None:
    add(db, account_id, 1, key="gift")
    hold_id = hold(db, account_id, 1, key="held")
    for key in ("job", "gift", "held"):
        with unchanged(db), refused(db, "PT409", "idempotency_key_reused"):
            refund(db, account_id, 2, key=key)
    refund(db, account_id, 2, key="back")
    with unchanged(db):
        with refused(db, "PT409", "idempotency_key_reused"):
            charge(db, account_id, 30, key="back")
        with refused(db, "PT409", "idempotency_key_reused"):
            add(db, account_id, 30, key="back")
        with refused(db, "PT409", "idempotency_key_reused"):
            hold(db, account_id, 30, key="back")
    call(db, "release_credits", account_id=account_id, hold_id=hold_id)


def test_a_refusal_consumes_no_key(db: Connection, account_id: UUID) -> None:
    with refused(db, "PT409", "refund_exceeds_paid"):
        refund(db, account_id, 2, 31, key="back")
    with refused(db, "PT404", "transaction_not_found"):
        refund(db, account_id, 1, key="back")
    assert refund(db, account_id, 2, 30, key="back")["balance"] == 100


def test_the_same_key_of_another_account_is_another_refund(
    db: Connection, account_id: UUID
) -> None:
    other = funded_account(db, 50)
    charge(db, other, 5)
    refund(db, account_id, 2, key="back")
    assert refund(db, other, 2, key="back")["amount"] == 5
    assert balance_of(db, account_id)["balance"] == 100
