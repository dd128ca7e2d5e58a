"""``pgcredits vendor``: copy the migrations into the Supabase project of an application."""

from __future__ import annotations

from pathlib import Path

import click

from scripts.errors import CommandError
from scripts.migrations import GUARD, Tree
from scripts.snapshot import next_id


def find_target(directory: Path) -> Path:
    """Return the folder of migrations in a project, made where the project lacks it.

    Args:
        directory: the project, its ``supabase`` folder, or the folder of migrations itself.

    Raises:
        CommandError: it is none of these.
    """
    if directory.name == "migrations":
        return directory
    for project in (directory / "supabase", directory):
        if project.name == "supabase" and project.is_dir():
            target = project / "migrations"
            target.mkdir(exist_ok=True)
            return target
    raise CommandError(
        f"{directory} is no Supabase project: it has no folder supabase",
        "name the project's folder, or run there: supabase init",
    )


def find_copies(target: Path) -> dict[str, Path]:
    """Return the copies that a project has already, by the id they enter in the log."""
    copies = {}
    for path in sorted(target.glob("*.sql")):
        if found := GUARD.search(path.read_text()):
            copies[found["id"]] = path
    return copies


def copy_compatibility(source: Path, target: Path, last: str) -> None:
    """Copy the optional views, unless the newest copy in a project is the same already.

    Args:
        source: the file; it may be applied again and again.
        target: the folder of the project's migrations.
        last: the id of the newest file there.
    """
    copies = sorted(target.glob("*_pgcredits_compatibility.sql"))
    if copies and copies[-1].read_bytes() == source.read_bytes():
        click.echo(f"there already: {copies[-1].name}")
        return
    fresh = target / f"{next_id(last)}_pgcredits_compatibility.sql"
    fresh.write_bytes(source.read_bytes())
    click.echo(f"copied {source.name} to {fresh}")


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--compatibility", is_flag=True, help="Also the views of docs/compatibility.md.")
@click.pass_obj
def vendor(tree: Tree, directory: Path, compatibility: bool) -> None:
    """Copy the migrations into DIRECTORY/supabase/migrations, each once, under new timestamps."""
    if broken := tree.broken_sums():
        raise CommandError("; ".join(broken), "pgcredits verify says more")
    target = find_target(directory.resolve())
    copies = find_copies(target)
    migrations = tree.migrations()
    for migration in migrations:
        copy = copies.get(migration.file_id)
        if copy and copy.read_bytes() != migration.path.read_bytes():
            raise CommandError(
                f"{copy} is not the migration that it was copied from",
                "restore it: a database that has met it will never meet the change",
            )
    present = [path.name for path in target.glob("*.sql")]
    last = max((name[:14] for name in present if name[:14].isdigit()), default="19700101000000")
    for migration in migrations:
        if migration.file_id in copies:
            click.echo(f"there already: {copies[migration.file_id].name}")
            continue
        last = next_id(last)
        fresh = target / f"{last}_pgcredits{migration.path.name[14:]}"
        fresh.write_bytes(migration.path.read_bytes())
        click.echo(f"copied {migration.path.name} to {fresh}")
    if compatibility:
        copy_compatibility(tree.compatibility_file, target, last)
    click.echo(f"{len(migrations) - len(copies)} copied, {len(copies)} there already")
