"""``admin_get_dispute_statistics``: its figures, against a plain reckoning of what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from tests.disputes.disputing import (
    administrator,
    decides,
    resolve,
    review,
    submit,
    withdraw,
)
from tests.support import Connection
from tests.usage.charges import charge, clock
from tests.wallets import Row, call, funded_account

REASONS = ("not_delivered", "wrong_amount", "poor_quality", "other")
RESOLVED = ("approved", "partially_approved", "rejected")
START = datetime(2026, 3, 1, tzinfo=UTC)
SPAN = timedelta(days=40)


def statistics(conn: Connection, **asked: Any) -> Row:
    row: Row = call(conn, "admin_get_dispute_statistics", **asked)
    return row


def tenth(value: Decimal) -> float:
    """Round as PostgreSQL rounds: halves away from zero."""
    return float(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def percentile(values: list[Decimal], part: float) -> float:
    """Return the value below which so much of all lies, between two of them where it is between."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    share = Decimal(place - low)
    return tenth(ordered[low] + (ordered[high] - ordered[low]) * share)


@dataclass(frozen=True)
class Reckoning:
    """Figures of some stored disputes."""

    rows: list[Row]

    @classmethod
    def of(cls, conn: Connection, since: datetime, until: datetime) -> Reckoning:
        """Read those that were filed in a time."""
        with conn.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute("select * from credits.disputes").fetchall()
        return cls([row for row in rows if since <= row["created_at"] < until])

    def hours(self, rows: Iterable[Row] | None = None) -> list[Decimal]:
        """Return how long each resolved one took."""
        return [
            Decimal((row["resolved_at"] - row["created_at"]) / timedelta(microseconds=1))
            / 3_600_000_000
            for row in (self.rows if rows is None else rows)
            if row["status"] in RESOLVED
        ]

    def by_reason(self) -> list[Row]:
        """Return the figures of each reason, the commonest first."""
        counts = Counter(row["reason"] for row in self.rows)
        found = []
        for reason, number in sorted(counts.items(), key=lambda it: (-it[1], it[0])):
            rows = [row for row in self.rows if row["reason"] == reason]
            found.append(
                {
                    "reason": reason,
                    "disputes": number,
                    "approved_percent": self.approved_percent(rows),
                    "refunded": float(sum(row["refunded"] for row in rows)),
                }
            )
        return found

    def administrators(self) -> list[Row]:
        """Return the figures of each who resolved some, the busiest first."""
        resolved = [row for row in self.rows if row["status"] in RESOLVED]
        counts = Counter(row["resolved_by"] for row in resolved)
        found = []
        for actor, number in sorted(counts.items(), key=lambda it: (-it[1], it[0])):
            rows = [row for row in resolved if row["resolved_by"] == actor]
            hours = self.hours(rows)
            found.append(
                {
                    "actor": actor,
                    "resolved": number,
                    "approved_percent": self.approved_percent(rows),
                    "refunded": float(sum(row["refunded"] for row in rows)),
                    "average_hours": tenth(sum(hours, Decimal(0)) / number),
                }
            )
        return found

    @staticmethod
    def approved_percent(rows: list[Row]) -> float | None:
        """Return how many percent of the resolved ones gave something back."""
        resolved = [row["refunded"] > 0 for row in rows if row["status"] in RESOLVED]
        return tenth(100 * Decimal(sum(resolved)) / len(resolved)) if resolved else None


def live(conn: Connection, number: int) -> list[UUID]:
    """Let so many disputes be filed over ``SPAN``, and most of them end; returns who decided."""
    rng = Random(number)  # noqa: S311 - to be the same each time
    admins = [administrator(conn) for _ in range(3)]
    for _ in range(number):
        user_id = funded_account(conn, 100)
        charged = charge(conn, user_id, rng.randint(1, 90))
        dispute = submit(conn, user_id, charged, reason=rng.choice(REASONS))
        end = rng.choice(["pending", "reviewed", "withdrawn", *RESOLVED])
        if end == "reviewed":
            review(conn, dispute)
        elif end == "withdrawn":
            withdraw(conn, user_id, dispute)
        elif end != "pending":
            refund = {"refund": dispute["requested_refund"] / 2} if end.startswith("part") else {}
            resolve(conn, dispute, end, by=rng.choice(admins), **refund)
        filed_at = START + SPAN * rng.random()
        took = timedelta(seconds=rng.randint(60, 500_000))
        conn.execute(
            "update credits.disputes set created_at = %s, resolved_at = case when resolved_at "
            "is not null then %s::timestamptz end where id = %s",
            [filed_at, filed_at + took, dispute["id"]],
        )
    return admins


def test_the_figures_are_those_of_a_plain_reckoning(db: Connection) -> None:
    live(db, 60)
    since, until = START + timedelta(days=5), START + timedelta(days=33)
    reckoned = Reckoning.of(db, since, until)
    assert 20 < len(reckoned.rows) < 60
    now = clock(db)
    found = statistics(db, since=since, until=until)
    hours = reckoned.hours()
    oldest = min(
        r["created_at"] for r in reckoned.rows if r["status"] not in (*RESOLVED, "withdrawn")
    )
    longest_open = found["resolution_hours"].pop("longest_open")
    assert abs(longest_open - (now - oldest) / timedelta(hours=1)) <= 0.2
    statuses = Counter(row["status"] for row in reckoned.rows)
    assert found == {
        "submitted": len(reckoned.rows),
        "open": statuses["pending"] + statuses["under_review"],
        "by_status": statuses,
        "requested_credits": sum(row["requested_refund"] for row in reckoned.rows),
        "refunded_credits": sum(row["refunded"] for row in reckoned.rows),
        "resolution_hours": {
            "average": tenth(sum(hours, Decimal(0)) / len(hours)),
            "median": percentile(hours, 0.5),
            "p90": percentile(hours, 0.9),
        },
        "by_reason": reckoned.by_reason(),
        "administrators": reckoned.administrators(),
    }
    assert len(statuses) == 6
    assert len(found["administrators"]) == 3


def test_a_dispute_belongs_to_the_time_in_which_it_was_filed(db: Connection) -> None:
    live(db, 1)
    db.execute("update credits.disputes set created_at = %s, resolved_at = null", [START])
    instant = timedelta(microseconds=1)
    for since, until, number in (
        (START, START + instant, 1), (START - instant, START, 0), (START + instant, None, 0),
    ):  # fmt: skip
        assert statistics(db, since=since, until=until)["submitted"] == number


def test_without_a_time_it_is_about_the_last_90_days(db: Connection) -> None:
    user_id = funded_account(db, 100)
    for days in (0, 89, 91):
        dispute = submit(db, user_id, charge(db, user_id, 1))
        db.execute(
            "update credits.disputes set created_at = created_at - make_interval(days => %s)"
            " where id = %s",
            [days, dispute["id"]],
        )
    assert statistics(db)["submitted"] == 2
    until = clock(db) - timedelta(days=10)
    assert statistics(db, until=until)["submitted"] == 2
    assert statistics(db, since=START - timedelta(days=3650))["submitted"] == 3


def test_where_nothing_was_disputed_it_is_all_nothing(db: Connection) -> None:
    assert decides(db, administrator(db), "admin_get_dispute_statistics") == {
        "submitted": 0, "open": 0, "by_status": {}, "requested_credits": 0, "refunded_credits": 0,
        "resolution_hours": {"average": None, "median": None, "p90": None, "longest_open": None},
        "by_reason": [], "administrators": [],
    }  # fmt: skip
