"""A shop for tests: the edge, the stand-in for Stripe and a database, speaking real HTTP."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import jwt
import psycopg
from flask import Flask, request

from edge.app import create_app
from edge.config import Config
from edge.jobs.prices import sync_prices
from scripts import catalog
from scripts.dev.stripe import App, create_stripe, listen, serving
from scripts.dev.stripe.webhooks import sign
from tests.support import apply_catalog, as_user, sign_up

SITE = "https://shop.example"
API_KEY = "sk_test_of_the_tests"
WEBHOOK_SECRET = "whsec_of_the_tests"
JWT_SECRET = "a-secret-of-the-tests-of-at-least-32-characters"
WEBHOOK = "/api/stripe/webhook"
CHECKOUT = "/api/credits/checkout"
SUBSCRIBE = "/api/stripe/create-subscription-checkout"
PORTAL = "/api/stripe/portal"
CANCEL = "/api/stripe/cancel"
SESSIONS = "/v1/checkout/sessions"
CUSTOMERS = "/v1/customers"
CATALOG = Path(__file__).with_name("catalog.toml")
PLANS = Path(__file__).with_name("plans.toml")


@dataclass(frozen=True)
class Call:
    """A request that reached Stripe's API."""

    method: str
    path: str
    key: str | None
    params: dict[str, str]


@dataclass
class Shop:
    """The running edge and all that it talks to.

    Attributes:
        dsn: the database, as its superuser.
        edge: the application that is served.
        http: a client of the edge; it follows no redirects.
        stripe: the stand-in, whose webhooks go to the edge.
        calls: what was asked of Stripe, oldest first.
    """

    dsn: str
    edge: Flask
    http: httpx.Client
    stripe: App
    calls: list[Call] = field(default_factory=list)

    @property
    def received(self) -> list[Call]:
        """The checkout sessions that were asked of Stripe, oldest first."""
        return self.asked("POST", SESSIONS)

    def asked(self, method: str, path: str) -> list[Call]:
        """Return the calls of one kind that reached Stripe, oldest first."""
        return [call for call in self.calls if (call.method, call.path) == (method, path)]

    def query(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        """Run one statement as the superuser, commit it, and return its rows."""
        with psycopg.connect(self.dsn) as conn:
            cursor = conn.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def sign_up(self, **columns: Any) -> UUID:
        """Return a new user, with further columns of ``auth.users`` as named."""
        with psycopg.connect(self.dsn) as conn:
            return sign_up(conn, **columns)

    def post(self, user_id: UUID | None, body: object, path: str = CHECKOUT) -> httpx.Response:
        """Send a user's JSON to a route of the edge; None is nobody."""
        headers = {"Content-Type": "application/json"}
        if user_id:
            headers["Authorization"] = f"Bearer {token(user_id)}"
        return self.http.post(path, content=json.dumps(body), headers=headers)

    def check_out(self, user_id: UUID, package: str = "basic") -> dict[str, str]:
        """Return the edge's answer to a user who buys a pack."""
        response = self.post(user_id, {"package": package})
        assert response.status_code == 200, response.text
        answer: dict[str, str] = response.json()
        return answer

    def sell(self, path: Path) -> None:
        """Put a catalog file in force."""
        with psycopg.connect(self.dsn) as conn:
            catalog.apply(conn, path)

    def add_team(self, user_id: UUID, role: str = "owner") -> UUID:
        """Return a new team's account, of which a user is a member with a role."""
        ((team_id,),) = self.query(
            "insert into credits.accounts (id, kind, owner_id)"
            " values (gen_random_uuid(), 'team', %s) returning id",
            user_id,
        )
        self.query("insert into credits.members values (%s, %s, %s)", team_id, user_id, role)
        added: UUID = team_id
        return added

    def strike(self, kind: str, method: str, path: str, times: int = 2) -> None:
        """Let calls of Stripe fail: as often as one request of ours makes them, unless told."""
        self.stripe.control.faults.inject(kind, method=method, path=path, times=times)

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """Return what Stripe has of a kind, oldest first."""
        with self.stripe.state.lock:
            return copy.deepcopy(self.stripe.state.all(kind))

    def sync(self) -> None:
        """Bring the plans and packs in force to Stripe."""
        with psycopg.connect(self.dsn) as conn:
            list(sync_prices(conn, self.edge.extensions["stripe"], dry_run=False))
        self.calls.clear()

    def post_text(self, user_id: UUID, text: str) -> httpx.Response:
        """Send a user's body to the checkout as it is written."""
        headers = {"Authorization": f"Bearer {token(user_id)}", "Content-Type": "application/json"}
        return self.http.post(CHECKOUT, content=text, headers=headers)

    def promote(self, promotion: dict[str, Any]) -> None:
        """Create a promotion."""
        self.query("select credits.create_promotion(%s)", json.dumps(promotion))

    def asked_lines(self) -> list[tuple[str, int]]:
        """Return the names and amounts of the lines that Stripe was last asked for."""
        params = self.received[-1].params
        count = sum(name.endswith("[quantity]") for name in params)
        lines = [f"line_items[{number}][price_data]" for number in range(count)]
        return [
            (params[f"{line}[product_data][name]"], int(params[f"{line}[unit_amount]"]))
            for line in lines
        ]

    def quote(self, user_id: UUID, wish: dict[str, Any]) -> dict[str, Any]:
        """Return the public quote of what a user wishes to buy."""
        values = [Decimal(str(v)) if isinstance(v, float) else v for v in wish.values()]
        names = ", ".join(f"{name} => %s" for name in wish)
        query = f"select public.quote_credit_purchase({names})"
        with psycopg.connect(self.dsn) as conn, as_user(conn, user_id):
            row: Any = conn.execute(query.encode(), values).fetchone()
        quoted: dict[str, Any] = row[0]
        return quoted

    def hold_back(self, user_id: UUID, *actions: str) -> list[dict[str, Any]]:
        """Buy the pack ``basic`` and do ``actions`` to its session, without any webhook.

        Returns:
            The checkout's events, to be delivered by the test.
        """
        self.stripe.control.pause()
        session_id = self.check_out(user_id)["session_id"]
        for action in actions:
            self.stripe.control.act(session_id, action)
        return self.events(session_id)

    def events(self, session_id: str) -> list[dict[str, Any]]:
        """Return the events of a checkout session, oldest first."""
        with self.stripe.state.lock:
            return [
                event
                for event in self.stripe.state.all("event")
                if event["data"]["object"]["id"] == session_id
            ]

    def deliver(
        self, event: object, headers: dict[str, Any] | None = None, path: str = WEBHOOK
    ) -> httpx.Response:
        """Send an event (or the bytes of one), rightly signed unless other headers are given."""
        body = event if isinstance(event, bytes) else json.dumps(event, indent=2).encode()
        return self.http.post(path, content=body, headers=signed(body) | (headers or {}))

    def history(self, user_id: UUID) -> list[tuple[str, int]]:
        """Return the types and amounts of a personal account's transactions, oldest first."""
        return self.query(
            "select type, amount::int from credits.transactions where account_id = %s order by id",
            user_id,
        )

    def moves(self, account_id: UUID) -> list[tuple[str, Decimal]]:
        """Return the types and exact amounts of an account's transactions, oldest first."""
        return self.query(
            "select type, amount from credits.transactions where account_id = %s order by id",
            account_id,
        )

    def stored(self) -> list[tuple[str, str | None]]:
        """Return the state and reason of every stored event, oldest first."""
        return self.query("select state, reason from credits.stripe_events order by received_at")


BASIC = [("purchase", 5000), ("bonus", 500)]


def signed(body: bytes, secret: str = WEBHOOK_SECRET, age_seconds: int = 0) -> dict[str, str]:
    """Return the header with which Stripe signs a body."""
    return {"Stripe-Signature": sign(body, secret, int(time.time()) - age_seconds)}


def token(user_id: UUID | str, secret: str = JWT_SECRET, **claims: Any) -> str:
    """Return an access token as Supabase's Auth issues it; a claim of None is left out."""
    usual = {
        "sub": str(user_id),
        "aud": "authenticated",
        "role": "authenticated",
        "exp": int(time.time()) + 3600,
    }
    kept = {name: value for name, value in (usual | claims).items() if value is not None}
    return jwt.encode(kept, secret, "HS256")


def config_for(dsn: str) -> Config:
    """Return the settings of an edge that serves a database; Stripe is out of reach."""
    return Config(
        database_url=dsn,
        site_url=SITE,
        stripe_secret_key=API_KEY,
        stripe_webhook_secret=WEBHOOK_SECRET,
        supabase_jwt_secret=JWT_SECRET,
        stripe_api_base="http://127.0.0.1:9",
    )


@contextmanager
def open_shop(dsn: str, **settings: Any) -> Iterator[Shop]:
    """Open a shop that sells the packs of the catalog ai-assistant.

    Args:
        dsn: the database, as its superuser.
        settings: fields of the edge's configuration that differ from the usual.
    """
    with psycopg.connect(dsn) as conn:
        apply_catalog(conn, "ai-assistant")
    edge_listener, stripe_listener = listen(), listen()
    edge_url = f"http://127.0.0.1:{edge_listener.getsockname()[1]}"
    stripe_url = f"http://127.0.0.1:{stripe_listener.getsockname()[1]}"
    stripe = create_stripe([edge_url + WEBHOOK], WEBHOOK_SECRET, stripe_url, API_KEY)
    edge = create_app(replace(config_for(dsn), **({"stripe_api_base": stripe_url} | settings)))
    with (
        serving(edge, edge_listener),
        httpx.Client(base_url=edge_url, timeout=30) as http,
    ):
        shop = Shop(dsn, edge, http, stripe)
        # Before all else, so that a call that is refused is seen as well.
        stripe.flask.before_request_funcs[None].insert(0, lambda: _record(shop))
        with serving(stripe.flask, stripe_listener):
            yield shop
        stripe.close()
    edge.extensions["pool"].close()


def _record(shop: Shop) -> None:
    if request.path.startswith("/v1/"):
        key = request.headers.get("Idempotency-Key")
        params = (request.args if request.method == "GET" else request.form).to_dict()
        shop.calls.append(Call(request.method, request.path, key, params))
