"""What is charged at once: prices, limits, uses, single and in batches, and credits added."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import PLACES, ZERO, Charge, Parts, RefusedError
from tests.wallets import Row

MINUTE = timedelta(seconds=60)


def price(service: str, quantity: Decimal, tools: list[str]) -> Decimal:
    """Return what a use of a service of the shop costs."""
    costs: dict[str, Any] = {
        "sms": quantity,
        "third": (quantity / 3).quantize(PLACES, ROUND_HALF_UP),
        "query": 5 + quantity * sum(5 if tool == "docs" else 3 for tool in set(tools)),
        "ping": ZERO,
    }
    if service not in costs:
        raise RefusedError("22023", "unknown_service")
    return Decimal(costs[service])


def month_spent(account: Account, user_id: UUID | None = None) -> Decimal:
    """Return what an account, or one member, has spent this month and was not refunded."""
    return sum(
        (
            charge.cost - charge.refunded
            for charge in account.charges.values()
            if charge.at >= account.clock.month and user_id in (None, charge.user_id)
        ),
        ZERO,
    )


def cap_left(account: Account) -> Decimal | None:
    """Return what is left of the monthly cap; what is held for uses counts as spent."""
    cap = account.plan.get("monthly_spend_cap")
    if cap is None:
        return None
    held = sum((hold.amount for hold in account.open_holds if not hold.is_gift), ZERO)
    return Decimal(cap) - month_spent(account) - held


def member_left(account: Account, user_id: UUID | None) -> Decimal | None:
    """Return what is left of a member's monthly cap; what the member holds counts as spent."""
    member = account.members.get(user_id) if user_id else None
    if member is None or member.cap is None:
        return None
    held = sum((hold.amount for hold in account.open_holds if hold.user_id == user_id), ZERO)
    return member.cap - month_spent(account, user_id) - held


def may_spend(account: Account, user_id: UUID) -> bool:
    """Tell whether a user may spend an account's credits."""
    member = account.members.get(user_id)
    return user_id == account.id or (member is not None and member.role != "viewer")


def check_active(account: Account) -> None:
    """Refuse an account that is paused."""
    if account.status != "active":
        raise RefusedError("PT403", "account_paused")


def count_request(account: Account) -> None:
    """Count a request, of which there may be so many in any minute."""
    now, limit = account.clock.now, account.plan.get("requests_per_minute")
    if limit is None:
        return
    account.requested_at = [at for at in account.requested_at if at > now - MINUTE]
    if len(account.requested_at) >= limit:
        raise RefusedError("PT429", "rate_limited")
    account.requested_at.append(now)


def check_spend(account: Account, user_id: UUID | None, amount: Decimal) -> None:
    """Refuse what a member may not spend, what is beyond a cap, and what is not there."""
    if account.email is None and user_id and not may_spend(account, user_id):
        raise RefusedError("PT404", "member_not_found")
    left, cap = member_left(account, user_id), cap_left(account)
    if left is not None and amount > left:
        raise RefusedError("PT402", "member_cap_reached")
    if cap is not None and amount > cap:
        raise RefusedError("PT402", "spend_cap_reached")
    if amount > account.available:
        raise RefusedError("PT402", "insufficient_credits")


def charge(
    account: Account, cost: Decimal, parts: Parts, user_id: UUID | None, service: str | None
) -> Row:
    """Write a charge that was paid by some grants."""
    id_ = account.post("usage", -cost, parts, user_id, service)
    account.charges[id_] = Charge(id_, cost, dict(parts), account.clock.now, user_id, service)
    return {"transaction_id": id_, "cost": cost, **account.standing}


def spend(
    account: Account,
    cost: Decimal,
    user_id: UUID | None = None,
    service: str | None = None,
    counts: bool = True,
) -> Row:
    """Charge a use in burn-down order; ``counts`` when it is a request of its own."""
    account.settle()
    check_active(account)
    if counts:
        count_request(account)
    check_spend(account, user_id, cost)
    return charge(account, cost, account.take(cost, account.ranked()), user_id, service)


def add(
    account: Account, source: str, amount: Decimal, priority: int, expires_at: datetime | None
) -> Row:
    """Grant credits."""
    account.settle()
    id_ = account.grant(
        source, amount, priority=priority, expires_at=expires_at, is_paid=source == "purchase"
    )
    return {"transaction_id": id_, "grant_id": id_, "amount": amount, **account.standing}
