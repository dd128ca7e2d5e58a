"""Maintenance in several sessions at once tries every stored event again, and none in vain."""

from __future__ import annotations

import json
from functools import partial

import psycopg

from tests.concurrency.load import count_deadlocks, run_at_once, seeded_random
from tests.returns.model import Told
from tests.returns.sales import Purchase, bought, open_events, open_shop, standing_of
from tests.support import Connection

ACCOUNTS = 4
TOTALS = range(100, 1000, 100)
SESSIONS = 4


def test_events_that_are_due_are_tried_by_several_sessions_without_a_deadlock(
    fresh_db: str,
) -> None:
    random = seeded_random()
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        purchases = [bought(conn) for _ in range(ACCOUNTS)]
        due = [(purchase, cents) for purchase in purchases for cents in TOTALS]
        for purchase, cents in random.sample(due, len(due)):
            store_failed(conn, purchase, Told("charge.refunded", cents))
    run_at_once(fresh_db, [partial(retry, limit=len(due))] * SESSIONS, "service_role")
    assert count_deadlocks(fresh_db) == 0
    with psycopg.connect(fresh_db) as conn:
        assert open_events(conn) == []
        assert [standing_of(conn, one).balance for one in purchases] == [110] * ACCOUNTS


def store_failed(conn: Connection, purchase: Purchase, told: Told) -> None:
    """Store an event whose first delivery failed."""
    event = purchase.event(told)
    conn.execute(
        """
        insert into credits.stripe_events (id, type, payload, state, next_attempt_at)
        values (%s, %s, %s, 'failed', clock_timestamp())
        """,
        [event["id"], event["type"], json.dumps(event)],
    )


def retry(conn: Connection, limit: int) -> None:
    """Try what is due again, as maintenance does."""
    conn.execute("select credits.retry_due_stripe_events(clock_timestamp(), %s)", [limit])
