"""Writes docs/api.md, the list of the public functions, shapes and views, from a database.

``python -m scripts.dev.api_page > docs/api.md``, with ``CREDITS_DATABASE_URL`` of a database in
which nothing but pgcredits is installed.
"""

from __future__ import annotations

import re

import click

from scripts.database import connect
from scripts.dev.public_api import Connection, Parameter, list_functions, list_relations

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
SHORT = {"timestamp with time zone": "timestamptz", "integer": "int"}


def show_type(name: str) -> str:
    """Return the short word for a type, that of a list's or an array's items included."""
    for long, short in SHORT.items():
        name = re.sub(rf"\b{long}\b", short, name)
    return name.replace("SETOF", "setof")


def show_parameter(parameter: Parameter) -> str:
    """Return a parameter as the page shows it: ``since timestamptz?``, ``page_size int = 50``."""
    shown = f"{parameter.name} {show_type(parameter.type)}"
    if parameter.default is None:
        return shown
    value = re.sub(r"::[\w ]+(\[\])?$", "", parameter.default)
    return f"{shown}?" if value == "NULL" else f"{shown} = {value}"


def render(conn: Connection) -> str:
    """Return the page for what is in schema ``public`` of a database."""
    lines = [HEAD]
    functions = list_functions(conn)
    for caller, (title, words) in GROUPS.items():
        lines += [f"## {title}\n", f"{words}\n", "| Function | Result | |", "|---|---|---|"]
        for it in functions:
            if it.caller == caller:
                call = f"{it.name}({', '.join(map(show_parameter, it.parameters))})"
                lines.append(f"| `{call}` | `{show_type(it.result)}` | {it.comment} |")
        lines.append("")
    lines += ["## Shapes\n", "| Type | Columns |", "|---|---|"]
    shapes, views = list_relations(conn, "shapes"), list_relations(conn, "views")
    lines += [f"| `{it.name}` | {', '.join(it.columns)} |" for it in shapes]
    lines += [
        "\n## Views\n",
        "They show what their reader may read. [Others](compatibility.md) are optional.\n",
    ]
    lines += ["| View | Columns | |", "|---|---|---|"]
    lines += [f"| `{it.name}` | {', '.join(it.columns)} | {it.comment} |" for it in views]
    return "\n".join(lines) + "\n"


@click.command()
def main() -> None:
    """Print docs/api.md."""
    with connect() as conn:
        click.echo(render(conn), nl=False)


if __name__ == "__main__":
    main()
