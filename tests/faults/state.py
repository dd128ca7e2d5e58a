"""All rows of all tables, to compare a database before and after."""

from __future__ import annotations

from typing import Any

from psycopg import sql

from tests.support import Connection


def list_tables(conn: Connection) -> list[str]:
    """Return the tables of the schema ``credits``."""
    query = "select tablename from pg_tables where schemaname = 'credits' order by 1"
    return [name for (name,) in conn.execute(query)]


def read_state(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table of pgcredits, as text, in a fixed order."""
    return {
        table: conn.execute(
            sql.SQL("select t::text from {} as t order by 1").format(
                sql.Identifier("credits", table)
            )
        ).fetchall()
        for table in list_tables(conn)
    }
