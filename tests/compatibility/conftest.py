"""Databases of pgcredits with the compatibility views, otherwise as everywhere."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from tests.access.conftest import DEFAULT_PRIVILEGES
from tests.compatibility.views import UP
from tests.conftest import new_database
from tests.support import Connection, install
from tests.teams.people import Team, make_team
from tests.wallets import use_catalog


@pytest.fixture(scope="session")
def shared_db(cluster_dsn: str, template_db: str) -> Iterator[str]:
    """The database in which every ``db`` of this folder works and rolls back."""
    with new_database(cluster_dsn, template_db) as dsn:
        with psycopg.connect(dsn) as conn:
            conn.execute(UP.read_bytes())
        yield dsn


@pytest.fixture(scope="session", params=list(DEFAULT_PRIVILEGES))
def privileged_db(request: pytest.FixtureRequest, cluster_dsn: str) -> Iterator[str]:
    """A database installed, views and all, under each of the default privileges there may be."""
    with new_database(cluster_dsn) as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            install(conn, before=DEFAULT_PRIVILEGES[request.param])
            conn.execute(UP.read_bytes())
        yield dsn


@pytest.fixture
def installed(privileged_db: str) -> Iterator[Connection]:
    """A connection of the owner to such a database; rolled back after the test."""
    with psycopg.connect(privileged_db) as conn:
        yield conn
        conn.rollback()


@pytest.fixture
def team(db: Connection) -> Team:
    """A team of four with 1000 bonus credits, and a stranger."""
    use_catalog(db)
    return make_team(db)
