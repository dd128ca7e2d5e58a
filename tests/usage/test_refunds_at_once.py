"""Refunds from many real connections at once: in sum never more than was paid."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    Outcome,
    count_deadlocks,
    open_account,
    request,
    run_at_once,
    seeded_random,
    spend,
)
from tests.returns.model import Told
from tests.returns.sales import bought, open_shop, standing_of
from tests.support import Connection
from tests.usage.charges import charge

SESSIONS = 20
REFUND = "select * from public.refund_credits(%s, %s, %s, %s)"


def refund(
    conn: Connection, account_id: UUID, transaction_id: int, key: str, amount: object = None
) -> Outcome:
    return request(conn, REFUND, [account_id, transaction_id, key, amount])


def charged_account(dsn: str, paid: int = 100) -> UUID:
    """Return an account that had 150 credits and was charged for one use, its transaction 2."""
    with psycopg.connect(dsn) as conn:
        account_id = open_account(conn, 150)
        assert charge(conn, account_id, paid) == 2
    return account_id


def refunds(dsn: str, account_id: UUID) -> tuple[Any, int, Any]:
    """Return what was refunded, in how many transactions, and the balance."""
    query = """
        select coalesce(sum(t.amount), 0), count(t.id), max(a.balance)
        from credits.accounts as a
        left join credits.transactions as t on a.id = t.account_id and t.type = 'refund'
        where a.id = %s
    """
    with psycopg.connect(dsn) as conn:
        ((total, number, balance),) = conn.execute(query, [account_id]).fetchall()
    return total, number, balance


def test_of_20_refunds_of_a_tenth_ten_succeed(fresh_db: str) -> None:
    account_id = charged_account(fresh_db)
    jobs = [
        partial(refund, account_id=account_id, transaction_id=2, key=f"r{n}", amount=10)
        for n in range(SESSIONS)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": 10, "PT409": 10}
    refusals = {(token, detail) for code, (token, detail, *_) in outcomes if code == "PT409"}
    ((token, detail),) = refusals
    assert token == "refund_exceeds_paid"
    assert json.loads(detail) == {"paid": 100, "refunded": 100, "required": 10}
    assert refunds(fresh_db, account_id) == (100, 10, 150)
    assert count_deadlocks(fresh_db) == 0


def test_of_20_refunds_of_the_whole_one_succeeds(fresh_db: str) -> None:
    account_id = charged_account(fresh_db)
    jobs = [
        partial(refund, account_id=account_id, transaction_id=2, key=f"r{n}")
        for n in range(SESSIONS)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": 1, "PT409": SESSIONS - 1}
    assert refunds(fresh_db, account_id) == (100, 1, 150)


@pytest.mark.parametrize("amount", [None, 30])
def test_20_refunds_under_one_key_are_one(fresh_db: str, amount: int | None) -> None:
    account_id = charged_account(fresh_db)
    job = partial(refund, account_id=account_id, transaction_id=2, key="once", amount=amount)
    (outcome,) = set(run_at_once(fresh_db, [job] * SESSIONS))
    assert outcome[0] == "ok"
    back = amount or 100
    assert refunds(fresh_db, account_id) == (back, 1, 50 + back)


def test_refunds_of_any_size_come_to_what_was_paid_at_most(fresh_db: str) -> None:
    rng = seeded_random()
    account_id = charged_account(fresh_db)

    def refund_often(conn: Connection, session: int, amounts: list[Decimal]) -> list[Outcome]:
        return [
            refund(conn, account_id, 2, f"{session}:{n}", amount)
            for n, amount in enumerate(amounts)
        ]

    jobs = [
        partial(
            refund_often,
            session=session,
            amounts=[Decimal(rng.randrange(1, 10**10)) / 10**9 for _ in range(6)],
        )
        for session in range(SESSIONS)
    ]
    outcomes = [outcome for part in run_at_once(fresh_db, jobs) for outcome in part]
    assert {code for code, _ in outcomes} == {"ok", "PT409"}
    given = sum(answer[2] for code, answer in outcomes if code == "ok")
    total, _, balance = refunds(fresh_db, account_id)
    assert total == given <= 100
    assert balance == 50 + total
    with psycopg.connect(fresh_db) as conn:
        assert refund(conn, account_id, 2, "rest")[0] == ("ok" if given < 100 else "PT409")


def test_refunds_of_many_charges_and_new_charges_at_once_add_up(fresh_db: str) -> None:
    account_id = charged_account(fresh_db, paid=50)
    with psycopg.connect(fresh_db) as conn:
        assert charge(conn, account_id, 50) == 3
    jobs = [
        partial(refund, account_id=account_id, transaction_id=2 + n % 2, key=f"r{n}", amount=10)
        if n % 4 < 2
        else partial(spend, account_id=account_id, amount=7, key=f"s{n}")
        for n in range(2 * SESSIONS)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    spent = 7 * sum(code == "ok" for n, (code, _) in enumerate(outcomes) if n % 4 >= 2)
    total, number, balance = refunds(fresh_db, account_id)
    assert (total, number) == (100, 10)
    assert balance == 150 - spent
    assert count_deadlocks(fresh_db) == 0


@pytest.mark.parametrize("others", [0, 3])
def test_usage_and_money_that_come_back_at_once_come_back_once(fresh_db: str, others: int) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        sold = bought(conn)
        used = charge(conn, sold.account_id, 400)
    told = [Told("charge.refunded", 1000)] * 2
    told.append(Told("charge.dispute.created", 1000, "du_1", "needs_response", 10))
    events = [
        partial(
            request,
            query="select credits.apply_stripe_event(%s)",
            arguments=[json.dumps(sold.event(news))],
        )
        for news in told
    ]
    backs = [
        partial(refund, account_id=sold.account_id, transaction_id=used, key=f"r{n}", amount=100)
        for n in range(4 + others)
    ]
    outcomes = run_at_once(fresh_db, [*backs[:3], *events, *backs[3:]])
    assert Counter(code for code, _ in outcomes) == Counter(
        {"ok": 7, "PT409": others} if others else {"ok": 7}
    )
    with psycopg.connect(fresh_db) as conn:
        found = standing_of(conn, sold)
    assert (found.balance, found.debt, found.returned) == (0, 0, {0: 1000})
