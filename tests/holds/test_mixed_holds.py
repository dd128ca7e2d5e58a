"""Holds among everything else on 6 accounts by 12 connections: the right sums, no deadlock.

At REPEATABLE READ PostgreSQL itself asks callers to repeat on 40001, so these callers do.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.concurrency.load import (
    Outcome,
    apply_catalog,
    count_deadlocks,
    open_account,
    request,
    run_at_once,
    seeded_random,
)
from tests.support import Connection

ACCOUNTS = 6
SESSIONS = 12
ATTEMPTS = 500
READ_COMMITTED = "read committed"
RETRYABLE = {"40001", "40P01"}

# Credits by account and transaction.
Charges = dict[tuple[UUID, int], Decimal]

HOLD = """
    select hold_id from public.hold_credits(
        %(id)s, %(key)s, %(amount)s, ttl_seconds => 60, partial => %(partial)s
    )
"""
CAPTURE = "select cost, transaction_id from public.capture_credits(%(id)s, %(hold)s, %(amount)s)"
SPEND = (
    "select cost, transaction_id from public.check_and_deduct_credits(%(id)s, %(amount)s, %(key)s)"
)
ADD = """
    select amount from public.add_credits(
        %(id)s, %(amount)s, 'bonus', %(key)s, now() + %(days)s * interval '1 day'
    )
"""
# What is drawn how often; arguments by name.
CALLS = {
    HOLD: 30,
    CAPTURE: 20,
    "select state from public.release_credits(%(id)s, %(hold)s)": 10,
    "select state from public.extend_hold(%(id)s, %(hold)s, 90)": 5,
    SPEND: 12,
    ADD: 12,
    "select public.release_expired_holds(now() + %(seconds)s * interval '1 second')": 4,
    "select public.expire_credits(now() + %(days)s * interval '1 day')": 4,
    "select public.run_credit_maintenance(now() + %(days)s * interval '1 day')": 3,
    "select balance from public.get_credit_balance(%(id)s)": 4,
    "select count(*) from public.check_credit_integrity(%(id)s)": 3,
}


def work(
    conn: Connection, accounts: list[UUID], seed: int, calls: int, level: str
) -> tuple[Counter[str], Charges]:
    """Make a session's calls; return how they ended, and the charges that it was told of.

    Most captures, releases and extensions are of the session's own holds, some of no hold at all.
    """
    conn.execute("select set_config('default_transaction_isolation', %s, false)", [level])
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    codes: Counter[str] = Counter()
    charged: Charges = {}
    holds = [(accounts[0], uuid4())]
    for number in range(calls):
        (query,) = rng.choices(list(CALLS), list(CALLS.values()))
        held_by, hold_id = rng.choice(holds[-5:])
        account_id = held_by if "%(hold)s" in query else rng.choice(accounts)
        values = {
            "id": account_id,
            "hold": hold_id,
            "amount": Decimal(rng.randrange(1, 400)) / 10,
            "key": f"{seed}:{number}",
            "partial": rng.random() < 0.3,
            "seconds": rng.choice([1, 30, 100]),
            "days": rng.choice([1, 10, 40]),
        }
        code, answer = _repeat(conn, query, values, level)
        codes[code if code == "ok" else f"{code} {answer[0]}"] += 1
        if code == "ok" and query == HOLD:
            holds.append((account_id, answer[0]))
        elif code == "ok" and "cost" in query:
            charged[account_id, answer[1]] = answer[0]
        elif code == "ok" and "check_credit_integrity" in query:
            assert answer == (0,), "a reader saw books that are wrong"
    return codes, charged


def _repeat(conn: Connection, query: str, values: dict[str, object], level: str) -> Outcome:
    code, answer = request(conn, query, values)
    for _ in range(ATTEMPTS):
        if level == READ_COMMITTED or code not in RETRYABLE:
            break
        code, answer = request(conn, query, values)
    return code, answer


@pytest.mark.parametrize(("level", "calls"), [(READ_COMMITTED, 120), ("repeatable read", 30)])
def test_opposing_load_with_holds_ends_in_the_right_sums(
    fresh_db: str, level: str, calls: int
) -> None:
    rng = seeded_random()
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        accounts = [open_account(conn, 300) for _ in range(ACCOUNTS)]
    jobs = [
        partial(work, accounts=accounts, seed=rng.randrange(2**32), calls=calls, level=level)
        for _ in range(SESSIONS)
    ]
    told = run_at_once(fresh_db, jobs)
    codes = sum((codes for codes, _ in told), Counter[str]())
    print(dict(codes))
    assert codes.keys() <= {
        "ok",
        "PT402 insufficient_credits",
        "PT404 hold_not_found",
        "PT409 hold_not_open",
    }
    if level == READ_COMMITTED:
        assert count_deadlocks(fresh_db) == 0
    charged = {charge: cost for _, charges in told for charge, cost in charges.items()}
    query = "select account_id, id, -amount from credits.transactions where type = 'usage'"
    with psycopg.connect(fresh_db) as conn:
        assert {(row[0], row[1]): row[2] for row in conn.execute(query)} == charged
