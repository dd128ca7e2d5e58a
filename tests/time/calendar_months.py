"""Months counted from an anchor, worked out here without the database's arithmetic."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime


def month_after(anchor: datetime, count: int) -> datetime:
    """Return the anchor's day and time so many months later; the last day of a shorter month."""
    years, month = divmod(anchor.month - 1 + count, 12)
    year = anchor.year + years
    return anchor.replace(
        year=year, month=month + 1, day=min(anchor.day, monthrange(year, month + 1)[1])
    )


def period_at(anchor: datetime, at: datetime) -> int:
    """Return how many whole months have passed since the anchor, counting one by one."""
    count = 0
    while month_after(anchor, count + 1) <= at:
        count += 1
    return count
