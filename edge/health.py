"""Liveness: the edge serves, and the database lets it in."""

from __future__ import annotations

import psycopg
from flask import Blueprint
from flask.typing import ResponseReturnValue

from edge.db import connection
from edge.errors import unavailable

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def check_health() -> ResponseReturnValue:
    """Answer 200 when a transaction under the edge's role is possible, else 503."""
    try:
        with connection():
            return {"status": "ok"}
    except psycopg.Error as error:
        raise unavailable("database") from error
