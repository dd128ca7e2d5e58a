"""Connections to Postgres: a pool, and one transaction at a time under the role of the edge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app
from psycopg import Connection
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

Pool = ConnectionPool[Connection[TupleRow]]

_CONNECTIONS = 10
_WAIT_SECONDS = 3
# They end with the transaction, so that a pooler in front of Postgres may lend the same session
# to somebody else. A login that is credits_edge itself becomes what it is.
_SETTINGS = """
select
    set_config('role', 'credits_edge', true),
    set_config('lock_timeout', '5s', true),
    set_config('statement_timeout', '8s', true)
"""


def open_pool(database_url: str) -> Pool:
    """Return a pool that connects in the background; it need not succeed now."""
    return ConnectionPool(
        database_url,
        min_size=1,
        max_size=_CONNECTIONS,
        timeout=_WAIT_SECONDS,
        # Give up soon: the next request tries anew, where a long back-off would still sleep.
        reconnect_timeout=2 * _WAIT_SECONDS,
        check=ConnectionPool.check_connection,
        kwargs={
            "application_name": "pgcredits edge",
            "connect_timeout": _WAIT_SECONDS,
            # A pooler may hand each transaction to another session.
            "prepare_threshold": None,
        },
        open=True,
    )


@contextmanager
def connection() -> Iterator[Connection[TupleRow]]:
    """Lend a connection for one transaction, committed when the block ends without an error.

    Raises:
        psycopg.OperationalError: there is no connection to be had, or it broke.
    """
    pool: Pool = current_app.extensions["pool"]
    with pool.connection() as conn:
        conn.execute(_SETTINGS)
        yield conn
