"""``pgcredits verify``: prove that the migrations, and a database that has them, are unchanged."""

from __future__ import annotations

import os
from typing import Any

import click
import psycopg

from scripts.database import URL, connect
from scripts.errors import CommandError
from scripts.migrate import find_pending, read_applied
from scripts.migrations import Migration, Tree, frozen_by, sha256


def check_chain(migrations: list[Migration]) -> list[str]:
    """List where a file's id or parent is not its own, or not that of the file before."""
    problems = []
    parents = [None, *(migration.file_id for migration in migrations)]
    for migration, parent in zip(migrations, parents, strict=False):
        if migration.log_ids != (migration.file_id, parent):
            expected = f"'{parent}'" if parent else "null"
            problems.append(
                f"{migration.path.name} must insert ('{migration.file_id}', {expected}) "
                "into credits.migrations"
            )
    return problems


def check_sections(migrations: list[Migration]) -> list[str]:
    """List the frozen sections whose text is not the one that their sum promises."""
    return [
        f"{migration.path.name}: the section of {path} was edited"
        for migration in migrations
        for path, source in migration.sections().items()
        if source is not None and sha256(source.text) != source.sum
    ]


def check_database(conn: psycopg.Connection[Any], migrations: list[Migration]) -> list[str]:
    """List the functions of a database whose body is not the one frozen for it."""
    pending = find_pending(migrations, read_applied(conn))
    installed: dict[str, str] = dict(
        conn.execute(
            "select pronamespace::regnamespace || '.' || proname, prosrc from pg_proc "
            "where pronamespace::regnamespace::text in ('credits', 'public')"
        ).fetchall()
    )
    sources = frozen_by(migrations[: len(migrations) - len(pending)]).values()
    problems = []
    for source in sources:
        for name, body in source.functions().items():
            if name not in installed:
                problems.append(f"{name} of {source.path} is not in the database")
            elif installed[name] != body:
                problems.append(f"{name} is not as {source.path} was frozen")
    return problems


@click.command()
@click.option("--files-only", is_flag=True, help="Leave the database alone.")
@click.pass_obj
def verify(tree: Tree, files_only: bool) -> None:
    """Prove that migrations are as they were frozen, and a database as they made it."""
    migrations = tree.migrations()
    problems = tree.broken_sums() + check_chain(migrations) + check_sections(migrations)
    checked = f"{len(migrations)} migrations"
    if files_only or not os.environ.get(URL):
        checked += "" if files_only else f" (no database: {URL} is not set)"
    else:
        with connect(autocommit=True) as conn:
            problems += check_database(conn, migrations)
        checked += " and the database"
    for problem in problems:
        click.echo(problem)
    if problems:
        raise CommandError(
            f"{len(problems)} problem(s)",
            "pgcredits snapshot NAME records new files; restore edited ones from git; "
            "apply again the sources of functions that drifted",
        )
    click.echo(f"verified {checked}")
