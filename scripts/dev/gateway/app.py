"""The gateway as a Flask application: one address for everything, CORS, errors as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask, Response, request

from scripts.dev.gateway.auth import Authenticator
from scripts.dev.gateway.database import Database
from scripts.dev.gateway.errors import GatewayError
from scripts.dev.gateway.handler import Gateway
from scripts.dev.gateway.response import error_response
from scripts.dev.gateway.schema import SchemaCache

_BASE_PATH = "/rest/v1"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_GREETING = (
    "The local RPC gateway of pgcredits: a development stand-in for PostgREST.\n"
    "It reads tables and calls functions; never expose it to a network.\n"
)
_EXPOSED_HEADERS = (
    "Content-Encoding, Content-Location, Content-Range, Content-Type, Date, Location, Server,"
    " Transfer-Encoding, Range-Unit"
)


def create_gateway(
    dsn: str,
    jwt_secret: str,
    anon_key: str,
    service_key: str,
    schemas: Sequence[str] = ("public",),
    max_rows: int | None = 1000,
    connections: int = 20,
) -> Flask:
    """Build the gateway; it connects when it is first asked.

    Args:
        dsn: where Postgres is, as a role (``authenticator``) that may become anon,
            authenticated and service_role.
        jwt_secret: the HS256 secret that every token is proved under.
        anon_key: the publishable key: it stands for the role anon.
        service_key: the secret key: it stands for the role service_role.
        schemas: the exposed schemas; the first is the default.
        max_rows: no answer has more rows, whatever is asked; None for no such limit.
        connections: at most so many requests are in the database at a time.

    Returns:
        The application. Its ``extensions["gateway"]`` is the `Gateway`, which can be reloaded
        and must be closed.
    """
    app = Flask(__name__, static_folder=None)
    app.url_map.merge_slashes = False
    gateway = Gateway(
        Database(dsn, SchemaCache(schemas), connections),
        Authenticator(jwt_secret, anon_key, service_key),
        tuple(schemas),
        max_rows,
    )
    app.extensions["gateway"] = gateway

    def respond(path: str) -> Response:
        address = f"/{path}".removeprefix(_BASE_PATH) or "/"
        if request.method == "OPTIONS":
            return _options()
        if address == "/" and request.method in {"GET", "HEAD"}:
            return Response(_GREETING, content_type="text/plain; charset=utf-8")
        return gateway.answer(request, address)

    for rule in ("/", "/<path:path>"):
        app.add_url_rule(
            rule,
            "respond",
            respond,
            methods=_METHODS,
            defaults={"path": ""} if rule == "/" else None,
            provide_automatic_options=False,
        )
    app.register_error_handler(GatewayError, error_response)
    app.after_request(_finish)
    return app


def _options() -> Response:
    """Answer a preflight: every origin, method and header that it asks for."""
    response = Response()
    del response.headers["Content-Type"]
    if "Access-Control-Request-Method" in request.headers:
        asked = request.headers.get("Access-Control-Request-Headers", "").split(",")
        names = [name.strip() for name in asked if name.strip()]
        always = ["Accept", "Accept-Language", "Content-Language"]
        allowed = ", ".join(["Authorization", *names, *always])
        response.headers["Access-Control-Allow-Headers"] = allowed
        methods = "GET, POST, PATCH, PUT, DELETE, OPTIONS, HEAD"
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _finish(response: Response) -> Response:
    response.headers["X-Gateway"] = "pgcredits development stand-in for PostgREST"
    if "Origin" in request.headers:
        response.headers["Access-Control-Allow-Origin"] = "*"
        if request.method != "OPTIONS":
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED_HEADERS
    return response
