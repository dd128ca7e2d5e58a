"""The back end of the examples on a database of its own, and a client that speaks HTTP to it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from edge.config import Config
from examples.chat.models import Model, StandIn
from examples.chat.routes import chat_routes
from examples.documents.routes import document_routes
from examples.server import create_app
from examples.voice.routes import voice_routes
from scripts.dev.auth import sign_token
from scripts.dev.stripe import listen, serving
from tests.support import apply_catalog, as_service, as_user, sign_up

SECRET = "every token of these tests is proved under this"
SECONDS = 30
Json = dict[str, Any]
Event = tuple[str, Json]


@dataclass(frozen=True)
class BackEnd:
    """Where it answers, and its database as the superuser."""

    url: str
    dsn: str

    def sign_up(self, amount: float) -> User:
        """Return a new user who has so many credits."""
        with psycopg.connect(self.dsn) as conn:
            user_id = sign_up(conn, f"{uuid4().hex}@example.com")
            with as_service(conn):
                conn.execute("select public.open_credit_account(user_id => %s)", [user_id])
        if amount:
            self.add(user_id, amount)
        return User(self, user_id, sign_token(SECRET, user_id, 600))

    def add(self, account_id: UUID, amount: float) -> None:
        """Give an account so many credits."""
        query = "select public.add_credits(%s, %s::numeric, 'bonus', %s)"
        with psycopg.connect(self.dsn) as conn, as_service(conn):
            conn.execute(query, [account_id, amount, uuid4().hex])


@dataclass(frozen=True)
class User:
    """A signed-in user of the examples."""

    back_end: BackEnd
    id: UUID
    token: str

    def post(self, path: str, **request: Any) -> httpx.Response:
        """Send a request, and read all that is answered."""
        return httpx.post(self._url(path), **self._with_token(request))

    def read(self, path: str, body: Json) -> list[Event]:
        """Send a request, and return the events that are answered."""
        with self.open(path, body) as (status, events):
            assert status == 200
            return list(events)

    @contextmanager
    def open(self, path: str, body: Json) -> Iterator[tuple[int, Iterator[Event]]]:
        """Send a request, and hang up at the end of the block, whatever is still coming."""
        request = self._with_token({"json": body})
        with httpx.stream("POST", self._url(path), **request) as response:
            yield response.status_code, _events(response)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Run a query as the user, who sees nothing but the own rows."""
        with psycopg.connect(self.back_end.dsn) as conn, as_user(conn, self.id):
            return conn.execute(query.encode()).fetchall()

    @property
    def balances(self) -> Json:
        """What the database says now: ``balance``, ``held`` and ``available``."""
        query = "select balance, held, available from public.get_credit_balance()"
        ((balance, held, available),) = self.rows(query)
        return {"balance": balance, "held": held, "available": available}

    @property
    def holds(self) -> list[tuple[Any, ...]]:
        """State and reason of the holds, the oldest first."""
        return self.rows("select state, reason from public.credit_holds order by created_at")

    @property
    def charges(self) -> list[tuple[Any, ...]]:
        """Service and amount of the charges, the oldest first."""
        query = "select service, amount from public.credit_transactions where type = 'usage'"
        return self.rows(f"{query} order by id")

    def _url(self, path: str) -> str:
        return f"{self.back_end.url}{path}"

    def _with_token(self, request: Json) -> Json:
        bearer = {"Authorization": f"Bearer {self.token}"}
        return request | {"headers": request.get("headers", {}) | bearer, "timeout": SECONDS}


@contextmanager
def open_back_end(
    dsn: str, model: Model | None = None, hold_seconds: int = 120, minute: float = 0.5
) -> Iterator[BackEnd]:
    """Serve the examples for as long as the block runs, with the voice agent's prices."""
    with psycopg.connect(dsn, autocommit=True) as conn:
        apply_catalog(conn, "voice-agent")
    routes = [
        chat_routes(model or StandIn(pause=0.01), "claude", hold_seconds),
        voice_routes(minute),
        document_routes(),
    ]
    app = create_app(_config(dsn), routes)
    listener = listen()
    with serving(app, listener):
        yield BackEnd(f"http://127.0.0.1:{listener.getsockname()[1]}", dsn)
    app.extensions["pool"].close()


def until(is_true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    deadline = time.monotonic() + SECONDS
    while not is_true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.05)


def _config(dsn: str) -> Config:
    return Config(
        database_url=dsn,
        site_url="https://shop.example",
        stripe_secret_key="sk_test_of_the_tests",
        stripe_webhook_secret="whsec_of_the_tests",
        supabase_jwt_secret=SECRET,
    )


def _events(response: httpx.Response) -> Iterator[Event]:
    name = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))
