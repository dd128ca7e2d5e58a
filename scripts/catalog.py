"""``pgcredits catalog``: what a catalog file would change, and putting it in force."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import psycopg

from scripts.catalog_file import BrokenCatalogError, load_catalog, to_json
from scripts.database import connect

Connection = psycopg.Connection[Any]

FILE = click.Path(dir_okay=False, path_type=Path)
SIGNS = {"added": "+", "changed": "~", "removed": "-"}
APPLY = """
select kind, code, change, coalesce(before, 'null')::text, coalesce(after, 'null')::text
from public.apply_credit_catalog(%s, %s)
"""


@dataclass(frozen=True)
class Change:
    """What a catalog adds, changes or removes, and its content before and after.

    That is an item, or for the kind ``order`` the codes of a list, whose name is the code here.
    """

    kind: str
    code: str
    change: str
    before: Any
    after: Any

    def lines(self) -> Iterator[str]:
        """Describe the change: what it is about, and below that what is new or differs."""
        yield f"{SIGNS[self.change]} {self.kind} {self.code}"
        if self.kind == "order":
            yield f"    {to_json(self.before)} -> {to_json(self.after)}"
        elif self.change == "added":
            for key in sorted(self.after.keys() - {"code"}):
                yield f"    {key}: {to_json(self.after[key])}"
        elif self.change == "changed":
            for key in sorted(self.before.keys() | self.after.keys()):
                old, new = self.before.get(key), self.after.get(key)
                if old != new:
                    yield f"    {key}: {_show(old)} -> {_show(new)}"


def apply(conn: Connection, path: Path, *, dry_run: bool = False) -> list[Change]:
    """Put a catalog file in force, or with ``dry_run`` only find out what it would change.

    Raises:
        BrokenCatalogError: the file is broken, or the database refuses what it says.
        psycopg.Error: the database refuses for another reason, such as a plan in use.
    """
    catalog = to_json(load_catalog(path))
    try:
        rows = conn.execute(APPLY, [catalog, dry_run]).fetchall()
    except psycopg.errors.InvalidParameterValue as error:
        problem = json.loads(error.diag.message_detail or "{}").get("problem")
        raise BrokenCatalogError(f"{path}: {problem or error.diag.message_primary}") from error
    return [
        Change(kind, code, change, *(json.loads(item, parse_float=Decimal) for item in items))
        for kind, code, change, *items in rows
    ]


@click.group()
def catalog() -> None:
    """Compare a catalog file with the one in force, and apply it."""


@catalog.command()
@click.argument("file", type=FILE)
def plan(file: Path) -> None:
    """Show what applying FILE would change, and keep nothing."""
    load_catalog(file)  # a broken file is told without a database
    with connect() as conn:
        changes = apply(conn, file, dry_run=True)
    _print(changes)
    click.echo(f"{len(changes)} to change, nothing is applied" if changes else "nothing changes")


@catalog.command("apply")
@click.argument("file", type=FILE)
def apply_command(file: Path) -> None:
    """Put FILE in force as a new version; charges already made keep their prices."""
    load_catalog(file)
    with connect() as conn:
        before = _newest_version(conn)
        changes = apply(conn, file)
        after = _newest_version(conn)
    _print(changes)
    click.echo(f"version {after} is in force" + (": nothing changes" if after == before else ""))


def _newest_version(conn: Connection) -> int | None:
    row = conn.execute("select max(version) from credits.catalogs").fetchone()
    return row[0] if row else None


def _print(changes: list[Change]) -> None:
    for change in changes:
        for line in change.lines():
            click.echo(line)


def _show(value: Any) -> str:
    return "none" if value is None else to_json(value)
