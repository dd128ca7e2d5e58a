"""An open hold can be given a later end, never an earlier one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.holds.holding import (
    capture,
    ended_hold,
    extend,
    has,
    hold,
    numbers,
    refused_ended,
    stored,
)
from tests.support import Connection
from tests.wallets import call, funded_account, refused


def test_an_extended_hold_ends_so_long_after_now(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, ttl_seconds=60)
    began_at = datetime.now(UTC)
    extended = extend(db, account_id, held, 900)
    life = extended["expires_at"] - began_at
    assert timedelta(seconds=899) < life < timedelta(seconds=930)
    assert extended == {**held, "expires_at": extended["expires_at"]}
    assert stored(db, held)["expires_at"] == extended["expires_at"]
    assert numbers(extended) == has(db, account_id) == (100, 30, 70)


def test_an_extension_never_brings_the_end_nearer(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, ttl_seconds=900)
    assert extend(db, account_id, held, 60) == held


def test_an_extended_hold_does_not_end_at_its_old_end(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, ttl_seconds=60)
    extended = extend(db, account_id, held, 900)
    assert call(db, "release_expired_holds", at=held["expires_at"]) == 0
    assert has(db, account_id) == (100, 30, 70)
    assert call(db, "release_expired_holds", at=extended["expires_at"]) == 1


def test_an_extended_hold_is_captured_after_its_old_end(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, ttl_seconds=1)
    extend(db, account_id, held, 60)
    db.execute("select pg_sleep(1.01)")
    assert capture(db, account_id, held, 12)["cost"] == 12


@pytest.mark.parametrize("ttl_seconds", [0, -1, 86_401, None])
def test_a_life_of_less_than_a_second_or_more_than_a_day_is_refused(
    db: Connection, ttl_seconds: int | None
) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    with refused(db, "22023", "invalid_ttl"):
        extend(db, account_id, held, ttl_seconds)
    assert stored(db, held)["expires_at"] == held["expires_at"]


@pytest.mark.parametrize("state", ["captured", "released", "expired", "expired, not swept"])
def test_a_hold_that_has_ended_is_not_extended(db: Connection, state: str) -> None:
    account_id, held = ended_hold(db, state)
    before = has(db, account_id)
    with refused_ended(db, state.partition(",")[0]):
        extend(db, account_id, held)
    assert has(db, account_id) == before


def test_a_hold_is_extended_by_its_own_account_only(db: Connection) -> None:
    account_id, other_id = funded_account(db, 100), funded_account(db, 100)
    held = hold(db, account_id, 30)
    absent = {"hold_id": UUID(int=7)}
    for owner_id, wanted in ((other_id, held), (account_id, absent), (other_id, absent)):
        with refused(db, "PT404", "hold_not_found") as detail:
            extend(db, owner_id, wanted, 86_400)
        assert detail == {}
    assert stored(db, held)["expires_at"] == held["expires_at"]
