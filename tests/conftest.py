"""Databases for tests, in the throw-away cluster that ``PGCREDITS_TEST_DSN`` names.

``db`` is a connection whose work is rolled back; ``fresh_db`` a database of one's own, for what
commits or needs several connections; ``empty_db`` one without anything. A test that broke the
books on purpose says so with the mark ``breaks_books``; after every other one they must be right.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Browser
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from pytest_postgresql.janitor import DatabaseJanitor

from scripts.dev.chromium import find_chromium, open_chromium
from scripts.errors import CommandError
from tests.support import Connection, find_violations, install


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breaks_books: the test leaves a database that is wrong")
    config.addinivalue_line("markers", "browser: the test looks at pages in Chromium")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give the tests that look at pages to one worker: one stack, one Chromium."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))


def skip_or_fail(error: CommandError) -> NoReturn:
    """Skip what this machine cannot run, by name; where CI is set, fail."""
    if os.environ.get("CI", "") in ("", "false"):
        pytest.skip(str(error))
    pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium of a worker: Playwright runs once in a process."""
    try:
        find_chromium()
    except CommandError as error:
        skip_or_fail(error)
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def cluster_dsn() -> str:
    """The address of the database ``postgres`` in a throw-away cluster, as its superuser."""
    dsn = os.environ.get("PGCREDITS_TEST_DSN")
    if not dsn:
        pytest.fail("PGCREDITS_TEST_DSN is not set: run scripts/test --only pytest", pytrace=False)
    return dsn


@contextmanager
def new_database(cluster_dsn: str, template: str | None = None) -> Iterator[str]:
    """Make a database, perhaps a copy of another, yield its address, and drop it."""
    parts: dict[str, Any] = conninfo_to_dict(cluster_dsn)
    janitor = DatabaseJanitor(
        user=parts["user"],
        password=parts.get("password"),
        host=parts["host"],
        port=parts["port"],
        dbname=f"test_{uuid4().hex}",
        template_dbname=str(conninfo_to_dict(template)["dbname"]) if template else None,
    )
    janitor.init()
    try:
        yield make_conninfo(cluster_dsn, dbname=janitor.dbname)
    finally:
        janitor.drop()


@pytest.fixture(scope="session")
def template_db(cluster_dsn: str) -> Iterator[str]:
    """A database with the platform, all migrations, and the sources not frozen yet."""
    with new_database(cluster_dsn) as dsn:
        with psycopg.connect(dsn, autocommit=True) as conn:
            install(conn)
        yield dsn


@pytest.fixture(scope="session")
def shared_db(cluster_dsn: str, template_db: str) -> Iterator[str]:
    """The copy of the template in which every ``db`` of this worker works and rolls back."""
    with new_database(cluster_dsn, template_db) as dsn:
        yield dsn


@pytest.fixture
def db(shared_db: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection inside a transaction that is rolled back after the test."""
    with psycopg.connect(shared_db) as conn:
        conn.execute("select")  # begins the transaction, so that every block inside is a savepoint
        yield conn
        if conn.info.transaction_status != TransactionStatus.INERROR:
            conn.execute("select set_config('role', 'none', true)")
            _check_books(conn, request)
        conn.rollback()


@pytest.fixture
def fresh_db(cluster_dsn: str, template_db: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database of the test's own, a copy of the template."""
    with new_database(cluster_dsn, template_db) as dsn:
        yield dsn
        with psycopg.connect(dsn) as conn:
            _check_books(conn, request)


@pytest.fixture
def empty_db(cluster_dsn: str) -> Iterator[str]:
    """The address of a database without anything, not even the platform."""
    with new_database(cluster_dsn) as dsn:
        yield dsn


def _check_books(conn: Connection, request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("breaks_books") is None:
        assert find_violations(conn) == []
