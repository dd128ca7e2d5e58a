"""Writes web/src/kit/database.ts, the types of what a user may call and read, from a database.

``python -m scripts.dev.web_types > web/src/kit/database.ts``, with ``CREDITS_DATABASE_URL`` of a
database in which nothing but pgcredits is installed. ``web_columns`` says what PostgreSQL does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import click

from scripts.database import connect
from scripts.dev.public_api import (
    Connection,
    Function,
    Parameter,
    Relation,
    list_functions,
    list_relations,
)
from scripts.dev.web_columns import NULLABLE, PLACES, TAKES_NULL, WORDS

HEAD = """\
/**
 * What a signed-in user may call and read, as the database has it; `createClient<Database>()` of
 * supabase-js takes it. Written by `python -m scripts.dev.web_types`, never by hand.
 */

/** What JSON can hold. */
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];
"""
TYPES = {
    "bigint": "number",
    "boolean": "boolean",
    "integer": "number",
    "jsonb": "Json",
    "numeric": "number",
    "text": "string",
    "text[]": "string[]",
    '"text/csv"': "string",
    "timestamp with time zone": "string",
    "uuid": "string",
}
WIDTH = 100
CHECKED_WORDS = """
    select pg_get_constraintdef(c.oid)
    from pg_constraint as c
    inner join pg_attribute as a on c.conrelid = a.attrelid and c.conkey = array[a.attnum]
    where c.contype = 'c' and c.conrelid = %s::regclass and a.attname = %s
"""


def find_words(conn: Connection, name: str) -> list[str]:
    """Return the fixed words of a type, those that a CHECK names read from it.

    Args:
        conn: a database with pgcredits.
        name: of the type, a key of ``WORDS``.

    Raises:
        ValueError: a column that is named there has no CHECK.
    """
    words: list[str] = []
    for item in WORDS[name].split():
        table, dot, column = item.rpartition(".")
        found = conn.execute(CHECKED_WORDS, [table, column]).fetchall() if dot else []
        if dot and not found:
            raise ValueError(f"{item} has no CHECK of its own")
        words += [w for (check,) in found for w in re.findall(r"'(\w+)'::text", check)]
        words += [] if dot else [item]
    return words


def render(conn: Connection) -> str:
    """Return the file for what is in schema ``public`` of a database."""
    functions = [it for it in list_functions(conn) if it.caller != "service_role"]
    results = {_item(it.result) for it in functions}
    shapes = [it for it in list_relations(conn, "shapes") if it.name in results]
    views = list_relations(conn, "views")
    parts = [HEAD, *(_union(name, find_words(conn, name)) for name in WORDS)]
    parts += [_row(it, _type(it.name)) for it in shapes]
    parts += [_row(it, f"{_type(it.name)}Row") for it in views]
    parts.append(_database(functions, shapes, views))
    return "\n".join(parts)


def _database(functions: list[Function], shapes: list[Relation], views: list[Relation]) -> str:
    schema = [
        "Tables: Record<never, never>;",
        *_block("Views", (line for it in views for line in _view(it))),
        *_block("Functions", (line for it in functions for line in _function(it))),
        "Enums: Record<never, never>;",
        *_block("CompositeTypes", (f"{it.name}: {_type(it.name)};" for it in shapes)),
    ]
    lines = [f"  {line}" for line in _block("public", schema)]
    comment = "/** What supabase-js wants to know of a database. */"
    return "\n".join([comment, "export type Database = {", *lines, "};\n"])


def _view(view: Relation) -> Iterator[str]:
    return _block(view.name, [f"Row: {_type(view.name)}Row;", "Relationships: [];"])


def _block(name: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a member that is an object, its own members indented."""
    yield f"{name}: {{"
    yield from (f"  {line}" for line in lines)
    yield "};"


def _type(relation: str) -> str:
    """Return the name of the type of a shape: ``CreditGift``."""
    return "".join(word.title() for word in relation.split("_"))


def _item(result: str) -> str:
    """Return what a function returns, or what each row is."""
    return result.removeprefix("SETOF ")


def _union(name: str, words: list[str]) -> str:
    text = " | ".join(f'"{word}"' for word in words)
    line = f"export type {name} = {text};"
    if len(line) > WIDTH:
        line = f"export type {name} =" + "".join(f'\n  | "{word}"' for word in words) + ";"
    what = " ".join(re.findall("[A-Z][a-z]+", name)).lower()
    return f"/** The words of {'an' if what[0] == 'a' else 'a'} {what}. */\n{line}\n"


def _row(relation: Relation, name: str) -> str:
    nullable = NULLABLE.get(relation.name, "").split()
    comment = relation.comment or f"The shape `{relation.name}`."
    lines = [f"/** {comment} */", f"export type {name} = {{"]
    for column, kind in relation.columns.items():
        shown = _words(relation.name, column) or TYPES[kind]
        null = " | null" if column in nullable and shown != "Json" else ""
        lines.append(f"  {column}: {shown}{null};")
    return "\n".join([*lines, "};\n"])


def _words(owner: str, member: str) -> str:
    """Return the type of the fixed words that a column or a parameter has; "" where it has none."""
    place = f"{owner}.{member}"
    return " | ".join(name for name, places in PLACES.items() if place in places.split())


def _function(function: Function) -> Iterator[str]:
    item = _item(function.result)
    result = TYPES.get(item) or _type(item)
    yield f"/** {function.comment} */"
    lines = [_parameter(function.name, it) for it in function.parameters]
    args = _block("Args", lines) if lines else ["Args: Record<PropertyKey, never>;"]
    returned = f"Returns: {result}{'[]' if item != function.result else ''};"
    yield from _block(function.name, [*args, returned])


def _parameter(function: str, parameter: Parameter) -> str:
    shown = _words(function, parameter.name) or TYPES[parameter.type]
    takes_null = f"{function}.{parameter.name}" in TAKES_NULL
    if takes_null or (parameter.default or "").startswith("NULL"):
        shown += " | null"
    return f"{parameter.name}{'?' if parameter.default else ''}: {shown};"


@click.command()
def main() -> None:
    """Print web/src/kit/database.ts."""
    with connect() as conn:
        click.echo(render(conn), nl=False)


if __name__ == "__main__":
    main()
