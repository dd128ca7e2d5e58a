"""Connections cut at any byte: a retry with the same key makes the call happen exactly once."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tests.concurrency.load import connect, open_account, rounds, seeded_random
from tests.faults.proxy import Cut, link_to
from tests.support import Connection

WORKERS = 6
CUT_ATTEMPTS = 2
SPEND = "select * from public.check_and_deduct_credits(%s, 1, %s, reference => %s)"


def call(dsn: str, account_id: UUID, key: str) -> tuple[Any, ...]:
    """Spend one credit: every other key in a transaction of several messages, as an ORM does."""
    in_steps = key.endswith(("1", "3", "5", "7", "9"))
    with connect(dsn, autocommit=not in_steps, connect_timeout=10) as conn:
        answer = conn.execute(SPEND.encode(), [account_id, key, key]).fetchone()
        conn.commit()
    assert answer is not None
    return tuple(answer)


def find(conn: Connection, key: str) -> list[Any]:
    query = "select id from credits.transactions where reference = %s"
    return conn.execute(query, [key]).fetchall()


def draw_cut(rng: Random, sizes: dict[Any, int]) -> Cut:
    """Choose where to cut: anywhere in either direction, or just after what is to commit."""
    resets = rng.random() < 0.5
    if rng.random() < 0.3:
        return Cut("to client", rng.choice([0, 1, 5, 20]), rng.choice(ENDINGS), resets)
    direction = rng.choice(list(sizes))
    return Cut(direction, rng.randrange(sizes[direction]), resets=resets)


ENDINGS = [b"COMMIT", b"check_and_deduct_credits"]


def work(dsn: str, account_id: UUID, seed: int, name: int, count: int) -> Counter[str]:
    """Make calls through links that are cut, each repeated with its key until it is answered."""
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    port = int(str(conninfo_to_dict(dsn)["port"]))
    with link_to(port) as whole:
        call(make_conninfo(dsn, port=whole.port, sslmode="disable"), account_id, f"{name} whole 1")
    tally: Counter[str] = Counter()
    with psycopg.connect(dsn, autocommit=True) as watch:
        for number in range(count):
            key = f"{name} {number}"
            for _ in range(rng.randint(1, CUT_ATTEMPTS)):
                cut = draw_cut(rng, whole.passed)
                with link_to(port, cut) as link, suppress(psycopg.OperationalError):
                    call(make_conninfo(dsn, port=link.port, sslmode="disable"), account_id, key)
                    tally["answered"] += 1
                tally["done" if find(watch, key) else "not done"] += 1
            answer = call(dsn, account_id, key)
            assert find(watch, key) == [answer[:1]], f"not exactly once: {key}"
            assert call(dsn, account_id, key) == answer
    return tally


def test_calls_over_connections_that_are_cut_happen_exactly_once(fresh_db: str) -> None:
    rng = seeded_random()
    each = rounds(default=204, soak=10_002) // WORKERS
    with psycopg.connect(fresh_db) as conn:
        accounts = [open_account(conn, 1_000_000) for _ in range(2)]
    jobs = [
        partial(work, fresh_db, accounts[i % 2], rng.randrange(2**32), i, each)
        for i in range(WORKERS)
    ]
    with ThreadPoolExecutor(WORKERS) as pool:
        tally = sum((f.result() for f in [pool.submit(job) for job in jobs]), Counter[str]())
    print(dict(tally))
    assert tally["done"] > tally["answered"], "no answer was lost after its commit"
    assert tally["not done"] > 0, "no call was lost before its commit"
    left = (
        "select pid, state, query from pg_stat_activity "
        "where datname = current_database() and state like 'idle in transaction%'"
    )
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        deadline = time.monotonic() + 10
        while (found := conn.execute(left.encode()).fetchall()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert found == []
