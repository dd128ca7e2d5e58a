"""Expiry, renewal and the end of a hold at one instant: in a fixed order, and nothing is lost.

What has ended comes first, whoever writes: holds give back, grants expire, then the write happens.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import Job, apply_catalog, count_deadlocks, request, run_at_once
from tests.holds.holding import capture, has, hold, refused_ended, stored
from tests.support import Connection, sign_up
from tests.wallets import (
    add,
    call,
    change_plan,
    deduct,
    funded_account,
    history,
    use_catalog,
)

ACCOUNTS = 12


def period_end(conn: Connection, account_id: UUID) -> datetime:
    """Return when the account's allowance expires."""
    query = "select max(expires_at) from credits.grants where account_id = %s and source = %s"
    row = conn.execute(query, [account_id, "allowance"]).fetchone()
    assert row is not None
    end: datetime = row[0]
    return end


def end_at(conn: Connection, held: dict[str, Any], instant: datetime) -> None:
    """Let a hold end at an instant."""
    conn.execute(
        "update credits.holds set expires_at = %s where id = %s", [instant, held["hold_id"]]
    )


def allowed(conn: Connection) -> UUID:
    """Return an account with a month's 100 credits and 10 bought ones."""
    account_id = funded_account(conn)
    deduct(conn, account_id, 5)
    change_plan(conn, account_id, "basic")
    add(conn, account_id, 10, source="purchase")
    return account_id


def moves(conn: Connection, account_id: UUID) -> list[tuple[str, Any]]:
    return [(row["type"], row["amount"]) for row in history(conn, account_id)]


def test_at_the_periods_end_the_hold_ends_then_the_allowance_then_the_new_one_comes(
    db: Connection,
) -> None:
    use_catalog(db)
    account_id = allowed(db)
    held = hold(db, account_id, 30)
    instant = period_end(db, account_id)
    end_at(db, held, instant)
    before = len(history(db, account_id))
    assert call(db, "reset_monthly_credits", at=instant) == 1
    assert stored(db, held)["state"] == "expired"
    assert moves(db, account_id)[before:] == [("expiry", -100), ("allowance", 100)]
    assert has(db, account_id) == (110, 0, 110)


def test_the_maintenance_does_the_same_in_one_run(db: Connection) -> None:
    use_catalog(db)
    account_id = allowed(db)
    held = hold(db, account_id, 30)
    instant = period_end(db, account_id)
    end_at(db, held, instant)
    counts = call(db, "run_credit_maintenance", at=instant)
    assert counts["renewed"] == 1
    assert has(db, account_id) == (110, 0, 110)
    with refused_ended(db, "expired"):
        capture(db, account_id, held, 20)


def test_a_hold_that_outlives_the_period_is_captured_of_the_old_allowance(db: Connection) -> None:
    use_catalog(db)
    account_id = allowed(db)
    held = hold(db, account_id, 30)
    instant = period_end(db, account_id)
    db.execute("update credits.holds set expires_at = %s + interval '1 hour'", [instant])
    before = len(history(db, account_id))
    assert call(db, "reset_monthly_credits", at=instant) == 1
    assert has(db, account_id) == (140, 30, 110)
    # Time passes for the grant as well: what comes back of the old month is gone.
    db.execute(
        "update credits.grants set expires_at = clock_timestamp() "
        "where account_id = %s and expires_at = %s",
        [account_id, instant],
    )
    db.execute(
        "update credits.accounts set next_expiry_at = '-infinity' where id = %s", [account_id]
    )
    assert capture(db, account_id, held, 20)["balance"] == 110
    later = moves(db, account_id)[before:]
    assert later[:2] == [("expiry", -70), ("allowance", 100)]
    assert sorted(later[2:]) == [("expiry", -10), ("usage", -20)]


@pytest.mark.parametrize("first", ["capture", "job"])
def test_of_a_capture_and_the_jobs_at_one_instant_the_first_decides(
    db: Connection, first: str
) -> None:
    use_catalog(db)
    account_id = allowed(db)
    held = hold(db, account_id, 30)
    instant = period_end(db, account_id)
    end_at(db, held, instant)
    if first == "capture":
        capture(db, account_id, held, 20)
        call(db, "run_credit_maintenance", at=instant)
    else:
        call(db, "run_credit_maintenance", at=instant)
        with refused_ended(db, "expired"):
            capture(db, account_id, held, 20)
    assert has(db, account_id) == (110, 0, 110)
    charged = [amount for type_, amount in moves(db, account_id) if type_ == "usage"]
    assert charged == ([-5, -20] if first == "capture" else [-5])


def test_all_of_it_at_once_on_many_accounts_loses_and_makes_nothing(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        users = [sign_up(conn) for _ in range(ACCOUNTS)]
        for user_id in users:
            add(conn, user_id, 10, source="purchase")
        holds = [(user_id, hold(conn, user_id, 30)["hold_id"]) for user_id in users]
        instant = period_end(conn, users[-1])
        conn.execute(
            "update credits.grants set expires_at = %s where expires_at < %s", [instant] * 2
        )
        conn.execute("update credits.holds set expires_at = %s", [instant])
    jobs = [
        partial(request, query=query, arguments={"at": instant})
        for query in (
            "select public.reset_monthly_credits(%(at)s)",
            "select public.expire_credits(%(at)s)",
            "select public.release_expired_holds(%(at)s)",
            "select public.run_credit_maintenance(%(at)s)",
        )
    ]

    def capture_all(conn: Connection) -> Counter[str]:
        query = "select public.capture_credits(%s, %s, 20)"
        return Counter(request(conn, query, arguments)[0] for arguments in holds)

    def run_job(conn: Connection, number: int) -> Counter[str]:
        return Counter(jobs[(number + i) % 4](conn)[0] for i in range(4))

    workers: list[Job[Counter[str]]] = [partial(run_job, number=i) for i in range(8)]
    told = run_at_once(fresh_db, [capture_all, *workers])
    assert sum(told, Counter[str]()).keys() <= {"ok", "PT409"}
    assert count_deadlocks(fresh_db) == 0
    with psycopg.connect(fresh_db) as conn:
        call(conn, "run_credit_maintenance", at=instant)
        states = Counter(row[0] for row in conn.execute("select state from credits.holds"))
        assert states["captured"] == told[0]["ok"]
        assert states["captured"] + states["expired"] == ACCOUNTS
        for user_id in users:
            sums: Counter[str] = Counter()
            for type_, amount in moves(conn, user_id):
                sums[type_] += amount
            assert (sums["purchase"], sums["allowance"]) == (10, 200)
            assert sums["usage"] + sums["expiry"] == -100
            assert has(conn, user_id) == (110, 0, 110)
