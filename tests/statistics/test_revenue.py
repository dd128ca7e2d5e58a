"""``admin_get_revenue``, ``admin_get_system_summary``: what was paid, went back, and is owed."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.disputes.disputing import submit
from tests.returns.model import Told
from tests.returns.sales import PACKS, Purchase, bought, open_shop, tell
from tests.statistics.living import DAY, roll_up
from tests.statistics.test_usage_stats import start_of
from tests.support import Connection
from tests.usage.charges import charge, clock, hold, refund
from tests.wallets import Row, add, call, call_all, funded_account, refused

# Two packs a day for some days around the end of a month and of a week, and what went back of some.
START = datetime(2026, 8, 28, 23, 59, 59, 999999, tzinfo=UTC)
RETURNED = {1: Told("charge.refunded", 250), 3: Told("charge.refunded", 3), 6: Told(
    "charge.dispute.created", 1000, "du_1", "needs_response", 10
)}  # fmt: skip
ALL = {"since": "2026-01-01", "until": "2100-01-01"}


def paid_at(conn: Connection, purchase: Purchase, at: datetime, currency: str = "usd") -> None:
    """Let a payment be of another time and currency."""
    conn.execute(
        "update credits.payments set paid_at = %s, currency = %s where id = %s",
        [at, currency, purchase.payment_id],
    )


def sell(conn: Connection) -> list[tuple[date, str, int, int, int]]:
    """Sell packs; returns of each payment its day, currency, cents, returned cents and credits."""
    open_shop(conn)
    sales = []
    for number in range(8):
        package = "thirds" if number % 4 == 3 else "pack"
        purchase = bought(conn, package=package)
        told = RETURNED.get(number)
        if told:
            tell(conn, purchase, told)
        at, currency = START + number * DAY / 2, "eur" if number == 5 else "usd"
        paid_at(conn, purchase, at, currency)
        pack = PACKS[package]
        sales.append(
            (at.date(), currency, pack["price_cents"], told.cents if told else 0, pack["credits"])
        )
    return sales


@pytest.mark.parametrize("bucket", ["day", "week", "month", "year"])
@pytest.mark.parametrize("zone", ["America/New_York", "UTC"])
def test_revenue_is_that_of_a_plain_reckoning(db: Connection, bucket: str, zone: str) -> None:
    expected: dict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for day, currency, *figures in sell(db):
        sums = expected[start_of(day, bucket), currency]
        sums[:] = [a + b for a, b in zip(sums, [1, *figures], strict=True)]
    db.execute("select set_config('timezone', %s, true)", [zone])
    found = call_all(db, "admin_get_revenue", bucket=bucket, **ALL)
    assert [
        (
            row["bucket_start"], row["currency"], row["payments"], row["gross_cents"],
            row["returned_cents"], row["net_cents"], row["credits_sold"],
        )
        for row in found
    ] == [
        (
            datetime(day.year, day.month, day.day, tzinfo=UTC), currency, number, gross, returned,
            gross - returned, sold,
        )
        for (day, currency), (number, gross, returned, sold) in sorted(expected.items())
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("since", "until", "payments"),
    [
        (START, START + timedelta(microseconds=1), 1),
        (START - 3 * DAY, START - DAY, 0),
        (START - DAY, START - DAY / 2, 1),
        (START + timedelta(microseconds=1), START + DAY, 2),
        (START, START + timedelta(microseconds=2), 3),
        (None, START + 4 * DAY, 8),
        (None, START + 33 * DAY, 3),
        (START, START - DAY, 0),
    ],
)
def test_payments_count_by_whole_days(
    db: Connection, since: Any, until: Any, payments: int
) -> None:
    sell(db)
    found = call_all(db, "admin_get_revenue", since=since, until=until)
    assert sum(row["payments"] for row in found) == payments


def test_what_is_won_back_counts_again(db: Connection) -> None:
    open_shop(db)
    purchase = bought(db)
    tell(db, purchase, Told("charge.dispute.created", 1000, "du_1", "needs_response", 10))
    (row,) = call_all(db, "admin_get_revenue", **ALL)
    assert (row["gross_cents"], row["returned_cents"], row["net_cents"]) == (1000, 1000, 0)
    tell(db, purchase, Told("charge.dispute.closed", 1000, "du_1", "won", 20))
    (row,) = call_all(db, "admin_get_revenue", **ALL)
    assert (row["returned_cents"], row["net_cents"]) == (0, 1000)


@pytest.mark.parametrize("bucket", ["", "hour", "Month", None])
def test_there_are_four_buckets(db: Connection, bucket: str | None) -> None:
    with refused(db, "22023", "invalid_bucket"):
        call_all(db, "admin_get_revenue", bucket=bucket)


def summary(conn: Connection) -> Row:
    found: Row = call(conn, "admin_get_system_summary")
    return found


def test_an_empty_system_is_all_nothing(db: Connection) -> None:
    found = summary(db)
    assert (found["accounts"], found["credits_by_source"]) == ({}, {})
    assert found["credits"] == {"balance": 0, "held": 0, "available": 0, "debt": 0}
    assert found["waiting"] == {"disputes": 0, "acts": 0, "stripe_events": 0, "dead_notices": 0}
    assert found["month"]["calls"] == 0
    assert found["distribution"]["accounts"] == 0


def test_the_summary_is_that_of_a_plain_reckoning(db: Connection) -> None:
    open_shop(db)
    amounts: list[Any] = [5, 7, 100, Decimal("0.5"), 40]
    accounts = [funded_account(db, amount) for amount in amounts]
    hold(db, accounts[2], 30)
    charged = charge(db, accounts[4], 15, service="sms")
    refund(db, accounts[4], charged, 2)
    db.execute("update credits.accounts set status = 'paused' where id = %s", [accounts[1]])
    add(db, accounts[0], 3, "purchase")
    purchase = bought(db, package="plain")
    submit(db, accounts[4], charged)
    roll_up(db)
    found = summary(db)
    balances: list[Any] = [Decimal("0.5"), 7, 8, 27, 100, 100]
    total = sum(balances)
    ((statuses,),) = db.execute(
        "select jsonb_object_agg(status, n) from"
        " (select status, count(*) as n from credits.accounts group by status) as s"
    ).fetchall()
    assert found["accounts"] == statuses
    assert (statuses["paused"], statuses["active"]) == (1, 5)
    assert found["credits"] == {
        "balance": total, "held": 30, "available": total - 30, "debt": 0,
    }  # fmt: skip
    assert found["credits_by_source"] == {
        "bonus": 5 + 7 + 70 + Decimal("0.5") + 27, "purchase": 3 + 100,
    }  # fmt: skip
    assert found["distribution"] == {
        "accounts": 6,
        "average": float(round(total / 6, 2)),
        "median": balances[2],
        "p90": 100,
        "p99": 100,
        "largest": 100,
        "top_percent_share": float(round(100 * 100 / total, 1)),
    }
    assert found["month"] == {
        "calls": 1, "spent": 15, "refunded": 2, "active_accounts": 1,
        "gross_cents": {"usd": PACKS["plain"]["price_cents"]},
    }  # fmt: skip
    assert found["waiting"]["disputes"] == 1
    # A payment of last month is not this month's.
    paid_at(db, purchase, clock(db).replace(day=1, hour=0, minute=0, second=0) - DAY)
    assert summary(db)["month"]["gross_cents"] == {}
