"""A small repository of SQL, and the command line on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scripts.cli import main
from scripts.migrations import Tree

Run = Callable[..., Result]
FIRST = "20260101000000"
FOUNDATION = f"""\
create schema credits;
create table credits.migrations (
    id text primary key,
    parent_id text unique nulls not distinct references credits.migrations (id),
    applied_at timestamptz not null default clock_timestamp()
);
insert into credits.migrations (id, parent_id) values ('{FIRST}', null);
select set_config('lock_timeout', '4s', true);
"""


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A repository with a first migration and two functions, nothing frozen or recorded."""
    root = tmp_path / "repository"
    for folder in ("migrations", "policies", "functions/access", "functions/ledger"):
        (root / "sql" / folder).mkdir(parents=True)
    (root / f"sql/migrations/{FIRST}_foundation.sql").write_text(FOUNDATION)
    write_function(root / "sql/functions/access/one.sql", "one", "select credits.two() - 1")
    write_function(root / "sql/functions/ledger/two.sql", "two", "select 2")
    (root / "sql/platform.sql").write_text("create schema if not exists auth;\n")
    return Tree(root)


def write_function(path: Path, name: str, body: str) -> None:
    """Write the source of a function ``credits.<name>() returns integer`` in plain SQL."""
    path.write_text(
        f"create or replace function credits.{name}()\nreturns integer\nlanguage sql\nas $$\n"
        f"    {body}\n$$;\n"
    )


@pytest.fixture
def run(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call ``pgcredits`` on the small repository: ``run("migrate", "up", url=…)``."""

    def call(*arguments: str, url: str | None = None) -> Result:
        monkeypatch.delenv("CREDITS_DATABASE_URL", raising=False)
        if url is not None:
            monkeypatch.setenv("CREDITS_DATABASE_URL", url)
        return CliRunner().invoke(main, ["--root", str(tree.root), *arguments])

    return call
