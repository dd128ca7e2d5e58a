"""Many real connections at once: the machinery of the tests of concurrency and faults.

Everything is bounded: a statement by ``STATEMENT_SECONDS``, a worker by the number of its calls,
and everything drawn at random by a seed that is printed when a test fails (``PGCREDITS_SEED``
repeats it).
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random, SystemRandom
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from tests.support import Connection, as_user, sign_up

STATEMENT_SECONDS = 60
CALL_SECONDS = 240

Result = TypeVar("Result")
Job = Callable[[Connection], Result]

# What one request did: its answer, or the SQLSTATE, token and detail of its refusal.
Outcome = tuple[str, Any]

CATALOG: dict[str, Any] = {
    "code": "load",
    "name": "Load",
    "currency": "usd",
    "list_price_per_credit": 0.01,
    "plans": [
        {"code": "free", "name": "Free", "monthly_credits": 100},
        {
            "code": "pro",
            "name": "Pro",
            "price_cents": 900,
            "billing_interval": "month",
            "monthly_credits": 1000,
            "rollover_months": 1,
        },
    ],
    "services": [{"code": "query", "unit": "query", "credits": 5}],
}


def seeded_random() -> Random:
    """Return a source of randomness; pytest shows the line with its seed when a test fails."""
    seed = int(os.environ.get("PGCREDITS_SEED") or SystemRandom().randrange(2**32))
    print(f"repeat with PGCREDITS_SEED={seed}")
    return Random(seed)  # noqa: S311 - to be repeated, not to be secret


def rounds(default: int, soak: int) -> int:
    """Return how often a fault is repeated: ``soak`` times where ``PGCREDITS_SOAK`` is set."""
    return soak if os.environ.get("PGCREDITS_SOAK") else default


def catalog(**changes: Any) -> Jsonb:
    """Return the catalog of these tests with some of its parts replaced."""
    return Jsonb({**CATALOG, **changes})


def apply_catalog(conn: Connection, **changes: Any) -> None:
    """Put the catalog of these tests in force."""
    conn.execute("select public.apply_credit_catalog(%s)", [catalog(**changes)])


def open_account(conn: Connection, amount: int = 0) -> UUID:
    """Sign a user up and give the account that many bought credits."""
    user_id = sign_up(conn)
    if amount:
        conn.execute("select public.add_credits(%s, %s, 'purchase', 'opening')", [user_id, amount])
    return user_id


def connect(dsn: str, role: str = "service_role", **options: Any) -> Connection:
    """Connect as the application's back end does, with autocommit unless told otherwise."""
    settings = f"-c role={role} -c statement_timeout={STATEMENT_SECONDS}s"
    return psycopg.connect(dsn, options=settings, **{"autocommit": True, **options})


def run_at_once(dsn: str, jobs: Sequence[Job[Result]], role: str = "service_role") -> list[Result]:
    """Run each job in a thread with a connection of its own, all starting at the same moment.

    Returns:
        What the jobs returned, in their order. What a job raises, this raises.
    """
    start = threading.Barrier(len(jobs), timeout=STATEMENT_SECONDS)

    def run(job: Job[Result]) -> Result:
        try:
            conn = connect(dsn, role)
        except psycopg.Error:
            start.abort()
            raise
        with conn:
            start.wait()
            return job(conn)

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures = [pool.submit(run, job) for job in jobs]
        return [future.result(CALL_SECONDS) for future in futures]


Arguments = Sequence[Any] | Mapping[str, Any]


def request(conn: Connection, query: str, arguments: Arguments = ()) -> Outcome:
    """Send one request and say what became of it: ``("ok", row)`` or ``(SQLSTATE, refusal)``."""
    try:
        return "ok", conn.execute(query.encode(), arguments).fetchone()
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        return error.sqlstate, (error.diag.message_primary, error.diag.message_detail)


def request_as(
    conn: Connection, user_id: UUID, query: str, arguments: Arguments = (), **claims: Any
) -> Outcome:
    """Send one request of a signed-in user, in a transaction of its own; see ``as_user``."""
    try:
        with as_user(conn, user_id, **claims):
            return "ok", conn.execute(query.encode(), arguments).fetchone()
    except psycopg.Error as error:
        if error.sqlstate is None:
            raise
        return error.sqlstate, (error.diag.message_primary, error.diag.message_detail)


def spend(conn: Connection, account_id: UUID, amount: int, key: str) -> Outcome:
    """Call ``check_and_deduct_credits``."""
    query = "select * from public.check_and_deduct_credits(%s, %s, %s)"
    return request(conn, query, [account_id, amount, key])


def wait_for_lock(dsn: str, pid: int) -> None:
    """Wait until a session waits for a lock."""
    waiting = "select count(*) from pg_locks where pid = %s and not granted"
    deadline = time.monotonic() + STATEMENT_SECONDS
    with psycopg.connect(dsn, autocommit=True) as conn:
        while conn.execute(waiting.encode(), [pid]).fetchone() == (0,):
            assert time.monotonic() < deadline, "the session does not wait"
            time.sleep(0.01)


def count_deadlocks(dsn: str) -> int:
    """Return how many deadlocks a database has seen, those that a job caught included.

    The sessions of the test must be closed: a session reports what it counted when it ends.
    """
    others = (
        "select count(*) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    deadlocks = "select deadlocks from pg_stat_database where datname = current_database()"
    with psycopg.connect(dsn, autocommit=True) as conn:
        deadline = time.monotonic() + STATEMENT_SECONDS
        while conn.execute(others.encode()).fetchone() != (0,):
            assert time.monotonic() < deadline, "a session does not end"
            time.sleep(0.02)
        found = conn.execute(deadlocks.encode()).fetchone()
    assert found is not None
    return int(found[0])
