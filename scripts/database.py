"""The database that the commands work on: the one that ``CREDITS_DATABASE_URL`` names."""

from __future__ import annotations

import os
from typing import Any

import psycopg

from scripts.errors import CommandError

URL = "CREDITS_DATABASE_URL"
CONNECT_SECONDS = 10
KEPT_NOTHING = "nothing of this step was kept; mend the cause and run the same command again"


def connect(**options: Any) -> psycopg.Connection[Any]:
    """Connect to the database of ``CREDITS_DATABASE_URL``.

    Args:
        options: passed to ``psycopg.connect``, such as ``autocommit`` or ``row_factory``.

    Raises:
        CommandError: the variable is not set, or the database does not answer.
    """
    url = os.environ.get(URL)
    if not url:
        raise CommandError(
            f"{URL} is not set", f"export {URL}=postgresql://user:password@host:5432/database"
        )
    options.setdefault("connect_timeout", CONNECT_SECONDS)
    options.setdefault("application_name", "pgcredits")
    try:
        return psycopg.connect(url, **options)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CommandError(
            f"no connection to the database: {reason}",
            f"check {URL}, and that the server runs and lets you in",
        ) from error
    except psycopg.ProgrammingError:
        # Its text would quote the address, and with it the password.
        raise CommandError(
            f"{URL} is not the address of a database",
            f"export {URL}=postgresql://user:password@host:5432/database",
        ) from None


def describe(error: psycopg.Error) -> CommandError:
    """Turn an error of the database into one line and what to do next."""
    diag = error.diag
    message = diag.message_primary or " ".join(str(error).split()) or type(error).__name__
    if error.sqlstate:
        message += f" ({error.sqlstate})"
    if diag.message_detail:
        message += f": {diag.message_detail}"
    return CommandError(message, _advice(error) or diag.message_hint or KEPT_NOTHING)


def _advice(error: psycopg.Error) -> str:
    match error:
        case (
            psycopg.errors.UndefinedFunction()
            | psycopg.errors.UndefinedTable()
            | psycopg.errors.InvalidSchemaName()
        ):
            return "is pgcredits installed there? pgcredits migrate status"
        case psycopg.errors.InsufficientPrivilege():
            return "connect as the owner of the database (on Supabase: postgres)"
        case psycopg.errors.LockNotAvailable():
            return "another session holds a lock; run the same command again"
        case psycopg.OperationalError():
            return "check that the server still runs, then run the same command again"
    return ""
