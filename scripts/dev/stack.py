"""The local stack: PostgreSQL, the gateway, Stripe's stand-in, the edge, pages, on 127.0.0.1.

Each part stands in for one that an application gets elsewhere: Supabase's database, its REST API
and Auth, Stripe, and where its pages are. Nothing leaves the machine.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from edge.app import create_app
from edge.config import Config
from edge.jobs.portal import sync_portal
from edge.jobs.prices import sync_prices
from edge.stripe_api import stripe_client
from scripts import catalog
from scripts.catalog_file import CATALOGS
from scripts.database import URL
from scripts.dev.auth import Auth, auth_routes, sign_token
from scripts.dev.demo import DemoUser
from scripts.dev.gateway import create_gateway
from scripts.dev.keys import Keys
from scripts.dev.pages import create_pages
from scripts.dev.postgres import Cluster, find_installation
from scripts.dev.stripe import create_stripe, listen, serving
from scripts.errors import CommandError
from scripts.migrate import apply_pending
from scripts.migrations import Tree

TOKEN_SECONDS = 24 * 3600
DATABASE = "pgcredits"
DEFAULT_CATALOG = "docs-chat"
SITE_URL = "http://localhost:3000"  # where an application in development usually is


@dataclass(frozen=True)
class User:
    """A signed-up user, with a token that proves it."""

    id: UUID
    email: str
    token: str


class Stack:
    """Everything an application needs, for the length of a ``with`` block.

    Attributes:
        database_url: the database, as its owner.
        url: the gateway, where Supabase's clients look for ``/rest/v1`` and ``/auth/v1``.
        stripe_url, edge_url: the stand-in for Stripe, and the edge.
        pages_url: the pages, if they are served.
        auth: the stand-in for Supabase Auth.
        keys: the secrets of all of them.
        demo_users: the sign-ins that the pages offer; none at first.
        edge_config: the settings of the edge.
    """

    database_url: str
    url: str
    stripe_url: str
    edge_url: str
    pages_url: str | None = None
    auth: Auth
    edge_config: Config

    def __init__(
        self,
        catalog_name: str = DEFAULT_CATALOG,
        port_base: int | None = None,
        database_url: str | None = None,
        site_url: str | None = None,
        pages: Path | None = None,
        say: Callable[[str], object] = lambda _: None,
    ) -> None:
        """Describe the stack; entering the block starts it.

        Args:
            catalog_name: the price list, a file of ``catalogs/`` without its ending.
            port_base: PostgreSQL's port; the gateway, Stripe, the edge and the pages have the four
                after it. None for free ones.
            database_url: a database to use as it is, as a superuser; it is migrated, and nothing
                is taken from it. None for a new one that vanishes with the block.
            site_url: where a buyer goes back to; pages of it may call the edge. None for where the
                pages are, or for `SITE_URL` without them.
            pages: the folder of built pages to serve; None for none.
            say: told what is being waited for and what is ready, in parts of lines.
        """
        self.keys = Keys()
        self.demo_users: list[DemoUser] = []
        self._catalog = CATALOGS / f"{catalog_name}.toml"
        self._port_base = port_base
        self._given_url = database_url
        self._site_url = site_url
        self._pages = pages
        self._say = say
        self._cleanup = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as cleanup:
            self._start_database(cleanup)
            self._migrate()
            self._start_gateway(cleanup)
            # Stripe is told where the edge is, and the edge where Stripe and the pages are.
            edge_socket = cleanup.enter_context(self._listen(3))
            self.edge_url = _address(edge_socket)
            if self._pages:
                pages_socket = cleanup.enter_context(self._listen(4))
                self.pages_url = _address(pages_socket)
            self._start_stripe(cleanup)
            self._start_edge(cleanup, edge_socket)
            if self._pages:
                self._start_pages(cleanup, pages_socket, self._pages)
            self._cleanup = cleanup.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._cleanup.close()

    def sign_up(self, email: str) -> User:
        """Add a user, as Supabase Auth does: insert a row, with the rights that it has."""
        user = self.auth.users.add(email)
        return User(user.id, email, self.token(user.id, email=email))

    def token(self, user_id: UUID, **claims: Any) -> str:
        """Return an access token, as a sign-in gives it, with further claims as named."""
        return sign_token(self.keys.jwt_secret, user_id, TOKEN_SECONDS, **claims)

    def _start_database(self, cleanup: ExitStack) -> None:
        with self._part("Database") as ready:
            if self._given_url:
                self.database_url = self._given_url
                ready(f"{URL}, as it is")
                return
            cluster = Cluster(find_installation(), port=self._port(0) or None)
            cleanup.enter_context(cluster)
            self.database_url = cluster.create_database(DATABASE)
            ready(f"{self.database_url}  {cluster.installation}")

    def _migrate(self) -> None:
        tree = Tree()
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            with self._part("Migrations") as ready:
                _refuse_strangers(conn)
                # Supabase has all that the platform stands in for.
                if not _exists(conn, "auth.users"):
                    conn.execute(tree.platform_file.read_bytes())
                count = len(list(apply_pending(conn, tree.migrations())))
                if not self._given_url:
                    conn.execute("alter role credits_edge login")
                ready(f"{count} applied, {len(tree.migrations())} in all")
            with self._part("Catalog") as ready:
                catalog.apply(conn, self._catalog)
                ready(str(self._catalog.relative_to(tree.root)))

    def _start_gateway(self, cleanup: ExitStack) -> None:
        with self._part("Gateway") as ready:
            keys = self.keys
            gateway = create_gateway(
                self._login("authenticator"), keys.jwt_secret, keys.anon, keys.service
            )
            cleanup.callback(gateway.extensions["gateway"].close)
            self.auth = Auth(self._login("supabase_auth_admin"), keys.jwt_secret)
            gateway.register_blueprint(auth_routes(self.auth, {keys.anon, keys.service}))
            listener = self._listen(1)
            self.url = _address(listener)
            cleanup.enter_context(serving(gateway, listener))
            ready(f"{self.url}/rest/v1 and /auth/v1")

    def _start_stripe(self, cleanup: ExitStack) -> None:
        with self._part("Stripe") as ready:
            listener = self._listen(2)
            self.stripe_url = _address(listener)
            stripe = create_stripe(
                [f"{self.edge_url}/api/stripe/webhook"],
                self.keys.webhook,
                self.stripe_url,
                self.keys.stripe,
            )
            cleanup.callback(stripe.close)
            cleanup.enter_context(serving(stripe.flask, listener))
            ready(f"{self.stripe_url}  a stand-in: no card is charged")
        with self._part("Prices") as ready:
            self.edge_config = Config(
                database_url=self._login("credits_edge"),
                site_url=self._site_url or self.pages_url or SITE_URL,
                stripe_secret_key=self.keys.stripe,
                stripe_webhook_secret=self.keys.webhook,
                supabase_jwt_secret=self.keys.jwt_secret,
                stripe_api_base=self.stripe_url,
            )
            ready(self._sync_prices())

    def _sync_prices(self) -> str:
        """Bring the catalog's plans and packs to Stripe, as ``pgcredits stripe sync`` does."""
        client = stripe_client(self.edge_config)
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            prices = list(sync_prices(conn, client, dry_run=False))
            sync_portal(conn, client, self.edge_config.billing_url, dry_run=False)
        return f"{len(prices)} plans and packs are known at Stripe"

    def _start_edge(self, cleanup: ExitStack, listener: socket.socket) -> None:
        with self._part("Edge") as ready:
            edge = create_app(self.edge_config)
            cleanup.callback(edge.extensions["pool"].close)
            cleanup.enter_context(serving(edge, listener))
            ready(self.edge_url)

    def _start_pages(self, cleanup: ExitStack, listener: socket.socket, folder: Path) -> None:
        with self._part("Pages") as ready:
            pages = create_pages(folder, self._tell_pages, [self.url, self.edge_url])
            cleanup.enter_context(serving(pages, listener))
            ready(_address(listener))

    def _tell_pages(self) -> dict[str, Any]:
        """Return what ``/config.json`` says."""
        return {
            "supabaseUrl": self.url,
            "anonKey": self.keys.anon,
            "edgeUrl": self.edge_url,
            "isLive": False,  # nothing stands in for Realtime
            "demo": [asdict(user) for user in self.demo_users],
        }

    def _login(self, role: str) -> str:
        """Return the database's address for a role that Supabase, or the edge, logs in as.

        Our own server lets every role in; in a given one its superuser becomes the role.
        """
        if self._given_url:
            return make_conninfo(self.database_url, options=f"-c role={role}")
        return make_conninfo(self.database_url, user=role)

    def _port(self, offset: int) -> int:
        return self._port_base + offset if self._port_base else 0

    def _listen(self, offset: int) -> socket.socket:
        try:
            return listen(self._port(offset))
        except OSError as error:
            raise CommandError(
                f"port {self._port(offset)}: {error.strerror}",
                "choose another --port-base, or leave it out for free ports",
            ) from error

    @contextmanager
    def _part(self, name: str) -> Iterator[Callable[[str], object]]:
        """Say what is being started, and then what the block calls the yielded function with."""
        self._say(f"  {name:<12}")
        try:
            yield lambda text: self._say(f"{text}\n")
        except BaseException:
            self._say("failed\n")
            raise


def _address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def _exists(conn: psycopg.Connection[Any], table: str) -> bool:
    return conn.execute("select to_regclass(%s)", [table]).fetchone() != (None,)


def _refuse_strangers(conn: psycopg.Connection[Any]) -> None:
    """Refuse a database with users of somebody else: a stack renews and reprices all there are."""
    query = "select from auth.users where email not like '%@example.com' limit 1"
    if _exists(conn, "auth.users") and conn.execute(query).fetchone() is not None:
        raise CommandError(
            f"the database of {URL} has users that are not of a demonstration",
            f"unset {URL}, or name a database of its own for the local stack",
        )
