"""Everything at once on 8 accounts by 16 connections: opposing locks, and the right sums.

At READ COMMITTED no caller may meet a deadlock, a serialization failure or a lock timeout. At the
two higher levels PostgreSQL itself asks callers to repeat on 40001, so these callers do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    CATALOG,
    apply_catalog,
    catalog,
    count_deadlocks,
    open_account,
    request,
    run_at_once,
    seeded_random,
)
from tests.support import Connection, sign_up

ACCOUNTS = 8
SESSIONS = 16
ATTEMPTS = 500
READ_COMMITTED = "read committed"
RETRYABLE = {"40001", "40P01"}
REFUSALS = {"PT402", "PT409"}

SPEND = "select cost from public.check_and_deduct_credits(%(id)s, %(amount)s, %(key)s)"
ADD = """
    select amount from public.add_credits(
        %(id)s, %(amount)s, %(source)s, %(key)s, now() + %(days)s * interval '1 day'
    )
"""
# What is drawn how often; arguments by name.
CALLS = {
    SPEND: 30,
    ADD: 12,
    "select cost from public.use_credits('query', %(key)s, account_id => %(id)s)": 12,
    "select balance from public.get_credit_balance(%(id)s)": 6,
    "select public.expire_credits(now() + %(days)s * interval '1 day')": 4,
    "select public.reset_monthly_credits(now() + %(days)s * interval '1 day', 5)": 4,
    "select public.run_credit_maintenance(now() + %(days)s * interval '1 day')": 3,
    "select public.grant_initial_credits()": 3,
    "select public.change_credit_plan(%(id)s, %(plan)s, %(key)s)": 5,
    "select public.apply_credit_catalog(%(catalog)s)": 2,
    "select public.open_credit_account(external_id => %(external_id)s)": 2,
    "select count(*) from public.check_credit_integrity(%(id)s)": 2,
    "select count(*) from public.check_credit_integrity()": 2,
}


@dataclass
class Tally:
    """What one session was told.

    Attributes:
        codes: how its calls ended. retries: how often it had to repeat one.
        spent, added: the credits of the charges and grants that were acknowledged, by account.
    """

    codes: Counter[str] = field(default_factory=Counter)
    retries: int = 0
    spent: Counter[UUID] = field(default_factory=Counter)
    added: Counter[UUID] = field(default_factory=Counter)


def work(conn: Connection, accounts: list[UUID], seed: int, calls: int, level: str) -> Tally:
    """Make a session's calls; at the higher levels each is repeated until it is not 40001."""
    conn.execute("select set_config('default_transaction_isolation', %s, false)", [level])
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    tally = Tally()
    for number in range(calls):
        (query,) = rng.choices(list(CALLS), list(CALLS.values()))
        account_id = rng.choice(accounts)
        plans = [
            {**plan, "monthly_spend_cap": rng.choice([100, 1000])} for plan in CATALOG["plans"]
        ]
        values = {
            "id": account_id,
            "amount": Decimal(rng.randrange(1, 400)) / 10,
            "key": f"{seed}:{number}",
            "days": rng.choice([1, 10, 40, 80]),
            "source": rng.choice(["purchase", "bonus"]),
            "plan": rng.choice(["free", "pro"]),
            "catalog": catalog(plans=plans),
            "external_id": f"customer {number % 20}",
        }
        code, answer = request(conn, query, values)
        for _ in range(ATTEMPTS):
            if level == READ_COMMITTED or code not in RETRYABLE:
                break
            tally.retries += 1
            code, answer = request(conn, query, values)
        tally.codes[code] += 1
        if code == "ok" and "cost" in query:
            tally.spent[account_id] += answer[0]
        elif code == "ok" and query == ADD:
            tally.added[account_id] += answer[0]
        elif code == "ok" and "check_credit_integrity" in query:
            assert answer == (0,), "a reader saw books that are wrong"
    return tally


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
    with psycopg.connect(fresh_db) as conn:
        early = [sign_up(conn) for _ in range(2)]
        apply_catalog(conn)
        accounts = early + [open_account(conn, 200) for _ in range(ACCOUNTS - 2)]
    jobs = [
        partial(work, accounts=accounts, seed=rng.randrange(2**32), calls=calls, level=level)
        for _ in range(SESSIONS)
    ]
    tallies = run_at_once(fresh_db, jobs)
    codes = sum((tally.codes for tally in tallies), Counter[str]())
    print(dict(codes), "retries:", sum(tally.retries for tally in tallies))
    assert codes.keys() <= {"ok", *REFUSALS}
    if level == READ_COMMITTED:
        assert count_deadlocks(fresh_db) == 0
    sums = """
        select
            account_id,
            coalesce(-sum(amount) filter (where type = 'usage'), 0),
            coalesce(sum(amount) filter (where type in ('purchase', 'bonus')), 0)
        from credits.transactions
        where key <> 'opening'
        group by account_id
    """
    with psycopg.connect(fresh_db) as conn:
        for account_id, spent, added in conn.execute(sums):
            assert sum(tally.spent[account_id] for tally in tallies) == spent
            assert sum(tally.added[account_id] for tally in tallies) == added
