"""What is public in a database: the functions, shapes and views of schema ``public``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import psycopg

FUNCTIONS = """
    select
        case
            when has_function_privilege('anon', p.oid, 'execute') then 'anon'
            when p.proname like 'admin\\_%' then 'admin'
            when has_function_privilege('authenticated', p.oid, 'execute') then 'authenticated'
            else 'service_role'
        end as caller,
        p.proname,
        (
            select coalesce(
                array_agg(
                    array[
                        a.name, format_type(a.type, null),
                        pg_get_function_arg_default(p.oid, a.i::integer)
                    ]
                    order by a.i
                ),
                '{}'
            )
            from rows from (
                unnest(p.proargnames[1:p.pronargs]), unnest(p.proargtypes::oid[])
            ) with ordinality as a (name, type, i)
        ),
        pg_get_function_result(p.oid),
        obj_description(p.oid, 'pg_proc')
    from pg_proc as p
    where p.pronamespace = 'public'::regnamespace and p.prorettype <> 'trigger'::regtype
    order by p.proname
"""
RELATIONS = """
    select
        c.relname,
        array_agg(array[a.attname, format_type(a.atttypid, null)] order by a.attnum),
        obj_description(c.oid, 'pg_class')
    from pg_class as c
    inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = %s
    group by c.oid
    order by c.relname
"""
KINDS = {"shapes": "c", "views": "v"}

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, PostgreSQL's name of its type, and its default as SQL, if any."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True)
class Function:
    """A function.

    Attributes:
        caller: ``anon``, ``authenticated``, ``admin`` or ``service_role``: who may call it.
        name: without its schema.
        parameters: in order.
        result: as PostgreSQL writes it: ``SETOF credit_gift``.
        comment: one sentence.
    """

    caller: str
    name: str
    parameters: tuple[Parameter, ...]
    result: str
    comment: str


@dataclass(frozen=True)
class Relation:
    """A shape or a view: its columns with PostgreSQL's names of their types, and its comment."""

    name: str
    columns: dict[str, str]
    comment: str | None


def list_functions(conn: Connection) -> list[Function]:
    """Return the functions in the order of their names."""
    return [
        Function(caller, name, tuple(Parameter(*p) for p in parameters), result, comment)
        for caller, name, parameters, result, comment in conn.execute(FUNCTIONS)
    ]


def list_relations(conn: Connection, kind: Literal["shapes", "views"]) -> list[Relation]:
    """Return the shapes, or the views, in the order of their names."""
    rows = conn.execute(RELATIONS, [KINDS[kind]])
    return [Relation(name, dict(columns), comment) for name, columns, comment in rows]
