"""Many real connections at the same holds: each ends once, and nothing is lost or made."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from random import Random
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
from tests.holds.holding import has, hold, log
from tests.support import Connection

SESSIONS = 16
HOLDS = 24
AMOUNT = 100
RETRIES = 60
CAPTURE = "select * from public.capture_credits(%s, %s, %s)"
RELEASE = "select * from public.release_credits(%s, %s)"
HOLD = "select hold_id, amount, balance, held from public.hold_credits(%s, %s, %s)"


@pytest.fixture
def conn(fresh_db: str) -> Iterator[Connection]:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        yield conn


def end_all(conn: Connection, account_id: UUID, holds: list[UUID], seed: int) -> dict[UUID, Any]:
    """Capture or release each hold, in an order and with amounts of this session's own."""
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    told: dict[UUID, tuple[int | None, Outcome]] = {}
    for hold_id in rng.sample(holds, len(holds)):
        if rng.random() < 0.4:
            told[hold_id] = None, request(conn, RELEASE, [account_id, hold_id])
        else:
            amount = rng.randint(1, AMOUNT + 20)
            told[hold_id] = amount, request(conn, CAPTURE, [account_id, hold_id, amount])
    return told


def test_16_clients_race_capture_and_release_on_each_hold_and_each_ends_once(
    fresh_db: str, conn: Connection
) -> None:
    rng = seeded_random()
    account_id = open_account(conn, AMOUNT * HOLDS + 500)
    holds = [hold(conn, account_id, AMOUNT)["hold_id"] for _ in range(HOLDS)]
    assert has(conn, account_id) == (AMOUNT * HOLDS + 500, AMOUNT * HOLDS, 500)
    jobs = [
        partial(end_all, account_id=account_id, holds=holds, seed=rng.randrange(2**32))
        for _ in range(SESSIONS)
    ]
    told = run_at_once(fresh_db, jobs)
    states = {row["hold_id"]: row["state"] for row in log(conn, account_id)}
    captured = 0
    for hold_id in holds:
        outcomes = [session[hold_id] for session in told]
        done = {(amount, answer) for amount, (code, answer) in outcomes if code == "ok"}
        if states[hold_id] == "captured":
            ((amount, (_, cost, returned, *_)),) = done
            assert (cost, returned) == (amount, max(AMOUNT - amount, 0))
            captured += cost
        else:
            assert states[hold_id] == "released"
            assert {amount for amount, _ in done} == {None}
        for _, (code, answer) in outcomes:
            if code != "ok" and answer[0] != "insufficient_credits":
                assert (code, answer[0]) == ("PT409", "hold_not_open")
                assert json.loads(answer[1])["state"] == states[hold_id]
    assert Counter(states.values()).keys() == {"captured", "released"}
    left = AMOUNT * HOLDS + 500 - captured
    assert has(conn, account_id) == (left, 0, left)
    charges = "select count(*), -sum(amount) from credits.transactions where type = 'usage'"
    assert conn.execute(charges).fetchone() == (
        Counter(states.values())["captured"], captured,
    )  # fmt: skip
    conn.close()
    assert count_deadlocks(fresh_db) == 0


def test_a_storm_of_holds_takes_exactly_what_there_is(fresh_db: str, conn: Connection) -> None:
    account_id = open_account(conn, 1003)

    def hold_often(conn: Connection, session: int) -> list[Outcome]:
        return [request(conn, HOLD, [account_id, f"{session}:{i}", 10]) for i in range(10)]

    parts = run_at_once(fresh_db, [partial(hold_often, session=i) for i in range(RETRIES // 3)])
    outcomes = [outcome for part in parts for outcome in part]
    assert Counter(code for code, _ in outcomes) == {"ok": 100, "PT402": 100}
    assert sorted(answer[3] for code, answer in outcomes if code == "ok") == list(
        range(10, 1010, 10)
    )
    assert has(conn, account_id) == (1003, 1000, 3)


def test_60_holds_with_one_key_are_one_hold_and_60_identical_answers(
    fresh_db: str, conn: Connection
) -> None:
    account_id = open_account(conn, 100)
    job = partial(request, query=HOLD, arguments=[account_id, "once", 10])
    ((code, answer),) = set(run_at_once(fresh_db, [job] * RETRIES))
    (row,) = log(conn, account_id)
    assert (code, answer) == ("ok", (row["hold_id"], 10, 100, 10))
    assert has(conn, account_id) == (100, 10, 90)


@pytest.mark.parametrize(
    "other",
    [
        partial(request, query=HOLD.replace("%s, %s, %s", "%(id)s, 'once', 11")),
        partial(spend, amount=10, key="once"),
    ],
    ids=["another amount", "a deduction"],
)
def test_a_key_that_comes_for_two_requests_at_once_belongs_to_one_of_them(
    fresh_db: str, conn: Connection, other: Any
) -> None:
    account_id = open_account(conn, 100)
    if other.func is request:
        other = partial(other, arguments={"id": account_id})
    else:
        other = partial(other, account_id=account_id)
    first = partial(request, query=HOLD, arguments=[account_id, "once", 10])
    outcomes = run_at_once(fresh_db, [first, other] * (RETRIES // 2))
    assert Counter(code for code, _ in outcomes) == {"ok": 30, "PT409": 30}
    assert len({answer for code, answer in outcomes if code == "ok"}) == 1
    assert {answer[0] for code, answer in outcomes if code != "ok"} == {"idempotency_key_reused"}
    done = conn.execute(
        """
        select (select count(*) from credits.holds) + count(*) from credits.transactions
        where type = 'usage'
        """
    ).fetchone()
    assert done == (1,)


def test_60_identical_captures_are_one_charge_and_60_identical_answers(
    fresh_db: str, conn: Connection
) -> None:
    account_id = open_account(conn, 100)
    held = hold(conn, account_id, 30)
    job = partial(request, query=CAPTURE, arguments=[account_id, held["hold_id"], 12])
    outcomes = run_at_once(fresh_db, [job] * RETRIES)
    assert set(outcomes) == {("ok", (2, 12, 18, 88, 0, 88))}
    assert has(conn, account_id) == (88, 0, 88)


def test_one_key_on_many_accounts_is_as_many_holds(fresh_db: str, conn: Connection) -> None:
    accounts = [open_account(conn, 100) for _ in range(SESSIONS)]
    jobs = [partial(request, query=HOLD, arguments=[id_, "k", 10]) for id_ in accounts]
    outcomes = run_at_once(fresh_db, jobs)
    assert [code for code, _ in outcomes] == ["ok"] * SESSIONS
    assert len({answer[0] for _, answer in outcomes}) == SESSIONS
