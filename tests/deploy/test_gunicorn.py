"""The edge under gunicorn: what it logs, how it ends, how its workers count together."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import psycopg
import pytest

from scripts.migrations import ROOT
from tests.deploy.serving import SECONDS, Deployment, deployed
from tests.edge.shop import WEBHOOK, signed, token
from tests.edge.test_database_down import database_down
from tests.support import apply_catalog, sign_up

CANCEL = "/api/stripe/cancel"
WAITING = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "edge.log"


@pytest.fixture
def user_id(fresh_db: str) -> str:
    """A user with an account."""
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn, "docs-chat")
        return str(sign_up(conn, "ada@example.org"))


def cancel(deployment: Deployment, user_id: str) -> httpx.Response:
    """Send a request that takes the lock of the user's account, and is then refused."""
    bearer = {"Authorization": f"Bearer {token(user_id)}"}
    with httpx.Client(base_url=deployment.http.base_url, timeout=SECONDS) as http:
        return http.post(CANCEL, json={}, headers=bearer)


def test_a_request_under_way_is_answered_before_the_edge_ends(
    fresh_db: str, log: Path, user_id: str
) -> None:
    with deployed(fresh_db, log) as edge, psycopg.connect(fresh_db) as conn:
        conn.execute("select from credits.accounts where id = %s for update", [user_id])
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(cancel, edge, user_id)
            with psycopg.connect(fresh_db, autocommit=True) as watch:
                while not watch.execute(WAITING, [conn.info.dbname]).fetchall():
                    assert not answer.done(), answer.result().text
                    time.sleep(0.02)
            edge.terminate()
            while True:  # until nobody new is let in
                try:
                    httpx.get(edge.http.base_url, timeout=1)
                except httpx.TransportError:
                    break
            assert not answer.done()
            conn.rollback()
            assert answer.result().json()["message"] == "subscription_not_found"
        assert edge.process.wait(SECONDS) == 0
    with psycopg.connect(fresh_db) as conn:
        left = "select count(*) from pg_stat_activity where application_name = 'pgcredits edge'"
        assert conn.execute(f"{left} and datname = current_database()").fetchone() == (0,)
    assert not list(log.parent.glob("pgcredits-metrics-*"))


def test_every_line_of_the_log_is_json_and_holds_no_secret(fresh_db: str, log: Path) -> None:
    with deployed(fresh_db, log) as edge:
        edge.http.post(f"{CANCEL}?token=x", json={})
        edge.http.post(WEBHOOK, content=b"{}", headers=signed(b"{}"))
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"time", "level", "logger", "message"} <= lines[0].keys()
    requests = [(it["route"], it["status"]) for it in lines if "route" in it]
    assert requests == [(CANCEL, 401), (WEBHOOK, 400)]
    assert {it["logger"] for it in lines} >= {"edge", "gunicorn.error"}
    assert not re.search("sk_test_|whsec_|token=x", log.read_text())


def test_the_log_is_for_a_person_where_that_is_wished(fresh_db: str, log: Path) -> None:
    with deployed(fresh_db, log, LOG_FORMAT="text") as edge:
        edge.http.post(CANCEL, json={})
    assert f" INFO edge: POST {CANCEL} 401\n" in log.read_text()


def test_the_workers_count_together_and_a_new_one_goes_on(fresh_db: str, log: Path) -> None:
    def counted() -> float:
        text = edge.http.get("/metrics").text
        label = f'method="POST",route="{CANCEL}",status="401"'
        found = re.search(rf"^pgcredits_http_requests_total{{{label}}} (\S+)$", text, re.M)
        return float(found[1]) if found else 0

    with deployed(fresh_db, log, WEB_CONCURRENCY="2") as edge:
        before = edge.workers()
        assert len(before) == 2
        for _ in range(20):  # each by a connection of its own, so that both have some
            httpx.post(edge.http.base_url.join(CANCEL), json={})
        assert [counted() for _ in range(4)] == [20] * 4
        subprocess.run(["kill", str(min(before))], check=True)  # one of ours
        while len(edge.workers() - before) < 1:
            time.sleep(0.05)
        httpx.post(edge.http.base_url.join(CANCEL), json={})
        assert counted() == 21


def test_the_health_check_of_the_container_says_what_the_edge_says(
    fresh_db: str, cluster_dsn: str, log: Path
) -> None:
    def check() -> int:
        command = [sys.executable, "-m", "edge.alive"]
        return subprocess.run(command, cwd=ROOT, env=edge.environment, timeout=SECONDS).returncode

    with deployed(fresh_db, log) as edge:
        assert check() == 0
        with database_down(cluster_dsn, fresh_db):
            assert check() == 1
        edge.terminate()
        edge.process.wait(SECONDS)
        assert check() == 1


def test_an_environment_that_is_not_complete_ends_it_at_once(log: Path) -> None:
    with (
        pytest.raises(AssertionError, match="CREDITS_DATABASE_URL"),
        deployed("", log, WEB_CONCURRENCY="1"),
    ):
        pass
