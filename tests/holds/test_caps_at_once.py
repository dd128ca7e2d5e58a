"""A cap of 100 under holds and captures at once, and lowered meanwhile: it is never passed."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from random import Random
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    Job,
    Outcome,
    apply_catalog,
    connect,
    open_account,
    request,
    run_at_once,
    seeded_random,
)
from tests.holds.holding import has, hold
from tests.support import Connection

CAP = 100
SESSIONS = 50
HOLD = "select hold_id, amount from public.hold_credits(%s, %s, %s)"
CAPTURE = "select cost from public.capture_credits(%s, %s, %s)"
USED = """
    select coalesce(-sum(t.amount) filter (where t.type = 'usage'), 0), a.held
    from credits.accounts as a
    left join credits.transactions as t on a.id = t.account_id
    where a.id = %s
    group by a.id
"""


@pytest.fixture
def account_id(fresh_db: str) -> UUID:
    """An account of 10,000 credits on a plan with a cap of 100 credits a month."""
    with psycopg.connect(fresh_db) as conn:
        put_cap(conn, CAP)
        return open_account(conn, 10_000)


def put_cap(conn: Connection, cap: int) -> None:
    plan = {"code": "free", "name": "Free", "monthly_spend_cap": cap}
    apply_catalog(conn, plans=[plan])


@contextmanager
def watched(dsn: str, account_id: UUID) -> Iterator[list[Decimal | int]]:
    """Look at what is held and captured as often as possible while a block runs."""
    seen: list[Decimal | int] = []
    stop = threading.Event()

    def watch() -> None:
        with connect(dsn, "none") as conn:
            while not stop.is_set():
                row = conn.execute(USED, [account_id]).fetchone()
                assert row is not None
                seen.append(sum(row))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def hold_ten(conn: Connection, account_id: UUID, key: str) -> Outcome:
    return request(conn, HOLD, [account_id, key, 10])


def test_of_50_holds_of_10_at_once_ten_are_placed(fresh_db: str, account_id: UUID) -> None:
    with watched(fresh_db, account_id) as seen:
        jobs = [partial(hold_ten, account_id=account_id, key=str(i)) for i in range(SESSIONS)]
        outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": 10, "PT402": 40}
    assert max(seen) == CAP
    details = [json.loads(answer[1]) for code, answer in outcomes if code != "ok"]
    assert {answer[0] for code, answer in outcomes if code != "ok"} == {"spend_cap_reached"}
    assert {(d["cap"], d["spent"], d["required"]) for d in details} == {(100, 100, 10)}


def test_captures_above_the_holds_at_once_stay_within_the_cap(
    fresh_db: str, account_id: UUID
) -> None:
    with psycopg.connect(fresh_db) as conn:
        holds = [hold(conn, account_id, 8)["hold_id"] for _ in range(12)]
    with watched(fresh_db, account_id) as seen:
        jobs = [
            partial(request, query=CAPTURE, arguments=[account_id, hold_id, 11])
            for hold_id in holds
        ]
        outcomes = run_at_once(fresh_db, jobs)
    # 96 are held: one capture of 3 more fits, a second does not.
    assert Counter(code for code, _ in outcomes) == {"ok": 1, "PT402": 11}
    assert max(seen) == 99


def play(conn: Connection, account_id: UUID, seed: int) -> tuple[Counter[str], int]:
    """Hold 10 and capture less, all or more of it, some times; return what was captured."""
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    codes: Counter[str] = Counter()
    captured = 0
    for number in range(5):
        code, placed = hold_ten(conn, account_id, f"{seed}:{number}")
        codes[code] += 1
        if code != "ok":
            continue
        for amount in (rng.randint(1, 15), rng.randint(1, 10)):
            code, answer = request(conn, CAPTURE, [account_id, placed[0], amount])
            codes[code] += 1
            if code == "ok":
                captured += answer[0]
                assert amount == answer[0]
                break
            assert amount > 10, "a capture within the hold was refused"
    return codes, captured


def test_held_and_captured_never_pass_the_cap_although_it_is_lowered_meanwhile(
    fresh_db: str, account_id: UUID
) -> None:
    rng = seeded_random()

    def lower(conn: Connection) -> tuple[Counter[str], int]:
        for cap in (90, 60, 40):
            put_cap(conn, cap)
        return Counter(), 0

    jobs: list[Job[tuple[Counter[str], int]]] = [
        partial(play, account_id=account_id, seed=rng.randrange(2**32)) for _ in range(SESSIONS)
    ]
    with watched(fresh_db, account_id) as seen:
        told = run_at_once(fresh_db, [*jobs, lower])
    codes = sum((codes for codes, _ in told), Counter[str]())
    assert codes.keys() == {"ok", "PT402"}
    assert max(seen) <= CAP
    captured = sum(captured for _, captured in told)
    with psycopg.connect(fresh_db) as conn:
        assert conn.execute(USED, [account_id]).fetchone() == (captured, 0)
        assert has(conn, account_id) == (10_000 - captured, 0, 10_000 - captured)
    assert captured >= 31  # what stands between the last cap and a hold of 10
