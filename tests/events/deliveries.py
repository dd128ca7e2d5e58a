"""Deliveries of the same events in every order, with repetitions, and what is there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import permutations
from typing import Any
from uuid import UUID

from tests.events.payloads import Json
from tests.events.shop import account_of, rows, tell
from tests.support import Connection, find_violations
from tests.wallets import Row


def final_state(
    conn: Connection, told: Sequence[Json], read: Callable[[], Any], step: int = 1
) -> Any:
    """Deliver events in every order, with repetitions, and check that all end in the same state.

    Args:
        conn: the database; what is delivered is undone again.
        told: the events, at most five.
        read: reads a final state.
        step: of the orders only every so manyth.

    Returns:
        That state.
    """
    states: list[Any] = []
    for number, order in list(enumerate(permutations(told)))[::step]:
        repeated = [*order[: 1 + number % len(order)], *order]
        with undone(conn):
            answers = [tell(conn, one) for one in repeated]
            assert "failed" not in answers, rows(conn, "select * from credits.stripe_events")
            assert find_violations(conn) == []
            states.append(read())
        assert states[-1] == states[0], [f"{one['type']} {one['id']}" for one in repeated]
    return states[0]


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """Undo a block's writes afterwards."""
    with conn.transaction(force_rollback=True):
        yield


def wallet(conn: Connection, account_id: UUID) -> Row:
    """Return all of an account that must not depend on the order of the news."""
    account = account_of(conn, account_id)
    subscriptions = rows(
        conn,
        """
        select
            id, plan, status, current_period_start_at, current_period_end_at, cancel_at,
            is_cancelling, is_paused, trial_end_at, ended_at, paid_plan, paid_start_at,
            paid_until_at, next_allowance_at
        from credits.subscriptions where account_id = %s order by id
        """,
        account_id,
    )
    return {
        "plan": account["plan"],
        "gives the plan": account["plan_subscription_id"],
        "balance": account["balance"],
        "debt": account["debt"],
        "subscriptions": subscriptions,
        "grants": grants(conn, account_id),
        "payments": rows(
            conn,
            "select id, amount_cents, plan from credits.payments where account_id = %s order by id",
            account_id,
        ),
    }


def grants(conn: Connection, account_id: UUID) -> list[tuple[str, Any, Any]]:
    """Return the source, sum and expiry of an account's grants, in no order of time."""
    query = """
        select source, sum(amount) as amount, expires_at from credits.grants where account_id = %s
        group by source, expires_at order by 1, 2, 3
    """
    return [
        (row["source"], row["amount"], row["expires_at"]) for row in rows(conn, query, account_id)
    ]
