"""What plans give: welcome credits once, and the allowance of each period."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.model.books import Account
from tests.model.entries import ZERO
from tests.time.calendar_months import month_after, period_at
from tests.wallets import Row


def change_plan(account: Account, plan: Row) -> Row:
    """Put an account on a plan; the first one with an allowance sets the anchor."""
    account.settle()
    old, account.plan = account.plan.get("code"), plan
    given = give_welcome(account)
    if plan.get("monthly_credits"):
        account.anchor = account.anchor or account.clock.now
        given += give_allowance(account, period_at(account.anchor, account.clock.now))
    account.post("adjustment", ZERO, {})
    return {"old_plan": old, "new_plan": plan["code"], "granted": given}


def period_ends_at(account: Account) -> datetime | None:
    """Return when an account is due for renewal; never without an allowance."""
    if account.anchor is None or account.period is None or not account.plan.get("monthly_credits"):
        return None
    return month_after(account.anchor, account.period + 1)


def renew(account: Account, at: datetime) -> bool:
    """Renew an account if its period has ended by then; tell whether it had."""
    ends_at = period_ends_at(account)
    if ends_at is None or ends_at > at or account.anchor is None:
        return False
    account.settle(at)
    give_allowance(account, period_at(account.anchor, at))
    return True


def give_welcome(account: Account) -> Decimal:
    """Give the welcome credits that are due: once, and until the first use what a plan has more."""
    if account.is_duplicate:
        return ZERO
    offered = Decimal(account.plan.get("welcome_credits", 0))
    is_used = account.charges or account.held
    due = ZERO if account.welcome and is_used else max(ZERO, offered - (account.welcome or ZERO))
    if due:
        account.welcome = (account.welcome or ZERO) + due
        account.grant("welcome", due)
    return due


def give_allowance(account: Account, period: int) -> Decimal:
    """Give a period's allowance, less what was given for it; periods only move forward."""
    account.period = period = max(period, account.period or 0)
    due = Decimal(account.plan["monthly_credits"]) - account.granted.get(period, ZERO)
    if due <= 0:
        return ZERO
    account.granted[period] = account.granted.get(period, ZERO) + due
    assert account.anchor is not None
    months = period + 1 + account.plan.get("rollover_months", 0)
    account.grant("allowance", due, expires_at=month_after(account.anchor, months))
    return due
