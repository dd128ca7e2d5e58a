"""The stand-in over HTTP: the routes below ``/auth/v1`` that supabase-js calls."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import psycopg
from flask import Blueprint, request

from scripts.dev.auth.errors import AuthError
from scripts.dev.auth.service import Auth, Json

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def auth_routes(auth: Auth, keys: Collection[str]) -> Blueprint:
    """Return the routes, for the application that answers below ``/rest/v1``.

    Preflights and the headers that pages of other origins need are left to that application.

    Args:
        auth: what answers.
        keys: what a caller may name as ``apikey``; without one nothing is answered.
    """
    routes = Blueprint("auth", __name__, url_prefix="/auth/v1")

    @routes.before_request
    def require_key() -> None:
        if request.headers.get("apikey") not in keys:
            raise AuthError(401, "no_authorization", "Invalid API key")

    @routes.errorhandler(AuthError)
    def refuse(error: AuthError) -> tuple[Json, int]:
        return error.body(), error.status

    @routes.errorhandler(psycopg.Error)
    def fail(error: psycopg.Error) -> tuple[Json, int]:
        return refuse(AuthError(500, "unexpected_failure", f"Database error: {error}"))

    @routes.route("/<path:path>", methods=_METHODS, provide_automatic_options=False)
    def absent(path: str) -> Json:
        raise AuthError(404, "not_found", f"The stand-in has no {request.method} /{path}")

    _add_answers(routes, auth)
    return routes


def _add_answers(routes: Blueprint, auth: Auth) -> None:
    @routes.post("/signup", provide_automatic_options=False)
    def sign_up() -> Json:
        body = _body()
        data = body.get("data") or {}
        if not isinstance(data, dict):
            raise _unreadable("data is not an object")
        return auth.sign_up(_text(body, "email").strip(), _text(body, "password"), data)

    @routes.post("/token", provide_automatic_options=False)
    def token() -> Json:
        body = _body()
        match request.args.get("grant_type"):
            case "password":
                return auth.sign_in(_text(body, "email").strip(), _text(body, "password"))
            case "refresh_token":
                return auth.refresh(_text(body, "refresh_token"))
        raise AuthError(400, "invalid_credentials", "unsupported_grant_type")

    @routes.get("/user", provide_automatic_options=False)
    def user() -> Json:
        return auth.user_of(_bearer())

    @routes.post("/logout", provide_automatic_options=False)
    def sign_out() -> tuple[str, int]:
        auth.sign_out(_bearer(), request.args.get("scope", "global"))
        return "", 204


def _body() -> Json:
    body: Any = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise _unreadable("it is not an object")
    return body


def _text(body: Json, name: str) -> str:
    value = body.get(name) or ""
    if not isinstance(value, str):
        raise _unreadable(f"{name} is not a text")
    return value


def _unreadable(why: str) -> AuthError:
    return AuthError(400, "bad_json", f"Could not parse request body as JSON: {why}")


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        message = "This endpoint requires a valid Bearer token"
        raise AuthError(401, "no_authorization", message)
    return token.strip()
