"""Everything at once on 8 accounts by 16 connections: opposing locks, and the right sums.

At READ COMMITTED no caller may meet a deadlock, a serialization failure or a lock timeout. At the
two higher levels PostgreSQL itself asks callers to repeat on 40001, so these callers do.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import apply_catalog, count_deadlocks, run_at_once, seeded_random
from tests.concurrency.mixed import ALONE, READ_COMMITTED, Shared, Tally, work
from tests.support import Connection, sign_up
from tests.wallets import add

ACCOUNTS = 8
SESSIONS = 16
# A hold or a gift that another session has ended, or that is not there yet; a paused account.
REFUSALS = {"PT402", "PT403", "PT404", "PT409"}


@pytest.mark.parametrize(
    ("level", "calls"),
    [
        (READ_COMMITTED, 200),
        ("repeatable read", 40),
        ("serializable", 40),
    ],
)
def test_opposing_load_ends_in_the_right_sums_and_no_caller_meets_a_deadlock(
    fresh_db: str, level: str, calls: int
) -> None:
    rng = seeded_random()
    emails = [f"user{number}@example.org" for number in range(ACCOUNTS)]
    with psycopg.connect(fresh_db) as conn:
        early = {email: sign_up(conn, email) for email in emails[:2]}
        apply_catalog(conn, approval_credits=ALONE)
        shared = Shared(
            early | {email: sign_up(conn, email) for email in emails[2:]},
            [sign_up(conn), sign_up(conn)],
        )
        for account_id in list(shared.users.values())[2:]:
            add(conn, account_id, 200, "purchase", key="opening")
    jobs = [
        partial(work, shared=shared, seed=rng.randrange(2**32), calls=calls, level=level)
        for _ in range(SESSIONS)
    ]
    tallies = run_at_once(fresh_db, jobs)
    codes = sum((tally.codes for tally in tallies), Counter[str]())
    print(dict(codes), "retries:", sum(tally.retries for tally in tallies))
    assert codes.keys() <= {"ok", *REFUSALS}
    if level == READ_COMMITTED:
        assert count_deadlocks(fresh_db) == 0
    with psycopg.connect(fresh_db) as conn:
        print(dict(conn.execute(COUNTS).fetchall()))
        assert written(conn) == told(conn, tallies)
    claimed = [notice for tally in tallies for notice in tally.claimed]
    assert len(claimed) == len(set(claimed))
    assert claimed or level != READ_COMMITTED


# What the calls have come to, for who reads the output.
COUNTS = """
    select 'gift ' || state, count(*) from credits.gifts group by state
    union all
    select 'hold ' || state, count(*) from credits.holds group by state
    union all
    select 'dispute ' || status, count(*) from credits.disputes group by status
    union all
    select 'act ' || act || ' ' || state, count(*) from credits.pending_acts group by act, state
    union all
    select 'audit ' || act, count(*) from credits.audit_log group by act
"""


def written(conn: Connection) -> dict[tuple[UUID, int], Decimal]:
    """Return the credits of each transaction that calls have made, by account and id."""
    query = """
        select account_id, id, amount
        from credits.transactions
        where
            type in ('usage', 'refund', 'purchase', 'bonus', 'adjustment')
            and (type <> 'adjustment' or amount <> 0)  -- A change of plan moves nothing.
            and key <> 'opening'
    """
    return {(account_id, id_): amount for account_id, id_, amount in conn.execute(query)}


def told(conn: Connection, tallies: list[Tally]) -> dict[tuple[UUID, int], Decimal]:
    """Return the same as the callers were told it; a dispute tells the refund and not its id."""
    query = "select id, account_id, refund_transaction_id from credits.disputes"
    refunds = {id_: (account_id, refund) for id_, account_id, refund in conn.execute(query)}
    moved = {key: amount for tally in tallies for key, amount in tally.moved.items()}
    for tally in tallies:
        moved |= {refunds[id_]: amount for id_, amount in tally.refunded.items()}
    return moved
