"""An account files 20 disputes a day, whatever becomes of them, and has 20 open ones at most."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from tests.disputes.disputing import (
    OPEN_DISPUTES,
    notices,
    resolve,
    submit,
    user_with_charge,
    withdraw,
)
from tests.support import Connection
from tests.teams.people import turned_away, unmoved
from tests.usage.charges import charge
from tests.wallets import Row, funded_account

DAY = timedelta(days=1)
DETAIL = {"limit": OPEN_DISPUTES}


def let_pass(conn: Connection, time: timedelta) -> None:
    """Let so much time pass since every dispute was filed and ended."""
    conn.execute(
        "update credits.disputes set created_at = created_at - %(time)s,"
        " resolved_at = resolved_at - %(time)s",
        {"time": time},
    )


def end(conn: Connection, dispute: Row, how: str) -> None:
    """End a dispute."""
    if how == "withdrawn":
        withdraw(conn, dispute["account_id"], dispute)
    else:
        resolve(conn, dispute, how)


def file_all(conn: Connection, user_id: UUID, how: str | None = "withdrawn") -> list[int]:
    """File as many disputes as a day takes, and end each; returns their charges."""
    charges = [charge(conn, user_id, 1) for _ in range(OPEN_DISPUTES)]
    for charged in charges:
        filed = submit(conn, user_id, charged)
        if how is not None:
            end(conn, filed, how)
    return charges


@pytest.fixture
def user_id(db: Connection) -> UUID:
    return funded_account(db, 100)


@pytest.mark.parametrize("how", ["withdrawn", "approved", "rejected"])
def test_one_that_has_ended_counts_for_a_day(db: Connection, user_id: UUID, how: str) -> None:
    file_all(db, user_id, how)
    charged = charge(db, user_id, 1)
    with unmoved(db), turned_away(db, user_id, "PT409", "too_many_disputes", DETAIL):
        submit(db, user_id, charged)
    let_pass(db, DAY)
    assert submit(db, user_id, charged)["status"] == "pending"


def test_one_charge_is_disputed_and_withdrawn_20_times_a_day_and_the_operators_told_no_oftener(
    db: Connection, user_id: UUID
) -> None:
    charged = charge(db, user_id, 1)
    for _ in range(2):
        filed = []
        for _ in range(OPEN_DISPUTES):
            filed.append(submit(db, user_id, charged))
            withdraw(db, user_id, filed[-1])
        with unmoved(db), turned_away(db, user_id, "PT409", "too_many_disputes", DETAIL):
            submit(db, user_id, charged)
        assert sum(len(notices(db, it)) for it in filed) == OPEN_DISPUTES
        let_pass(db, DAY)


def test_a_day_is_24_hours_of_each(db: Connection, user_id: UUID) -> None:
    """Not the calendar's: what was filed first is the first that no longer counts."""
    (first, *_) = file_all(db, user_id)
    charged = charge(db, user_id, 1)
    let_pass(db, DAY - timedelta(minutes=5))
    with turned_away(db, user_id, "PT409", "too_many_disputes", DETAIL):
        submit(db, user_id, charged)
    db.execute(
        "update credits.disputes set created_at = created_at - interval '5 minutes'"
        " where transaction_id = %s",
        [first],
    )
    filed = submit(db, user_id, charged)
    withdraw(db, user_id, filed)
    with turned_away(db, user_id, "PT409", "too_many_disputes", DETAIL):
        submit(db, user_id, charged)


def test_those_that_wait_and_those_of_the_day_are_counted_together_and_once(
    db: Connection, user_id: UUID
) -> None:
    for _ in range(10):
        submit(db, user_id, charge(db, user_id, 1))
    let_pass(db, 2 * DAY)
    for _ in range(5):
        withdraw(db, user_id, submit(db, user_id, charge(db, user_id, 1)))
    for _ in range(5):
        submit(db, user_id, charge(db, user_id, 1))
    charged = charge(db, user_id, 1)
    with turned_away(db, user_id, "PT409", "too_many_disputes", DETAIL):
        submit(db, user_id, charged)


def test_those_that_wait_count_on_after_the_day(db: Connection, user_id: UUID) -> None:
    file_all(db, user_id, None)
    let_pass(db, 30 * DAY)
    charged = charge(db, user_id, 1)
    with unmoved(db), turned_away(db, user_id, "PT409", "too_many_disputes", DETAIL):
        submit(db, user_id, charged)


def test_what_was_filed_is_answered_again_at_the_limit(db: Connection, user_id: UUID) -> None:
    charged = charge(db, user_id, 1)
    first = submit(db, user_id, charged)
    for _ in range(OPEN_DISPUTES - 1):
        withdraw(db, user_id, submit(db, user_id, charge(db, user_id, 1)))
    with unmoved(db):
        assert submit(db, user_id, charged) == first


def test_another_account_files_on(db: Connection, user_id: UUID) -> None:
    file_all(db, user_id)
    other, charged = user_with_charge(db)
    assert submit(db, other, charged)["status"] == "pending"
