"""Administrators void a grant: what is left goes now, what is held of it when it returns."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import act, administrator, audit
from tests.support import Connection
from tests.wallets import add, balance_of, call, deduct, funded_account, history, refused, remaining


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    """An account with grant 1 of 100, which burns first, and grant 2 of 50."""
    account_id = funded_account(db, 100, priority=1)
    add(db, account_id, 50, priority=2)
    return account_id


def hold(conn: Connection, account_id: UUID, amount: int, key: str = "h") -> UUID:
    """Hold credits and return the hold's id."""
    held = call(conn, "hold_credits", account_id=account_id, key=key, amount=amount)
    hold_id: UUID = held["hold_id"]
    return hold_id


def release(conn: Connection, account_id: UUID, hold_id: UUID) -> None:
    call(conn, "release_credits", account_id=account_id, hold_id=hold_id)


def types(conn: Connection, account_id: UUID) -> list[tuple[str, Any]]:
    """Return type and amount of each transaction, oldest first."""
    return [(row["type"], row["amount"]) for row in history(conn, account_id)]


@pytest.mark.parametrize(("grant_id", "left"), [(1, {1: 0, 2: 50}), (2, {1: 100, 2: 0})])
def test_all_of_a_grant_goes_and_nothing_of_another(
    db: Connection, admin: UUID, account: UUID, grant_id: int, left: dict[int, int]
) -> None:
    done = act(db, admin, "void_grant", account, grant_id=grant_id, reason="stolen card")
    amount = {1: 100, 2: 50}[grant_id]
    assert (done["state"], done["act"], done["amount"]) == ("done", "void_grant", amount)
    assert (done["transaction_id"], done["balance"]) == (3, 150 - amount)
    assert remaining(db, account) == left
    last = history(db, account)[-1]
    assert (last["type"], last["amount"], last["description"]) == (
        "adjustment", -amount, "stolen card",
    )  # fmt: skip
    assert last["metadata"] == {"voided_grant_id": grant_id}
    (entry,) = audit(db)
    assert (entry["before"], entry["after"]["balance"]) == (
        {"balance": 150, "debt": 0}, 150 - amount,
    )  # fmt: skip
    assert (entry["after"]["grant_id"], entry["after"]["amount"]) == (grant_id, -amount)


def test_what_was_spent_of_it_stays_spent(db: Connection, admin: UUID, account: UUID) -> None:
    deduct(db, account, 30)
    assert act(db, admin, "void_grant", account, grant_id=1)["amount"] == 70
    assert remaining(db, account) == {1: 0, 2: 50}


def test_what_is_held_of_it_expires_when_it_returns(
    db: Connection, admin: UUID, account: UUID
) -> None:
    hold_id = hold(db, account, 60)
    done = act(db, admin, "void_grant", account, grant_id=1)
    assert (done["amount"], done["balance"], done["held"]) == (40, 110, 60)
    release(db, account, hold_id)
    assert balance_of(db, account)["balance"] == 50
    assert types(db, account)[2:] == [("adjustment", -40), ("expiry", -60)]


def test_what_is_held_of_it_can_still_be_captured(
    db: Connection, admin: UUID, account: UUID
) -> None:
    hold_id = hold(db, account, 60)
    act(db, admin, "void_grant", account, grant_id=1)
    call(db, "capture_credits", account_id=account, hold_id=hold_id, amount=25)
    assert types(db, account)[2:] == [("adjustment", -40), ("expiry", -35), ("usage", -25)]
    assert balance_of(db, account)["balance"] == 50


def test_a_grant_that_is_held_as_a_whole_is_voided_too(
    db: Connection, admin: UUID, account: UUID
) -> None:
    """Nothing goes now; without it, the credits would be there again after the hold."""
    hold_id = hold(db, account, 100)
    done = act(db, admin, "void_grant", account, grant_id=1)
    assert (done["state"], done["amount"], done["balance"], done["held"]) == ("done", 0, 150, 100)
    assert (done["transaction_id"], [entry["act"] for entry in audit(db)]) == (None, ["void_grant"])
    release(db, account, hold_id)
    assert balance_of(db, account)["balance"] == 50


def test_a_grant_that_is_held_as_a_whole_is_voided_once(
    db: Connection, admin: UUID, account: UUID
) -> None:
    hold(db, account, 100)
    first = act(db, admin, "void_grant", account, grant_id=1, key="k")
    again = act(db, admin, "void_grant", account, grant_id=1, key="k")
    assert (again["state"], again["amount"]) == (first["state"], first["amount"]) == ("done", 0)
    with refused(db, "PT409", "grant_is_empty"):
        act(db, admin, "void_grant", account, grant_id=1, key="k2")
    assert len(audit(db)) == 1


def test_a_refund_of_what_it_paid_does_not_bring_it_back(
    db: Connection, admin: UUID, account: UUID
) -> None:
    """What was spent honestly and is refunded lives as a refund of an expired grant does."""
    charge = deduct(db, account, 30)
    act(db, admin, "void_grant", account, grant_id=1)
    call(db, "refund_credits", account_id=account, transaction_id=charge["transaction_id"], key="r")
    assert remaining(db, account) == {1: 0, 2: 50, 5: 30}


@pytest.mark.parametrize("amount", [100, 150])
def test_an_empty_grant_is_refused(db: Connection, admin: UUID, account: UUID, amount: int) -> None:
    deduct(db, account, amount)
    with refused(db, "PT409", "grant_is_empty") as detail:
        act(db, admin, "void_grant", account, grant_id=1)
    assert detail == {"grant_id": 1}
    assert audit(db) == []


def test_a_grant_is_voided_once(db: Connection, admin: UUID, account: UUID) -> None:
    act(db, admin, "void_grant", account, grant_id=1)
    with refused(db, "PT409", "grant_is_empty"):
        act(db, admin, "void_grant", account, grant_id=1)
    assert len(audit(db)) == 1


@pytest.mark.parametrize("grant_id", [None, 0, -1, 3, 99])
def test_what_is_no_grant_of_the_account_is_not_found(
    db: Connection, admin: UUID, account: UUID, grant_id: int | None
) -> None:
    """Transaction 3 is a charge."""
    deduct(db, account, 1)
    with refused(db, "PT404", "grant_not_found"):
        act(db, admin, "void_grant", account, grant_id=grant_id)


def test_a_grant_of_another_account_is_not_found(
    db: Connection, admin: UUID, account: UUID
) -> None:
    other = funded_account(db, 5)
    with refused(db, "PT404", "grant_not_found"):
        act(db, admin, "void_grant", other, grant_id=2)
    assert balance_of(db, account)["balance"] == 150
