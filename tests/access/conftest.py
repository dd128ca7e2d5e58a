"""Databases that met other default privileges before pgcredits was installed."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.conftest import new_database
from tests.support import Connection, install

# What the host project's default privileges were when the migrations ran.
DEFAULT_PRIVILEGES = {
    "plain": "",
    # Supabase until 2026: whatever its owner creates in public is granted to everybody.
    "generous": """
        alter default privileges in schema public
            grant all on tables to anon, authenticated, service_role;
        alter default privileges in schema public
            grant all on functions to anon, authenticated, service_role;
        alter default privileges in schema public
            grant all on sequences to anon, authenticated, service_role;
    """,
    # Supabase since 2026: nothing is granted by itself, not even to service_role.
    "closed": "alter default privileges revoke execute on functions from public;",
}


@pytest.fixture(scope="session", params=list(DEFAULT_PRIVILEGES))
def privileged_db(request: pytest.FixtureRequest, cluster_dsn: str) -> Iterator[tuple[str, str]]:
    """The name of the default privileges, and a database installed under them."""
    with new_database(cluster_dsn) as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            install(conn, before=DEFAULT_PRIVILEGES[request.param])
        yield request.param, dsn


@pytest.fixture
def defaults(privileged_db: tuple[str, str]) -> str:
    """The name of the default privileges of ``installed``."""
    return privileged_db[0]


@pytest.fixture
def installed(privileged_db: tuple[str, str]) -> Iterator[Connection]:
    """A connection of the owner to a database with these defaults; rolled back after the test."""
    with psycopg.connect(privileged_db[1]) as conn:
        yield conn
        conn.rollback()
