"""A hold takes credits out of the grants when it is placed; the balance stays as it is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.holds.holding import capture, has, hold, log, numbers, release, stored
from tests.support import Connection, sign_up
from tests.wallets import (
    add,
    call,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)


def test_a_hold_leaves_the_balance_and_takes_from_what_is_available(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    assert (held["amount"], held["state"]) == (30, "open")
    assert numbers(held) == has(db, account_id) == (100, 30, 70)


def test_a_hold_writes_no_transaction(db: Connection) -> None:
    account_id = funded_account(db, 100)
    before = history(db, account_id)
    held = hold(db, account_id, 30)
    release(db, account_id, held)
    assert history(db, account_id) == before


def test_holds_take_from_the_grants_in_burn_down_order_and_remember_which(db: Connection) -> None:
    account_id = funded_account(db, 10, source="purchase")
    add(db, account_id, 10, expires_at="2100-01-01")
    add(db, account_id, 10)
    first, second = hold(db, account_id, 15), hold(db, account_id, 10)
    assert stored(db, first)["grants"] == {"2": 10, "3": 5}
    assert stored(db, second)["grants"] == {"3": 5, "1": 5}
    assert remaining(db, account_id) == {1: 5, 2: 0, 3: 0}
    assert has(db, account_id) == (30, 25, 5)


def test_what_is_held_is_neither_spent_nor_held_again(db: Connection) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 60)
    for spend in (deduct, hold):
        with refused(db, "PT402", "insufficient_credits") as detail:
            spend(db, account_id, 41)
        assert detail == {"required": 41, "available": 40, "balance": 100, "held": 60}
    deduct(db, account_id, 40)
    assert has(db, account_id) == (60, 60, 0)


def test_all_that_there_is_can_be_held(db: Connection) -> None:
    account_id = funded_account(db, "0.000000003")
    held = hold(db, account_id, "0.000000003")
    nano = Decimal("0.000000003")
    assert numbers(held) == (nano, nano, 0)
    assert capture(db, account_id, held, "0.000000001")["released"] == Decimal("0.000000002")


def test_many_holds_stand_side_by_side_and_end_in_any_order(db: Connection) -> None:
    account_id = funded_account(db, 100)
    holds = [hold(db, account_id, 10) for _ in range(10)]
    assert has(db, account_id) == (100, 100, 0)
    for number in (7, 0, 9, 3):
        release(db, account_id, holds[number])
    for number in (8, 1, 2):
        capture(db, account_id, holds[number], 4)
    assert has(db, account_id) == (88, 30, 58)


def test_a_hold_lives_15_minutes_unless_told_otherwise(db: Connection) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 1)
    for ttl_seconds in (1, 86_400):
        hold(db, account_id, 1, ttl_seconds=ttl_seconds)
    lives = [row["expires_at"] - row["created_at"] for row in log(db, account_id)]
    assert lives == [timedelta(seconds=seconds) for seconds in (900, 1, 86_400)]


@pytest.mark.parametrize("ttl_seconds", [0, -1, 86_401, None])
def test_a_life_of_less_than_a_second_or_more_than_a_day_is_refused(
    db: Connection, ttl_seconds: int | None
) -> None:
    account_id = funded_account(db, 100)
    with refused(db, "22023", "invalid_ttl"):
        hold(db, account_id, 1, ttl_seconds=ttl_seconds)
    assert has(db, account_id) == (100, 0, 100)


def test_a_hold_of_nothing_in_particular_is_refused(db: Connection) -> None:
    account_id = funded_account(db, 100)
    with refused(db, "22023", "amount_or_service_required"):
        hold(db, account_id)
    assert log(db, account_id) == []


def test_a_hold_has_an_amount_beside_a_service_that_it_is_for(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, service="sms", quantity=2)
    (row,) = log(db, account_id)
    assert (held["amount"], row["service"], row["quantity"]) == (30, "sms", 2)


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_stopped_account_places_no_hold(db: Connection, status: str) -> None:
    account_id = funded_account(db, 100)
    db.execute("update credits.accounts set status = %s where id = %s", [status, account_id])
    with refused(db, "PT403", f"account_{status}") as detail:
        hold(db, account_id, 1)
    assert detail == {}
    assert log(db, account_id) == []


def test_the_first_hold_opens_a_users_missing_account(db: Connection) -> None:
    use_catalog(db)
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    user_id = sign_up(db)
    assert numbers(hold(db, user_id, 2)) == (5, 2, 3)


def test_a_hold_is_of_an_account_that_there_is(db: Connection) -> None:
    with refused(db, "PT404", "account_not_found") as detail:
        hold(db, UUID(int=5), 1)
    assert detail == {}
    with refused(db, "22023", "account_id_required"):
        call(db, "hold_credits", account_id=None, key="k", amount=1)


def test_a_free_service_holds_nothing_and_can_be_held_without_credits(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db)
    deduct(db, account_id, 5)
    held = hold(db, account_id, service="ping")
    assert (held["amount"], numbers(held)) == (0, (0, 0, 0))
    charged = capture(db, account_id, held)
    assert (charged["cost"], charged["released"]) == (0, 0)
    last = history(db, account_id)[-1]
    assert (last["type"], last["amount"], last["service"]) == ("usage", 0, "ping")


def test_a_hold_of_a_free_service_is_released_like_any_other(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db)
    held = hold(db, account_id, service="ping")
    assert release(db, account_id, held)["state"] == "released"
    assert has(db, account_id) == (5, 0, 5)


def test_what_a_free_call_costs_after_all_comes_from_what_is_available(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db)
    held = hold(db, account_id, service="ping")
    with refused(db, "PT402", "insufficient_credits") as detail:
        capture(db, account_id, held, 6)
    assert detail == {"required": 6, "available": 5, "balance": 5, "held": 0}
    assert capture(db, account_id, held, 4)["balance"] == 1
