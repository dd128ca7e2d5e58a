"""The jobs schedule themselves where the extension pg_cron is installed."""

from __future__ import annotations

import psycopg
import pytest

from scripts.dev.postgres import Cluster
from scripts.migrations import Tree
from tests.faults.servers import installation_of
from tests.support import install

SETTINGS = {"shared_preload_libraries": "pg_cron", "cron.database_name": "app"}


def test_an_installation_beside_pg_cron_schedules_maintenance_and_checks(cluster_dsn: str) -> None:
    with psycopg.connect(cluster_dsn) as conn:
        available = "select from pg_available_extensions where name = 'pg_cron'"
        if conn.execute(available).fetchone() is None:
            version = conn.info.server_version // 10000
            pytest.skip(
                f"PostgreSQL {version} here has no pg_cron: its schedule is NOT CHECKED "
                f"(Debian: postgresql-{version}-cron)"
            )
    with (
        Cluster(installation_of(cluster_dsn), settings=SETTINGS) as cluster,
        psycopg.connect(cluster.create_database("app"), autocommit=True) as conn,
    ):
        conn.execute("create extension pg_cron")
        install(conn)
        jobs = conn.execute("select schedule, command from cron.job order by jobid").fetchall()
        assert jobs == [
            ("*/5 * * * *", "select public.run_credit_maintenance()"),
            ("17 3 * * *", "select credits.run_integrity()"),
        ]
        done = conn.execute("select public.run_credit_maintenance()").fetchall()
        parts = (
            "catalogs", "renewed", "subscribed", "released", "expired", "started", "retried",
            "learnt", "reminded", "expired_acts", "rolled_up", "forgotten",
        )  # fmt: skip
        assert done == [(dict.fromkeys(parts, 0),)]
        assert conn.execute("select credits.run_integrity()").fetchall() == [(0,)]

        again = Tree().root / "sql/policies/cron.sql"
        conn.execute(again.read_bytes())
        assert conn.execute("select count(*) from cron.job").fetchall() == [(2,)]
