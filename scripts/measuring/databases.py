"""The benchmark's databases: pgcredits as the files here have it, beside the floor's tables."""

from __future__ import annotations

from pathlib import Path

import psycopg

from scripts.catalog import apply
from scripts.errors import CommandError
from scripts.migrate import apply_pending
from scripts.migrations import ROOT, Tree

SCRIPTS = ROOT / "bench"
# How many accounts take part, and how many more have a limit of requests.
UNIFORM, HOT, LIMITED = 10_000, 1, 2_000

# What a run has written: the floor's entries, or transactions (an id is its account's own sequence
# without gaps, so the last ones add up to the number of all).
COUNTS = {
    "entries": "select count(*) from bench.entries",
    "transactions": "select sum(last_transaction_id) from credits.accounts",
}


def install(dsn: str, catalog: Path) -> None:
    """Put the platform, the migrations, the sources that are not frozen, and a catalog in force."""
    tree = Tree()
    with psycopg.connect(dsn, autocommit=True) as conn:
        conn.execute(tree.platform_file.read_bytes())
        list(apply_pending(conn, tree.migrations()))
        with conn.transaction():
            conn.execute("set local check_function_bodies = off")
            for source in tree.unfrozen():
                conn.execute(source.text.encode())
        apply(conn, catalog)


def prepare(dsn: str, accounts: int = UNIFORM, limited: int = LIMITED) -> None:
    """Make the accounts of ``bench/setup.sql`` in an empty database."""
    install(dsn, SCRIPTS / "catalog.toml")
    with psycopg.connect(dsn, autocommit=True) as conn:
        for name, number in {"bench.accounts": accounts, "bench.limited": limited}.items():
            conn.execute("select set_config(%s, %s, false)", [name, str(number)])
        for statement in (SCRIPTS / "setup.sql").read_text().split(";\n"):
            conn.execute(statement.encode())


def check_books(dsn: str) -> None:
    """Look for what the runs may have broken.

    Raises:
        CommandError: ``check_credit_integrity`` found something.
    """
    with psycopg.connect(dsn) as conn:
        violation = conn.execute("select * from public.check_credit_integrity() limit 1").fetchone()
    if violation:
        raise CommandError(f"the books are wrong after the benchmark: {violation}")
