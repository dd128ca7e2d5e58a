"""What a gift holds is the gift's: no capture, release or extension of the back end reaches it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from tests.holds.holding import capture, extend, has, hold, log, release
from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, add, call, change_plan, deduct, refused, use_catalog


@pytest.fixture
def giver(db: Connection) -> UUID:
    """A user with a cap of 50 a month, who has 105 credits and has sent 60 as a gift."""
    use_catalog(db)
    user_id = sign_up(db, "ada@example.org")
    change_plan(db, user_id, "capped")
    add(db, user_id, 100, source="purchase")
    with as_user(db, user_id):
        call(db, "send_credit_gift", recipient_email="bob@example.org", amount=60, key="gift")
    return user_id


def gift_hold(conn: Connection, account_id: UUID) -> Row:
    query = "select id from credits.holds where account_id = %s and gift_id is not null"
    row = conn.execute(query, [account_id]).fetchone()
    assert row is not None
    return {"hold_id": row[0]}


@pytest.mark.parametrize("act", [capture, release, extend], ids=lambda act: act.__name__)
def test_the_hold_of_a_gift_is_no_hold_of_the_back_end(
    db: Connection, giver: UUID, act: Callable[..., Any]
) -> None:
    assert has(db, giver) == (105, 60, 45)
    with refused(db, "PT404", "hold_not_found") as detail:
        act(db, giver, gift_hold(db, giver))
    assert detail == {}
    assert has(db, giver) == (105, 60, 45)


def test_the_query_log_leaves_gifts_out(db: Connection, giver: UUID) -> None:
    hold(db, giver, 5, reference="mine")
    with as_user(db, giver):
        assert [row["reference"] for row in log(db, giver)] == ["mine"]


def test_a_gift_does_not_count_against_the_cap(db: Connection, giver: UUID) -> None:
    held = hold(db, giver, 40)
    assert has(db, giver) == (105, 100, 5)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        deduct(db, giver, 11)
    assert (detail["cap"], detail["spent"]) == (50, 40)
    assert capture(db, giver, held, 45)["cost"] == 45
