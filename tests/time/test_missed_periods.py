"""Renewals that come late, often, at once or with a clock that steps back: each period once.

Of several missed periods only the current one is granted: the others' credits would have expired.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID

import psycopg
import pytest

from tests.support import Connection, sign_up
from tests.time.calendar_months import month_after
from tests.wallets import add, balance_of, call, change_plan, history, use_catalog

ACCOUNTS, WORKERS = 30, 12
NOW = datetime.now(UTC)
LATE = month_after(NOW, 3) + timedelta(days=10)


def subscribers(conn: Connection, count: int) -> list[UUID]:
    """Put new accounts on the basic plan, 100 a month, of which this month's is granted."""
    use_catalog(conn)
    users = [sign_up(conn) for _ in range(count)]
    for user_id in users:
        change_plan(conn, user_id, "basic")
    return users


def granted_periods(conn: Connection, account_id: UUID) -> list[int]:
    """Return the periods whose allowance an account got, in the order in which it got them."""
    rows = [row for row in history(conn, account_id) if row["type"] == "allowance"]
    assert all(row["amount"] == 100 for row in rows)
    return [int(row["reference"].removeprefix("period:")) for row in rows]


def run_at_once(dsn: str, times: list[datetime]) -> int:
    """Run the job once for each time, all at the same moment; return how many it renewed in all."""
    together = Barrier(len(times))

    def run(at: datetime) -> int:
        with psycopg.connect(dsn) as conn:
            together.wait(30)
            return int(call(conn, "reset_monthly_credits", at=at))

    with ThreadPoolExecutor(len(times)) as pool:
        return sum(pool.map(run, times, timeout=120))


def test_three_months_missed_are_renewed_once_by_three_runs(db: Connection) -> None:
    users = subscribers(db, ACCOUNTS)
    runs = [call(db, "reset_monthly_credits", at=LATE) for _ in range(3)]
    assert runs == [ACCOUNTS, 0, 0]
    assert [granted_periods(db, user_id) for user_id in users] == [[0, 3]] * ACCOUNTS
    assert [balance_of(db, user_id)["balance"] for user_id in users] == [105] * ACCOUNTS


def test_three_months_missed_are_renewed_once_by_twelve_runs_at_once(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        users = subscribers(conn, ACCOUNTS)
    done = run_at_once(fresh_db, [LATE] * WORKERS)
    with psycopg.connect(fresh_db) as conn:
        assert done + call(conn, "reset_monthly_credits", at=LATE) == ACCOUNTS
        assert [granted_periods(conn, user_id) for user_id in users] == [[0, 3]] * ACCOUNTS


def test_clocks_that_disagree_renew_each_period_once_and_never_go_back(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        users = subscribers(conn, ACCOUNTS)
    clocks = [month_after(LATE, -(n % 4)) for n in range(WORKERS)]
    for _ in range(3):
        run_at_once(fresh_db, clocks)
    with psycopg.connect(fresh_db) as conn:
        for user_id in users:
            periods = granted_periods(conn, user_id)
            assert periods == sorted(set(periods))
            assert (periods[0], periods[-1]) == (0, 3)


def test_a_clock_that_steps_back_changes_nothing(db: Connection) -> None:
    (user_id,) = subscribers(db, 1)
    assert call(db, "reset_monthly_credits", at=LATE) == 1
    before = history(db, user_id)
    for months in (1, 2, 3, 4, 50):
        assert call(db, "reset_monthly_credits", at=month_after(LATE, -months)) == 0
    assert history(db, user_id) == before


@pytest.mark.parametrize("by_clock", [True, False])
def test_two_missed_years_give_the_current_period_only(db: Connection, by_clock: bool) -> None:
    (user_id,) = subscribers(db, 1)
    add(db, user_id, 7, "purchase")
    if by_clock:
        at = month_after(NOW, 24) + timedelta(days=1)
    else:
        at = NOW
        db.execute(
            """
            update credits.accounts
            set
                period_anchor_at = period_anchor_at - interval '731 days',
                period_end_at = period_end_at - interval '731 days'
            """
        )
    assert call(db, "reset_monthly_credits", at=at) == 1
    assert granted_periods(db, user_id) == [0, 24]
    assert balance_of(db, user_id)["balance"] == (112 if by_clock else 212)


def test_what_is_renewed_late_still_ends_on_time(db: Connection) -> None:
    (user_id,) = subscribers(db, 1)
    call(db, "reset_monthly_credits", at=LATE)
    query = "select period_anchor_at, period_end_at from credits.accounts"
    anchor, ends_at = db.execute(query).fetchall()[0]
    assert balance_of(db, user_id)["expires_at"] == ends_at == month_after(anchor, 4)


def test_an_account_ahead_of_the_clock_is_renewed_again(db: Connection) -> None:
    (user_id,) = subscribers(db, 1)
    call(db, "reset_monthly_credits", at=LATE)
    for plan in ("free", "basic"):
        assert change_plan(db, user_id, plan)["granted"] == 0
    assert call(db, "reset_monthly_credits", at=LATE) == 0
    assert call(db, "reset_monthly_credits", at=month_after(LATE, 1)) == 1
    assert granted_periods(db, user_id) == [0, 3, 4]


def test_a_run_stops_at_its_batch_and_the_next_goes_on(db: Connection) -> None:
    subscribers(db, 5)
    runs = [call(db, "reset_monthly_credits", at=LATE, batch_size=2) for _ in range(4)]
    assert runs == [2, 2, 1, 0]


@pytest.mark.parametrize("batch_size", [1, 1000])
def test_a_poisoned_account_does_not_stop_the_others(db: Connection, batch_size: int) -> None:
    poisoned, *others = subscribers(db, 4)
    db.execute("update credits.accounts set plan = 'gone' where id = %s", [poisoned])
    for _ in range(4):
        call(db, "reset_monthly_credits", at=LATE, batch_size=batch_size)
    assert [granted_periods(db, user_id) for user_id in others] == [[0, 3]] * 3
    assert granted_periods(db, poisoned) == [0]
    db.execute("update credits.accounts set plan = 'basic' where id = %s", [poisoned])
    assert call(db, "reset_monthly_credits", at=LATE) == 1


def test_an_account_in_use_is_left_for_the_next_run(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn, psycopg.connect(fresh_db) as other:
        busy, idle = subscribers(conn, 2)
        conn.commit()
        other.execute("select from credits.accounts where id = %s for update", [busy])
        conn.execute("set statement_timeout = '10s'")
        assert call(conn, "reset_monthly_credits", at=LATE) == 1
        assert (granted_periods(conn, busy), granted_periods(conn, idle)) == ([0], [0, 3])
        conn.commit()
        other.rollback()
        assert call(conn, "reset_monthly_credits", at=LATE) == 1


def test_maintenance_renews_what_is_due(db: Connection) -> None:
    subscribers(db, 2)
    assert call(db, "run_credit_maintenance", at=LATE)["renewed"] == 2
    assert call(db, "run_credit_maintenance", at=LATE)["renewed"] == 0
