"""Spending caps and holds: what is held counts as spent, for it can be."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest

from tests.holds.holding import capture, has, hold, let_end, log, release
from tests.ledger.test_spend_cap import next_month
from tests.support import Connection, as_user
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    funded_account,
    refused,
    use_catalog,
    with_plan,
)


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account on a plan with a cap of 50, and 1005 credits."""
    use_catalog(db)
    account_id = funded_account(db, 1000)
    change_plan(db, account_id, "capped")
    return account_id


def test_held_credits_count_against_the_cap(db: Connection, account_id: UUID) -> None:
    deduct(db, account_id, 20)
    hold(db, account_id, 25)
    for spend in (hold, deduct):
        with refused(db, "PT402", "spend_cap_reached") as detail:
            spend(db, account_id, "5.000000001")
        assert datetime.fromisoformat(detail.pop("resets_at")) == next_month()
        assert detail == {"cap": 50, "spent": 45, "required": 5.000000001}
    assert len(log(db, account_id)) == 1
    assert hold(db, account_id, 5)["held"] == 30


def test_what_was_not_charged_counts_no_more(db: Connection, account_id: UUID) -> None:
    released, captured, ended = (hold(db, account_id, 15) for _ in range(3))
    release(db, account_id, released)
    capture(db, account_id, captured, 10)
    let_end(db, ended)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        hold(db, account_id, 41)
    assert detail["spent"] == 10
    assert hold(db, account_id, 40)["held"] == 40


def test_a_capture_within_the_hold_is_not_counted_twice(db: Connection, account_id: UUID) -> None:
    held = hold(db, account_id, 50)
    assert capture(db, account_id, held, 50)["cost"] == 50
    with refused(db, "PT402", "spend_cap_reached"):
        hold(db, account_id, 1)


def test_a_capture_beyond_the_hold_is_held_to_the_cap(db: Connection, account_id: UUID) -> None:
    held, _ = hold(db, account_id, 20), hold(db, account_id, 25)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        capture(db, account_id, held, 26)
    assert datetime.fromisoformat(detail.pop("resets_at")) == next_month()
    assert detail == {"cap": 50, "spent": 45, "required": 6}
    assert has(db, account_id) == (1005, 45, 960)
    assert capture(db, account_id, held, 25)["cost"] == 25
    assert balance_of(db, account_id)["held"] == 25


def test_a_capture_within_the_hold_succeeds_although_the_cap_was_lowered(
    db: Connection, account_id: UUID
) -> None:
    held = hold(db, account_id, 40)
    use_catalog(db, with_plan("capped", monthly_spend_cap=10))
    with refused(db, "PT402", "spend_cap_reached"):
        hold(db, account_id, 1)
    with refused(db, "PT402", "spend_cap_reached"):
        capture(db, account_id, held, 41)
    assert capture(db, account_id, held, 40)["cost"] == 40
    with refused(db, "PT402", "spend_cap_reached") as detail:
        deduct(db, account_id, 1)
    assert (detail["cap"], detail["spent"]) == (10, 40)


def test_a_hold_over_the_months_end_counts_in_the_month_that_pays(
    db: Connection, account_id: UUID
) -> None:
    held = hold(db, account_id, 30)
    deduct(db, account_id, 20)
    db.execute("update credits.accounts set month_ends_at = month_ends_at - interval '1 month'")
    with refused(db, "PT402", "spend_cap_reached") as detail:
        hold(db, account_id, 21)
    assert detail["spent"] == 30
    capture(db, account_id, held, 30)
    assert hold(db, account_id, 20)["held"] == 20


def test_who_asks_first_is_told_what_the_cap_leaves(db: Connection, account_id: UUID) -> None:
    hold(db, account_id, 45)
    with as_user(db, account_id):
        assert call(db, "has_enough_credits", service="sms", quantity=5) is True
        assert call(db, "has_enough_credits", service="sms", quantity=6) is False


def test_an_account_without_a_cap_holds_all_that_it_has(db: Connection, account_id: UUID) -> None:
    change_plan(db, account_id, "free")
    add(db, account_id, 1)
    assert hold(db, account_id, 1006)["available"] == 0


@pytest.mark.parametrize("captured", [0, 8, 10, 12])
def test_held_and_captured_never_pass_the_cap(
    db: Connection, account_id: UUID, captured: int
) -> None:
    placed = [hold(db, account_id, 10) for _ in range(5)]
    with refused(db, "PT402", "spend_cap_reached"):
        hold(db, account_id, 10)
    for held in placed:
        if not captured:
            release(db, account_id, held)
        elif captured <= 10:
            capture(db, account_id, held, captured)
        else:
            with refused(db, "PT402", "spend_cap_reached"):
                capture(db, account_id, held, captured)
    shown = balance_of(db, account_id)
    spent = 1005 - shown["balance"]
    assert spent + shown["held"] == (5 * captured if captured <= 10 else 50)
