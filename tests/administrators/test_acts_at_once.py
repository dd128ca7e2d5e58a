"""Acts on real connections: each is done once, whoever comes first, and nobody meets a deadlock."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.administrators.acting import act, administrator, audit, limit_alone
from tests.concurrency.load import (
    Job,
    Outcome,
    count_deadlocks,
    request,
    rounds,
    run_at_once,
    seeded_random,
    spend,
)
from tests.support import Connection
from tests.wallets import balance_of, funded_account, history

ROUNDS = rounds(4, soak=50)
ADD = "select state, transaction_id from public.admin_add_credits(%s, 30, 'a prize', %s)"
APPROVE = "select state, transaction_id from public.admin_approve_act(%s)"
DECLINE = "select state, transaction_id from public.admin_decline_act(%s, 'too much')"
REMOVE = "select state from public.admin_remove_credits(%s, 60, 'paid twice', %s)"
VOID = "select state from public.admin_void_grant(%s, 1, 'stolen card', %s)"
PAUSE = "select status, reason from public.admin_pause_account(%s, %s)"
ERASE = "select status, reason from public.admin_erase_account(%s, %s)"
SWEEP = "select public.run_credit_maintenance() -> 'renewed'"


def ask(conn: Connection, admin_id: UUID, query: str, *values: Any) -> Outcome:
    """Send one request of an administrator."""
    claims = {"sub": str(admin_id), "role": "authenticated", "app_metadata": {"role": "admin"}}
    conn.execute(
        "select set_config('role', 'authenticated', false),"
        " set_config('request.jwt.claims', %s, false)",
        [json.dumps(claims)],
    )
    return request(conn, query, values)


def jobs_of(people: list[UUID], queries: list[str], *values: Any) -> list[Job[Outcome]]:
    """Return a job for each person: their query, with the same values."""

    def job(who: UUID, query: str) -> Job[Outcome]:
        return lambda conn: ask(conn, who, query, *values)

    return [job(who, query) for who, query in zip(people, queries, strict=True)]


def told(outcomes: list[Outcome]) -> Counter[Any]:
    """Count what callers were told: an answer, or a refusal's code and token."""
    return Counter(answer if code == "ok" else (code, answer[0]) for code, answer in outcomes)


@pytest.fixture
def admins(fresh_db: str) -> list[UUID]:
    """Six administrators, who move 50 alone."""
    with psycopg.connect(fresh_db) as conn:
        limit_alone(conn, 50)
        return [administrator(conn) for _ in range(6)]


def standing(dsn: str, account_id: UUID) -> tuple[Any, int, list[str]]:
    """Return the balance, the number of transactions and the acts in the audit."""
    with psycopg.connect(dsn) as conn:
        return (
            balance_of(conn, account_id)["balance"],
            len(history(conn, account_id)),
            [entry["act"] for entry in audit(conn, account_id)],
        )


def test_one_key_at_once_is_one_act(fresh_db: str, admins: list[UUID]) -> None:
    for _ in range(ROUNDS):
        with psycopg.connect(fresh_db) as conn:
            account_id = funded_account(conn, 100)
        outcomes = run_at_once(fresh_db, jobs_of(admins, [ADD] * 6, account_id, "k"))
        assert told(outcomes) == {("done", 2): 6}
        assert standing(fresh_db, account_id) == (130, 2, ["add_credits"])


def test_approved_and_declined_at_once_it_is_one_of_both(fresh_db: str, admins: list[UUID]) -> None:
    random = seeded_random()
    first, *others = admins
    for _ in range(ROUNDS):
        with psycopg.connect(fresh_db) as conn:
            account_id = funded_account(conn, 100)
            waiting = act(conn, first, "add_credits", account_id, amount=60)["act_id"]
        queries = [APPROVE, APPROVE, APPROVE, DECLINE, DECLINE]
        random.shuffle(queries)
        found = told(run_at_once(fresh_db, jobs_of(others, queries, waiting)))
        assert found.pop(("PT409", "act_not_pending")) == 4
        (winner,) = found
        if winner == ("done", 2):
            left = (160, 2, ["request_add_credits", "add_credits"])
        else:
            assert winner == ("declined", None)
            left = (100, 1, ["request_add_credits", "decline_act"])
        assert standing(fresh_db, account_id) == left
    assert count_deadlocks(fresh_db) == 0


def test_one_request_that_waits_is_kept_once(fresh_db: str, admins: list[UUID]) -> None:
    with psycopg.connect(fresh_db) as conn:
        limit_alone(conn, 10)
    for _ in range(ROUNDS):
        with psycopg.connect(fresh_db) as conn:
            account_id = funded_account(conn, 100)
        outcomes = run_at_once(fresh_db, jobs_of(admins, [ADD] * 6, account_id, "k"))
        assert told(outcomes) == {("pending", None): 6}
        assert standing(fresh_db, account_id) == (100, 1, ["request_add_credits"])


def test_who_removes_voids_and_spends_at_once_takes_nothing_twice(
    fresh_db: str, admins: list[UUID]
) -> None:
    with psycopg.connect(fresh_db) as conn:
        limit_alone(conn, 1000)
    random = seeded_random()
    for number in range(ROUNDS):
        with psycopg.connect(fresh_db) as conn:
            account_id = funded_account(conn, 100)
        jobs: list[Job[Outcome]] = [
            *jobs_of(admins[:2], [REMOVE, REMOVE], account_id, f"r{number}"),
            *jobs_of(admins[2:3], [REMOVE], account_id, f"r{number}b"),
            *jobs_of(admins[3:4], [VOID], account_id, f"v{number}"),
            partial(spend, account_id=account_id, amount=50, key="s"),
        ]
        random.shuffle(jobs)
        outcomes = run_at_once(fresh_db, jobs)
        assert {code for code, _ in outcomes} <= {"ok", "PT402", "PT409"}
        with psycopg.connect(fresh_db) as conn:
            moved = [row["amount"] for row in history(conn, account_id)]
            assert sum(moved) == balance_of(conn, account_id)["balance"] >= 0
            assert len(audit(conn, account_id)) == len(moved) - 1 - (-50 in moved)
    assert count_deadlocks(fresh_db) == 0


def test_paused_by_many_at_once_it_is_paused_by_one(fresh_db: str, admins: list[UUID]) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = funded_account(conn, 100)

    def job(number: int, who: UUID) -> Job[Outcome]:
        return lambda conn: ask(conn, who, PAUSE, account_id, f"reason {number}")

    outcomes = run_at_once(fresh_db, [job(*each) for each in enumerate(admins)])
    assert len(told(outcomes)) == 1
    assert standing(fresh_db, account_id)[2] == ["pause_account"]


def test_erased_by_many_at_once_while_it_spends_the_books_are_right(
    fresh_db: str, admins: list[UUID]
) -> None:
    with psycopg.connect(fresh_db) as conn:
        limit_alone(conn, 100)
    for number in range(ROUNDS):
        with psycopg.connect(fresh_db) as conn:
            account_id = funded_account(conn, 100)
        jobs: list[Job[Outcome]] = jobs_of(admins[:3], [ERASE] * 3, account_id, "she asked for it")
        jobs += [partial(spend, account_id=account_id, amount=10, key=f"s{it}") for it in range(3)]
        jobs += [lambda conn: request(conn, SWEEP)]
        outcomes = run_at_once(fresh_db, jobs if number % 2 else jobs[::-1])
        assert {code for code, _ in outcomes} <= {"ok", "PT403"}
        with psycopg.connect(fresh_db) as conn:
            rows = history(conn, account_id)
            assert sum(row["amount"] for row in rows) == 0
            assert [row["description"] for row in rows].count("erased") == 1
        assert standing(fresh_db, account_id)[2] == ["erase_account"]
    assert count_deadlocks(fresh_db) == 0
