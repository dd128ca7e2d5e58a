"""A history of one account step by step, and plain Python that replays what is stored of it.

``Ledger`` reads the rows once and derives from transactions, holds and expiries alone what stood
at any time: it shares nothing with the SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from tests.support import Connection
from tests.usage.charges import capture, charge, clock, hold, pass_expiry, refund
from tests.wallets import Row, add, balance_of, call, history

FAR = "2100-01-01"
ZERO = Decimal(0)


def balance_at(conn: Connection, account_id: UUID, at: Any) -> Any:
    """Ask what the balance was at a time."""
    return call(conn, "get_credit_balance_at", account_id=account_id, at=at)


def pass_hold(conn: Connection, hold_id: UUID) -> None:
    """Let a hold's time pass; nothing sweeps it yet."""
    conn.execute(
        """
        with h as (
            update credits.holds set expires_at = clock_timestamp() where id = %s
            returning account_id, expires_at
        )
        update credits.accounts as a set next_expiry_at = least(a.next_expiry_at, h.expires_at)
        from h where a.id = h.account_id
        """,
        [hold_id],
    )


@dataclass
class Ledger:
    """All that is stored of one account, as rows."""

    transactions: list[Row]
    grants: list[Row]
    holds: list[Row]

    @classmethod
    def read(cls, conn: Connection, account_id: UUID) -> Ledger:
        """Read it."""

        def rows(table: str) -> list[Row]:
            query = f"select * from credits.{table} where account_id = %s"
            with conn.cursor(row_factory=dict_row) as cursor:
                return cursor.execute(query.encode(), [account_id]).fetchall()

        return cls(history(conn, account_id), rows("grants"), rows("holds"))

    def held_at(self, at: datetime) -> dict[int, Decimal]:
        """Return what open holds kept of each grant at a time."""
        kept: dict[int, Decimal] = {}
        for row in self.holds:
            ends_at = min(filter(None, (row["ended_at"], row["expires_at"])))
            if row["created_at"] <= at < ends_at:
                for id_, part in row["grants"].items():
                    kept[int(id_)] = kept.get(int(id_), ZERO) + Decimal(str(part))
        return kept

    def left_at(self, at: datetime) -> dict[int, Decimal]:
        """Return what was left of each grant at a time, held or not, expired or not."""
        left: dict[int, Decimal] = {}
        for row in self.transactions:
            if row["created_at"] <= at:
                sign = 1 if row["amount"] > 0 else -1
                for id_, part in row["grants"].items():
                    left[int(id_)] = left.get(int(id_), ZERO) + sign * Decimal(str(part))
        return left

    def free_at(self, at: datetime) -> dict[int, Decimal]:
        """Return what of each grant could be spent at a time: not held, and not expired."""
        kept = self.held_at(at)
        lives = {row["id"]: row["expires_at"] for row in self.grants}
        free = {
            id_: part - kept.get(id_, ZERO)
            for id_, part in self.left_at(at).items()
            if lives[id_] is None or lives[id_] > at
        }
        return {id_: part for id_, part in free.items() if part}

    def balance_at(self, at: datetime) -> Decimal:
        """Return the balance at a time: what is free, and what is held."""
        return sum(self.free_at(at).values(), ZERO) + sum(self.held_at(at).values(), ZERO)


class Story:
    """Things that happen to one account.

    Attributes:
        seen: times, each with the balance that a reader was shown at about that time.
    """

    def __init__(self, conn: Connection, account_id: UUID) -> None:
        self.conn = conn
        self.account_id = account_id
        self.seen: list[tuple[datetime, Any]] = []
        self.mortals: list[int] = []
        self.charges: list[int] = []
        self.holds: list[UUID] = []
        self.look()

    def look(self) -> None:
        """Remember the balance that a reader is shown, and when."""
        before = clock(self.conn)
        self.seen.append((before, balance_of(self.conn, self.account_id)["balance"]))

    @property
    def available(self) -> Any:
        """What can be spent."""
        return balance_of(self.conn, self.account_id)["available"]

    def give(self, amount: Decimal) -> None:
        """Grant credits that last."""
        add(self.conn, self.account_id, amount)

    def lend(self, amount: Decimal) -> None:
        """Grant credits that burn first, and will expire."""
        answer = add(self.conn, self.account_id, amount, expires_at=FAR)
        self.mortals.append(answer["grant_id"])

    def expire(self, _: Decimal) -> None:
        """Let the oldest of the credits that will expire do so; nothing sweeps them."""
        if self.mortals:
            pass_expiry(self.conn, self.account_id, self.mortals.pop(0))

    def spend(self, amount: Decimal) -> None:
        """Use an amount, or what there is."""
        if amount := min(amount, self.available):
            self.charges.append(charge(self.conn, self.account_id, amount))

    def keep(self, amount: Decimal) -> None:
        """Hold an amount, or what there is."""
        if amount := min(amount, self.available):
            self.holds.append(hold(self.conn, self.account_id, amount))

    def take(self, amount: Decimal) -> None:
        """Capture an amount of the newest hold, at most what it is of."""
        if self.holds:
            hold_id = self.holds.pop()
            query = "select amount from credits.holds where id = %s"
            ((held,),) = self.conn.execute(query, [hold_id]).fetchall()
            self.charges.append(capture(self.conn, self.account_id, hold_id, min(amount, held)))

    def let_go(self, _: Decimal) -> None:
        """Release the oldest hold."""
        if self.holds:
            hold_id = self.holds.pop(0)
            call(self.conn, "release_credits", account_id=self.account_id, hold_id=hold_id)

    def forget(self, _: Decimal) -> None:
        """Let the oldest hold's time pass; nothing sweeps it."""
        if self.holds:
            pass_hold(self.conn, self.holds.pop(0))

    def give_back(self, _: Decimal) -> None:
        """Refund the newest charge."""
        if self.charges:
            refund(self.conn, self.account_id, self.charges.pop())

    def sweep(self, _: Decimal) -> None:
        """Sweep what is over."""
        call(self.conn, "run_credit_maintenance", at=clock(self.conn))


STEPS = (
    "give", "lend", "expire", "spend", "keep", "take", "let_go", "forget", "give_back", "sweep",
)  # fmt: skip
