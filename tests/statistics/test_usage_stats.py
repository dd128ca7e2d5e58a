"""``get_credit_usage_stats``: what one's account used, by time and service, until this moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.statistics.living import (
    DAY,
    Life,
    buy,
    open_shop,
    pass_days,
    roll_up,
    set_clock,
    today,
    use,
)
from tests.statistics.reckoning import reckon, summed
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.teams.people import Team, lists, make_team, turned_away, unmoved
from tests.usage.charges import charge, clock, refund
from tests.wallets import Row, call_all, funded_account, refused, use_catalog

# A Sunday and the Monday after it, in two months, far enough ahead.
SUNDAY = datetime(2027, 1, 31, 23, 59, 59, 999998, tzinfo=UTC)
MONDAY = datetime(2027, 2, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
ALL = {"since": "2026-01-01", "until": "2100-01-01"}


def stats(conn: Connection, account_id: UUID, **asked: Any) -> list[Row]:
    return call_all(conn, "get_credit_usage_stats", account_id=account_id, **asked)


def short(found: list[Row]) -> list[tuple[Any, ...]]:
    """Return the rows as tuples, each bucket by its day."""
    for row in found:
        assert row["bucket_start"].astimezone(UTC).time() == time()
    return [
        (row["bucket_start"].astimezone(UTC).date(), row["service"], row["calls"], row["credits"])
        for row in found
    ]


def start_of(day: date, bucket: str) -> date:
    """Return the first day of a day's bucket."""
    if bucket == "week":
        return day - timedelta(days=day.weekday())
    return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[bucket]


@pytest.mark.parametrize("bucket", ["day", "week", "month", "year"])
@pytest.mark.parametrize("rolls", [(), (0,), (1,), (0, 1)])
def test_the_figures_are_those_of_a_plain_reckoning(
    db: Connection, bucket: str, rolls: tuple[int, ...]
) -> None:
    open_shop(db)
    life = Life(db, 21)
    for half in range(2):
        life.live(40)
        if half in rolls:
            roll_up(db)
    for account_id in life.accounts:
        usage = {key: sums for key, sums in reckon(db).items() if key.account_id == account_id}
        expected = summed(usage, lambda key: (start_of(key.day, bucket), key.service or None))
        found = short(stats(db, account_id, bucket=bucket, **ALL))
        assert {row[:2]: row[2:] for row in found} == {
            where: (sums.calls, sums.credits)
            for where, sums in expected.items()
            if sums.calls or sums.credits
        }
        assert len(found) == len({(day, service) for day, service, *_ in found})
        assert [day for day, *_ in found] == sorted(day for day, *_ in found)


@pytest.mark.parametrize(
    ("bucket", "starts"),
    [
        ("day", ["2027-01-31", "2027-02-01"]),
        ("week", ["2027-01-25", "2027-02-01"]),
        ("month", ["2027-01-01", "2027-02-01"]),
        ("year", ["2027-01-01"]),
    ],
)
@pytest.mark.parametrize("rolled", [False, True])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
def test_a_bucket_begins_at_midnight_in_utc_and_a_week_on_monday(
    db: Connection, bucket: str, starts: list[str], rolled: bool, zone: str
) -> None:
    account_id = funded_account(db, 100)
    db.execute("select set_config('timezone', %s, true)", [zone])
    for at, amount in ((SUNDAY, 1), (MONDAY, 2)):
        set_clock(db, account_id, at)
        charge(db, account_id, amount, service="sms")
    if rolled:
        roll_up(db)
    used = [3] if len(starts) == 1 else [1, 2]
    assert short(stats(db, account_id, bucket=bucket, **ALL)) == [
        (date.fromisoformat(start), "sms", 1 if len(starts) > 1 else 2, amount)
        for start, amount in zip(starts, used, strict=True)
    ]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (MONDAY - INSTANT, MONDAY, [1]),
        (MONDAY - INSTANT, MONDAY + INSTANT, [1, 2]),
        (MONDAY, MONDAY + DAY, [2]),
        (SUNDAY - DAY / 2, SUNDAY - DAY / 4, [1]),
        (MONDAY + DAY, MONDAY + 2 * DAY, []),
        (MONDAY + DAY / 2, MONDAY, []),
        (MONDAY - 29 * DAY, MONDAY - DAY, []),
        (None, MONDAY + DAY, [1, 2]),
        (None, MONDAY + 30 * DAY, [2]),
        (MONDAY, None, []),
    ],
)
@pytest.mark.parametrize("rolled", [False, True])
def test_since_and_until_count_with_their_whole_days(
    db: Connection, since: Any, until: Any, expected: list[int], rolled: bool
) -> None:
    account_id = funded_account(db, 100)
    for at, amount in ((SUNDAY, 1), (MONDAY, 2)):
        set_clock(db, account_id, at)
        charge(db, account_id, amount)
    if rolled:
        roll_up(db)
    found = stats(db, account_id, since=since, until=until)
    assert [row["credits"] for row in found] == expected


def test_without_a_time_it_is_about_the_last_30_days_until_now(db: Connection) -> None:
    account_id = funded_account(db, 100)
    charge(db, account_id, 1)
    pass_days(db, account_id, 2)
    charge(db, account_id, 2)
    assert [row["credits"] for row in stats(db, account_id)] == [1]
    roll_up(db)
    db.execute("update credits.usage_daily set day = day - 30 where credits = 1")
    assert [row["credits"] for row in stats(db, account_id)] == [1]
    db.execute("update credits.usage_daily set day = day - 1 where credits = 1")
    assert stats(db, account_id) == []
    for table in ("usage_daily", "usage_totals", "rollups"):
        db.execute(f"delete from credits.{table}".encode())


def test_what_was_charged_counts_and_what_came_back_is_not_taken_off(db: Connection) -> None:
    account_id = funded_account(db, 100)
    refund(db, account_id, charge(db, account_id, 10, service="sms"))
    for rolled in (False, True):
        if rolled:
            roll_up(db)
        assert short(stats(db, account_id)) == [(today(db), "sms", 1, 10)]


def test_a_refund_alone_is_no_usage(db: Connection) -> None:
    account_id = funded_account(db, 100)
    charged = charge(db, account_id, 10)
    pass_days(db, account_id, 2)
    refund(db, account_id, charged)
    found = stats(db, account_id, **ALL)
    assert [row["credits"] for row in found] == [10]


@pytest.mark.parametrize("rolled", [False, True])
def test_a_call_that_cost_nothing_is_a_call(db: Connection, rolled: bool) -> None:
    open_shop(db)
    account_id = funded_account(db, 100)
    use(db, account_id, "ping")
    if rolled:
        roll_up(db)
    assert short(stats(db, account_id)) == [(today(db), "ping", 1, 0)]


@pytest.mark.parametrize("rolled", [False, True])
def test_all_credits_of_a_charge_count_whatever_was_paid_for_them(
    db: Connection, rolled: bool
) -> None:
    account_id = funded_account(db, 5)
    buy(db, account_id, 10, 100)
    charge(db, account_id, 8, service="sms")
    if rolled:
        roll_up(db)
    assert short(stats(db, account_id)) == [(today(db), "sms", 1, 8)]


@pytest.mark.parametrize("rolled", [False, True])
def test_members_see_the_own_usage_and_managers_all(db: Connection, rolled: bool) -> None:
    use_catalog(db)
    team: Team = make_team(db)
    for who, amount in (("owner", 1), ("admin", 2), ("member", 4)):
        charge(db, team["account"], amount, service="sms", user_id=team[who])
    charge(db, team["account"], 8, service="sms")
    if rolled:
        roll_up(db)
    asked = {"account_id": team["account"]}
    found = {
        who: sum(row["credits"] for row in lists(db, team[who], "get_credit_usage_stats", **asked))
        for who in ("owner", "admin", "member", "viewer")
    }
    assert found == {"owner": 15, "admin": 15, "member": 4, "viewer": 0}


def test_a_user_sees_the_personal_account_and_no_other(db: Connection) -> None:
    account_id, stranger = funded_account(db, 10), sign_up(db)
    charge(db, account_id, 3)
    with as_user(db, account_id):
        assert [row["credits"] for row in call_all(db, "get_credit_usage_stats")] == [3]
    for foreign in (account_id, uuid4()):
        with unmoved(db), turned_away(db, stranger, "PT404", "account_not_found"):
            stats(db, foreign)
    with as_user(db, stranger):
        assert call_all(db, "get_credit_usage_stats") == []


def test_the_back_end_names_the_account_and_nobody_gets_in_without_a_token(db: Connection) -> None:
    account_id = funded_account(db, 10)
    charge(db, account_id, 3)
    with as_service(db):
        assert [row["credits"] for row in stats(db, account_id)] == [3]
    with refused(db, "22023", "account_id_required"), as_service(db):
        call_all(db, "get_credit_usage_stats")
    with pytest.raises(InsufficientPrivilege), as_anon(db):
        stats(db, account_id)


@pytest.mark.parametrize("bucket", ["", "hour", "Day", "quarter", None])
def test_there_are_four_buckets(db: Connection, bucket: str | None) -> None:
    with refused(db, "22023", "invalid_bucket"):
        stats(db, funded_account(db, 1), bucket=bucket)


def test_it_can_be_asked_where_nothing_can_be_written(db: Connection) -> None:
    account_id = funded_account(db, 10)
    charge(db, account_id, 3)
    with db.transaction(force_rollback=True):
        db.execute("set transaction read only")
        assert [row["credits"] for row in stats(db, account_id, until=clock(db))] == [3]
