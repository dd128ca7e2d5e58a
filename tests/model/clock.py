"""A clock for the database that stands still until it is set: time is moved, and never waited for.

PostgreSQL's own clock is renamed before anything of ours is installed, so that every default and
every function reads this one. It belongs in a throw-away database only.
"""

from __future__ import annotations

from datetime import datetime

from tests.support import Connection

CLOCKS = {"clock_timestamp": "volatile", "statement_timestamp": "stable", "now": "stable"}
SQL = "".join(
    f"""
    alter function pg_catalog.{name}() rename to real_{name};
    create function pg_catalog.{name}() returns timestamptz language sql {volatility} as $$
        select coalesce(current_setting('model.now', true)::timestamptz, pg_catalog.real_{name}())
    $$;
    """
    for name, volatility in CLOCKS.items()
)


def set_clock(conn: Connection, at: datetime) -> None:
    """Set the clock of a connection, until its transaction is undone."""
    conn.execute("select set_config('model.now', %s, false)", [at.isoformat()])
