"""From an outcome, or an error, to the HTTP response."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Response
from werkzeug.http import HTTP_STATUS_CODES

from scripts.dev.gateway.errors import GatewayError
from scripts.dev.gateway.exchange import Exchange
from scripts.dev.gateway.query import Window
from scripts.dev.gateway.statement import Outcome

_JSON = "application/json; charset=utf-8"


def error_response(error: GatewayError) -> Response:
    """Write an error as PostgREST does."""
    response = _response(error.status, error.body(), _JSON, error.reason)
    response.headers["Proxy-Status"] = _header_text(f"PostgREST; error={error.code}")
    for name, value in error.headers.items():
        response.headers[_header_text(name)] = _header_text(value)
    return response


def read_response(exchange: Exchange, outcome: Outcome) -> Response:
    """Write what was read or returned; an outcome without a body is 204.

    Raises:
        GatewayError: 500 PGRST111 or PGRST112 when a function set malformed headers or status.
    """
    body, status, content_type = outcome.body, 200, exchange.media.content_type
    window, headers = exchange.window, exchange.headers
    if outcome.total is not None:
        status = 206 if outcome.rows < outcome.total else 200
        if window.offset > outcome.total:
            status, content_type = 416, _JSON
            details = (
                f"An offset of {window.offset} was requested,"
                f" but there are only {outcome.total} rows."
            )
            message = "Requested range not satisfiable"
            body = GatewayError(416, "PGRST103", message, details).body()
    if body is None:
        status, content_type = 204, ""
        headers = {name: value for name, value in headers.items() if name != "Content-Profile"}
    response = _response(_chosen_status(outcome.status, status), body or "", content_type)
    response.headers["Content-Range"] = _content_range(outcome, window)
    response.headers.update(headers)
    for name, value in _chosen_headers(outcome.headers):
        response.headers[name] = value
    return response


def _response(status: int, body: str, content_type: str, reason: str | None = None) -> Response:
    if reason is None:
        reason = HTTP_STATUS_CODES.get(status, "Unknown")
    response = Response(
        # A body may name what cannot be written: half a surrogate pair in a client's JSON.
        body.encode(errors="replace"),
        status=f"{status} {_header_text(reason)}",
        content_type=content_type,
    )
    if not content_type:
        del response.headers["Content-Type"]
    return response


def _content_range(outcome: Outcome, window: Window) -> str:
    rows = f"{window.offset}-{window.offset + outcome.rows - 1}" if outcome.rows else "*"
    return f"{rows}/{'*' if outcome.total is None else outcome.total}"


def _chosen_status(setting: str | None, otherwise: int) -> int:
    if setting is None:
        return otherwise
    if not setting.isdecimal() or not 200 <= int(setting) <= 599:
        raise GatewayError(500, "PGRST112", "response.status guc must be a valid status code")
    return int(setting)


def _chosen_headers(setting: str | None) -> Iterator[tuple[str, str]]:
    if setting is None:
        return
    try:
        pairs = [
            (_header_text(name), _header_text(value))
            for item in json.loads(setting)
            for name, value in item.items()
        ]
    except (AttributeError, TypeError, ValueError) as error:
        raise GatewayError(
            500,
            "PGRST111",
            "response.headers guc must be a JSON array composed of objects"
            " with a single key and a string value",
        ) from error
    yield from pairs


def _header_text(text: str) -> str:
    """Keep a text to one line, and its UTF-8 as the Latin-1 that WSGI carries bytes in."""
    line = "".join(" " if character < " " else character for character in text)
    return line.encode(errors="replace").decode("latin-1")
