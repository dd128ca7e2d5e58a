"""A refund of usage repays debt first; what is left of it can be spent."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.returns.model import Told
from tests.returns.sales import bought, open_shop, tell
from tests.support import Connection
from tests.usage.charges import charge, hold, last_move, pass_expiry, refund, types, unchanged
from tests.wallets import add, balance_of, call, refused, remaining


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account that bought 100 (1), spent 80 (2), and whose payment then went back (3)."""
    open_shop(db)
    purchase = bought(db, package="plain")
    charge(db, purchase.account_id, 80)
    tell(db, purchase, Told("charge.refunded", 700))
    return purchase.account_id


def standing(conn: Connection, account_id: UUID) -> tuple[object, object]:
    """Return what is available, and the debt."""
    shown = balance_of(conn, account_id)
    return shown["available"], shown["debt"]


def test_a_refund_repays_debt_and_leaves_none_beside_credits(
    db: Connection, account_id: UUID
) -> None:
    assert standing(db, account_id) == (0, 80)
    answer = refund(db, account_id, 2, 50)
    assert (answer["amount"], answer["balance"], answer["available"]) == (50, 0, 0)
    assert types(db, account_id)[-2:] == ["refund", "clawback"]
    assert last_move(db, account_id) == {1: 50}
    assert standing(db, account_id) == (0, 30)
    refund(db, account_id, 2)
    assert standing(db, account_id) == (0, 0)
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid"):
        refund(db, account_id, 2)


def test_what_the_debt_leaves_can_be_spent(db: Connection, account_id: UUID) -> None:
    add(db, account_id, 70)
    assert standing(db, account_id) == (0, 10)
    answer = refund(db, account_id, 2)
    assert (answer["amount"], answer["balance"], answer["available"]) == (80, 70, 70)
    assert standing(db, account_id) == (70, 0)
    assert remaining(db, account_id)[1] == 70


def test_a_replay_answers_the_balance_after_the_repayment(db: Connection, account_id: UUID) -> None:
    add(db, account_id, 70)
    first = refund(db, account_id, 2, key="back")
    charge(db, account_id, 70)
    with unchanged(db):
        assert refund(db, account_id, 2, key="back") == first
    assert first["balance"] == 70


def test_what_a_hold_keeps_does_not_repay(db: Connection) -> None:
    open_shop(db)
    purchase = bought(db, package="plain")
    account_id = purchase.account_id
    paid = charge(db, account_id, 60)
    hold_id = hold(db, account_id, 30)
    tell(db, purchase, Told("charge.refunded", 700))
    assert standing(db, account_id) == (0, 90)
    answer = refund(db, account_id, paid, 40)
    assert (answer["balance"], answer["held"], answer["available"]) == (30, 30, 0)
    call(db, "release_credits", account_id=account_id, hold_id=hold_id)
    assert standing(db, account_id) == (0, 20)
    refund(db, account_id, paid)
    assert standing(db, account_id) == (0, 0)


def test_the_share_of_an_expired_grant_repays_too(db: Connection, account_id: UUID) -> None:
    add(db, account_id, 90, expires_at="2100-01-01")
    paid = charge(db, account_id, 10)
    grant_id = paid - 2
    assert last_move(db, account_id) == {grant_id: 10}
    db.execute("update credits.accounts set debt = debt where id = %s", [account_id])
    pass_expiry(db, account_id, grant_id)
    answer = refund(db, account_id, paid)
    assert answer["grant_id"] == answer["transaction_id"]
    assert standing(db, account_id) == (10, 0)
