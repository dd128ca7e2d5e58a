"""A hold whose time has passed is expired, whether a job has swept it or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from tests.holds.holding import (
    capture,
    has,
    hold,
    let_end,
    log,
    refused_ended,
    stored,
    sweep,
)
from tests.support import Connection, as_service, as_user
from tests.wallets import (
    add,
    balance_of,
    call,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)

INSTANT = timedelta(microseconds=1)


def test_a_hold_expires_exactly_at_its_time(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    assert call(db, "release_expired_holds", at=held["expires_at"] - INSTANT) == 0
    assert has(db, account_id) == (100, 30, 70)
    assert call(db, "release_expired_holds", at=held["expires_at"]) == 1
    assert has(db, account_id) == (100, 0, 100)


def test_it_expires_by_the_clock_alone(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, ttl_seconds=1)
    assert has(db, account_id) == (100, 30, 70)
    db.execute("select pg_sleep(1.01)")
    assert has(db, account_id) == (100, 0, 100)
    with refused_ended(db, "expired"):
        capture(db, account_id, held)


def test_the_job_returns_everything_once_and_writes_no_transaction(db: Connection) -> None:
    accounts = [funded_account(db, 100) for _ in range(3)]
    holds = [hold(db, account_id, 10) for account_id in accounts for _ in range(2)]
    young = hold(db, accounts[0], 50)
    for held in holds:
        let_end(db, held)
    assert [sweep(db) for _ in range(3)] == [6, 0, 0]
    for held in holds:
        row = stored(db, held)
        assert (row["state"], row["transaction_id"]) == ("expired", None)
        assert row["ended_at"] >= row["expires_at"]
    assert stored(db, young)["state"] == "open"
    assert has(db, accounts[0]) == (100, 50, 50)
    assert remaining(db, accounts[1]) == {1: 100}
    assert [len(history(db, account_id)) for account_id in accounts] == [1, 1, 1]


def test_any_write_on_the_account_sweeps_first(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 100)
    let_end(db, held)
    assert deduct(db, account_id, 80)["available"] == 20
    assert stored(db, held)["state"] == "expired"
    assert sweep(db) == 0


def test_a_new_hold_takes_what_an_expired_one_held(db: Connection) -> None:
    account_id = funded_account(db, 100)
    let_end(db, hold(db, account_id, 100))
    assert hold(db, account_id, 90)["available"] == 10


def test_reads_leave_an_expired_hold_out(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 104)
    with as_user(db, account_id):
        assert call(db, "has_enough_credits", service="sms", quantity=2) is False
    let_end(db, held)
    with as_user(db, account_id):
        shown = call(db, "get_credit_balance")
        summary = call(db, "get_credit_summary")
        (row,) = log(db, account_id)
        assert call(db, "has_enough_credits", service="sms", quantity=105) is True
        assert call(db, "has_enough_credits", service="sms", quantity=106) is False
    assert (shown["balance"], shown["held"], shown["available"]) == (105, 0, 105)
    assert summary["balance"]["held"] == 0
    assert summary["grants"] == {"welcome": 5, "bonus": 100}
    assert row["state"] == "expired"
    assert stored(db, held)["state"] == "open"


def test_reads_leave_out_what_would_return_to_an_expired_grant(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100, expires_at="2100-01-01")
    held = hold(db, account_id, 30)
    assert stored(db, held)["grants"] == {"2": 30}
    db.execute("update credits.grants set expires_at = clock_timestamp() where id = 2")
    let_end(db, held)
    with as_user(db, account_id):
        shown = call(db, "get_credit_balance")
        summary = call(db, "get_credit_summary")
    assert (shown["balance"], shown["held"], shown["available"]) == (5, 0, 5)
    assert summary["grants"] == {"welcome": 5}
    assert deduct(db, account_id, 5)["balance"] == 0


def test_reads_of_part_of_them_agree_with_what_the_sweep_makes_of_it(db: Connection) -> None:
    account_id = funded_account(db, 40, expires_at="2100-01-01")
    add(db, account_id, 60)
    ended, open_ = hold(db, account_id, 50), hold(db, account_id, 20)
    db.execute("update credits.grants set expires_at = clock_timestamp() where id = 1")
    let_end(db, ended)
    read = balance_of(db, account_id)
    assert (read["balance"], read["held"], read["available"]) == (60, 20, 40)
    assert call(db, "run_credit_maintenance", at=datetime.now(UTC))["released"] == 1
    assert {**balance_of(db, account_id), **read} == read
    assert stored(db, open_)["state"] == "open"


def test_reading_writes_nothing(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    let_end(db, held)
    db.execute("savepoint before")
    db.execute("set local transaction_read_only = on")
    assert has(db, account_id) == (100, 0, 100)
    call(db, "get_credit_summary", account_id=account_id)
    (row,) = log(db, account_id)
    assert row["state"] == "expired"
    db.execute("rollback to before")


def test_a_late_capture_can_be_charged_by_a_deduction(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30, reference="chat-7")
    let_end(db, held)
    with refused_ended(db, "expired"):
        capture(db, account_id, held, 12)
    with as_service(db):
        follow_up = [row["reference"] for row in log(db, account_id) if row["state"] == "expired"]
    assert follow_up == ["chat-7"]
    charged = deduct(db, account_id, 12, key=f"late:{held['hold_id']}", reference="chat-7")
    assert charged["balance"] == 88


def test_the_maintenance_releases_and_counts_them(db: Connection) -> None:
    accounts = [funded_account(db, 100) for _ in range(2)]
    for held in [hold(db, account_id, 30) for account_id in accounts for _ in range(2)]:
        let_end(db, held)
    keys = "catalogs renewed subscribed released expired started retried learnt"
    counts = call(db, "run_credit_maintenance", at=datetime.now(UTC))
    assert set(counts) >= set(keys.split())
    assert counts["released"] == 4
    assert call(db, "run_credit_maintenance", at=datetime.now(UTC))["released"] == 0


@pytest.mark.parametrize("at", ["infinity", "-infinity", None])
def test_the_job_wants_a_finite_time(db: Connection, at: str | None) -> None:
    with refused(db, "22023", "invalid_time"):
        call(db, "release_expired_holds", at=at)


def test_an_account_looks_at_the_end_that_comes_first(db: Connection) -> None:
    account_id = funded_account(db, 100, expires_at="2100-01-01")
    held = hold(db, account_id, 30, ttl_seconds=600)
    shorter = hold(db, account_id, 30, ttl_seconds=60)
    assert next_expiry(db, account_id) == shorter["expires_at"]
    call(db, "run_credit_maintenance", at=shorter["expires_at"])
    assert next_expiry(db, account_id) == held["expires_at"]
    call(db, "run_credit_maintenance", at=held["expires_at"])
    (((grant_ends,),)) = db.execute("select expires_at from credits.grants").fetchall()
    assert next_expiry(db, account_id) == grant_ends


def next_expiry(conn: Connection, account_id: UUID) -> datetime:
    query = "select next_expiry_at from credits.accounts where id = %s"
    ((found,),) = conn.execute(query, [account_id]).fetchall()
    at: datetime = found
    return at
