"""Allowances renew on the anchor's day of each month, in UTC, whatever the session's time zone.

The reference dates are Python's own (``calendar_months``). A daily job is stepped over four years,
so that the anchors meet February in a leap year and in three others.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest

from tests.support import Connection, sign_up
from tests.time.calendar_months import month_after, period_at
from tests.wallets import call, change_plan, use_catalog

DAYS = 4 * 365 + 40
ANCHORS = [
    datetime(2024, 1, 29, 12, tzinfo=UTC),
    datetime(2024, 1, 30, 0, 0, 1, tzinfo=UTC),
    datetime(2024, 1, 31, tzinfo=UTC),
    datetime(2024, 2, 29, 6, 30, tzinfo=UTC),
    datetime(2023, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 31, 1, 30, tzinfo=UTC),
]
ZONES = [
    "UTC",
    "America/New_York",
    "Europe/London",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]
Renewal = tuple[datetime, datetime, datetime]


def open_anchored(conn: Connection, anchor: datetime) -> UUID:
    """Open an account without a plan whose periods count from an anchor of the test's choice."""
    user_id = sign_up(conn)
    query = "update credits.accounts set period_anchor_at = %s where id = %s"
    conn.execute(query, [anchor, user_id])
    return user_id


def period_ends(conn: Connection) -> dict[UUID, datetime]:
    """Return when each account's period ends, in UTC (Python cannot compare repeated hours)."""
    found = conn.execute("select id, period_end_at from credits.accounts").fetchall()
    return {account_id: ends_at.astimezone(UTC) for account_id, ends_at in found}


def expected_renewals(anchor: datetime, first: int, runs: list[datetime]) -> list[Renewal]:
    """Return when which period is renewed: at the first run in it."""
    renewals, number = [], first
    for run in runs:
        if month_after(anchor, number + 1) <= run:
            number += 1
            renewals.append((run, month_after(anchor, number), month_after(anchor, number + 1)))
    return renewals


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_job_renews_exactly_on_the_reference_dates(db: Connection, zone: str) -> None:
    db.execute("select set_config('timezone', %s, true)", [zone])
    accounts = {open_anchored(db, anchor): anchor for anchor in ANCHORS}
    use_catalog(db)
    for account_id in accounts:
        change_plan(db, account_id, "basic")
    today = datetime.now(UTC)
    first = {id_: period_at(anchor, today) for id_, anchor in accounts.items()}
    ends = period_ends(db)
    assert ends == {id_: month_after(a, first[id_] + 1) for id_, a in accounts.items()}

    midnight = datetime.combine(today, time(), UTC)
    runs = [midnight + timedelta(days=day) for day in range(1, DAYS)]
    seen: dict[UUID, list[Renewal]] = {id_: [] for id_ in accounts}
    for run in runs:
        if call(db, "reset_monthly_credits", at=run) > 0:
            before, ends = ends, period_ends(db)
            for id_, end in ends.items():
                if end != before[id_]:
                    seen[id_].append((run, before[id_], end))
    for id_, anchor in accounts.items():
        assert seen[id_] == expected_renewals(anchor, first[id_], runs)


def test_each_period_is_granted_once_and_until_its_end(db: Connection) -> None:
    anchor = ANCHORS[2]
    account_id = open_anchored(db, anchor)
    use_catalog(db)
    change_plan(db, account_id, "basic")
    first = period_at(anchor, datetime.now(UTC))
    for day in range(DAYS):
        call(db, "reset_monthly_credits", at=datetime.now(UTC) + timedelta(days=day))
    query = "select reference, amount, expires_at from credits.grants order by id"
    grants = db.execute(query).fetchall()
    assert len(grants) >= 48
    assert grants == [
        (f"period:{number}", 100, month_after(anchor, number + 1))
        for number in range(first, first + len(grants))
    ]


@pytest.mark.parametrize("anchor", ANCHORS, ids=str)
def test_a_period_begins_exactly_at_its_instant(db: Connection, anchor: datetime) -> None:
    account_id = open_anchored(db, anchor)
    use_catalog(db)
    change_plan(db, account_id, "basic")
    ends_at = period_ends(db)[account_id]
    just_before = ends_at - timedelta(microseconds=1)
    assert call(db, "reset_monthly_credits", at=just_before) == 0
    assert call(db, "reset_monthly_credits", at=ends_at) == 1
    assert call(db, "reset_monthly_credits", at=ends_at) == 0
    assert call(db, "reset_monthly_credits", at=just_before) == 0
