"""The JSON that a caller sends: only the named fields, exact numbers, and ids that are ids."""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation
from typing import Any
from uuid import UUID

from flask import request
from flask.json.provider import DefaultJSONProvider

from edge.errors import bad_argument

# More than any quantity needs, and less than Postgres takes. Nothing is ever rounded.
_EXACT = Context(prec=50, Emin=-50, Emax=50, traps=[Inexact, InvalidOperation])


class ExactJson(DefaultJSONProvider):
    """JSON whose numbers are read as they are written, as Decimal; an absurd one is NaN."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON."""
        return super().loads(
            s, parse_int=_read_number, parse_float=_read_number, parse_constant=Decimal, **kwargs
        )


def read_body(*fields: str) -> dict[str, Any]:
    """Return the request's JSON object; its numbers are Decimal.

    Raises:
        EdgeError: 400 invalid_body, it is no object; unknown_field, it has others than these.
        HTTPException: 400 or 415, it is not JSON.
    """
    try:
        body = request.get_json()
    except RecursionError:
        body = None
    if not isinstance(body, dict):
        raise bad_argument("invalid_body", f"Send a JSON object with {', '.join(fields)}.")
    unknown = sorted(body.keys() - set(fields))
    if unknown:
        raise bad_argument("unknown_field", f"Send only {', '.join(fields)}.", fields=unknown)
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


def read_code(body: dict[str, Any], field: str, refusal: str) -> str | None:
    """Return a code as it is sent, None for none; whether it is one of ours, Postgres knows.

    Raises:
        EdgeError: 400 ``refusal``, it is no printable text.
    """
    code = body.get(field)
    if code is None or (isinstance(code, str) and code.isprintable()):
        return code
    raise bad_argument(refusal, f"A {field} is a text of letters, digits and signs.")


def read_quantity(body: dict[str, Any]) -> Decimal | None:
    """Return the quantity exactly as it is written, None for none; Postgres knows its bounds.

    Raises:
        EdgeError: 400 invalid_quantity, it is no number.
    """
    quantity = body.get("quantity")
    if quantity is None or isinstance(quantity, Decimal):
        return quantity
    raise bad_argument("invalid_quantity", "A quantity is a JSON number, such as 1500 or 12.5.")


def _read_number(text: str) -> Decimal:
    try:
        return _EXACT.create_decimal(text)
    except DecimalException:
        return Decimal("NaN")
