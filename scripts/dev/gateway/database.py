"""Connections to Postgres: a pool, and one transaction per request under the caller's role."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg import Connection, sql
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout
from werkzeug.datastructures import Headers

from scripts.dev.gateway.auth import Caller
from scripts.dev.gateway.errors import GatewayError
from scripts.dev.gateway.schema import SchemaCache

_WAIT_SECONDS = 5.0
_SETTINGS = """
select
    set_config('search_path', %(search_path)s, true),
    set_config('role', %(role)s, true),
    set_config('request.jwt.claims', %(claims)s, true),
    set_config('request.method', %(method)s, true),
    set_config('request.path', %(path)s, true),
    set_config('request.headers', %(headers)s, true)
"""


@dataclass(frozen=True)
class RequestContext:
    """What a transaction tells the functions it runs about the request."""

    caller: Caller
    method: str
    path: str
    headers: Headers
    schema: str


class Database:
    """The pool, logged in as ``authenticator``, and what is known of the schemas behind it."""

    def __init__(self, dsn: str, schema_cache: SchemaCache, connections: int) -> None:
        self.schema_cache = schema_cache
        self._pool: ConnectionPool[Connection[TupleRow]] = ConnectionPool(
            dsn,
            min_size=1,
            max_size=connections,
            timeout=_WAIT_SECONDS,
            reconnect_timeout=2 * _WAIT_SECONDS,
            configure=_listen,
            # Statements are not prepared: a migration may change what they mean at any time.
            kwargs={"autocommit": True, "prepare_threshold": None},
            open=True,
        )

    def close(self) -> None:
        """Close every connection; the gateway answers 503 from then on."""
        self._pool.close()

    @contextmanager
    def connection(self) -> Iterator[Connection[TupleRow]]:
        """Lend a connection, outside a transaction, after it has heard what was notified.

        Raises:
            GatewayError: 503 PGRST000 when there is none to be had.
        """
        try:
            with self._pool.connection() as conn:
                try:
                    # ``notify pgrst, 'reload schema'`` reaches every connection of the pool.
                    if list(conn.notifies(timeout=0)):
                        self.schema_cache.forget()
                    yield conn
                finally:
                    if conn.broken:
                        self._pool.check()
        except PoolTimeout as error:
            raise GatewayError(
                503, "PGRST000", "Database connection error. Retrying the connection."
            ) from error

    @contextmanager
    def transaction(
        self, conn: Connection[TupleRow], context: RequestContext, *, read_only: bool
    ) -> Iterator[None]:
        """Run what follows as the caller; every setting ends with the transaction."""
        conn.read_only = read_only
        # As PostgREST's default: the exposed schema, then public.
        search_path = sql.SQL(", ").join(
            sql.Identifier(name) for name in dict.fromkeys((context.schema, "public"))
        )
        with conn.transaction():
            conn.execute(
                _SETTINGS,
                {
                    "search_path": search_path.as_string(conn),
                    "role": context.caller.role,
                    "claims": _json(context.caller.claims),
                    "method": context.method,
                    "path": context.path,
                    "headers": _json({k.lower(): v for k, v in context.headers.items()}),
                },
            )
            yield


def _listen(conn: Connection[TupleRow]) -> None:
    conn.execute("listen pgrst")


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, separators=(",", ":"))
