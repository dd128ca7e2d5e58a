"""A real gateway, on a database of its own with the fixture, behind a real threaded server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import jwt
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo
from werkzeug.serving import make_server

from scripts.dev.gateway import create_gateway

SECRET = "the gateway's tests prove every token under this one"
ANON_KEY = "sb_publishable_gateway_tests"
SERVICE_KEY = "sb_secret_gateway_tests"
USER_ID = "11111111-1111-1111-1111-111111111111"
_FIXTURE = Path(__file__).with_name("fixture.sql")


def token(role: str | None, seconds: int = 3600, **claims: object) -> str:
    """Sign a token of a role that expires in so many seconds."""
    now = int(time.time())
    payload: dict[str, object] = {"iss": "supabase", "iat": now - 60, "exp": now + seconds}
    if role is not None:
        payload["role"] = role
    return jwt.encode({**payload, **claims}, SECRET, "HS256")


@dataclass(frozen=True)
class Answer:
    """A response that was read to its end; header names are in lower case."""

    status: int
    reason: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True)
class Server:
    """Where the gateway listens."""

    port: int

    @property
    def url(self) -> str:
        """What a client is given as the project's address."""
        return f"http://127.0.0.1:{self.port}"

    def request(
        self,
        method: str,
        path: str,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        bearer: str | None = None,
    ) -> Answer:
        """Send one request as it is; a JSON content type goes with a body unless another does."""
        sent = {"apikey": ANON_KEY, **({"Content-Type": "application/json"} if body else {})}
        if bearer is not None:
            sent["Authorization"] = f"Bearer {bearer}"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            content = body.encode() if isinstance(body, str) else body
            connection.request(method, path, content, {**sent, **(headers or {})})
            response: HTTPResponse = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, response.reason, names, text)


@pytest.fixture(scope="session")
def gateway_database(cluster_dsn: str, worker_id: str) -> Iterator[str]:
    """The DSN, as superuser, of this worker's database with the fixture in it."""
    name = sql.Identifier(f"gateway_{worker_id}")
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("drop database if exists {} with (force)").format(name))
        conn.execute(sql.SQL("create database {}").format(name))
        dsn = make_conninfo(cluster_dsn, dbname=f"gateway_{worker_id}")
        with psycopg.connect(dsn) as own:
            own.execute(_FIXTURE.read_bytes())
    yield dsn
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        conn.execute(sql.SQL("drop database if exists {} with (force)").format(name))


@pytest.fixture(scope="session")
def serve(gateway_database: str) -> Callable[..., AbstractContextManager[Server]]:
    """Return what starts a gateway with the options given, for a ``with``."""
    dsn = make_conninfo(gateway_database, user="authenticator")

    @contextmanager
    def start(**options: object) -> Iterator[Server]:
        app = create_gateway(dsn, SECRET, ANON_KEY, SERVICE_KEY, **options)  # type: ignore[arg-type]
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, args=[0.05], daemon=True)
        thread.start()
        try:
            yield Server(server.server_port)
        finally:
            server.shutdown()
            server.server_close()
            thread.join(timeout=10)
            app.extensions["gateway"].close()

    return start


@pytest.fixture(scope="session")
def gateway(serve: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    """A gateway with the options of the recorded one."""
    with serve(schemas=("public", "credits"), max_rows=None) as server:
        yield server
