"""``pgcredits catalog``: check a catalog file, see what it changes, apply it, and get it back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import psycopg

from scripts.catalog_changes import Change, count
from scripts.catalog_export import to_toml
from scripts.catalog_file import BrokenCatalogError, from_json, load_catalog, place_of, to_json
from scripts.catalog_history import list_versions, read_version, show_time
from scripts.catalog_lint import lint_command
from scripts.database import connect
from scripts.errors import CommandError

Catalog = dict[str, Any]
Connection = psycopg.Connection[Any]

FILE = click.Path(dir_okay=False, path_type=Path)
APPLY = """
select kind, code, change, coalesce(before, 'null')::text, coalesce(after, 'null')::text
from public.apply_credit_catalog(%s, %s)
"""
# When it takes effect, where that is later.
DUE = "select %(at)s::timestamptz where %(at)s::timestamptz > now()"
NEWEST = """
select version, case when effective_at > clock_timestamp() then effective_at end
from credits.catalogs
order by version desc
limit 1
"""


def apply(conn: Connection, path: Path, *, dry_run: bool = False) -> list[Change]:
    """Put a catalog file in force, or with ``dry_run`` only find out what it would change.

    Raises:
        BrokenCatalogError: the file is broken, or the database refuses what it says.
        psycopg.Error: the database refuses for another reason, such as a plan in use.
    """
    return _apply(conn, path, load_catalog(path), dry_run=dry_run)


@click.group()
def catalog() -> None:
    """Check a catalog file, see what it changes, apply it, and get it back."""


catalog.add_command(lint_command)


@catalog.command()
@click.argument("file", type=FILE)
def plan(file: Path) -> None:
    """Show what applying FILE would change, and keep nothing."""
    content = load_catalog(file)  # a broken file is told without a database
    with connect() as conn:
        changes = _apply(conn, file, content, dry_run=True)
        due = conn.execute(DUE, {"at": content.get("effective_at")}).fetchone()
    _print(changes)
    when = f"at {show_time(due[0])}" if due else "at once"
    click.echo(
        f"{count(changes)}; nothing is applied, it would take effect {when}"
        if changes
        else "nothing changes"
    )


@catalog.command("apply")
@click.argument("file", type=FILE)
def apply_command(file: Path) -> None:
    """Make FILE the next version; charges already made keep their prices.

    It takes effect at once or at the file's effective_at.
    """
    content = load_catalog(file)
    with connect() as conn:
        changes = _apply(conn, file, content)
        version, due_at = conn.execute(NEWEST).fetchone() or (None, None)
    _print(changes)
    state = f"takes effect at {show_time(due_at)}" if due_at else "is in force"
    said = f"version {version} {state}"
    click.echo(f"{count(changes)}; {said}" if changes else f"{said}: nothing changes")


@catalog.command()
@click.argument("file", type=FILE, required=False)
@click.option("--version", type=int, help="Of this version (default: the one in force).")
@click.option("--force", is_flag=True, help="Write over FILE.")
def export(file: Path | None, version: int | None, *, force: bool) -> None:
    """Write the catalog in force as TOML to FILE, or to the terminal.

    The content is exact; comments are no part of it.
    """
    with connect() as conn:
        number, content = read_version(conn, version)
    text = f"# Version {number} of the catalog {content['code']}.\n{to_toml(content)}"
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        with file.open("w" if force else "x", encoding="utf-8", newline="\n") as target:
            target.write(text)
    except FileExistsError as error:
        raise CommandError(f"{file} is there already", "write over it with --force") from error
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}", "name another file") from error
    click.echo(f"version {number} is in {file}")


@catalog.command()
def history() -> None:
    """List the versions, newest first: when each takes effect, and how much it changed."""
    with connect() as conn:
        for line in list_versions(conn):
            click.echo(line)


def _apply(
    conn: Connection, path: Path, content: Catalog, *, dry_run: bool = False
) -> list[Change]:
    try:
        rows = conn.execute(APPLY, [to_json(content), dry_run]).fetchall()
    except psycopg.errors.InvalidParameterValue as error:
        problem = json.loads(error.diag.message_detail or "{}").get("problem")
        problem = problem or error.diag.message_primary or ""
        raise BrokenCatalogError(f"{place_of(path, content, problem)}: {problem}") from error
    return [
        Change(kind, code, change, from_json(before), from_json(after))
        for kind, code, change, before, after in rows
    ]


def _print(changes: Sequence[Change]) -> None:
    for change in changes:
        for line in change.lines():
            click.echo(line)
