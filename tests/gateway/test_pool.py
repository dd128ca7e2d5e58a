"""Connections that break: the request that meets one says 503, the next one is served."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from scripts.dev.gateway import create_gateway
from tests.gateway.conftest import ANON_KEY, SECRET, SERVICE_KEY, Server

_FUNCTIONS = """
create or replace function public.t_pid() returns int language sql stable
as 'select pg_backend_pid()';
create or replace function public.t_slow_pid() returns int language sql volatile
as 'select pg_backend_pid() from pg_sleep(0.5)';
create or replace function public.t_sleep() returns int language sql volatile
as 'select 1 from pg_sleep(60)';
"""


@pytest.fixture
def admin(gateway_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(gateway_database, autocommit=True) as conn:
        conn.execute(_FUNCTIONS)
        yield conn


@pytest.fixture
def server(serve: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    """A gateway with one connection, so that the one that dies is the one in use."""
    with serve(connections=1) as started:
        yield started


def _heals(server: Server) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if server.request("POST", "/rpc/f_text", "{}").status == 200:
            return True
        time.sleep(0.05)
    return False


def test_a_connection_that_died_in_the_pool_is_replaced(
    server: Server, admin: psycopg.Connection
) -> None:
    pid = int(server.request("POST", "/rpc/t_pid", "{}").body)
    admin.execute("select pg_terminate_backend(%s, 5000)", [pid])
    assert server.request("POST", "/rpc/f_text", "{}").status == 503
    assert _heals(server)
    assert int(server.request("POST", "/rpc/t_pid", "{}").body) != pid


def test_one_request_finds_out_for_all_connections_that_died(
    serve: Callable[..., AbstractContextManager[Server]], admin: psycopg.Connection
) -> None:
    with serve(connections=4) as server, ThreadPoolExecutor(4) as threads:
        calls = [threads.submit(server.request, "POST", "/rpc/t_slow_pid", "{}") for _ in range(4)]
        pids = {int(call.result().body) for call in calls}
        assert len(pids) > 1
        admin.execute("select pg_terminate_backend(p, 5000) from unnest(%s) as p", [[*pids]])
        statuses = [server.request("POST", "/rpc/f_text", "{}").status for _ in range(6)]
    assert statuses == [503, 200, 200, 200, 200, 200]


def test_a_connection_that_dies_under_a_request_answers_503(
    server: Server, admin: psycopg.Connection
) -> None:
    answers = []
    pid = int(server.request("POST", "/rpc/t_pid", "{}").body)
    caller = threading.Thread(
        target=lambda: answers.append(server.request("POST", "/rpc/t_sleep", "{}"))
    )
    caller.start()
    sleeping = "select from pg_stat_activity where pid = %s and wait_event = 'PgSleep'"
    deadline = time.monotonic() + 20
    while not admin.execute(sleeping, [pid]).fetchall():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    admin.execute("select pg_terminate_backend(%s, 5000)", [pid])
    caller.join(timeout=20)
    assert [(answer.status, json.loads(answer.body)["code"]) for answer in answers] == [
        (503, "57P01")
    ]
    assert _heals(server)


def test_without_a_database_a_request_is_503(gateway_database: str) -> None:
    dsn = make_conninfo(gateway_database, user="authenticator", port=1, connect_timeout=2)
    app = create_gateway(dsn, SECRET, ANON_KEY, SERVICE_KEY)
    try:
        answer = app.test_client().get("/rpc/f_text")
    finally:
        app.extensions["gateway"].close()
    assert answer.status_code == 503
    assert answer.get_json()["code"] == "PGRST000"
