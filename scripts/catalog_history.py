"""The versions of the catalog that the database keeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg

from scripts.catalog_file import from_json
from scripts.errors import CommandError

Connection = psycopg.Connection[Any]

IN_FORCE = "select version, content::text from credits.catalog_in_force()"
BY_NUMBER = "select version, content::text from credits.catalogs where version = %s"

# A version takes effect unless one that came later has by then. Those of the first release have no
# time of their own: they took effect when they were applied.
VERSIONS = """
with versions as (
    select
        c.version, c.code, c.applied_at, c.applied_by, c.content,
        lag(c.content) over (order by c.version) as content_before,
        case when c.effective_at = '-infinity' then c.applied_at else c.effective_at end as due_at
    from credits.catalogs as c
)

select
    v.version,
    case
        when exists (select from versions as n where n.version > v.version and n.due_at <= v.due_at)
            then 'withdrawn'
        when v.due_at > statement_timestamp() then 'scheduled'
        when v.version < (credits.catalog_in_force()).version then 'replaced'
        else 'in force'
    end,
    v.due_at,
    v.applied_at,
    v.applied_by,
    v.code,
    (select count(*) from credits.catalog_changes(v.content_before, v.content))
from versions as v
order by v.version desc
"""
TITLES = ("version", "state", "takes effect", "applied", "by", "catalog", "changes")


def read_version(conn: Connection, version: int | None = None) -> tuple[int, dict[str, Any]]:
    """Return the number and content of a version of the catalog, without one of that in force.

    Raises:
        CommandError: there is no such version.
        psycopg.Error: no catalog is in force (PT409).
    """
    row = (
        conn.execute(IN_FORCE) if version is None else conn.execute(BY_NUMBER, [version])
    ).fetchone()
    if row is None:
        raise CommandError(
            f"there is no version {version}", "pgcredits catalog history lists the versions"
        )
    return row[0], from_json(row[1])


def list_versions(conn: Connection) -> Iterator[str]:
    """Yield the versions as lines of a table, newest first, below a line of titles.

    Raises:
        psycopg.Error: there is none (PT409).
    """
    conn.execute("select credits.catalog_in_force()")
    rows = [tuple(map(_show, row)) for row in conn.execute(VERSIONS)]
    widths = [max(map(len, column)) for column in zip(TITLES, *rows, strict=True)]
    for row in (TITLES, *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def show_time(time: datetime) -> str:
    """Write a time as a catalog file does, in UTC."""
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _show(value: Any) -> str:
    return show_time(value) if isinstance(value, datetime) else str(value)
