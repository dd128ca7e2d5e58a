"""The query string of a read: which columns, rows, order and window, compiled to SQL."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import parse_qsl, quote

from psycopg import sql

from scripts.dev.gateway.errors import GatewayError, syntax_error
from scripts.dev.gateway.filters import (
    Field,
    Scanner,
    column_condition,
    is_operation,
    tree_condition,
    unquoted,
)
from scripts.dev.gateway.sqltext import Parameters, conjunction, identifier, trusted

Pairs = list[tuple[str, str]]

_TREES = frozenset({"and", "or", "not.and", "not.or"})
_RESERVED = frozenset({"select", "order", "limit", "offset", "columns", "on_conflict"})
_ALIAS = re.compile(r'("(?:[^"\\]|\\.)*"|[\w $-]+):(?!:)')
_CAST = re.compile(r"::([A-Za-z_][\w ]*)", re.ASCII)
_AGGREGATE = re.compile(r"(?:count|[^(]*\.(?:sum|avg|count|max|min))\(\)")
_EMBEDDING = re.compile(r"(?:![\w!]+)?\(")
_DIRECTION = re.compile(r"(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?(?=,|$)")
_EXPECTING_COLUMN = '"...", field name (* or [a..z0..9_$]), "*" or "count()"'


def parse_pairs(query: bytes) -> Pairs:
    """Decode a query string; a name without a value has the empty one."""
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True, errors="replace")


def content_location(path: str, pairs: Pairs) -> str:
    """Return the address of a read with its parameters in order of their names."""
    values: dict[str, list[str]] = {}
    for key, value in sorted(pairs, key=lambda pair: pair[0]):
        values.setdefault(quote(key, safe=""), []).append(quote(value, safe=""))
    query = "&".join(f"{key}={','.join(items)}" for key, items in values.items())
    return f"{quote(path)}?{query}" if query else quote(path)


@dataclass(frozen=True)
class Window:
    """Which rows are asked for: from ``offset`` on, at most ``limit`` (None: all of them)."""

    offset: int = 0
    limit: int | None = None

    def sql(self, parameters: Parameters) -> sql.Composable:
        """Return the limit and offset clauses."""
        limit, offset = parameters.bind(self.limit), parameters.bind(self.offset)
        return sql.SQL(" limit {}::bigint offset {}::bigint").format(limit, offset)


@dataclass
class Query:
    """The parameters of one request, sorted by what they do."""

    select: str = "*"
    order: str = ""
    limit: int | None = None
    offset: int = 0
    conditions: Pairs = field(default_factory=list)
    arguments: Pairs = field(default_factory=list)

    @classmethod
    def parse(cls, pairs: Pairs, *, with_arguments: bool) -> Query:
        """Sort the parameters.

        Args:
            pairs: the decoded query string.
            with_arguments: whether what is no ``operator.value`` is an argument of a function
                (a call by GET) rather than a filter to be refused.
        """
        query = cls()
        for key, value in pairs:
            if key == "select":
                query.select = value or "*"
            elif key == "order":
                query.order = value
            elif key == "limit":
                query.limit = _integer(value)
            elif key == "offset":
                query.offset = max(_integer(value) or 0, 0)
            elif key in _RESERVED:
                continue
            elif key not in _TREES and with_arguments and not is_operation(value):
                query.arguments.append((key, value))
            else:
                query.conditions.append((key, value))
        return query

    def window(self, range_header: str, max_rows: int | None) -> Window:
        """Return the rows that limit, offset, a Range header and the row limit leave together.

        Raises:
            GatewayError: 416 PGRST103 for a negative limit or a range that ends before it starts.
        """
        if self.limit is not None and self.limit < 0:
            raise _range_error("Limit should be greater than or equal to zero.")
        first, last = self.offset, None if self.limit is None else self.offset + self.limit - 1
        if found := re.fullmatch(r"(?:items=)?(\d+)-(\d*)", range_header, re.ASCII):
            end = int(found[2]) if found[2] else None
            if end is not None and end < int(found[1]):
                raise _range_error(
                    "The lower boundary must be lower than or equal to the upper boundary"
                    " in the Range header."
                )
            first = max(first, int(found[1]))
            last = _least(last, end)
        limit = None if last is None else max(last - first + 1, 0)
        return Window(first, _least(limit, max_rows))

    def where(self, source: str, parameters: Parameters) -> sql.Composable:
        """Return the conjunction of the filters."""
        compiled = [
            (tree_condition if key in _TREES else column_condition)(key, value, source, parameters)
            for key, value in self.conditions
        ]
        return conjunction(compiled)

    def columns(self, schema: str, source: str, parameters: Parameters) -> sql.Composable:
        """Return the select list.

        Raises:
            GatewayError: 400 PGRST100 for its syntax, PGRST123 for aggregates and PGRST200 for
                other resources in it, neither of which this gateway offers.
        """
        scanner = Scanner("select parameter", self.select)
        items = [_column(scanner, schema, source, parameters)]
        while not scanner.at_end:
            scanner.expect(",", '"," or end of input')
            items.append(_column(scanner, schema, source, parameters))
        return sql.SQL(", ").join(items)

    def order_by(self, source: str, parameters: Parameters) -> sql.Composable:
        """Return the order by clause, empty without one."""
        if not self.order:
            return sql.SQL("")
        scanner = Scanner("order", self.order)
        items = [_sort_key(scanner, source, parameters)]
        while scanner.take(","):
            items.append(_sort_key(scanner, source, parameters))
        return sql.SQL(" order by {}").format(sql.SQL(", ").join(items))


def _column(scanner: Scanner, schema: str, source: str, parameters: Parameters) -> sql.Composable:
    if scanner.take(r"\*"):
        return sql.SQL("{}.*").format(identifier(source))
    alias = scanner.take(_ALIAS)
    if scanner.take(_AGGREGATE):
        raise GatewayError(400, "PGRST123", "Use of aggregate functions is not allowed")
    spread = scanner.take(r"\.\.\.")
    place = Field(scanner, _EXPECTING_COLUMN)
    if spread or scanner.take(_EMBEDDING):
        _refuse_embedding(schema, source, place.name)
    value, label = place.sql(source, parameters), unquoted(alias[1]) if alias else place.label()
    if cast := scanner.take(_CAST):
        value = sql.SQL("cast({} as {})").format(value, trusted(cast[1]))
        if scanner.take(r"\.(?:sum|avg|count|max|min)\(\)"):
            raise GatewayError(400, "PGRST123", "Use of aggregate functions is not allowed")
    return sql.SQL("{} as {}").format(value, identifier(label))


def _sort_key(scanner: Scanner, source: str, parameters: Parameters) -> sql.Composable:
    place = Field(scanner, "field name (* or [a..z0..9_$])")
    found = scanner.take(_DIRECTION)
    if found is None:
        syntax_error("order", scanner.text, scanner.position, '"asc", "desc", "nullsfirst", ","')
    nulls = {"nullsfirst": " nulls first", "nullslast": " nulls last"}.get(found[2] or "", "")
    direction = f" {found[1]}" if found[1] else ""
    return sql.SQL("{}{}{}").format(
        place.sql(source, parameters), trusted(direction), trusted(nulls)
    )


def _refuse_embedding(schema: str, source: str, name: str) -> NoReturn:
    relation = f"between '{source}' and '{name}' in the schema"
    raise GatewayError(
        400,
        "PGRST200",
        f"Could not find a relationship {relation} cache",
        f"Searched for a foreign key relationship {relation} '{schema}',"
        " but no matches were found.",
    )


def _range_error(details: str) -> GatewayError:
    return GatewayError(416, "PGRST103", "Requested range not satisfiable", details)


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"-?\d{1,18}", text, re.ASCII) else None


def _least(*values: int | None) -> int | None:
    known: Iterable[int] = [value for value in values if value is not None]
    return min(known, default=None)
