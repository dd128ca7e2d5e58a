"""The command line ``pgcredits``: one module per command, loaded when it is called."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click
import psycopg

from scripts.database import describe
from scripts.migrations import ROOT, Tree

# The module of each command, which is its attribute of the module's own name.
COMMANDS = {
    "bench": "bench",
    "catalog": "catalog",
    "cron": "cron",
    "doctor": "doctor",
    "import": "imports",  # Python keeps the word for itself
    "migrate": "migrate",
    "notify": "notify",
    "project": "project",
    "reconcile": "reconcile",
    "seal": "seal",
    "snapshot": "snapshot",
    "stripe": "stripe_commands",  # the library has the name for itself
    "vendor": "vendor",
    "verify": "verify",
}


class Commands(click.Group):
    """A group that imports a command's module only when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, or None for a name that is none."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        command: click.Command = getattr(import_module(f"scripts.{module}"), module)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; an error of the database becomes a message and a hint."""
        try:
            return super().invoke(ctx)
        except psycopg.Error as error:
            raise describe(error) from error


@click.group(cls=Commands)
@click.version_option(package_name="pgcredits", prog_name="pgcredits")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=ROOT,
    help="The folder that holds sql/ (default: the one this command was installed from).",
)
@click.pass_context
def main(ctx: click.Context, root: Path) -> None:
    """Prepaid credits in Postgres. The database is CREDITS_DATABASE_URL."""
    ctx.obj = Tree(root)
