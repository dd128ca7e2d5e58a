"""The server dies under load: what was acknowledged is there once, the rest settles by its key."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
import pytest

from scripts.dev.postgres import Cluster
from tests.concurrency.load import apply_catalog, connect, open_account, rounds, seeded_random
from tests.faults.servers import crash, durable_server, installation_of
from tests.support import find_violations, install

WORKERS = 8
OPENING = 1_000_000
SPEND = """
    select * from public.check_and_deduct_credits(%(id)s, 3, %(key)s, reference => %(key)s)
"""
ADD = """
    select * from public.add_credits(%(id)s, 2, 'bonus', %(key)s, description => %(key)s)
"""


@dataclass
class Log:
    """What one worker was told: the answer by key, and the key whose answer never came."""

    account_id: UUID
    answers: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    unknown: str = ""


def call(conn: psycopg.Connection[Any], log: Log, key: str) -> tuple[Any, ...]:
    query = SPEND if key.startswith("spend") else ADD
    answer = conn.execute(query.encode(), {"id": log.account_id, "key": key}).fetchone()
    assert answer is not None
    return tuple(answer)


@pytest.fixture
def server(cluster_dsn: str) -> Iterator[Cluster]:
    with durable_server(installation_of(cluster_dsn)) as cluster:
        with psycopg.connect(cluster.create_database("app"), autocommit=True) as conn:
            install(conn)
            apply_catalog(conn)
        yield cluster


def work_until_killed(dsn: str, log: Log, name: str, started: threading.Barrier) -> None:
    """Call without pause until the connection breaks."""
    with connect(dsn) as conn:
        started.wait()
        for number in range(1_000_000):
            log.unknown = f"{['spend', 'add'][number % 3 == 2]} {name} {number}"
            try:
                log.answers[log.unknown] = call(conn, log, log.unknown)
            except psycopg.OperationalError:
                return


def count_done(conn: psycopg.Connection[Any]) -> Counter[str]:
    """Count the transactions by the text that the caller gave them besides the key."""
    query = "select coalesce(reference, description) from credits.transactions"
    return Counter(text for (text,) in conn.execute(query))


@pytest.mark.timeout(1800)
def test_a_server_killed_under_load_keeps_every_acknowledged_call_once(server: Cluster) -> None:
    rng = seeded_random()
    dsn = server.dsn("app")
    with psycopg.connect(dsn, autocommit=True) as conn:
        accounts = [open_account(conn, OPENING) for _ in range(WORKERS // 2)]
    for attempt in range(rounds(default=2, soak=20)):
        logs = [Log(accounts[i // 2]) for i in range(WORKERS)]
        started = threading.Barrier(WORKERS + 1, timeout=60)
        with ThreadPoolExecutor(WORKERS) as pool:
            futures = [
                pool.submit(work_until_killed, dsn, log, f"{attempt} {i}", started)
                for i, log in enumerate(logs)
            ]
            started.wait()
            time.sleep(rng.uniform(0.2, 0.8))
            crash(server)
            for future in futures:
                future.result(60)
        server.start()
        assert sum(len(log.answers) for log in logs) > 0, "killed before anything was done"
        with connect(dsn, role="postgres") as conn:
            done = count_done(conn)
            for log in logs:
                lost = [key for key in log.answers if done[key] != 1]
                assert not lost, f"acknowledged, but not there once: {lost}"
                assert done[log.unknown] in (0, 1)
                for key, answer in {**log.answers, log.unknown: None}.items():
                    repeated = call(conn, log, key)
                    assert answer in (None, repeated)
            settled = {key for log in logs for key in [*log.answers, log.unknown]}
            done = count_done(conn)
            assert {done[key] for key in settled} == {1}
            assert find_violations(conn) == []
