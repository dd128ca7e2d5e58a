"""Usage by day reckoned in plain Python from the stored history, and what reports make of it.

It shares nothing with the SQL: rows are read once, and every sum is an exact fraction.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from tests.support import Connection
from tests.wallets import Row

FIGURES = (
    "calls", "credits", "free_credits", "refunded", "quantity", "provider_cost", "earned_cents",
)  # fmt: skip
TINY = Fraction(1, 10**9)
MOMENT = timedelta(microseconds=1)
NOBODY = UUID(int=0)  # who acted, in the stored usage, where nobody in particular did


@dataclass(frozen=True)
class Key:
    """Whose usage, when, of what."""

    account_id: UUID
    day: date
    service: str
    user_id: UUID | None
    currency: str | None


@dataclass
class Sums:
    """Figures that add up; cents of what was paid for the credits."""

    values: dict[str, Fraction] = field(default_factory=lambda: dict.fromkeys(FIGURES, Fraction(0)))

    def add(self, name: str, value: Any) -> None:
        """Add a value to one of the figures; None is nothing."""
        self.values[name] += Fraction(value or 0)

    def __add__(self, other: Sums) -> Sums:
        return Sums({name: self.values[name] + other.values[name] for name in FIGURES})

    def __getattr__(self, name: str) -> Fraction:
        return self.values[name]


Usage = dict[Key, Sums]


def rows(conn: Connection, table: str) -> list[Row]:
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(f"select * from credits.{table}".encode()).fetchall()


def priced_grants(conn: Connection) -> dict[tuple[UUID, int], Row]:
    """Return all grants; those of a plan with the price of their part of the payment's time."""
    grants = {(row["account_id"], row["id"]): row for row in rows(conn, "grants")}
    payments = {(row["account_id"], row["id"]): row for row in rows(conn, "payments")}
    for row in rows(conn, "allowances"):
        payment = payments[row["account_id"], row["payment_id"]]
        if payment["amount_cents"]:
            paid_for = payment["period_end_at"] - payment["period_start_at"]
            share = Fraction((row["ends_at"] - row["starts_at"]) // MOMENT) / (paid_for // MOMENT)
            grants[row["account_id"], row["transaction_id"]] |= {
                "paid_cents": payment["amount_cents"] * share,
                "currency": payment["currency"],
            }
    return grants


def reckon(conn: Connection) -> Usage:
    """Return the usage of all accounts, from their whole histories."""
    grants = priced_grants(conn)
    refunds = {(row["account_id"], row["id"]): row for row in rows(conn, "usage_refunds")}
    usage: Usage = {}
    for row in rows(conn, "transactions"):
        account_id = row["account_id"]
        refund = refunds.get((account_id, row["id"]))
        if row["type"] != "usage" and refund is None:
            continue
        moved = row["grants"] if refund is None else refund["grants"]
        # A call is counted once, where the grant that is first by the letters of its number is.
        parts = [(key, grants[account_id, int(key)]) for key in sorted(moved)] or [("", {})]
        for place, (key, grant) in enumerate(parts):
            day = row["created_at"].astimezone(UTC).date()
            where = Key(
                account_id, day, row["service"] or "", row["user_id"], grant.get("currency")
            )
            sums = usage.setdefault(where, Sums())
            amount = Fraction(str(moved.get(key, 0)))
            cents = grant.get("paid_cents")
            worth = Fraction(0) if cents is None else amount * cents / Fraction(grant["amount"])
            if refund:
                sums.add("refunded", amount)
                sums.add("earned_cents", -worth)
                continue
            sums.add("credits", amount)
            sums.add("earned_cents", worth)
            if cents is None:
                sums.add("free_credits", amount)
            if place == 0:
                sums.add("calls", 1)
                sums.add("quantity", row["quantity"])
                sums.add("provider_cost", row["provider_cost"])
    return usage


def rolled_up(conn: Connection) -> Usage:
    """Return the usage that is stored by day."""
    found: Usage = {}
    for row in rows(conn, "usage_daily"):
        user_id = row["user_id"] if row["user_id"] != NOBODY else None
        key = Key(row["account_id"], row["day"], row["service"], user_id, row["currency"] or None)
        assert key not in found
        found[key] = Sums({name: Fraction(row[name]) for name in FIGURES})
    return found


def totals(conn: Connection) -> dict[Any, Sums]:
    """Return the usage of all accounts together that is stored by day, service and currency."""
    return {
        (row["day"], row["service"], row["currency"] or None): Sums(
            {name: Fraction(row[name]) for name in FIGURES}
        )
        for row in rows(conn, "usage_totals")
    }


def differences(conn: Connection) -> list[tuple[Any, str, Fraction, Fraction]]:
    """Return where the stored usage differs from the reckoned one; quotients have 16 places."""
    reckoned = reckon(conn)
    together = summed(reckoned, lambda key: (key.day, key.service, key.currency))
    pairs: list[tuple[dict[Any, Sums], dict[Any, Sums]]] = [
        (reckoned, rolled_up(conn)), (together, totals(conn)),
    ]  # fmt: skip
    return [
        (key, name, one.get(key, Sums()).values[name], other.get(key, Sums()).values[name])
        for one, other in pairs
        for key in one.keys() | other.keys()
        for name in FIGURES
        if abs(one.get(key, Sums()).values[name] - other.get(key, Sums()).values[name]) > TINY
    ]


def summed(
    usage: Usage, by: Callable[[Key], Hashable], days: Iterable[date] | None = None
) -> dict[Any, Sums]:
    """Add usage up by something of its keys, of some days or of all."""
    wanted = None if days is None else set(days)
    found: dict[Any, Sums] = {}
    for key, sums in usage.items():
        if wanted is None or key.day in wanted:
            found[by(key)] = found.get(by(key), Sums()) + sums
    return found


def rounded(value: Fraction, places: int) -> Decimal:
    """Round as PostgreSQL rounds: halves away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part: Fraction, whole: Fraction) -> Decimal | None:
    """Return a share in percent, with one place; None of nothing."""
    return rounded(100 * part / whole, 1) if whole else None
