"""Administrators refund a charge: the rules are those of every refund."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import act, administrator, audit
from tests.support import Connection
from tests.wallets import balance_of, call, deduct, funded_account, history, refused, remaining


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    """An account with 60 of 100 credits: transaction 2 charged 40."""
    account_id = funded_account(db, 100)
    deduct(db, account_id, 40)
    return account_id


@pytest.mark.parametrize(
    ("asked", "given"), [({}, 40), ({"amount": None}, 40), ({"amount": 15}, 15)]
)
def test_a_charge_comes_back_whole_or_in_part(
    db: Connection, admin: UUID, account: UUID, asked: dict[str, Any], given: int
) -> None:
    done = act(
        db, admin, "refund_transaction", account, transaction_id=2, reason="not good", **asked
    )
    assert (done["state"], done["act"], done["amount"]) == ("done", "refund_transaction", given)
    assert (done["transaction_id"], done["balance"]) == (3, 60 + given)
    assert remaining(db, account)[1] == 60 + given
    last = history(db, account)[-1]
    assert (last["type"], last["amount"], last["description"]) == ("refund", given, "not good")
    (entry,) = audit(db)
    assert (entry["act"], entry["reason"]) == ("refund_transaction", "not good")
    assert entry["before"] == {"balance": 60, "debt": 0}
    after = {key: entry["after"].get(key) for key in ("balance", "amount", "transaction_id")}
    assert after == {"balance": 60 + given, "amount": given, "transaction_id": 3}
    assert entry["after"].get("charge_id") == 2


def test_what_came_back_already_does_not_come_back_again(
    db: Connection, admin: UUID, account: UUID
) -> None:
    call(db, "refund_credits", account_id=account, transaction_id=2, key="r", amount=30)
    with refused(db, "PT409", "refund_exceeds_paid") as detail:
        act(db, admin, "refund_transaction", account, transaction_id=2, amount=Decimal("10.1"))
    assert (detail["paid"], detail["refunded"]) == (40, 30)
    assert act(db, admin, "refund_transaction", account, transaction_id=2)["amount"] == 10
    with refused(db, "PT409", "refund_exceeds_paid"):
        act(db, admin, "refund_transaction", account, transaction_id=2)
    assert balance_of(db, account)["balance"] == 100


@pytest.mark.parametrize("transaction_id", [None, 0, 1, 99])
def test_what_is_no_charge_of_the_account_is_not_found(
    db: Connection, admin: UUID, account: UUID, transaction_id: int | None
) -> None:
    """Transaction 1 is a grant."""
    with refused(db, "PT404", "transaction_not_found"):
        act(db, admin, "refund_transaction", account, transaction_id=transaction_id)


def test_a_charge_of_another_account_is_not_found(
    db: Connection, admin: UUID, account: UUID
) -> None:
    other = funded_account(db, 5)
    assert history(db, account)[-1]["id"] == 2
    with refused(db, "PT404", "transaction_not_found"):
        act(db, admin, "refund_transaction", other, transaction_id=2)


@pytest.mark.parametrize("amount", [0, -1, "NaN", Decimal("0.0000000001")])
def test_an_amount_that_is_none_is_refused(
    db: Connection, admin: UUID, account: UUID, amount: Any
) -> None:
    with refused(db, "22023", "invalid_amount"):
        act(db, admin, "refund_transaction", account, transaction_id=2, amount=amount)


def test_a_closed_account_is_refunded_nothing(db: Connection, admin: UUID, account: UUID) -> None:
    db.execute("update credits.accounts set status = 'closed' where id = %s", [account])
    with refused(db, "PT403", "account_closed"):
        act(db, admin, "refund_transaction", account, transaction_id=2)
