"""The application as a whole: health, browsers, unknown routes, its login, its command."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.edge.shop import BASIC, CHECKOUT, JWT_SECRET, SITE, Shop, open_shop


def test_health_is_a_transaction_in_the_database(shop: Shop) -> None:
    response = shop.http.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/no/such/page", 404, "not_found"),
        ("GET", "/static/app.py", 404, "not_found"),
        ("GET", CHECKOUT, 405, "method_not_allowed"),
        ("PUT", "/api/stripe/webhook", 405, "method_not_allowed"),
    ],
)
def test_every_refusal_has_the_same_shape(
    shop: Shop, method: str, path: str, status: int, message: str
) -> None:
    response = shop.http.request(method, path)
    assert response.status_code == status
    assert (response.json()["code"], response.json()["message"]) == (f"PT{status}", message)
    assert set(response.json()) == {"code", "message", "details", "hint"}
    assert ("Allow" in response.headers) is (status == 405)
    assert response.headers["Cache-Control"] == "no-store"


def test_pages_of_the_site_may_call_the_edge(shop: Shop) -> None:
    asks = {
        "Origin": SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    response = shop.http.options(CHECKOUT, headers=asks)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == SITE
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert response.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    refusal = shop.http.post(CHECKOUT, headers={"Origin": SITE})
    assert refusal.status_code == 401
    assert refusal.headers["Access-Control-Allow-Origin"] == SITE


@pytest.mark.parametrize(
    "origin", ["https://evil.example", f"{SITE}.evil.example", "http://shop.example", "null", ""]
)
def test_pages_of_other_sites_may_not(shop: Shop, origin: str) -> None:
    for response in (
        shop.http.options(CHECKOUT, headers={"Origin": origin}),
        shop.http.get("/healthz", headers={"Origin": origin}),
    ):
        assert "Access-Control-Allow-Origin" not in response.headers
        assert response.headers["Vary"] == "Origin"


@pytest.fixture
def login(cluster_dsn: str) -> Iterator[str]:
    """The name of a login that may do nothing itself, not even inherit what roles may do."""
    name = f"edge_{uuid4().hex}"
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("create role {} login noinherit").format(sql.Identifier(name)))
        yield name
        conn.execute(sql.SQL("drop role {}").format(sql.Identifier(name)))


def allow(cluster_dsn: str, login: str) -> None:
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("grant credits_edge to {}").format(sql.Identifier(login)))


def test_the_role_credits_edge_is_all_that_the_login_needs(
    fresh_db: str, cluster_dsn: str, login: str
) -> None:
    allow(cluster_dsn, login)
    with open_shop(fresh_db, database_url=make_conninfo(fresh_db, user=login)) as shop:
        user_id = shop.sign_up()
        session_id = shop.check_out(user_id)["session_id"]
        shop.stripe.control.act(session_id, "pay")
        assert shop.stripe.control.settle()
        assert shop.history(user_id) == BASIC


def test_a_login_that_may_not_act_as_the_edge_is_a_fault_of_ours(fresh_db: str, login: str) -> None:
    with open_shop(fresh_db, database_url=make_conninfo(fresh_db, user=login)) as shop:
        assert shop.http.get("/healthz").status_code == 503
        response = shop.post(shop.sign_up(), {"package": "basic"})
    assert (response.status_code, response.json()["message"]) == (500, "internal_server_error")
    assert "role" not in response.text


def test_nothing_of_a_request_stays_on_the_connection(shop: Shop) -> None:
    shop.check_out(shop.sign_up())
    with shop.edge.extensions["pool"].connection() as conn:
        left = conn.execute(
            "select current_setting('role'), current_setting('lock_timeout'),"
            " current_setting('statement_timeout')"
        ).fetchone()
    assert left == ("none", "0", "0")


def start(environment: dict[str, str]) -> subprocess.Popen[str]:
    inherited = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(
        [sys.executable, "-m", "edge", "--port", "0"],
        env=inherited | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_command_serves_with_the_settings_of_the_environment(fresh_db: str) -> None:
    environment = {
        "CREDITS_DATABASE_URL": fresh_db,
        "CREDITS_SITE_URL": SITE,
        "STRIPE_SECRET_KEY": "sk_test_x",
        "STRIPE_WEBHOOK_SECRET": "whsec_x",
        "SUPABASE_JWT_SECRET": JWT_SECRET,
    }
    with start(environment) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert found is not None
            assert httpx.get(f"{found[0]}/healthz").status_code == 200
        finally:
            process.terminate()


def test_the_command_says_what_the_environment_lacks() -> None:
    with start({"STRIPE_SECRET_KEY": "sk_test_x"}) as process:
        _, complaint = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "CREDITS_DATABASE_URL, CREDITS_SITE_URL, STRIPE_WEBHOOK_SECRET" in complaint
    assert "Traceback" not in complaint
