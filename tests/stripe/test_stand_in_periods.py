"""Billing periods count from their anchor, on a calendar with months of many lengths."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scripts.dev.stripe.periods import period_end
from tests.stripe.subscribing import at


def ends(anchor: str, interval: str, count: int) -> list[str]:
    """Return when the first three periods end."""
    start, found = at(anchor), []
    for _ in range(3):
        start = period_end(at(anchor), {"interval": interval, "interval_count": count}, start)
        found.append(f"{datetime.fromtimestamp(start, UTC):%Y-%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("anchor", "interval", "count", "expected"),
    [
        (
            "2027-01-31 12:30",
            "month",
            1,
            "2027-02-28 12:30, 2027-03-31 12:30, 2027-04-30 12:30",
        ),
        (
            "2027-11-30 00:00",
            "month",
            1,
            "2027-12-30 00:00, 2028-01-30 00:00, 2028-02-29 00:00",
        ),
        (
            "2027-12-31 00:00",
            "month",
            3,
            "2028-03-31 00:00, 2028-06-30 00:00, 2028-09-30 00:00",
        ),
        (
            "2028-02-29 00:00",
            "year",
            1,
            "2029-02-28 00:00, 2030-02-28 00:00, 2031-02-28 00:00",
        ),
        (
            "2027-12-30 00:00",
            "week",
            1,
            "2028-01-06 00:00, 2028-01-13 00:00, 2028-01-20 00:00",
        ),
        (
            "2027-12-30 00:00",
            "day",
            2,
            "2028-01-01 00:00, 2028-01-03 00:00, 2028-01-05 00:00",
        ),
    ],
)
def test_a_period_ends_on_the_anchors_day_or_the_months_last(
    anchor: str, interval: str, count: int, expected: str
) -> None:
    assert ends(anchor, interval, count) == expected.split(", ")


def test_an_anchor_ahead_is_the_first_end() -> None:
    recurring = {"interval": "month", "interval_count": 1}
    assert period_end(1_000, recurring, 400) == 1_000
