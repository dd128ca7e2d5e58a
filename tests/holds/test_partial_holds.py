"""A partial hold: what there is, up to the amount, within what caps leave."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest

from tests.holds.holding import capture, has, hold, log, numbers, stored
from tests.support import Connection
from tests.wallets import add, change_plan, deduct, funded_account, refused, use_catalog


@pytest.mark.parametrize(("amount", "held"), [(30, 30), (100, 100), (101, 100), (10**12, 100)])
def test_it_holds_what_there_is_up_to_the_amount(db: Connection, amount: int, held: int) -> None:
    account_id = funded_account(db, 100)
    placed = hold(db, account_id, amount, partial=True)
    assert placed["amount"] == held
    assert numbers(placed) == has(db, account_id) == (100, held, 100 - held)
    assert sum(stored(db, placed)["grants"].values()) == held


def test_it_takes_the_last_fraction(db: Connection) -> None:
    account_id = funded_account(db, "0.000000001")
    assert hold(db, account_id, 1, partial=True)["amount"] == Decimal("0.000000001")


def test_without_it_the_whole_amount_is_there_or_nothing_is_held(db: Connection) -> None:
    account_id = funded_account(db, 100)
    with refused(db, "PT402", "insufficient_credits") as detail:
        hold(db, account_id, 101)
    assert detail == {"required": 101, "available": 100, "balance": 100, "held": 0}
    assert has(db, account_id) == (100, 0, 100)


def test_where_nothing_is_there_it_is_refused_as_usual(db: Connection) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 100)
    with refused(db, "PT402", "insufficient_credits") as detail:
        hold(db, account_id, 5, partial=True)
    assert detail == {"required": 5, "available": 0, "balance": 100, "held": 100}
    assert len(log(db, account_id)) == 1


def test_a_price_is_held_partially_too(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db)
    assert hold(db, account_id, service="sms", quantity=8, partial=True)["amount"] == 5


@pytest.fixture
def capped(db: Connection) -> UUID:
    """An account with a cap of 50 a month and 205 credits, which has spent 15 and holds 10."""
    use_catalog(db)
    account_id = funded_account(db, 200)
    change_plan(db, account_id, "capped")
    deduct(db, account_id, 15)
    hold(db, account_id, 10)
    return account_id


def test_it_holds_no_more_than_the_cap_leaves(db: Connection, capped: UUID) -> None:
    assert hold(db, capped, 100, partial=True)["amount"] == 25
    assert has(db, capped) == (190, 35, 155)


def test_where_the_cap_leaves_nothing_it_is_refused_as_the_cap_refuses(
    db: Connection, capped: UUID
) -> None:
    hold(db, capped, 25)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        hold(db, capped, 5, partial=True)
    assert (detail["cap"], detail["required"]) == (50, 5)
    assert has(db, capped) == (190, 35, 155)


def test_of_a_cap_and_the_credits_the_smaller_decides(db: Connection, capped: UUID) -> None:
    deduct(db, capped, 10)
    db.execute("update credits.accounts set monthly_spend_cap = 500 where id = %s", [capped])
    assert hold(db, capped, 1000, partial=True)["amount"] == 170


def test_a_replay_of_it_holds_no_more_although_more_has_come(db: Connection) -> None:
    account_id = funded_account(db, 20)
    placed = hold(db, account_id, 50, partial=True, key="k")
    add(db, account_id, 100)
    assert hold(db, account_id, 50, partial=True, key="k") == placed
    with refused(db, "PT409", "idempotency_key_reused"):
        hold(db, account_id, 50, key="k")
    assert has(db, account_id) == (120, 20, 100)


def test_it_is_captured_like_any_other(db: Connection) -> None:
    account_id = funded_account(db, 20)
    charged = capture(db, account_id, hold(db, account_id, 50, partial=True), 12)
    assert (charged["cost"], charged["released"], charged["balance"]) == (12, 8, 8)
