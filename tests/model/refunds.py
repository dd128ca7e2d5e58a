"""Refunds of usage: back to the grants that paid, never more than was paid in sum."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from tests.model.books import Account
from tests.model.entries import ZERO, Grant, Parts, RefusedError
from tests.wallets import Row


def refund(account: Account, charge_id: int, amount: Decimal | None, refund_days: int) -> Row:
    """Give back what a charge has cost (None: all that is left), what burns down last first.

    The share of grants that have expired is a grant of its own, which lives so many days.
    """
    account.settle()
    if charge_id not in account.charges:
        raise RefusedError("PT404", "transaction_not_found")
    charge = account.charges[charge_id]
    left = charge.cost - charge.refunded
    amount = left if amount is None else amount
    if amount > left or not left:
        raise RefusedError("PT409", "refund_exceeds_paid")

    back: Parts = {}
    for grant in sorted((account.grants[id_] for id_ in charge.parts), key=Grant.burn_rank)[::-1]:
        owed = charge.parts[grant.id] - charge.returned.get(grant.id, ZERO)
        if part := min(owed, amount - sum(back.values())):
            back[grant.id] = part
            charge.returned[grant.id] = charge.returned.get(grant.id, ZERO) + part
    charge.refunded += amount

    now, id_ = account.clock.now, account.last_id + 1
    alive = {i: part for i, part in back.items() if not account.grants[i].is_over(now)}
    account.give_back(alive)
    if lost := amount - sum(alive.values()):
        expires_at = now + timedelta(days=refund_days)
        account.grants[id_] = Grant(id_, "refund", lost, lost, 100, expires_at, False, None, None)
        alive[id_] = lost
    account.post("refund", amount, alive, charge.user_id, charge.service)
    account.repay()
    return {
        "transaction_id": id_,
        "grant_id": id_ if lost else None,
        "amount": amount,
        **account.standing,
    }
