"""A release returns all that was held, once; why it was released is kept."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.holds.holding import (
    ended_hold,
    has,
    hold,
    log,
    numbers,
    refused_ended,
    release,
    stored,
)
from tests.support import Connection
from tests.wallets import add, deduct, funded_account, history, refused, remaining


def test_a_release_returns_all_to_the_grants_it_came_from(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at="2100-01-01")
    add(db, account_id, 10, source="purchase")
    held = hold(db, account_id, 15)
    assert remaining(db, account_id) == {1: 0, 2: 5}
    released = release(db, account_id, held)
    assert remaining(db, account_id) == {1: 10, 2: 10}
    assert (released["hold_id"], released["amount"]) == (held["hold_id"], 15)
    assert (released["state"], numbers(released)) == ("released", (20, 0, 20))
    assert has(db, account_id) == (20, 0, 20)


def test_a_released_hold_has_ended_without_a_charge(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    release(db, account_id, held)
    (row,) = log(db, account_id)
    assert (row["state"], row["transaction_id"]) == ("released", None)
    assert row["created_at"] < row["ended_at"]
    assert len(history(db, account_id)) == 1


def test_the_reason_is_kept(db: Connection) -> None:
    account_id = funded_account(db, 100)
    for reason in ("the model timed out", None):
        held = hold(db, account_id, 30)
        release(db, account_id, held, reason=reason)
        assert stored(db, held)["reason"] == reason


def test_a_released_hold_released_again_stays_released_and_keeps_its_reason(
    db: Connection,
) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    first = release(db, account_id, held, reason="timeout")
    for reason in ("timeout", "another", None):
        again = release(db, account_id, held, reason=reason)
        assert {**again, **first} == again
    assert stored(db, held)["reason"] == "timeout"
    assert has(db, account_id) == (100, 0, 100)


def test_what_was_returned_is_not_returned_twice(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    release(db, account_id, held)
    deduct(db, account_id, 100)
    assert release(db, account_id, held)["state"] == "released"
    assert has(db, account_id) == (0, 0, 0)
    assert remaining(db, account_id) == {1: 0}


@pytest.mark.parametrize("state", ["captured", "expired", "expired, not swept"])
def test_a_hold_that_ended_otherwise_is_not_released(db: Connection, state: str) -> None:
    account_id, held = ended_hold(db, state)
    before = has(db, account_id)
    with refused_ended(db, state.partition(",")[0]):
        release(db, account_id, held, reason="too late")
    assert has(db, account_id) == before
    assert stored(db, held)["reason"] is None


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_stopped_account_gets_back_what_it_holds(db: Connection, status: str) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    assert release(db, account_id, held)["available"] == 100


def test_a_hold_is_released_by_its_own_account_only(db: Connection) -> None:
    account_id, other_id = funded_account(db, 100), funded_account(db, 100)
    held = hold(db, account_id, 30)
    absent = {"hold_id": UUID(int=7)}
    for owner_id, wanted in ((other_id, held), (account_id, absent), (other_id, absent)):
        with refused(db, "PT404", "hold_not_found") as detail:
            release(db, owner_id, wanted)
        assert detail == {}
    assert has(db, account_id) == (100, 30, 70)
