"""What is compared with what, and the goals: pgcredits' targets, as far as one machine shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from scripts.measuring.databases import HOT, LIMITED
from scripts.measuring.loads import Load, Run

BATCH = 100


@dataclass(frozen=True)
class Goal:
    """The least that a figure may be, or the most."""

    limit: float
    is_most: bool = False

    def is_met(self, figure: float) -> bool:
        """Say whether a figure is good."""
        return figure <= self.limit if self.is_most else figure >= self.limit

    def __str__(self) -> str:
        return f"{'<=' if self.is_most else '>='} {self.limit:,.{0 if self.limit > 99 else 2}f}"


def at_least(limit: float) -> Goal:
    """Return a goal for rates: so much of the baseline's."""
    return Goal(limit)


def at_most(limit: float) -> Goal:
    """Return a goal for costs: so many times the baseline's."""
    return Goal(limit, is_most=True)


@dataclass(frozen=True)
class Comparison:
    """One line of the report: a load against a baseline.

    The figure is the median of the rounds' ratios of rates (events per second); where the goal is a
    cost, of their inverse.

    Attributes:
        goal: None for what is only shown.
        wal_goal: of the bytes of WAL for each event.
    """

    label: str
    load: Load
    baseline: Load
    goal: Goal | None = None
    wal_goal: Goal | None = None

    def figure(self, measured: Mapping[Load, list[Run]]) -> float:
        """Return the ratio that the goal is about."""
        pairs = zip(measured[self.load], measured[self.baseline], strict=True)
        is_cost = self.goal is not None and self.goal.is_most
        return median(
            base.rate / run.rate if is_cost else run.rate / base.rate for run, base in pairs
        )


FLOOR, HOT_FLOOR = Load("floor", writes="entries"), Load("floor", HOT, writes="entries")
NAIVE, HOT_NAIVE = Load("naive", writes="entries"), Load("naive", HOT, writes="entries")
CHARGE, HOT_CHARGE = Load("deduct"), Load("deduct", HOT)
SELECT, BALANCE = Load("select", writes=None), Load("balance", writes=None)
SHELL = Load("deduct_in_shell", LIMITED)

COMPARISONS = (
    Comparison("the floor", FLOOR, FLOOR),
    Comparison("naive select, update, insert", NAIVE, FLOOR),
    Comparison("a charge", CHARGE, FLOOR, at_least(0.5), at_most(1100)),
    Comparison("batches of 100, to charges", Load("batch", events=BATCH), CHARGE, at_least(1.5)),
    Comparison("a hold and its capture, in charges", Load("hold"), CHARGE, at_most(2.2)),
    Comparison("the floor, one account", HOT_FLOOR, HOT_FLOOR),
    Comparison("naive, one account", HOT_NAIVE, HOT_FLOOR),
    Comparison("a charge, one account", HOT_CHARGE, HOT_FLOOR, at_least(0.6), at_most(1100)),
    Comparison(
        "batches of 100 to charges, one account", Load("batch", HOT, BATCH), HOT_CHARGE, at_least(8)
    ),
    Comparison("a hold and its capture, one account", Load("hold", HOT), HOT_CHARGE, at_most(2.2)),
    Comparison("a team's charge, to the floor", Load("team", HOT), HOT_FLOOR),
    Comparison("a team's batches of 100, to the floor", Load("team_batch", HOT, BATCH), HOT_FLOOR),
    Comparison("a charge in PostgREST's shell", SHELL, FLOOR),
    Comparison(
        "use_credits as a user, to that", Load("use_in_shell", LIMITED), SHELL, at_least(0.8)
    ),
    Comparison("a select by primary key", SELECT, SELECT),
    Comparison("a balance, in selects", BALANCE, SELECT, at_most(1.5)),
)


def comparisons_when_grown() -> tuple[Comparison, ...]:
    """Return what is compared besides, in a database that was filled, with one that was not."""
    balance = Load("balance", HOT, writes=None, database="grown")
    newest, deep = (
        Load(name, HOT, writes=None, database="grown") for name in ("first_page", "deep_page")
    )
    return (
        Comparison(
            "a charge in the grown table", Load("deduct", database="grown"), CHARGE, at_least(0.9)
        ),
        Comparison("a balance in the grown table", balance, SELECT),
        Comparison("the newest 50, in balances", newest, balance, at_most(3)),
        Comparison("50 at any depth, in balances", deep, balance, at_most(3)),
    )
