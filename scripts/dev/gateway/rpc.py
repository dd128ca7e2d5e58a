"""Calls of functions: the arguments of a request, the overload they fit, and the call as SQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from psycopg import Connection, sql
from psycopg.rows import TupleRow

from scripts.dev.gateway.errors import GatewayError
from scripts.dev.gateway.query import Pairs, parse_pairs
from scripts.dev.gateway.schema import Function, SchemaCache, closest_signature
from scripts.dev.gateway.sqltext import Parameters, identifier, trusted


@dataclass(frozen=True)
class Arguments:
    """The named arguments of a call: a JSON document, or texts by name where that is None.

    The document is handed to Postgres as it came; here only its names are read.
    """

    keys: set[str]
    document: str | None = None
    in_array: bool = False
    texts: Sequence[tuple[str, str]] = ()

    @classmethod
    def from_texts(cls, pairs: Pairs) -> Arguments:
        """Take the parameters of a GET or of a form."""
        return cls({name for name, _ in pairs}, texts=pairs)

    @classmethod
    def from_body(cls, content_type: str, body: bytes) -> Arguments:
        """Read the body of a POST; an empty one is an object without members.

        Raises:
            GatewayError: 400 PGRST102 when it is not JSON or of another content type.
        """
        media_type = content_type.partition(";")[0].strip().lower() or "application/json"
        if media_type == "application/x-www-form-urlencoded":
            return cls.from_texts(parse_pairs(body))
        if media_type != "application/json":
            raise GatewayError(400, "PGRST102", f"Content-Type not acceptable: {media_type}")
        try:
            text = body.decode() or "{}"
            value = json.loads(
                text, parse_int=str, parse_float=str, parse_constant=_refuse_constant
            )
        except (ValueError, RecursionError) as error:
            raise GatewayError(400, "PGRST102", "Empty or invalid json") from error
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            if any(item.keys() != value[0].keys() for item in value):
                raise GatewayError(400, "PGRST102", "All object keys must match")
            return cls(set(value[0]), text, in_array=True)
        return cls(set(value) if isinstance(value, dict) else set(), text)


def choose(
    cache: SchemaCache, conn: Connection[TupleRow], schema: str, name: str, arguments: Arguments
) -> Function:
    """Return the overload whose argument names are the request's.

    Raises:
        GatewayError: 404 PGRST202 when none fits, 300 PGRST203 when several do.
    """
    overloads = cache.functions(conn, schema, name)
    fitting = [f for f in overloads if f.accepts(arguments.keys)]
    if not fitting and arguments.document is not None:
        fitting = [f for f in overloads if f.swallows_body()]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise _ambiguous(fitting)
    if overloads:
        close = closest_signature(arguments.keys, overloads)
        hint = f"{schema}.{name}{close}" if close else None
    else:
        hint = cache.hint_for(conn, schema, name)
    raise _missing(f"{schema}.{name}", arguments, hint)


def call(function: Function, arguments: Arguments, parameters: Parameters) -> sql.Composable:
    """Return the query that calls the function; a result that is no row is ``pgrst_scalar``."""
    origin: list[sql.Composable] = []
    given: list[sql.Composable]
    if not function.accepts(arguments.keys):
        document = parameters.bind(arguments.document)
        given = [sql.SQL("{}::{}").format(document, trusted(function.types[0]))]
    elif arguments.document is not None and arguments.keys:
        origin = [_record(function, arguments, parameters)]
        given = [
            _named(function, name, identifier("arguments", name)) for name in sorted(arguments.keys)
        ]
    else:
        given = _from_texts(function, arguments, parameters)
    invocation = sql.SQL("{}({})").format(
        identifier(function.schema, function.name), sql.SQL(", ").join(given)
    )
    if function.returns_row:
        origin.append(sql.SQL("{} as result").format(invocation))
        return sql.SQL("select result.* from {}").format(sql.SQL(", lateral ").join(origin))
    scalar = sql.SQL("select {} as pgrst_scalar").format(invocation)
    return sql.SQL(" from ").join([scalar, *origin])


def _record(function: Function, arguments: Arguments, parameters: Parameters) -> sql.Composable:
    """Return the JSON document as one row, ``arguments``, of the types the function takes."""
    document = sql.SQL("{}::json").format(parameters.bind(arguments.document))
    if arguments.in_array:
        document = sql.SQL("{} -> 0").format(document)
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(identifier(name), trusted(function.type_of(name)))
        for name in sorted(arguments.keys)
    )
    return sql.SQL("json_to_record({}) as arguments ({})").format(document, columns)


def _from_texts(
    function: Function, arguments: Arguments, parameters: Parameters
) -> list[sql.Composable]:
    given = []
    for name in sorted(arguments.keys):
        values = [value for key, value in arguments.texts if key == name]
        value: object = values if function.is_variadic(name) else values[-1]
        typed = sql.SQL("{}::{}").format(parameters.bind(value), trusted(function.type_of(name)))
        given.append(_named(function, name, typed))
    return given


def _named(function: Function, name: str, value: sql.Composable) -> sql.Composable:
    prefix = sql.SQL("variadic " if function.is_variadic(name) else "")
    return sql.SQL("{}{} := {}").format(prefix, identifier(name), value)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _ambiguous(functions: list[Function]) -> GatewayError:
    signatures = (
        f"{f.schema}.{f.name}"
        f"({', '.join(f'{n} => {t}' for n, t in zip(f.names, f.types, strict=True))})"
        for f in functions
    )
    return GatewayError(
        300,
        "PGRST203",
        f"Could not choose the best candidate function between: {', '.join(signatures)}",
        hint="Try renaming the parameters or the function itself in the database"
        " so function overloading can be resolved",
    )


def _missing(name: str, arguments: Arguments, hint: str | None) -> GatewayError:
    listed = ", ".join(sorted(arguments.keys))
    many = "s" if len(arguments.keys) > 1 else ""
    searched = f"with parameter{many} {listed}" if listed else "without parameters"
    if arguments.document is not None:
        searched += " or with a single unnamed json/jsonb parameter"
    shown = f"{name}({listed})" if listed else f"{name} without parameters"
    return GatewayError(
        404,
        "PGRST202",
        f"Could not find the function {shown} in the schema cache",
        f"Searched for the function {name} {searched},"
        " but no matches were found in the schema cache.",
        f"Perhaps you meant to call the function {hint}" if hint else None,
    )
