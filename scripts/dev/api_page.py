"""Writes docs/api.md, the list of the public functions, shapes and views, from a database.

``python -m scripts.dev.api_page > docs/api.md``, with ``CREDITS_DATABASE_URL`` of a database in
which nothing but pgcredits is installed.
"""

from __future__ import annotations

import re
from typing import Any

import click
import psycopg

from scripts.database import connect

HEAD = """\
# API

What is public: functions, called by RPC (`POST /rest/v1/rpc/name`, or `.rpc()` of a client) or
from SQL, and views, read with `.from()`. Nothing else of pgcredits is meant for callers. A test
holds this page and the database together; `python -m scripts.dev.api_page` writes it.

- Parameters are passed by name. One with `?` may be left out, one with `=` has that default.
- `account_id` defaults to the caller's personal account, whose id is the user's; another one needs
  a membership. With the service key it must be named.
- `key` is an idempotency key of 1 to 200 characters: the same call again is answered with the first
  one's result.
- Amounts are credits, exact to nine places; prices are minor units of the currency (`_cents`).
- A refusal has a status, a token and numbers: [errors](errors.md).
"""
# Title and introduction of each group of functions, in order.
GROUPS = {
    "anon": ("Anyone", "Without a user, too."),
    "authenticated": (
        "The signed-in user",
        "With the user's token; the back end may call most of them for any account.",
    ),
    "admin": (
        "Administrators",
        "Users whose `app_metadata.role` is `admin` or `superadmin`, and the back end. Others get\n"
        "PT403 `admin_only`.",
    ),
    "service_role": (
        "The back end and scheduled jobs",
        "With the service key, or as the owner on a direct connection.",
    ),
}
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
        c.relname, array_agg(a.attname::text order by a.attnum),
        obj_description(c.oid, 'pg_class')
    from pg_class as c
    inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = %s
    group by c.oid
    order by c.relname
"""
SHORT = {"timestamp with time zone": "timestamptz", "integer": "int"}

Connection = psycopg.Connection[Any]


def show_type(name: str) -> str:
    """Return the short word for a type, that of a list's or an array's items included."""
    for long, short in SHORT.items():
        name = re.sub(rf"\b{long}\b", short, name)
    return name.replace("SETOF", "setof")


def show_parameter(name: str, kind: str, default: str | None) -> str:
    """Return a parameter as the page shows it: ``since timestamptz?``, ``page_size int = 50``."""
    shown = f"{name} {show_type(kind)}"
    if default is None:
        return shown
    value = re.sub(r"::[\w ]+(\[\])?$", "", default)
    return f"{shown}?" if value == "NULL" else f"{shown} = {value}"


def render(conn: Connection) -> str:
    """Return the page for what is in schema ``public`` of a database."""
    lines = [HEAD]
    functions = conn.execute(FUNCTIONS).fetchall()
    for caller, (title, words) in GROUPS.items():
        lines += [f"## {title}\n", f"{words}\n", "| Function | Result | |", "|---|---|---|"]
        for who, name, parameters, result, comment in functions:
            if who == caller:
                call = f"{name}({', '.join(show_parameter(*p) for p in parameters)})"
                lines.append(f"| `{call}` | `{show_type(result)}` | {comment} |")
        lines.append("")
    lines += ["## Shapes\n", "| Type | Columns |", "|---|---|"]
    lines += [f"| `{n}` | {', '.join(c)} |" for n, c, _ in conn.execute(RELATIONS, ["c"])]
    lines += [
        "\n## Views\n",
        "They show what their reader may read. [Others](compatibility.md) are optional.\n",
    ]
    lines += ["| View | Columns | |", "|---|---|---|"]
    lines += [f"| `{n}` | {', '.join(c)} | {d} |" for n, c, d in conn.execute(RELATIONS, ["v"])]
    return "\n".join(lines) + "\n"


@click.command()
def main() -> None:
    """Print docs/api.md."""
    with connect() as conn:
        click.echo(render(conn), nl=False)


if __name__ == "__main__":
    main()
