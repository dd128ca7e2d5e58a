"""The benchmark's report: a line for each comparison, with its goal and whether it was met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from scripts.measuring.comparisons import Comparison, Goal
from scripts.measuring.loads import Load, Run

HEAD = f"{'':42}{'ratio':>8}  {'goal':9}{'':8}{'per second':>11}{'WAL bytes':>11}"


def report(comparisons: Sequence[Comparison], measured: Mapping[Load, list[Run]]) -> Iterator[str]:
    """Yield the lines. What is ``missed`` is a figure of this machine and hour, not an error."""
    yield HEAD
    for one in comparisons:
        runs = measured[one.load]
        rate, wal = median(r.rate for r in runs), median(r.wal_bytes for r in runs)
        yield show_line(one.label, one.figure(measured), one.goal) + f"{rate:11,.0f}{wal:11,.0f}"
        if one.wal_goal:
            yield show_line("  its WAL, bytes", wal, one.wal_goal)


def show_line(label: str, figure: float, goal: Goal | None) -> str:
    """Return a figure with its goal and whether it is met, or with spaces where there is none."""
    verdict = f"{goal!s:9}{'met' if goal.is_met(figure) else 'missed':8}" if goal else f"{'':17}"
    return f"{label:42}{figure:8,.{0 if figure > 99 else 2}f}  {verdict}"
