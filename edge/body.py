"""The JSON that a caller sends: only the named fields, and ids that are ids."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request

from edge.errors import bad_argument


def read_body(*fields: str) -> dict[str, Any]:
    """Return the request's JSON object.

    Raises:
        EdgeError: 400 invalid_body, it is no object; unknown_field, it has others than these.
        HTTPException: 400 or 415, it is not JSON.
    """
    try:
        body = request.get_json()
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise bad_argument("invalid_body", f"Send a JSON object with {_listed(fields)}.")
    unknown = sorted(body.keys() - set(fields))
    if unknown:
        raise bad_argument("unknown_field", f"Send only {_listed(fields)}.", fields=unknown)
    return body


def read_account_id(body: dict[str, Any]) -> UUID | None:
    """Return the account that a body names; None for the caller's own.

    Raises:
        EdgeError: 400 invalid_account_id.
    """
    account_id = body.get("account_id")
    if account_id is None:
        return None
    try:
        return UUID(account_id)
    except (ValueError, TypeError, AttributeError) as error:
        raise bad_argument("invalid_account_id", "An account's id is a uuid.") from error


def read_code(body: dict[str, Any], field: str) -> str | None:
    """Return a code of the catalog; None for what no catalog can name, which Postgres refuses."""
    code = body.get(field)
    return code if isinstance(code, str) and code.isprintable() else None


def _listed(fields: tuple[str, ...]) -> str:
    return " and ".join(fields)
