"""What the exposed schemas offer: their functions and tables, read from the catalogs and kept."""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import TupleRow, class_row

from scripts.dev.gateway.errors import GatewayError

_FUNCTIONS = """
select
    n.nspname as schema,
    p.proname as name,
    p.provolatile = 'v' as writes,
    p.proretset as returns_set,
    t.oid = 'pg_catalog.void'::regtype as returns_void,
    (
        coalesce(base.typtype, t.typtype) = 'c'
        or coalesce(p.proargmodes::text[] && '{t,o,b}', false)
    ) as returns_row,
    case when t.typtype = 'd' then t.typname::text end as domain,
    coalesce(inputs.names, '{}') as names,
    coalesce(inputs.types, '{}') as types,
    p.pronargs - p.pronargdefaults as required,
    p.provariadic <> 0 as variadic
from pg_proc as p
inner join pg_namespace as n on p.pronamespace = n.oid
inner join pg_type as t on p.prorettype = t.oid
left join pg_type as base on t.typtype = 'd' and t.typbasetype = base.oid
cross join lateral (
    select
        array_agg(coalesce(p.proargnames[a.ordinal], '') order by a.ordinal) as names,
        array_agg(format_type(a.type, null) order by a.ordinal) as types
    from unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
        with ordinality as a (type, ordinal)
    where coalesce(p.proargmodes[a.ordinal], 'i') in ('i', 'b', 'v')
) as inputs
where p.prokind = 'f' and n.nspname = any(%s)
order by p.oid
"""
_TABLES = """
select n.nspname, c.relname
from pg_class as c
inner join pg_namespace as n on c.relnamespace = n.oid
where c.relkind in ('r', 'v', 'm', 'f', 'p') and n.nspname = any(%s)
"""
_CLOSE_NAME, _CLOSE_SIGNATURE = 0.8, 0.33


@dataclass(frozen=True)
class Function:
    """A function as the catalogs describe it; ``names`` and ``types`` are of its inputs."""

    schema: str
    name: str
    writes: bool
    returns_set: bool
    returns_void: bool
    returns_row: bool
    domain: str | None
    names: Sequence[str]
    types: Sequence[str]
    required: int
    variadic: bool

    def accepts(self, keys: set[str]) -> bool:
        """Whether arguments of these names, no more and no fewer, make a call."""
        return set(self.names[: self.required]) <= keys <= set(self.names)

    def swallows_body(self) -> bool:
        """Whether its only argument is an unnamed JSON value: the whole body."""
        return list(self.names) == [""] and self.types[0] in {"json", "jsonb"}

    def type_of(self, name: str) -> str:
        """Return the SQL name of an argument's type."""
        return self.types[self.names.index(name)]

    def is_variadic(self, name: str) -> bool:
        """Whether an argument is the variadic one, which is the last."""
        return self.variadic and name == self.names[-1]


class SchemaCache:
    """The functions and tables of some schemas; it is loaded on first use."""

    def __init__(self, schemas: Sequence[str]) -> None:
        self.schemas = tuple(schemas)
        self._functions: list[Function] | None = None
        self._tables: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Read the catalogs again when they are next asked."""
        self._functions = None

    def functions(self, conn: Connection[TupleRow], schema: str, name: str) -> list[Function]:
        """Return the overloads of a function; a miss reads the catalogs again."""
        for attempt in range(2):
            functions, _ = self._load(conn, again=attempt > 0)
            found = [f for f in functions if (f.schema, f.name) == (schema, name)]
            if found:
                return found
        return []

    def require_table(self, conn: Connection[TupleRow], schema: str, name: str) -> None:
        """Refuse a table or view that is not there; a miss reads the catalogs again.

        Raises:
            GatewayError: 404 PGRST205, with the closest name as a hint.
        """
        for attempt in range(2):
            _, tables = self._load(conn, again=attempt > 0)
            if (schema, name) in tables:
                return
        close = _closest(name, (table for place, table in tables if place == schema), _CLOSE_NAME)
        raise GatewayError(
            404,
            "PGRST205",
            f"Could not find the table '{schema}.{name}' in the schema cache",
            hint=f"Perhaps you meant the table '{schema}.{close}'" if close else None,
        )

    def hint_for(self, conn: Connection[TupleRow], schema: str, name: str) -> str | None:
        """Return the function of a schema whose name is closest to one that is not there."""
        functions, _ = self._load(conn, again=False)
        close = _closest(name, {f.name for f in functions if f.schema == schema}, _CLOSE_NAME)
        return f"{schema}.{close}" if close else None

    def _load(
        self, conn: Connection[TupleRow], *, again: bool
    ) -> tuple[list[Function], set[tuple[str, str]]]:
        with self._lock:
            if self._functions is None or again:
                with conn.transaction():
                    # With an empty search path every type's name comes out qualified.
                    conn.execute("set local search_path = ''")
                    schemas = [list(self.schemas)]
                    self._tables = set(conn.execute(_TABLES, schemas).fetchall())
                    with conn.cursor(row_factory=class_row(Function)) as cursor:
                        self._functions = cursor.execute(_FUNCTIONS, schemas).fetchall()
            return self._functions, self._tables


def closest_signature(keys: Iterable[str], functions: Sequence[Function]) -> str | None:
    """Return the argument list, ``(a, b)``, that is closest to the names given."""
    lists = [_listed(function.names) for function in functions]
    return _closest(_listed(keys), lists, _CLOSE_SIGNATURE)


def _listed(names: Iterable[str]) -> str:
    return f"({', '.join(sorted(names))})"


def _closest(name: str, candidates: Iterable[str], cutoff: float) -> str | None:
    return next(iter(difflib.get_close_matches(name, sorted(candidates), 1, cutoff)), None)
