"""Every failure as one shape of JSON: ``{code, message, details, hint}`` and its HTTP status.

A refusal by the rules in Postgres carries its status in its SQLSTATE and a token as its message;
whatever else goes wrong is ours, is logged, and tells a stranger nothing.
"""

from __future__ import annotations

import json
import re

import psycopg
import stripe
from flask import Flask, Response, current_app, jsonify
from werkzeug.exceptions import HTTPException

_STATUS = {"22023": 400, "42501": 403}
_AMOUNT_REFUSALS = {"amount_too_small", "amount_too_large"}  # codes of Stripe
_TOKEN = re.compile(r"[a-z][a-z0-9_]*")
# No connection, no room, shut down, cancelled, or somebody else's lock: the same call may succeed.
_PASSING = re.compile(r"08...|40...|53...|57...|55P03")


class EdgeError(Exception):
    """A refusal of the edge itself, in the words of the database's refusals."""

    def __init__(
        self, status: int, code: str, message: str, hint: str, detail: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.detail = detail


def bad_argument(message: str, hint: str, **detail: object) -> EdgeError:
    """Return the refusal of a bad argument, which the detail names: 400, code 22023."""
    return EdgeError(400, "22023", message, hint, json.dumps(detail) if detail else None)


def unavailable(what: str, status: int = 503) -> EdgeError:
    """Return the refusal of what may succeed later, such as ``database``."""
    return EdgeError(status, f"PT{status}", f"{what}_unavailable", "Try again in a moment.")


def reason_of(error: stripe.StripeError) -> str:
    """Return in one line why Stripe did not serve."""
    said: BaseException = error
    if isinstance(error, stripe.APIConnectionError):
        # The library's own text has four lines; what the network said is at the bottom of it.
        while said.__context__:
            said = said.__context__
    return f"{type(error).__name__}: {' '.join(str(said).split())}"


def register_errors(app: Flask) -> None:
    """Let every failure of the application be answered here."""
    app.register_error_handler(EdgeError, _answer_refusal)
    app.register_error_handler(psycopg.Error, _answer_database)
    app.register_error_handler(stripe.StripeError, _answer_stripe)
    app.register_error_handler(HTTPException, _answer_http)


def _answer_refusal(error: EdgeError) -> Response:
    response = _respond(error.status, error.code, error.message, error.detail, error.hint)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _answer_database(error: psycopg.Error) -> Response:
    code, message = error.sqlstate, error.diag.message_primary or ""
    is_lost = code is None and isinstance(error, psycopg.OperationalError)
    if is_lost or _PASSING.match(code or ""):
        current_app.logger.warning("The database did not serve: %s", error)
        return _answer_refusal(unavailable("database"))
    refusal = re.fullmatch(r"PT([45]\d\d)", code or "")
    status = int(refusal[1]) if refusal else _STATUS.get(code or "")
    if code is None or status is None or not _TOKEN.fullmatch(message):
        raise error  # a fault of ours: Flask logs it and answers 500 by _answer_http
    return _respond(status, code, message, error.diag.message_detail, error.diag.message_hint)


def _answer_stripe(error: stripe.StripeError) -> Response:
    if error.code in _AMOUNT_REFUSALS:
        hint = "The payment provider takes no payment of this amount: buy more, or less."
        return _answer_refusal(bad_argument(error.code, hint))
    if isinstance(error, stripe.IdempotencyError):
        current_app.logger.warning("A call of Stripe was repeated with other parameters: %s", error)
        hint = "It was begun under other settings, and that page is closed: begin anew tomorrow."
        return _answer_refusal(EdgeError(409, "PT409", "checkout_changed", hint))
    current_app.logger.error("Stripe did not serve: %s", reason_of(error))
    if isinstance(error, stripe.APIConnectionError):
        return _answer_refusal(unavailable("stripe", 504))
    return _answer_refusal(unavailable("stripe", 502))


def _answer_http(error: HTTPException) -> Response:
    status = error.code or 500
    message = error.name.lower().replace(" ", "_")
    response = _respond(status, f"PT{status}", message, None, error.description)
    response.headers.extend(header for header in error.get_headers() if header[0] == "Allow")
    return response


def _respond(
    status: int, code: str, message: str, details: str | None, hint: str | None
) -> Response:
    response = jsonify(code=code, message=message, details=details, hint=hint)
    response.status_code = status
    return response
