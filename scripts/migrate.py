"""``pgcredits migrate``: bring a database to the newest migration, or say where it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import psycopg

from scripts.database import connect, describe
from scripts.errors import CommandError
from scripts.migrations import Migration, Tree

# One installation of pgcredits per database, so one lock per database.
LOCK = "select pg_advisory_xact_lock(hashtextextended('pgcredits migrate', 0))"

Connection = psycopg.Connection[Any]


def read_applied(conn: Connection) -> dict[str, datetime]:
    """Return when each migration was applied, by id; empty where there is no log yet."""
    if conn.execute("select to_regclass('credits.migrations')").fetchone() == (None,):
        return {}
    return dict(conn.execute("select id, applied_at from credits.migrations order by id"))


def find_pending(migrations: list[Migration], applied: dict[str, datetime]) -> list[Migration]:
    """Return the migrations that a database lacks, oldest first.

    Raises:
        CommandError: it has others, or has a later one without an earlier one.
    """
    ids = [migration.file_id for migration in migrations]
    if unknown := sorted(applied.keys() - set(ids)):
        raise CommandError(
            f"the database has migrations that are not here: {', '.join(unknown)}",
            "use the release of pgcredits that installed them, or a newer one",
        )
    pending = [migration for migration in migrations if migration.file_id not in applied]
    if pending and pending != migrations[len(applied) :]:
        raise CommandError(
            f"the database lacks {pending[0].path.name} but has a later one",
            "restore credits.migrations from a backup; ids are never removed from it",
        )
    return pending


def apply_pending(conn: Connection, migrations: list[Migration]) -> Iterator[Migration]:
    """Apply what is pending, each file in a transaction of its own, and yield it when committed.

    Runners take turns. One that another runner overtook, be it psql, reads on from there.

    Args:
        conn: in autocommit mode.
        migrations: all of them, oldest first.

    Raises:
        CommandError: a file failed and nothing of it was kept; those before it stay.
    """
    while True:
        migration = None
        try:
            with conn.transaction():
                conn.execute("select set_config('lock_timeout', '10min', true)")
                conn.execute(LOCK)
                conn.execute("select set_config('lock_timeout', '4s', true)")
                pending = find_pending(migrations, read_applied(conn))
                if not pending:
                    return
                migration = pending[0]
                conn.execute(migration.text.encode())
                if migration.file_id not in read_applied(conn):
                    raise CommandError(
                        f"{migration.path.name} does not enter itself in credits.migrations",
                        "it must begin with its row for credits.migrations (pgcredits verify)",
                    )
        except psycopg.Error as error:
            if migration is None or conn.broken:
                raise
            if migration.file_id not in read_applied(conn):
                reason = describe(error)
                raise CommandError(
                    f"{migration.path.name}: {reason.message}", reason.hint
                ) from error
        else:
            yield migration


def apply_file(conn: Connection, path: Path) -> None:
    """Apply a file that is not a migration, in a transaction of its own.

    Raises:
        CommandError: the database refused it, and nothing of it was kept.
    """
    try:
        with conn.transaction():
            conn.execute(LOCK)
            conn.execute(path.read_bytes())
    except psycopg.Error as error:
        if conn.broken:
            raise
        reason = describe(error)
        raise CommandError(f"{path.name}: {reason.message}", reason.hint) from error
    click.echo(f"applied {path.name}")


@click.group()
def migrate() -> None:
    """Bring a database to the newest migration, or say where it is."""


@migrate.command()
@click.option("--platform", is_flag=True, help="First apply sql/platform.sql (never on Supabase).")
@click.option("--compatibility", is_flag=True, help="Also make the views of docs/compatibility.md.")
@click.pass_obj
def up(tree: Tree, platform: bool, compatibility: bool) -> None:
    """Apply the pending migrations in order, each in one transaction."""
    if broken := tree.broken_sums():
        raise CommandError("; ".join(broken), "pgcredits verify says more")
    count = 0
    with connect(autocommit=True) as conn:
        if platform:
            apply_file(conn, tree.platform_file)
        for migration in apply_pending(conn, tree.migrations()):
            click.echo(f"applied {migration.path.name}")
            count += 1
        if compatibility:
            apply_file(conn, tree.compatibility_file)
        if count:
            conn.execute("notify pgrst, 'reload schema'")
        click.echo(f"{count} applied, {len(read_applied(conn))} in all: the database is up to date")


@migrate.command()
@click.pass_obj
def status(tree: Tree) -> None:
    """Print each migration and when the database got it; exit 1 where something is odd."""
    with connect(autocommit=True) as conn:
        applied = read_applied(conn)
    migrations = tree.migrations()
    for migration in migrations:
        at = applied.get(migration.file_id)
        click.echo(f"{at:%Y-%m-%d %H:%M:%S%z}  " if at else "pending                   ", nl=False)
        click.echo(migration.path.name)
    problems = tree.broken_sums()
    known = {migration.file_id for migration in migrations}
    problems += [f"{i} is applied but not here" for i in sorted(applied.keys() - known)]
    for problem in problems:
        click.echo(f"odd: {problem}")
    if problems:
        raise click.exceptions.Exit(1)
