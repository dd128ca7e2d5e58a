"""Credits set aside for a call whose cost is known afterwards: each hold ends once."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tests.model.books import Account
from tests.model.entries import ZERO, Grant, Hold, RefusedError
from tests.model.spending import (
    cap_left,
    charge,
    check_active,
    check_spend,
    count_request,
    member_left,
)
from tests.wallets import Row

NO_ID = UUID(int=0)


def place(
    account: Account,
    amount: Decimal,
    ttl_seconds: int,
    user_id: UUID | None = None,
    service: str | None = None,
    is_partial: bool = False,
) -> Hold:
    """Set credits aside; the database gives the hold its id."""
    account.settle()
    check_active(account)
    count_request(account)
    if is_partial:
        bounds = [account.available, cap_left(account), member_left(account, user_id)]
        part = min(bound for bound in [amount, *bounds] if bound is not None)
        amount = part if part > 0 else amount
    check_spend(account, user_id, amount)
    expires_at = account.clock.now + timedelta(seconds=ttl_seconds)
    hold = Hold(NO_ID, amount, expires_at, user_id, service)
    return put_aside(account, hold, account.ranked())


def put_aside(account: Account, hold: Hold, grants: list[Grant]) -> Hold:
    """Take what a hold sets aside out of grants."""
    hold.parts = account.take(hold.amount, grants)
    account.holds.append(hold)
    hold.placed = (account.balance, account.held)
    return hold


def find(account: Account, hold_id: UUID) -> Hold:
    """Return a hold of an account, not that of a gift."""
    account.settle()
    for hold in account.holds:
        if hold.id == hold_id and not hold.is_gift:
            return hold
    raise RefusedError("PT404", "hold_not_found")


def extend(account: Account, hold_id: UUID, ttl_seconds: int) -> Row:
    """Let an open hold live longer, never shorter."""
    hold = find(account, hold_id)
    check_open(hold)
    hold.expires_at = max(hold.expires_at, account.clock.now + timedelta(seconds=ttl_seconds))
    return hold.show((account.balance, account.held))


def release(account: Account, hold_id: UUID) -> Row:
    """Give all of a hold back; again, that changes nothing."""
    hold = find(account, hold_id)
    if hold.state != "released":
        check_open(hold)
        account.end_hold(hold, "released")
        account.settle()
    return hold.show((account.balance, account.held))


def release_due(account: Account, at: datetime) -> int:
    """End the holds that are over by then, ahead of everything else; return how many that were."""
    due = [hold for hold in account.open_holds if hold.expires_at <= at]
    for hold in due:
        account.end_hold(hold, "expired")
    if due and account.debt:
        account.settle()
    return len(due)


def capture(account: Account, hold_id: UUID, request: Row, cost: Decimal | None) -> Row:
    """Charge what a call has cost (None: all that is held); the rest of the hold goes back.

    What was held is charged whatever the limits say now; only what is beyond it is checked. The
    same capture is answered as it was then.
    """
    hold = find(account, hold_id)
    if hold.captured and hold.captured[0] == request:
        return hold.captured[1]
    check_open(hold)
    held = hold.amount
    cost = held if cost is None else cost
    kept = first_parts(hold, cost)
    if cost > held:
        check_active(account)
        check_spend(account, hold.user_id, cost - held)
        for id_, part in account.take(cost - held, account.ranked()).items():
            kept[id_] = kept.get(id_, ZERO) + part
    elif cost < held:
        rest = {id_: part - kept.get(id_, ZERO) for id_, part in hold.parts.items()}
        hold.parts = kept
        account.give_back(rest)
        account.settle()
    hold.state = "captured"
    answer = charge(account, cost, kept, hold.user_id, hold.service)
    answer["released"] = max(held - cost, ZERO)
    hold.captured = (request, answer)
    return answer


def first_parts(hold: Hold, amount: Decimal) -> dict[int, Decimal]:
    """Return the part of a hold that burns down first."""
    kept: dict[int, Decimal] = {}
    for id_, part in hold.parts.items():
        if left := min(part, amount - sum(kept.values())):
            kept[id_] = left
    return kept


def check_open(hold: Hold) -> None:
    """Refuse a hold that has ended."""
    if hold.state != "open":
        raise RefusedError("PT409", "hold_not_open")
