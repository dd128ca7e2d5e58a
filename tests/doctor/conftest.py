"""An installation in good health, of which each test has a copy, and the doctor for it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner

from scripts.cli import main
from scripts.dev.postgres import Cluster
from scripts.migrations import Tree
from tests.conftest import new_database
from tests.faults.conftest import released  # noqa: F401 - a fixture
from tests.faults.servers import installation_of
from tests.support import apply_catalog, sign_up

EDGE = {
    "CREDITS_SITE_URL": "https://shop.example",
    "STRIPE_SECRET_KEY": "sk_test_51aaaaaaaaaaaaaaaa",
    "STRIPE_WEBHOOK_SECRET": "whsec_bbbbbbbbbbbbbbb1",
    "SUPABASE_JWT_SECRET": "a-secret-of-the-tests-of-at-least-32-characters",
}
FOREIGN = ("CREDITS_", "STRIPE_", "SUPABASE_", "NEXT_PUBLIC_", "METRICS_", "REDIS_", "SMTP_")


@dataclass(frozen=True)
class Report:
    """What the doctor said: the lines by the name of the check, and the exit status."""

    lines: dict[str, str]
    exit_code: int

    @property
    def not_ok(self) -> dict[str, str]:
        """The lines about what is not well."""
        return {name: line for name, line in self.lines.items() if not line.startswith("ok ")}


Doctor = Callable[..., Report]


@pytest.fixture(scope="session")
def server(cluster_dsn: str) -> Iterator[str]:
    """A server of the version under test that syncs, as the doctor wants it."""
    with Cluster(installation_of(cluster_dsn)) as cluster:
        yield cluster.dsn()


@pytest.fixture(scope="session")
def healthy(server: str, released: Tree) -> Iterator[str]:  # noqa: F811 - the fixture
    """A database as a careful person runs it."""
    with new_database(server) as dsn:
        run = CliRunner(env={"CREDITS_DATABASE_URL": dsn})
        for command in (["migrate", "up", "--platform"], ["cron"], ["cron", "--integrity"]):
            done = run.invoke(main, ["--root", str(released.root), *command])
            assert done.exit_code == 0, done.output
        with psycopg.connect(dsn, autocommit=True) as conn:
            apply_catalog(conn, "docs-chat")
            sign_up(conn, "ada@example.org", raw_app_meta_data='{"role": "admin"}')
            conn.execute("insert into credits.channels values ('email', now())")
            assert conn.execute("select count(*) from credits.accounts").fetchone() == (1,)
        yield dsn


@pytest.fixture
def patient(server: str, healthy: str) -> Iterator[str]:
    """The address of a copy of the healthy database, for the test to make ill."""
    with new_database(server, healthy) as dsn:
        yield dsn


@pytest.fixture
def doctor(released: Tree, tmp_path: Path) -> Doctor:  # noqa: F811 - the fixture
    """Call the doctor: ``doctor(dsn, "--deep", STRIPE_MODE="live")``, in an empty project."""
    project = tmp_path / "project"
    project.mkdir()

    def call(dsn: str, *arguments: str, root: Path = released.root, **names: str) -> Report:
        clean: dict[str, str | None] = {
            name: None for name in os.environ if name.startswith(FOREIGN)
        }
        runner = CliRunner(env=clean | EDGE | {"CREDITS_DATABASE_URL": dsn} | names)
        command = ["--root", str(root), "doctor", "--project", str(project), *arguments]
        done = runner.invoke(main, command)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        lines = done.output.splitlines()
        return Report({line.split(":")[0].split()[1]: line for line in lines}, done.exit_code)

    return call


def change(dsn: str, *statements: str) -> None:
    """Run statements as the owner, each committed."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        for statement in statements:
            conn.execute(statement.encode())
