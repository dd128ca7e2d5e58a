"""The books of one account: grants, holds, transactions and debt, as lists and sums."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.model.entries import (
    ZERO,
    Charge,
    Clock,
    Grant,
    Hold,
    Member,
    Move,
    Parts,
    RefusedError,
    Shown,
)
from tests.wallets import Row


@dataclass
class Account:
    """One account.

    Attributes:
        email: of the user whose personal account it is; a team has none.
        plan: all that the catalog says of it.
        is_duplicate: whether its person has had the welcome credits elsewhere.
        moves: the transactions since somebody has looked.
        last_id: how many transactions there are.
        answers: by scope and key, what was asked for and answered (a row, or what
            was made).
        requested_at: when the requests came that count against the limit per minute.
        members: of a team, by user.
        granted: the allowance of each period.
    """

    id: UUID
    clock: Clock
    email: str | None
    plan: Row = field(default_factory=dict)
    status: str = "active"
    is_duplicate: bool = False
    balance: Decimal = ZERO
    debt: Decimal = ZERO
    last_id: int = 0
    grants: dict[int, Grant] = field(default_factory=dict)
    holds: list[Hold] = field(default_factory=list)
    charges: dict[int, Charge] = field(default_factory=dict)
    moves: list[Move] = field(default_factory=list)
    answers: dict[tuple[str, str], tuple[Any, Row | Shown]] = field(default_factory=dict)
    requested_at: list[datetime] = field(default_factory=list)
    members: dict[UUID, Member] = field(default_factory=dict)
    welcome: Decimal | None = None
    anchor: datetime | None = None
    period: int | None = None
    granted: dict[int, Decimal] = field(default_factory=dict)

    @property
    def available(self) -> Decimal:
        """What can be spent."""
        return sum((g.remaining for g in self.grants.values()), ZERO)

    @property
    def open_holds(self) -> list[Hold]:
        """The holds that have not ended, soonest first."""
        found = (hold for hold in self.holds if hold.state == "open")
        return sorted(found, key=lambda hold: (hold.expires_at, hold.id))

    @property
    def held(self) -> Decimal:
        """What is set aside."""
        return sum((sum(hold.parts.values(), ZERO) for hold in self.open_holds), ZERO)

    @property
    def standing(self) -> Row:
        """What most answers end with."""
        return {"balance": self.balance, "held": self.held, "available": self.available}

    def is_due(self, at: datetime) -> bool:
        """Tell whether a hold or a grant is over by then, and not written off."""
        return any(hold.expires_at <= at for hold in self.open_holds) or any(
            grant.remaining and grant.is_over(at) for grant in self.grants.values()
        )

    def settle(self, until: datetime | None = None) -> tuple[int, int]:
        """End what is over now, or until a later time; return how many holds and grants that were.

        Every write begins so, and every reader sees what it would leave.
        """
        at = max(self.clock.now, until or self.clock.now)
        holds = [hold for hold in self.open_holds if hold.expires_at <= at]
        for hold in holds:
            self.end_hold(hold, "expired")
        due = [g for g in self.grants.values() if g.remaining and g.is_over(at)]
        for grant in sorted(due, key=lambda g: (g.expires_at, g.id)):
            self.post("expiry", -grant.remaining, self.take(grant.remaining, [grant]))
        self.repay()
        return len(holds), len(due)

    def end_hold(self, hold: Hold, state: str) -> None:
        """End a hold; all that it has left goes back to its grants."""
        hold.state = state
        self.give_back(hold.parts)

    def give_back(self, parts: Parts) -> None:
        """Return credits to the grants that gave them."""
        for id_, amount in parts.items():
            self.grants[id_].remaining += amount

    def repay(self) -> None:
        """Repay debt from what is available."""
        if repaid := min(self.debt, self.available):
            self.debt -= repaid
            self.post("clawback", -repaid, self.take(repaid, self.ranked()))

    def ranked(self) -> list[Grant]:
        """Return the grants in burn-down order."""
        return sorted(self.grants.values(), key=Grant.burn_rank)

    def take(self, amount: Decimal, grants: Iterable[Grant]) -> Parts:
        """Take credits out of grants, as far as they go; return what each gave."""
        taken: Parts = {}
        for grant in grants:
            part = min(grant.remaining, amount - sum(taken.values()))
            if part:
                grant.remaining -= part
                taken[grant.id] = part
        return taken

    def post(
        self,
        type_: str,
        amount: Decimal,
        parts: Parts,
        user_id: UUID | None = None,
        service: str | None = None,
    ) -> int:
        """Append a transaction and return its number."""
        self.balance += amount
        self.last_id += 1
        move = Move(dict(parts), type_, amount, self.balance, self.held, user_id, service)
        self.moves.append(move)
        return self.last_id

    def grant(
        self,
        source: str,
        amount: Decimal,
        *,
        priority: int = 100,
        expires_at: datetime | None = None,
        is_paid: bool = False,
        paid_cents: int | None = None,
        reference: str | None = None,
    ) -> int:
        """Grant credits, which repay debt at once; return the number of the grant."""
        if expires_at is not None and expires_at <= self.clock.now:
            raise RefusedError("22023", "invalid_expiry")
        id_ = self.last_id + 1
        self.grants[id_] = Grant(
            id_, source, amount, amount, priority, expires_at, is_paid, paid_cents, reference
        )
        self.post(source, amount, {id_: amount})
        self.repay()
        return id_

    def replay(self, scope: str, key: str, request: Any) -> Row | None:
        """Answer a key that was used before; refuse it for another request."""
        if (scope, key) not in self.answers:
            return None
        asked, answer = self.answers[scope, key]
        if asked != request:
            raise RefusedError("PT409", "idempotency_key_reused")
        return answer if isinstance(answer, dict) else answer.show()

    def keep(self, scope: str, key: str, request: Any, answer: Row | Shown) -> Row:
        """Remember what a key asked for and was answered; return the answer."""
        self.answers[scope, key] = (request, answer)
        return answer if isinstance(answer, dict) else answer.show()
