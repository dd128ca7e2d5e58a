"""From a request to a table, a view or a function to its response."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from flask import Request, Response
from psycopg import sql

from scripts.dev.gateway import rpc
from scripts.dev.gateway.auth import Authenticator
from scripts.dev.gateway.database import Database
from scripts.dev.gateway.errors import GatewayError, from_postgres
from scripts.dev.gateway.exchange import READS, Exchange
from scripts.dev.gateway.response import read_response
from scripts.dev.gateway.schema import Function
from scripts.dev.gateway.sqltext import Parameters
from scripts.dev.gateway.statement import Outcome, Source, run


@dataclass(frozen=True)
class Gateway:
    """Answers requests on the exposed schemas, as the role each caller proves to have."""

    database: Database
    authenticator: Authenticator
    schemas: Sequence[str]
    max_rows: int | None

    def reload(self) -> None:
        """Read the functions and tables again; ``notify pgrst, 'reload schema'`` does the same."""
        self.database.schema_cache.forget()

    def close(self) -> None:
        """Close the connections."""
        self.database.close()

    def answer(self, request: Request, path: str) -> Response:
        """Answer a request to ``/<table>`` or ``/rpc/<function>``.

        Raises:
            GatewayError: for everything that is refused, by the gateway or by Postgres.
        """
        caller = self.authenticator.authenticate(request.headers)
        calls, name = _target(request.method, path)
        exchange = Exchange.parse(request, path, caller, self.schemas, self.max_rows)
        try:
            if calls:
                return self._call(exchange, name, _arguments(request, exchange))
            return self._read(exchange, name)
        except psycopg.Error as error:
            raise from_postgres(error, caller.role) from error

    def _read(self, exchange: Exchange, name: str) -> Response:
        database, schema = self.database, exchange.context.schema
        with database.connection() as conn:
            database.schema_cache.require_table(conn, schema, name)
            with database.transaction(conn, exchange.context, read_only=True):
                body = exchange.media.body(scalar=False, single=False)
                outcome = run(conn, exchange, Source(schema, name), body, Parameters())
                _require_one_row(exchange, outcome)
                return read_response(exchange, outcome)

    def _call(self, exchange: Exchange, name: str, arguments: rpc.Arguments) -> Response:
        database, schema = self.database, exchange.context.schema
        parameters = Parameters()
        with database.connection() as conn:
            function = rpc.choose(database.schema_cache, conn, schema, name, arguments)
            source = Source(schema, "pgrst_source", rpc.call(function, arguments, parameters))
            read_only = exchange.context.method in READS or not function.writes
            with database.transaction(conn, exchange.context, read_only=read_only):
                outcome = run(conn, exchange, source, _body(function, exchange), parameters)
                # A refusal from here on rolls back what the function wrote.
                _require_few_rows(exchange, function, outcome)
                if function.returns_set:
                    _require_one_row(exchange, outcome)
                return read_response(exchange, outcome)


def _target(method: str, path: str) -> tuple[bool, str]:
    """Return whether a path names a function, and the name; refuse what cannot be done there."""
    match path[1:].split("/"):
        case ["rpc", name]:
            if method not in READS | {"POST"}:
                raise GatewayError(405, "PGRST101", f"Cannot use the {method} method on RPC")
            return True, name
        case [name]:
            if method not in READS:
                raise GatewayError(405, "PGRST117", f"Unsupported HTTP method: {method}")
            return False, name
    raise GatewayError(404, "PGRST125", "Invalid path specified in request URL")


def _arguments(request: Request, exchange: Exchange) -> rpc.Arguments:
    if request.method in READS:
        return rpc.Arguments.from_texts(exchange.query.arguments)
    content_type = request.headers.get("Content-Type", "")
    return rpc.Arguments.from_body(content_type, request.get_data())


def _body(function: Function, exchange: Exchange) -> sql.Composable:
    if function.returns_void:
        return sql.SQL("null")
    if function.domain == exchange.media.name:
        # Its text is the document itself, so the row limit does not reach into it.
        return sql.SQL("coalesce(string_agg(_row.pgrst_scalar::text, ''), '')")
    return exchange.media.body(scalar=not function.returns_row, single=not function.returns_set)


def _require_one_row(exchange: Exchange, outcome: Outcome) -> None:
    if exchange.media.is_object and outcome.rows != 1:
        raise GatewayError(
            406,
            "PGRST116",
            "Cannot coerce the result to a single JSON object",
            f"The result contains {outcome.rows} rows",
        )


def _require_few_rows(exchange: Exchange, function: Function, outcome: Outcome) -> None:
    most = exchange.preferences.max_affected
    if most is None:
        return
    if not function.returns_set:
        raise GatewayError(
            400,
            "PGRST128",
            "Function must return SETOF or TABLE when max-affected preference is used"
            " with handling=strict",
        )
    if outcome.rows > most:
        raise GatewayError(
            400,
            "PGRST124",
            "Query result exceeds max-affected preference constraint",
            f"The query affects {outcome.rows} rows",
        )
