"""What came of a scenario, without all that differs from one telling to another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.returns.sales import Standing, standing
from tests.returns.scenarios import Ending
from tests.support import Connection


def came_of(conn: Connection, account_id: UUID) -> tuple[Standing, Ending]:
    """Return what an account has, and how its story ended.

    Payments are in the order of their cents and periods, so that each is the same in every telling.
    """

    def column(query: str) -> list[Any]:
        return [value for (value,) in conn.execute(query.encode(), [account_id])]

    payments = column(
        "select id from credits.payments where account_id = %s "
        "order by amount_cents, period_start_at"
    )
    found = standing(conn, account_id, payments)
    (plan,) = column("select plan from credits.accounts where id = %s")
    orders = column("select status from credits.orders where account_id = %s order by 1")
    statuses = column("select status from credits.subscriptions where account_id = %s")
    return found, Ending(
        found.balance,
        sum(found.returned.values()),
        plan,
        tuple(orders),
        statuses[0] if statuses else None,
        len(payments),
    )
