"""A project as supabase-js sees it: the gateway with the stand-in for Supabase Auth."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
from psycopg.conninfo import make_conninfo

from scripts.dev.auth import Auth, auth_routes
from scripts.dev.gateway import create_gateway
from scripts.dev.stripe import listen, serving

SECRET = "every token of these tests is proved under this"
ANON, SERVICE = "sb_publishable_of_the_tests", "sb_secret_of_the_tests"
ADA = {"email": "ada@example.com", "password": "correct horse"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Project:
    """Where it answers, its database as the owner, and the stand-in itself."""

    url: str
    dsn: str
    auth: Auth

    def send(self, method: str, path: str, body: Any = None, bearer: str = "") -> httpx.Response:
        """Send a request below ``/auth/v1``, with the publishable key."""
        headers = {"apikey": ANON} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
        return httpx.request(method, f"{self.url}/auth/v1{path}", json=body, headers=headers)

    def sign_up(self, **more: Any) -> Json:
        """Sign Ada up, with further members of the body, and return the session."""
        return read(self.send("POST", "/signup", ADA | more))

    def sign_in(self) -> Json:
        """Sign Ada in and return the session."""
        return read(self.send("POST", "/token?grant_type=password", ADA))

    def refresh(self, session: Json) -> httpx.Response:
        """Use the refresh token of a session."""
        body = {"refresh_token": session["refresh_token"]}
        return self.send("POST", "/token?grant_type=refresh_token", body)

    def user(self, session: Json) -> httpx.Response:
        """Ask whose the access token of a session is."""
        return self.send("GET", "/user", bearer=session["access_token"])

    def execute(self, query: str) -> Any:
        """Run a statement as the owner and return its rows, if it has any."""
        with psycopg.connect(self.dsn) as conn:
            cursor = conn.execute(query)
            return cursor.fetchall() if cursor.description else None


@contextmanager
def open_project(dsn: str) -> Iterator[Project]:
    """Serve a project on a database for as long as the block runs."""
    auth = Auth(make_conninfo(dsn, user="supabase_auth_admin"), SECRET)
    gateway = create_gateway(make_conninfo(dsn, user="authenticator"), SECRET, ANON, SERVICE)
    gateway.register_blueprint(auth_routes(auth, {ANON, SERVICE}))
    listener = listen()
    with serving(gateway, listener):
        yield Project(f"http://127.0.0.1:{listener.getsockname()[1]}", dsn, auth)
    gateway.extensions["gateway"].close()


def read(response: httpx.Response) -> Json:
    assert response.status_code == 200, response.text
    body: Json = response.json()
    return body


def refused(response: httpx.Response) -> tuple[int, str]:
    """Return status and name of a refusal, whose body has the three members that clients read."""
    body = response.json()
    assert body["code"] == response.status_code
    assert isinstance(body["msg"], str)
    return response.status_code, body["error_code"]
