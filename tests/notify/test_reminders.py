"""Maintenance reminds owners of renewals within three days and of credits that expire in seven."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.events.payloads import day
from tests.events.shop import Subscriber, maintain, open_shop, subscribe, tell
from tests.notify.notifying import notices
from tests.support import Connection
from tests.wallets import add, call, change_plan, deduct, funded_account, use_catalog

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def later(days: float) -> datetime:
    return datetime.now(UTC) + days * DAY


def remind(conn: Connection, at: datetime | None = None) -> int:
    """Run the maintenance, and return how many were reminded."""
    at = at or datetime.now(UTC)
    counts = call(conn, "run_credit_maintenance", at=at)
    return int(counts["reminded"])


@pytest.mark.parametrize(
    ("days", "reminded"), [(2.99, 1), (0.01, 1), (3.01, 0), (29, 0), (-0.01, 0)]
)
def test_a_renewal_is_told_within_three_days(db: Connection, days: float, reminded: int) -> None:
    open_shop(db)
    subscriber = subscribe(db, start=day(-20), end=day(days))
    maintain(db)
    found = notices(db, "renewal_reminder", subscriber.account_id)
    assert len(found) == reminded
    if found:
        (told,) = found
        assert (told["plan"], told["price_cents"], told["currency"]) == ("pro", 1999, "usd")
        end = datetime.fromtimestamp(subscriber.item["current_period_end"], UTC)
        assert datetime.fromisoformat(told["renews_at"]) == end
        assert "ends_at" not in told


def test_it_is_told_once_in_a_period(db: Connection) -> None:
    open_shop(db)
    subscriber = subscribe(db, start=day(-28), end=day(2))
    assert remind(db) == 1
    assert remind(db) == 0
    assert remind(db, later(1)) == 0
    tell(db, subscriber.advance(day(2), day(32)).news())
    assert remind(db) == 0
    assert remind(db, later(30)) == 1
    assert len(notices(db, "renewal_reminder")) == 2


def test_what_ends_is_told_as_an_end(db: Connection) -> None:
    open_shop(db)
    subscriber = subscribe(db, start=day(-28), end=day(2))
    tell(db, subscriber.news(cancel_at_period_end=True))
    assert remind(db) == 1
    (told,) = notices(db, "renewal_reminder")
    assert ("ends_at" in told, "renews_at" in told) == (True, False)


def cancelled(conn: Connection, end: int, cancel_at: int) -> Subscriber:
    """Return a subscriber with the times at which the period and the subscription end."""
    open_shop(conn)
    one = subscribe(conn, start=day(-20), end=end)
    tell(conn, one.news(cancel_at=cancel_at))
    return one


def test_what_ends_months_later_is_charged_on_and_told_so(db: Connection) -> None:
    one = cancelled(db, day(2), day(100))
    assert remind(db) == 1
    (told,) = notices(db, "renewal_reminder")
    assert ("ends_at" in told, "renews_at" in told) == (False, True)
    tell(db, one.advance(day(2), day(33)).news(at=day(0) + 9, cancel_at=day(100)))
    assert remind(db, later(31)) == 1
    assert ["renews_at" in it for it in notices(db, "renewal_reminder")] == [True, True]


@pytest.mark.parametrize(
    ("cancel_at", "reminded"), [(2.99, 1), (0.01, 1), (3.01, 0), (9, 0), (-0.01, 0)]
)
def test_what_ends_before_its_period_does_is_told_three_days_before(
    db: Connection, cancel_at: float, reminded: int
) -> None:
    ends_at = day(cancel_at)
    cancelled(db, day(10), ends_at)
    for _ in range(2):
        remind(db)
    found = notices(db, "renewal_reminder")
    told = [datetime.fromisoformat(it["ends_at"]) for it in found]
    assert told == [datetime.fromtimestamp(ends_at, UTC)] * reminded


def test_what_ends_with_its_period_is_told_once(db: Connection) -> None:
    end = day(2)
    cancelled(db, end, end)
    assert (remind(db), remind(db)) == (1, 0)
    (told,) = notices(db, "renewal_reminder")
    assert datetime.fromisoformat(told["ends_at"]) == datetime.fromtimestamp(end, UTC)


def test_a_subscription_of_the_other_mode_is_not_told(db: Connection) -> None:
    open_shop(db)
    subscribe(db, start=day(-28), end=day(2))
    db.execute("update credits.subscriptions set livemode = true")
    assert remind(db) == 0


@pytest.mark.parametrize(
    "fields", [{"status": "canceled"}, {"pause_collection": {"behavior": "void"}}]
)
def test_what_is_over_or_paused_is_not_told(db: Connection, fields: dict[str, Any]) -> None:
    open_shop(db)
    subscriber = subscribe(db, start=day(-28), end=day(2))
    tell(db, subscriber.news(**fields))
    assert remind(db) == 0


@pytest.mark.parametrize(("days", "reminded"), [(6.99, 1), (0.01, 1), (7.01, 0)])
def test_credits_that_expire_are_told_within_seven_days(
    db: Connection, days: float, reminded: int
) -> None:
    account_id = funded_account(db, 10)
    expires_at = later(days)
    add(db, account_id, "12.5", expires_at=expires_at)
    assert remind(db) == reminded
    found = notices(db, "credits_expiring", account_id)
    assert [(it["credits"], it["source"]) for it in found] == [(12.5, "bonus")] * reminded
    for it in found:
        assert datetime.fromisoformat(it["expires_at"]) == expires_at


def test_each_grant_is_told_once_with_what_is_left_of_it(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=later(2))
    add(db, account_id, 20, expires_at=later(3))
    deduct(db, account_id, 4)
    assert remind(db) == 2
    assert remind(db, later(1)) == 0
    found = notices(db, "credits_expiring", account_id)
    assert sorted(it["credits"] for it in found) == [6, 20]


def test_what_is_spent_or_never_expires_is_not_told(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=later(2))
    add(db, account_id, 20)
    deduct(db, account_id, 10)
    assert remind(db) == 0


def test_allowances_are_not_told(db: Connection) -> None:
    use_catalog(db)
    account_id = funded_account(db)
    change_plan(db, account_id, "basic")
    query = "select expires_at from credits.grants where source = 'allowance'"
    ((expires_at,),) = db.execute(query).fetchall()
    assert remind(db, expires_at - DAY) == 0
    assert notices(db, "credits_expiring") == []


def test_what_has_expired_is_not_told(db: Connection) -> None:
    funded_account(db, 10, expires_at=later(2))
    assert remind(db, later(2) + MINUTE) == 0


def test_a_run_reminds_of_so_many_and_the_next_of_the_rest(db: Connection) -> None:
    open_shop(db)
    subscribe(db, start=day(-28), end=day(2))
    for _ in range(4):
        funded_account(db, 10, expires_at=later(2))
    ask = "select credits.remind(clock_timestamp(), 2)"
    assert [db.execute(ask).fetchone() for _ in range(4)] == [(2,), (2,), (1,), (0,)]
    assert len(notices(db, "renewal_reminder")) == 1
    assert len(notices(db, "credits_expiring")) == 4


def test_maintenance_reminds_of_a_thousand(db: Connection) -> None:
    account_id = funded_account(db)
    db.execute(
        "select public.add_credits(%s, 1, 'bonus', n::text, now() + interval '2 days')"
        " from generate_series(1, 1001) as n",
        [account_id],
    )
    assert [remind(db) for _ in range(3)] == [1000, 1, 0]


def test_what_is_told_costs_nothing_any_more(db: Connection) -> None:
    """No number of a notice either, whose sequence would run ahead by a thousand each run."""
    open_shop(db)
    subscribe(db, start=day(-28), end=day(2))
    funded_account(db, 10, expires_at=later(2))
    assert remind(db) == 2
    query = "select last_value from credits.outbox_id_seq"
    before = db.execute(query).fetchone()
    for _ in range(3):
        assert remind(db) == 0
    assert db.execute(query).fetchone() == before
