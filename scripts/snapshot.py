"""``pgcredits snapshot``: freeze the changed sources into the next migration."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

from scripts.errors import CommandError
from scripts.migrations import Migration, Source, Tree

STAMP = "%Y%m%d%H%M%S"
HEADER = """\
insert into credits.migrations (id, parent_id) values ('{id}', '{parent}');
select set_config('lock_timeout', '4s', true);

-- Bodies in plain SQL may name what comes further down; the tests check every one.
select set_config('check_function_bodies', 'off', true);
"""


def next_id(last: str) -> str:
    """Return the present second of UTC as 14 digits, or the one after ``last`` if that is later."""
    try:
        after = datetime.strptime(last, STAMP).replace(tzinfo=UTC) + timedelta(seconds=1)
    except ValueError:
        raise CommandError(f"{last} is no time", "rename the file that begins with it") from None
    return max(datetime.now(UTC), after).strftime(STAMP)


def render(migration_id: str, parent_id: str, sources: list[Source]) -> str:
    """Return the text of a migration that holds these sources."""
    parts = [HEADER.format(id=migration_id, parent=parent_id)]
    parts += [f"-- source: {s.path} sha256:{s.sum}\n{s.text}" for s in sources]
    return "\n".join(parts)


@click.command()
@click.argument("name", required=False)
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if something is not frozen.")
@click.pass_obj
def snapshot(tree: Tree, name: str | None, check: bool) -> None:
    """Freeze the changed sources into the migration <utc>_NAME.sql."""
    unfrozen, deleted = tree.unfrozen(), tree.deleted()
    for source in unfrozen:
        click.echo(f"not frozen: {source.path}")
    for path in deleted:
        click.echo(
            f"deleted: {path} (write a migration that drops what it made, "
            f"with the line: -- retired: {path})"
        )
    if check:
        if unfrozen or deleted:
            raise CommandError("sources and migrations differ", "pgcredits snapshot NAME")
        click.echo("everything is frozen")
        return
    if not name or not re.fullmatch(r"[a-z0-9_]+", name):
        raise CommandError(
            "a snapshot needs a name of lowercase letters, digits and _",
            "pgcredits snapshot add_gifts",
        )
    _freeze(tree, name, unfrozen)


def _freeze(tree: Tree, name: str, unfrozen: list[Source]) -> None:
    migrations, sums = tree.migrations(), tree.sums()
    if not migrations:
        raise CommandError("there is no first migration", "write it: it creates credits.migrations")
    fresh = [m for m in migrations if m.path.name not in sums]
    if edited := [p for p in tree.broken_sums() if "not recorded" not in p]:
        raise CommandError(
            "; ".join(edited),
            "restore the file; only where no database has met it, delete its line of SHA256SUMS",
        )
    if unfrozen:
        parent = migrations[-1].file_id
        path = tree.migrations_dir / f"{next_id(parent)}_{name}.sql"
        path.write_text(render(path.name[:14], parent, unfrozen))
        fresh.append(Migration(path))
    tree.record_sums()
    for migration in fresh:
        click.echo(f"recorded {migration.path.name}")
    click.echo(f"froze {len(unfrozen)} source(s)")
