"""Billing periods: their ends count from the anchor, so that a 31st comes back after a 30th."""

from __future__ import annotations

import calendar
import itertools
from datetime import UTC, datetime, timedelta

from scripts.dev.stripe.store import Json

DAY_SECONDS = 24 * 3600


def period_end(anchor: int, recurring: Json, start: int) -> int:
    """Return the first end of a period after ``start``; the anchor itself may be one.

    Args:
        anchor: The ``billing_cycle_anchor``, in Unix seconds.
        recurring: A price's interval and how many of them are one period.
        start: The period's start, in Unix seconds.
    """
    first = datetime.fromtimestamp(anchor, UTC)
    for number in itertools.count():
        end = int(_shift(first, recurring, number).timestamp())
        if end > start:
            return end
    raise AssertionError  # the count has no end


def _shift(first: datetime, recurring: Json, number: int) -> datetime:
    count = number * recurring["interval_count"]
    match recurring["interval"]:
        case "day":
            return first + timedelta(days=count)
        case "week":
            return first + timedelta(weeks=count)
        case "year":
            count *= 12
    year, month = divmod(first.year * 12 + first.month - 1 + count, 12)
    day = min(first.day, calendar.monthrange(year, month + 1)[1])
    return first.replace(year=year, month=month + 1, day=day)
