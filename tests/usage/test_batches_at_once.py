"""Batches from many connections at once: exact sums, no deadlock, and all of a batch or nothing."""

from __future__ import annotations

import threading
import time
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.concurrency.load import (
    STATEMENT_SECONDS,
    connect,
    count_deadlocks,
    open_account,
    rounds,
    run_at_once,
    seeded_random,
    spend,
)
from tests.support import Connection, sign_up
from tests.usage.batches import event, outcome, send
from tests.usage.charges import capped_team
from tests.wallets import change_plan, use_catalog

SESSIONS = 10
PERSONS = 10
WELCOME = 5
ROUNDS = rounds(5, soak=50)


def accounts_of(dsn: str, number: int, amount: int) -> list[UUID]:
    """Return new accounts with an amount each, in the order of their ids."""
    with psycopg.connect(dsn) as conn:
        return sorted(open_account(conn, amount) for _ in range(number))


def balances(dsn: str, accounts: list[UUID]) -> list[Any]:
    """Return the balance of each account."""
    query = "select balance from public.get_credit_balance(%s)"
    with psycopg.connect(dsn) as conn:
        return [conn.execute(query, [id_]).fetchall()[0][0] for id_ in accounts]


def test_batches_in_opposite_order_meet_no_deadlock(fresh_db: str) -> None:
    accounts = accounts_of(fresh_db, 12, 1000)
    rng = seeded_random()

    def send_often(conn: Connection, session: int, orders: list[list[UUID]]) -> Counter[Any]:
        return Counter(
            outcome(row)
            for number, order in enumerate(orders)
            for row in send(
                conn,
                [
                    event(id_, f"{session}:{number}", 1, spelled=str.upper if n % 2 else str)
                    for n, id_ in enumerate(order)
                ],
            )
        )

    jobs = []
    for session in range(SESSIONS):
        orders = [accounts[:: 1 if session % 2 else -1] for _ in range(10)]
        orders += [rng.sample(accounts, len(accounts)) for _ in range(5)]
        jobs.append(partial(send_often, session=session, orders=orders))
    assert sum(run_at_once(fresh_db, jobs), Counter[Any]()) == {1: SESSIONS * 15 * 12}
    assert balances(fresh_db, accounts) == [1000 - SESSIONS * 15] * 12
    assert count_deadlocks(fresh_db) == 0


def two_accounts_each(dsn: str) -> list[list[UUID]]:
    """Sign persons up, each under two addresses, whose accounts nobody has opened yet.

    Returns:
        Two halves, each with an account of everybody, in the order of the ids; in that order the
        persons of the one half are those of the other from the last to the first.
    """
    ids = sorted(uuid4() for _ in range(2 * PERSONS))
    halves = [ids[::2], ids[1::2]]
    with psycopg.connect(dsn) as conn:
        conn.execute("set session_replication_role = replica")  # the trigger of sign-ups is off
        for first, second in zip(halves[0], reversed(halves[1]), strict=True):
            sign_up(conn, f"{first}@example.com", id=first)
            sign_up(conn, f"{first}+1@example.com", id=second)
    return halves


def test_batches_that_open_accounts_of_the_same_persons_meet_no_deadlock(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
    for _ in range(ROUNDS):
        halves = two_accounts_each(fresh_db)
        answers = run_at_once(
            fresh_db,
            [partial(send, events=[event(id_, "k", WELCOME) for id_ in half]) for half in halves],
        )
        found = Counter(outcome(row) for answer in answers for row in answer)
        assert found == {WELCOME: PERSONS, "insufficient_credits": PERSONS}, "one welcome each"
        assert sum(balances(fresh_db, halves[0] + halves[1])) == 0
    assert count_deadlocks(fresh_db) == 0


def test_batches_and_single_calls_on_one_account_spend_what_there_is(fresh_db: str) -> None:
    (account_id,) = accounts_of(fresh_db, 1, 1003)

    def batch(conn: Connection, session: int) -> int:
        rows = send(conn, [event(account_id, f"{session}:{n}", 10) for n in range(20)])
        assert {outcome(row) for row in rows} <= {10, "insufficient_credits"}
        return sum(row["error"] is None for row in rows)

    def singles(conn: Connection, session: int) -> int:
        codes = [spend(conn, account_id, 10, f"{session}:{n}")[0] for n in range(20)]
        assert set(codes) <= {"ok", "PT402"}
        return codes.count("ok")

    jobs = [partial(singles if n % 2 else batch, session=n) for n in range(SESSIONS)]
    assert sum(run_at_once(fresh_db, jobs)) == 100
    assert balances(fresh_db, [account_id]) == [3]


def test_one_batch_sent_by_all_at_once_is_charged_once(fresh_db: str) -> None:
    accounts = accounts_of(fresh_db, 5, 100)
    sent = [event(id_, f"k{n}", 1) for n in range(8) for id_ in accounts]
    answers = run_at_once(fresh_db, [partial(send, events=sent)] * SESSIONS)
    assert all(answer == answers[0] for answer in answers)
    assert balances(fresh_db, accounts) == [92] * 5


@pytest.mark.parametrize("whose", ["member", "account"])
def test_a_cap_is_kept_by_batches_at_once(fresh_db: str, whose: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        team_id, (ada, _) = capped_team(conn)
        if whose == "account":
            change_plan(conn, team_id, "capped")
    actor = str(ada) if whose == "member" else None

    def send_ten(conn: Connection, session: int) -> Counter[Any]:
        sent = [event(team_id, f"{session}:{n}", 1, user_id=actor) for n in range(10)]
        return Counter(outcome(row) for row in send(conn, sent))

    found = sum(run_at_once(fresh_db, [partial(send_ten, session=n) for n in range(8)]), Counter())
    cap, refusal = (40, "member_cap_reached") if actor else (50, "spend_cap_reached")
    assert found == {1: cap, refusal: 80 - cap}
    assert balances(fresh_db, [team_id]) == [1000 - cap]


@pytest.mark.parametrize("end", ["cancelled", "terminated", "timed out"])
def test_a_batch_that_is_broken_off_has_charged_nothing(fresh_db: str, end: str) -> None:
    accounts = accounts_of(fresh_db, 4, 100)
    sent = [event(id_, f"k{n}", 1) for n in range(3) for id_ in accounts]
    errors: list[str | None] = []

    def send_once() -> None:
        with connect(fresh_db) as conn:
            if end == "timed out":
                conn.execute("set lock_timeout = '300ms'")
            try:
                send(conn, sent)
            except psycopg.Error as error:
                errors.append(error.sqlstate)

    with psycopg.connect(fresh_db) as holder:
        # The last of the batch's accounts is busy: the others are charged already, and not yet.
        query = "select from credits.accounts where id = %s for update"
        holder.execute(query, [accounts[-1]])
        thread = threading.Thread(target=send_once)
        thread.start()
        if end != "timed out":
            stop(fresh_db, "cancel" if end == "cancelled" else "terminate")
        thread.join(STATEMENT_SECONDS)
    expected = {"cancelled": "57014", "terminated": "57P01", "timed out": "55P03"}
    assert errors == [expected[end]]
    assert balances(fresh_db, accounts) == [100] * 4
    with connect(fresh_db) as conn:
        assert [outcome(row) for row in send(conn, sent)] == [1] * len(sent)
    assert balances(fresh_db, accounts) == [97] * 4


def stop(dsn: str, how: str) -> None:
    """Cancel or terminate the session that waits for a lock."""
    query = (
        f"select pg_{how}_backend(pid) from pg_stat_activity "
        "where datname = current_database() and wait_event_type = 'Lock'"
    )
    deadline = time.monotonic() + STATEMENT_SECONDS
    with psycopg.connect(dsn, autocommit=True) as conn:
        while not conn.execute(query.encode()).fetchall():
            assert time.monotonic() < deadline, "nobody waits"
            time.sleep(0.02)


@pytest.mark.parametrize("level", ["repeatable read", "serializable"])
def test_at_the_higher_levels_a_batch_that_is_repeated_is_charged_once(
    fresh_db: str, level: str
) -> None:
    accounts = accounts_of(fresh_db, 3, 1000)

    def send_until_done(conn: Connection, session: int) -> list[Any]:
        conn.execute("select set_config('default_transaction_isolation', %s, false)", [level])
        sent = [event(id_, f"{session}:{n}", 1) for n in range(4) for id_ in accounts]
        for _ in range(500):
            try:
                return [outcome(row) for row in send(conn, sent)]
            except psycopg.errors.SerializationFailure:
                continue
        raise AssertionError("repeated too often")

    jobs = [partial(send_until_done, session=n) for n in range(6)]
    assert run_at_once(fresh_db, jobs) == [[1] * 12] * 6
    assert balances(fresh_db, accounts) == [1000 - 24] * 3
