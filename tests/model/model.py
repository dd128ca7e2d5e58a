"""A plain model of one account: grants, burn-down, allowances, refunds, keys, without the database.

It is written from the published rules, with lists and sums, and shares nothing with the SQL.
Times are Python's; what the clock alone has expired is told to the model (``pass_by``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.time.calendar_months import month_after, period_at
from tests.wallets import CATALOG, Row

Move = tuple[str, Decimal, Decimal, dict[int, Decimal]]
Request = tuple[str, Row]
PLANS: dict[str, Row] = {plan["code"]: plan for plan in CATALOG["plans"]}
PLACES = Decimal("0.000000001")


class RefusedError(Exception):
    """The model refuses: SQLSTATE and token are the arguments."""


@dataclass
class Grant:
    """Credits of one origin; ``is_past`` when the real clock has passed its expiry."""

    id: int
    remaining: Decimal
    priority: int
    expires_at: datetime | None
    is_paid: bool
    is_past: bool = False

    def burn_rank(self) -> tuple[int, float, bool, int]:
        """Sort by the published order: priority, soonest expiry, free before paid, oldest."""
        expiry = self.expires_at.timestamp() if self.expires_at else float("inf")
        return (self.priority, expiry, self.is_paid, self.id)


@dataclass
class Sale:
    """What was paid for grants, how much of it went back, and what they gave back for it."""

    paid_cents: int
    given: dict[int, Decimal]
    refunded_cents: int = 0
    taken: dict[int, Decimal] = field(default_factory=dict)


@dataclass
class Account:
    """One account on the free plan, with its welcome credits.

    Attributes:
        moves: all transactions: type, amount, balance after it, what each grant gave or got.
        answers: what each key asked for, and what it was answered.
        debt: what a refund took and was not there.
    """

    grants: list[Grant] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    answers: dict[str, tuple[Request, Row]] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    debt: Decimal = Decimal(0)
    plan: str = "free"
    welcome: Decimal = Decimal(0)
    is_used: bool = False
    anchor: datetime | None = None
    period: int | None = None
    granted: dict[int, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._give_welcome("free")

    @property
    def balance(self) -> Decimal:
        """What a reader sees: what is past does not count, swept or not."""
        return sum((g.remaining for g in self.grants if not g.is_past), Decimal(0))

    def open_grants(self) -> dict[int, Decimal]:
        """Return what remains of each grant that a reader sees."""
        return {g.id: g.remaining for g in self.grants if g.remaining and not g.is_past}

    def period_ends_at(self) -> datetime | None:
        """Return when the account is due for renewal; never without an allowance."""
        has_allowance = PLANS[self.plan].get("monthly_credits", 0) > 0
        if self.anchor is None or self.period is None or not has_allowance:
            return None
        return month_after(self.anchor, self.period + 1)

    def replay(self, key: str, request: Request) -> Row | None:
        """Answer a key that was used before; refuse it for another request."""
        if key not in self.answers:
            return None
        if self.answers[key][0] != request:
            raise RefusedError("PT409", "idempotency_key_reused")
        self.sweep()
        return self.answers[key][1]

    def keep(self, key: str, request: Request, answer: Row) -> Row:
        """Remember what a key asked for and was answered; return the answer."""
        self.answers[key] = (request, answer)
        return answer

    def sweep(self, at: datetime | None = None) -> int:
        """Write off what is past, or due at a time; return how many grants that were."""
        due = [
            g
            for g in self.grants
            if g.remaining and (g.is_past or (at and g.expires_at and g.expires_at <= at))
        ]
        for grant in sorted(due, key=lambda g: (g.expires_at, g.id)):
            left, grant.remaining = grant.remaining, Decimal(0)
            self._post("expiry", -left, {grant.id: left})
        return len(due)

    def pass_by(self, grant_id: int) -> None:
        """The clock has passed a grant's expiry."""
        next(g for g in self.grants if g.id == grant_id).is_past = True

    def add(self, source: str, amount: Decimal, priority: int, expires_at: datetime | None) -> Row:
        """Grant credits."""
        self.sweep()
        id_ = self._grant(source, amount, priority, expires_at)
        return {"transaction_id": id_, "grant_id": id_, "amount": amount, **self._standing()}

    def spend(self, cost: Decimal) -> Row:
        """Take credits in the published order, or refuse and leave all as it was."""
        if cost > self.balance:
            raise RefusedError("PT402", "insufficient_credits")
        self.sweep()
        self.is_used = True
        self._post("usage", -cost, self._take(cost, sorted(self.grants, key=Grant.burn_rank)))
        return {"transaction_id": len(self.moves), "cost": cost, **self._standing()}

    def buy(self, paid_cents: int, bought: Decimal, bonus: Decimal) -> None:
        """Buy a pack."""
        self.sweep()
        sources = {"purchase": bought, "bonus": bonus}
        given = {
            self._grant(source, amount, 100, None): amount
            for source, amount in sources.items()
            if amount
        }
        self.sales.append(Sale(paid_cents, given))

    def refund(self, number: int, total_cents: int) -> None:
        """Take back what a sale gave for the part of its money that is refunded in all."""
        self.sweep()
        sale = self.sales[number]
        sale.refunded_cents = max(sale.refunded_cents, total_cents)
        for id_, amount in sale.given.items():
            share = (amount * sale.refunded_cents / sale.paid_cents).quantize(PLACES, ROUND_HALF_UP)
            due = share - sale.taken.get(id_, Decimal(0))
            if due:
                sale.taken[id_] = share
                ranked = sorted(self.grants, key=lambda g: (g.id != id_, g.burn_rank()))
                taken = self._take(min(due, self.balance), ranked)
                self.debt += due - sum(taken.values())
                self._post("clawback", Decimal(-sum(taken.values())), taken)

    def change_plan(self, code: str, now: datetime) -> Row:
        """Change the plan; ``now`` also becomes the anchor of the first plan with an allowance."""
        self.sweep()
        old, self.plan = self.plan, code
        given = self._give_welcome(code)
        if PLANS[code].get("monthly_credits"):
            self.anchor = self.anchor or now
            given += self._give_allowance(period_at(self.anchor, now))
        self._post("adjustment", Decimal(0), {})
        return {"old_plan": old, "new_plan": code, "granted": given}

    def renew(self, at: datetime) -> int:
        """Renew the account if its period has ended by then; return how many were renewed."""
        ends_at = self.period_ends_at()
        if ends_at is None or ends_at > at or self.anchor is None:
            return 0
        self.sweep(at)
        self._give_allowance(period_at(self.anchor, at))
        return 1

    def _give_welcome(self, plan: str) -> Decimal:
        offered = Decimal(PLANS[plan].get("welcome_credits", 0))
        due = max(Decimal(0), offered - self.welcome)
        if (self.welcome and self.is_used) or not due:
            return Decimal(0)
        self.welcome += due
        self._grant("welcome", due, 100, None)
        return due

    def _give_allowance(self, period: int) -> Decimal:
        self.period = period = period if self.period is None else max(period, self.period)
        plan = PLANS[self.plan]
        due = plan["monthly_credits"] - self.granted.get(period, Decimal(0))
        if due <= 0:
            return Decimal(0)
        self.granted[period] = self.granted.get(period, Decimal(0)) + due
        assert self.anchor is not None
        lasts = month_after(self.anchor, period + 1 + plan.get("rollover_months", 0))
        self._grant("allowance", due, 100, lasts)
        return Decimal(due)

    def _grant(
        self, source: str, amount: Decimal, priority: int, expires_at: datetime | None
    ) -> int:
        id_ = len(self.moves) + 1
        self.grants.append(Grant(id_, amount, priority, expires_at, source == "purchase"))
        self._post(source, amount, {id_: amount})
        if repaid := min(self.debt, self.balance):
            self.debt -= repaid
            ranked = sorted(self.grants, key=Grant.burn_rank)
            self._post("clawback", -repaid, self._take(repaid, ranked))
        return id_

    def _take(self, amount: Decimal, grants: list[Grant]) -> dict[int, Decimal]:
        taken: dict[int, Decimal] = {}
        for grant in grants:
            part = min(grant.remaining, amount - sum(taken.values()))
            if part:
                grant.remaining -= part
                taken[grant.id] = part
        return taken

    def _post(self, type_: str, amount: Decimal, grants: dict[int, Decimal]) -> None:
        before = self.moves[-1][2] if self.moves else Decimal(0)
        self.moves.append((type_, amount, before + amount, grants))

    def _standing(self) -> Row:
        balance = self.moves[-1][2]
        return {"balance": balance, "held": Decimal(0), "available": balance}


def price(service: str, quantity: Decimal, tools: list[str]) -> Decimal:
    """What a use of a service of the small catalog costs."""
    costs: dict[str, Any] = {
        "sms": quantity,
        "third": (quantity / 3).quantize(PLACES, ROUND_HALF_UP),
        "query": 5 + quantity * sum(5 if tool == "docs" else 3 for tool in set(tools)),
        "ping": Decimal(0),
    }
    return Decimal(costs[service])
