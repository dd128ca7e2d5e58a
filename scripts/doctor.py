"""``pgcredits doctor``: what is wrong with an installation, and what to do about it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from uuid import UUID

import click
import psycopg

from scripts.database import connect, describe
from scripts.doctoring import environment, leaks, privileges, running, schema, server, stripe
from scripts.doctoring.account import check_account
from scripts.doctoring.lines import Line, fail
from scripts.doctoring.patient import Patient
from scripts.errors import CommandError
from scripts.migrate import read_applied
from scripts.migrations import Tree

Check = Callable[[Patient], Line]

# Each by the name that its line bears, in the order in which one looks.
CHECKS: dict[str, Check] = {
    "server": server.check_server,
    "durability": server.check_durability,
    "timezone": server.check_timezone,
    "clock": server.check_clock,
    "migrations": schema.check_migrations,
    "functions": schema.check_functions,
    "history": schema.check_history,
    "sign-ups": schema.check_sign_ups,
    "public": privileges.check_public,
    "callers": privileges.check_callers,
    "tables": privileges.check_tables,
    "definers": privileges.check_definers,
    "exposure": privileges.check_exposure,
    "catalog": running.check_catalog,
    "mode": stripe.check_mode,
    "webhooks": stripe.check_webhooks,
    "events": stripe.check_events,
    "subscriptions": stripe.check_subscriptions,
    "maintenance": running.check_maintenance,
    "holds": running.check_holds,
    "notices": running.check_notices,
    "requests": running.check_requests,
    "integrity": running.check_integrity,
}


@click.command()
@click.option("--deep", is_flag=True, help="Check all books now, however long it takes.")
@click.option("--account", "account_id", type=click.UUID, help="Look at this account only.")
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    help="Your repository, for secrets in it (default: this folder).",
)
@click.option(
    "--web",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="A folder of pages, besides the project's web.",
)
@click.pass_context
def doctor(
    ctx: click.Context, deep: bool, account_id: UUID | None, project: Path, web: tuple[Path, ...]
) -> None:
    """Examine an installation: one line for each check, "ok|warn|fail name: what; what to do".

    Nothing is changed. Exit status 1 when something fails, 2 when the database cannot be read.
    """
    tree: Tree = ctx.obj
    if account_id is None:
        lines = examine_files(tree, project, [project / "web", *web], os.environ)
    else:
        lines = iter(())
    has_failed = _show(lines)
    try:
        with connect() as conn:
            conn.read_only = True
            patient = Patient(conn, tree, os.environ, deep)
            found = examine(patient) if account_id is None else _look_at(patient, account_id)
            has_failed = _show(found) or has_failed
    except (CommandError, psycopg.Error) as error:
        told = _told(error)
        click.echo(fail("database", told.message, told.hint).show())
        ctx.exit(2)
    if has_failed:
        ctx.exit(1)


def examine_files(
    tree: Tree, project: Path, pages: list[Path], names: Mapping[str, str]
) -> Iterator[Line]:
    """Yield what is found without a database: in the environment and in files."""
    yield schema.check_files(tree)
    yield environment.check_names(names)
    yield environment.check_settings(names)
    yield environment.check_public_names(names)
    yield leaks.check_pages(pages)
    yield leaks.check_git(project)


def examine(patient: Patient) -> Iterator[Line]:
    """Yield the line of each check of the database; one that fails to run does not end the rest.

    Raises:
        psycopg.Error: the connection is lost, or the login may not read.
    """
    for name, check in CHECKS.items():
        try:
            with patient.look():
                line = check(patient)
        except (psycopg.OperationalError, psycopg.errors.InsufficientPrivilege):
            raise
        except (CommandError, psycopg.Error) as error:
            told = _told(error)
            line = fail(name, f"it cannot be checked: {told.message}", told.hint)
        yield line
        if name == "migrations" and not read_applied(patient.conn):
            return  # there is nothing to examine


def _look_at(patient: Patient, account_id: UUID) -> Iterator[Line]:
    with patient.look():
        yield from check_account(patient, str(account_id))


def _told(error: CommandError | psycopg.Error) -> CommandError:
    return describe(error) if isinstance(error, psycopg.Error) else error


def _show(lines: Iterator[Line]) -> bool:
    """Print the lines, and return whether one of them is a failure."""
    states = []
    for line in lines:
        click.echo(line.show())
        states.append(line.state)
    return "fail" in states
