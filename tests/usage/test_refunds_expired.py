"""The share of a grant that has expired comes back as a grant of its own, with a stated life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection
from tests.usage.charges import (
    capture,
    charge,
    clock,
    hold,
    last_move,
    pass_expiry,
    refund,
    types,
    unchanged,
)
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    changed_catalog,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)

FAR = datetime.now(UTC) + timedelta(days=400)


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with 5 credits that expire (1) and 5 that do not (2)."""
    found = funded_account(db, 5, expires_at=FAR)
    add(db, found, 5)
    return found


def grant(conn: Connection, account_id: UUID, grant_id: int) -> Row:
    """Return the source, the amount, and how long after its coming a grant expires."""
    query = """
        select g.source, g.amount, g.expires_at - t.created_at
        from credits.grants as g
        inner join credits.transactions as t on g.account_id = t.account_id and g.id = t.id
        where g.account_id = %s and g.id = %s
    """
    ((source, amount, life),) = conn.execute(query, [account_id, grant_id]).fetchall()
    return {"source": source, "amount": amount, "life": life}


def test_the_share_of_an_expired_grant_is_a_new_grant_of_30_days(
    db: Connection, account_id: UUID
) -> None:
    paid = charge(db, account_id, 9)
    pass_expiry(db, account_id, 1)
    answer = refund(db, account_id, paid)
    assert (answer["transaction_id"], answer["grant_id"], answer["amount"]) == (4, 4, 9)
    assert (answer["balance"], answer["available"]) == (10, 10)
    assert last_move(db, account_id) == {2: 4, 4: 5}
    assert grant(db, account_id, 4) == {
        "source": "refund", "amount": 5, "life": timedelta(days=30),
    }  # fmt: skip
    assert remaining(db, account_id) == {1: 0, 2: 5, 4: 5}


def test_it_lives_as_long_as_the_catalog_in_force_says(db: Connection, account_id: UUID) -> None:
    lives = []
    for days in (7, 3650):
        use_catalog(db, changed_catalog(refund_days=days))
        grant_id = add(db, account_id, 1, expires_at=FAR, priority=0)["grant_id"]
        paid = charge(db, account_id, 1)
        pass_expiry(db, account_id, grant_id)
        lives.append(grant(db, account_id, refund(db, account_id, paid)["grant_id"])["life"])
    assert lives == [timedelta(days=7), timedelta(days=3650)]


def test_a_catalog_that_does_not_say_means_30_days(db: Connection, account_id: UUID) -> None:
    use_catalog(db)
    paid = charge(db, account_id, 5)
    pass_expiry(db, account_id, 1)
    found = grant(db, account_id, refund(db, account_id, paid)["grant_id"])
    assert found["life"] == timedelta(days=30)


@pytest.mark.parametrize("days", [0, -1, 3651, 1.5, "many"])
def test_a_catalog_with_no_such_life_is_refused(db: Connection, days: Any) -> None:
    with refused(db, "22023", "invalid_catalog"):
        use_catalog(db, changed_catalog(refund_days=days))


def test_the_shares_of_many_expired_grants_are_one_new_grant(
    db: Connection, account_id: UUID
) -> None:
    add(db, account_id, 4, expires_at=FAR)
    add(db, account_id, 3, expires_at=FAR, priority=500)
    paid = charge(db, account_id, 16)
    for grant_id in (1, 3, 4):
        pass_expiry(db, account_id, grant_id)
    answer = refund(db, account_id, paid)
    refunded = history(db, account_id)[-1]
    assert (refunded["type"], refunded["amount"]) == ("refund", 16)
    assert last_move(db, account_id) == {2: 5, answer["grant_id"]: 11}
    # What was left of the last grant when its time passed is gone.
    assert balance_of(db, account_id)["balance"] == 16


def test_a_part_that_goes_to_a_living_grant_makes_no_new_one(
    db: Connection, account_id: UUID
) -> None:
    paid = charge(db, account_id, 10)
    pass_expiry(db, account_id, 1)
    assert refund(db, account_id, paid, 5)["grant_id"] is None
    assert last_move(db, account_id) == {2: 5}
    for part in (2, 3):
        answer = refund(db, account_id, paid, part)
        assert last_move(db, account_id) == {answer["grant_id"]: part}
        assert grant(db, account_id, answer["grant_id"])["amount"] == part
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid"):
        refund(db, account_id, paid)


def test_what_came_back_before_the_expiry_expires_and_the_rest_does_not(
    db: Connection, account_id: UUID
) -> None:
    paid = charge(db, account_id, 5)
    refund(db, account_id, paid, 3)
    pass_expiry(db, account_id, 1)
    answer = refund(db, account_id, paid)
    assert (answer["amount"], answer["balance"]) == (2, 7)
    assert types(db, account_id) == ["bonus", "bonus", "usage", "refund", "expiry", "refund"]
    assert remaining(db, account_id) == {1: 0, 2: 5, answer["grant_id"]: 2}


def test_whether_a_job_has_swept_the_grant_does_not_matter(
    db: Connection, account_id: UUID
) -> None:
    paid = charge(db, account_id, 3)
    pass_expiry(db, account_id, 1)
    assert call(db, "expire_credits", at=clock(db)) == 1
    answer = refund(db, account_id, paid)
    assert remaining(db, account_id) == {1: 0, 2: 5, answer["grant_id"]: 3}


def test_a_replay_names_the_new_grant_and_gives_nothing(db: Connection, account_id: UUID) -> None:
    paid = charge(db, account_id, 5)
    pass_expiry(db, account_id, 1)
    first = refund(db, account_id, paid, key="back")
    charge(db, account_id, 10)
    with unchanged(db):
        assert refund(db, account_id, paid, key="back") == first
    assert first["grant_id"] == first["transaction_id"]


def test_what_was_paid_with_a_refund_comes_back_as_often_as_it_is_spent(
    db: Connection, account_id: UUID
) -> None:
    paid = charge(db, account_id, 5)
    pass_expiry(db, account_id, 1)
    for left in (5, 4, 3):
        grant_id = refund(db, account_id, paid)["grant_id"]
        paid = charge(db, account_id, left)
        assert last_move(db, account_id) == {grant_id: left}
        refund(db, account_id, paid, 1)
        assert last_move(db, account_id) == {grant_id: 1}
        pass_expiry(db, account_id, grant_id)
    assert balance_of(db, account_id)["balance"] == 5


def test_what_was_captured_after_the_expiry_comes_back_as_a_new_grant(
    db: Connection, account_id: UUID
) -> None:
    hold_id = hold(db, account_id, 4)
    pass_expiry(db, account_id, 1)
    paid = capture(db, account_id, hold_id, 3)
    assert sorted(types(db, account_id)[2:]) == ["expiry", "expiry", "usage"]
    answer = refund(db, account_id, paid)
    assert grant(db, account_id, answer["grant_id"])["amount"] == 3
    assert balance_of(db, account_id)["balance"] == 8


def test_what_went_back_to_an_emptied_grant_expires_with_it(
    db: Connection, account_id: UUID
) -> None:
    paid = charge(db, account_id, 5)
    pass_expiry(db, account_id, add(db, account_id, 1, expires_at=FAR)["grant_id"])
    charge(db, account_id, 5)
    refund(db, account_id, paid)
    assert balance_of(db, account_id)["balance"] == 5
    assert call(db, "expire_credits", at=FAR) == 1
    assert balance_of(db, account_id)["balance"] == 0


def test_a_refund_grant_expires_like_any_other(db: Connection, account_id: UUID) -> None:
    paid = charge(db, account_id, 5)
    pass_expiry(db, account_id, 1)
    refund(db, account_id, paid)
    ends_at = history(db, account_id)[-1]["created_at"] + timedelta(days=30)
    assert call(db, "expire_credits", at=ends_at - timedelta(microseconds=1)) == 0
    assert call(db, "expire_credits", at=ends_at) == 1
    assert balance_of(db, account_id)["balance"] == 5
