"""One account, many sessions at once: nothing is spent twice, nothing that is not there."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial

import psycopg
import pytest

from tests.concurrency.load import (
    Outcome,
    apply_catalog,
    open_account,
    request,
    run_at_once,
    spend,
)
from tests.support import Connection

SESSIONS = 50
SPENDS_EACH = 20
RETRIES = 60


def test_of_1000_concurrent_spends_of_10_on_1003_credits_exactly_100_succeed(
    fresh_db: str,
) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = open_account(conn, 1003)

    def spend_often(conn: Connection, session: int) -> list[Outcome]:
        return [spend(conn, account_id, 10, f"{session}:{i}") for i in range(SPENDS_EACH)]

    jobs = [partial(spend_often, session=session) for session in range(SESSIONS)]
    outcomes = [outcome for part in run_at_once(fresh_db, jobs) for outcome in part]
    charges = [answer for code, answer in outcomes if code == "ok"]
    refusals = [(code, *answer) for code, answer in outcomes if code != "ok"]
    assert (len(charges), len(refusals)) == (100, 900)
    assert sorted(balance for _, _, balance, _, _ in charges) == list(range(3, 1003, 10))
    assert {(code, token) for code, token, _ in refusals} == {("PT402", "insufficient_credits")}
    assert {tuple(sorted(json.loads(detail).items())) for _, _, detail in refusals} == {
        (("available", 3), ("balance", 3), ("held", 0), ("required", 10))
    }
    with psycopg.connect(fresh_db) as conn:
        balance = "select balance, available from public.get_credit_balance(%s)"
        assert conn.execute(balance, [account_id]).fetchone() == (3, 3)


def test_60_calls_with_one_key_are_one_transaction_and_60_identical_answers(
    fresh_db: str,
) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = open_account(conn, 100)
    jobs = [partial(spend, account_id=account_id, amount=10, key="once")] * RETRIES
    outcomes = run_at_once(fresh_db, jobs)
    assert set(outcomes) == {("ok", (2, 10, 90, 0, 90))}
    assert count_transactions(fresh_db) == 2


def test_a_key_that_comes_with_two_amounts_at_once_belongs_to_the_first_only(
    fresh_db: str,
) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = open_account(conn, 100)
    jobs = [
        partial(spend, account_id=account_id, amount=[10, 11][i % 2], key="once")
        for i in range(RETRIES)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": RETRIES // 2, "PT409": RETRIES // 2}
    assert len({answer for code, answer in outcomes if code == "ok"}) == 1
    refusals = {answer for code, answer in outcomes if code == "PT409"}
    detail = json.dumps({"key": "once", "transaction_id": 2})
    assert refusals == {("idempotency_key_reused", detail)}
    assert count_transactions(fresh_db) == 2


@pytest.mark.parametrize("other_is_add", [True, False], ids=["add_credits", "change_plan"])
def test_a_key_that_comes_with_two_operations_at_once_belongs_to_one_of_them(
    fresh_db: str, other_is_add: bool
) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = open_account(conn, 100)
        apply_catalog(conn, plans=[{"code": "pro", "name": "Pro"}])
    if other_is_add:
        other = "select * from public.add_credits(%s, 10, 'bonus', 'once')"
    else:
        other = "select * from public.change_credit_plan(%s, 'pro', 'once')"
    jobs = [
        partial(request, query=other, arguments=[account_id])
        if i % 2
        else partial(spend, account_id=account_id, amount=10, key="once")
        for i in range(RETRIES // 2)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": len(jobs) // 2, "PT409": len(jobs) // 2}
    assert len({answer for code, answer in outcomes if code == "ok"}) == 1
    assert count_transactions(fresh_db) == 2


def count_transactions(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select count(*) from credits.transactions").fetchone()
        assert found is not None
        return int(found[0])
