"""A client that dies after its hold: the credits come back once, and late captures are refused."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from collections.abc import Iterator
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    Outcome,
    connect,
    count_deadlocks,
    open_account,
    request,
    run_at_once,
)
from tests.holds.holding import has, hold, log, sweep
from tests.support import Connection

ACCOUNTS = 25
JOBS = 8
HOLD = "select hold_id from public.hold_credits(%s, %s, 30, ttl_seconds => %s)"


@pytest.fixture
def conn(fresh_db: str) -> Iterator[Connection]:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        yield conn


def die(conn: Connection) -> None:
    """Cut a connection as a machine does that loses its power: no farewell, no rollback."""
    copy = socket.socket(fileno=os.dup(conn.fileno()))
    copy.shutdown(socket.SHUT_RDWR)
    copy.close()


def place_and_die(dsn: str, account_id: UUID, number: int, *, commits: bool) -> UUID:
    """Place a hold of 30 that lives a second, and be gone."""
    conn = connect(dsn, autocommit=commits)
    row = conn.execute(HOLD, [account_id, str(number), 1]).fetchone()
    assert row is not None
    die(conn)
    with pytest.raises(psycopg.OperationalError):
        conn.execute("select 1")
    hold_id: UUID = row[0]
    return hold_id


def test_what_dead_clients_held_is_returned_exactly_once_by_8_jobs_at_once(
    fresh_db: str, conn: Connection
) -> None:
    accounts = [open_account(conn, 100) for _ in range(ACCOUNTS)]
    hold(conn, accounts[0], 40)
    holds = [
        (account_id, place_and_die(fresh_db, account_id, number, commits=True))
        for account_id in accounts
        for number in range(2)
    ]
    conn.execute("select pg_sleep(1.05)")
    assert {has(conn, account_id) for account_id in accounts[1:]} == {(100, 0, 100)}
    # A client that took more than a second has swept the hold of the one before.
    due = conn.execute("select count(*) - 1 from credits.holds where state = 'open'").fetchone()
    job = partial(request, query="select public.release_expired_holds()")
    outcomes = run_at_once(fresh_db, [job] * JOBS)
    assert [code for code, _ in outcomes] == ["ok"] * JOBS
    assert (sum(answer[0] for _, answer in outcomes) + sweep(conn),) == due
    assert sweep(conn) == 0

    for account_id in accounts:
        kept = 40 if account_id == accounts[0] else 0
        assert has(conn, account_id) == (100, kept, 100 - kept)
        states = Counter(row["state"] for row in log(conn, account_id))
        assert states == Counter({"expired": 2, **({"open": 1} if kept else {})})
    for function in ("capture_credits", "release_credits"):
        jobs = [
            partial(
                request, query=f"select public.{function}(%s, %s)", arguments=[account_id, hold_id]
            )
            for account_id, hold_id in holds[:JOBS]
        ]
        for code, answer in run_at_once(fresh_db, jobs):
            assert (code, answer[0]) == ("PT409", "hold_not_open")
            assert json.loads(answer[1])["state"] == "expired"
    assert has(conn, accounts[0]) == (100, 40, 60)
    conn.close()
    assert count_deadlocks(fresh_db) == 0


def test_a_client_that_dies_before_its_commit_has_held_nothing(
    fresh_db: str, conn: Connection
) -> None:
    account_id = open_account(conn, 100)
    hold_id = place_and_die(fresh_db, account_id, 0, commits=False)
    # The same key again: it waits for the dead one, which the server gives up, and is the first.
    again = conn.execute(HOLD, [account_id, "0", 1]).fetchone()
    assert again is not None
    assert again[0] != hold_id
    assert has(conn, account_id) == (100, 30, 70)
    assert len(log(conn, account_id)) == 1


def test_jobs_and_captures_at_the_end_of_a_hold_give_it_one_end(
    fresh_db: str, conn: Connection
) -> None:
    accounts = [open_account(conn, 100) for _ in range(ACCOUNTS)]
    holds = [(id_, hold(conn, id_, 30, ttl_seconds=2)["hold_id"]) for id_ in accounts]

    def capture_all(conn: Connection) -> list[Outcome]:
        query = "select cost from public.capture_credits(%s, %s, 20)"
        return [request(conn, query, arguments) for arguments in holds]

    def sweep_often(conn: Connection) -> list[Outcome]:
        query = "select public.release_expired_holds(now() + interval '1 hour')"
        return [request(conn, query) for _ in range(5)]

    parts = run_at_once(fresh_db, [capture_all, sweep_often] * (JOBS // 2))
    captures = [part for number, part in enumerate(parts) if number % 2 == 0]
    released = sum(answer[0] for part in parts[1::2] for _, answer in part)
    ends: Counter[str] = Counter()
    for number, (account_id, _) in enumerate(holds):
        (row,) = log(conn, account_id)
        codes = {part[number][0] for part in captures}
        left = 80 if row["state"] == "captured" else 100
        assert (row["state"], codes) in (("captured", {"ok"}), ("expired", {"PT409"}))
        assert has(conn, account_id) == (left, 0, left)
        ends[row["state"]] += 1
    assert released == ends["expired"]
    assert ends.total() == ACCOUNTS
