"""Everything at once on 8 accounts by 16 connections: opposing locks, and the right sums.

At READ COMMITTED no caller may meet a deadlock, a serialization failure or a lock timeout. At the
two higher levels PostgreSQL itself asks callers to repeat on 40001, so these callers do.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

import psycopg
import pytest

from tests.concurrency.load import apply_catalog, count_deadlocks, run_at_once, seeded_random
from tests.concurrency.mixed import READ_COMMITTED, Shared, work
from tests.support import sign_up
from tests.wallets import add

ACCOUNTS = 8
SESSIONS = 16
# A hold or a gift that another session has ended, or that is not there yet.
REFUSALS = {"PT402", "PT404", "PT409"}


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
        apply_catalog(conn)
        shared = Shared(early | {email: sign_up(conn, email) for email in emails[2:]})
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
    written = """
        select account_id, id, amount
        from credits.transactions
        where type in ('usage', 'refund', 'purchase', 'bonus') and key <> 'opening'
    """
    gifts = "select state, count(*) from credits.gifts group by state"
    with psycopg.connect(fresh_db) as conn:
        found = {(account_id, id_): amount for account_id, id_, amount in conn.execute(written)}
        print("gifts:", dict(conn.execute(gifts).fetchall()), "holds:", len(shared.holds))
    assert found == {key: amount for tally in tallies for key, amount in tally.moved.items()}
