"""What may go wrong, as HTTP: one exception, and the table from SQLSTATE to status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

import psycopg

_STATUS_OF_CODE = {
    "21000": 500,
    "23503": 409,
    "23505": 409,
    "25006": 405,
    "42883": 404,
    "42P01": 404,
    "42P17": 500,
    "53400": 500,
    "57P01": 503,
    "P0001": 400,
}
_STATUS_OF_CLASS = {
    **dict.fromkeys(("08", "53"), 503),
    **dict.fromkeys(("0L", "0P", "28"), 403),
    **dict.fromkeys(("09", "25", "2D", "38", "39", "3B", "40", "54"), 500),
    **dict.fromkeys(("55", "57", "58", "F0", "HV", "P0", "XX"), 500),
}
_MESSAGE_KEYS = (
    "MESSAGE must be a JSON object with obligatory keys: 'code', 'message'"
    " and optional keys: 'details', 'hint'."
)
_DETAIL_KEYS = (
    "DETAIL must be a JSON object with obligatory keys: 'status', 'headers'"
    " and optional key: 'status_text'."
)


@dataclass
class GatewayError(Exception):
    """An answer that is an error: its status and the four members of its body."""

    status: int
    code: str
    message: str
    details: str | None = None
    hint: str | None = None
    reason: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self) -> str:
        """Return the JSON that PostgREST's clients read, keys in its order."""
        members = {
            "code": self.code,
            "details": self.details,
            "hint": self.hint,
            "message": self.message,
        }
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))


def syntax_error(what: str, text: str, position: int, expecting: str) -> NoReturn:
    """Refuse a query parameter at a position (from 0) of its text.

    Raises:
        GatewayError: 400 PGRST100, always.
    """
    found = f'"{text[position]}"' if position < len(text) else "end of input"
    raise GatewayError(
        400,
        "PGRST100",
        f'"failed to parse {what} ({text})" (line 1, column {position + 1})',
        details=f"unexpected {found} expecting {expecting}",
    )


def from_postgres(error: psycopg.Error, role: str) -> GatewayError:
    """Translate what the database, or the way to it, has raised under a role."""
    code, message = error.sqlstate, error.diag.message_primary or str(error)
    if code is None and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return GatewayError(
            503, "PGRST001", "Database client error. Retrying the connection.", details=message
        )
    if code is None:  # the driver itself refused a value: a NUL character
        return GatewayError(400, "22021", message)
    details, hint = error.diag.message_detail, error.diag.message_hint
    if code == "PGRST":
        return _from_raised_json(message, details)
    status, reason = _status_of(code, message, role), None
    if code.startswith("PT"):
        status, reason = (int(code[2:]), message) if code[2:].isdecimal() else (500, None)
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return GatewayError(status, code, message, details, hint, reason, headers)


def _status_of(code: str, message: str, role: str) -> int:
    if code == "42501":
        return 401 if role == "anon" else 403
    if code == "22023" and message.startswith('role "') and message.endswith('" does not exist'):
        return 401
    return _STATUS_OF_CODE.get(code) or _STATUS_OF_CLASS.get(code[:2], 400)


def _from_raised_json(message: str, detail: str | None) -> GatewayError:
    """Read ``raise sqlstate 'PGRST'``: message is the body, detail the status and headers."""
    body = _object_with(message, required={"code": str, "message": str})
    if body is None:
        return _unreadable(f"Invalid JSON value for MESSAGE: '{message}'", _MESSAGE_KEYS)
    if detail is None:
        return _unreadable("DETAIL is missing in the RAISE statement", _DETAIL_KEYS)
    answer = _object_with(detail, required={"status": int, "headers": dict})
    if answer is None:
        return _unreadable(f"Invalid JSON value for DETAIL: '{detail}'", _DETAIL_KEYS)
    return GatewayError(
        answer["status"],
        body["code"],
        body["message"],
        body.get("details"),
        body.get("hint"),
        answer.get("status_text"),
        {str(name): str(value) for name, value in answer["headers"].items()},
    )


def _object_with(text: str, required: Mapping[str, type]) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    return value if all(isinstance(value.get(k), t) for k, t in required.items()) else None


def _unreadable(details: str, hint: str) -> GatewayError:
    message = "Could not parse JSON in the \"RAISE SQLSTATE 'PGRST'\" error"
    return GatewayError(500, "PGRST121", message, details, hint)
