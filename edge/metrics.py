"""``GET /metrics``: how the edge serves and how the database says it is, for Prometheus.

There is nothing in it about a person, an account or an amount of money.
"""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
from flask import Blueprint, Flask, Response, current_app, request
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from edge.config import Config
from edge.db import connection
from edge.errors import EdgeError
from edge.gauges import list_gauges

bp = Blueprint("metrics", __name__)

_KEPT_SECONDS = 5.0
_METHODS = frozenset({"GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"})
_LABELS = ("method", "route", "status")


class Metrics:
    """The numbers of one application; with several workers, those of all of them together."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        own = CollectorRegistry()
        self._requests = Counter(
            "pgcredits_http_requests", "Requests answered.", _LABELS, registry=own
        )
        self._seconds = Histogram(
            "pgcredits_http_request_duration_seconds",
            "How long answers took.",
            ("method", "route"),
            registry=own,
        )
        self._registry = own
        # Set by gunicorn.conf.py: each worker counts into files, which are added up when asked.
        if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
            self._registry = CollectorRegistry()
            MultiProcessCollector(self._registry)  # type: ignore[no-untyped-call]
        self._registry.register(_Health(app))

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; ``route`` is a rule of the application, never a stranger's path."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def show(self) -> bytes:
        """Return all numbers as Prometheus reads them."""
        with self._app.app_context():
            return generate_latest(self._registry)


class _Health(Collector):
    """What ``credits.get_health()`` says, asked of the database every few seconds at most."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._health: dict[str, Any] | None = None

    def describe(self) -> Iterator[Metric]:
        """Name nothing: a registry asks when the application is made, without a database yet."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; of a database that does not serve only that it is down."""
        with self._lock:
            if time.monotonic() - self._asked_at >= _KEPT_SECONDS:
                self._health = self._ask()
                self._asked_at = time.monotonic()
            health = self._health
        return list_gauges(health)

    def _ask(self) -> dict[str, Any] | None:
        try:
            with connection() as conn:
                row = conn.execute("select credits.get_health()").fetchone()
        except psycopg.Error as error:
            self._app.logger.warning("The database did not tell how it is: %s", error)
            return None
        return row[0] if row else None


@bp.get("/metrics")
def show_metrics() -> Response:
    """Answer with all metrics; where METRICS_TOKEN is set, to its bearer only.

    Raises:
        EdgeError: 401 metrics_token_required.
    """
    config: Config = current_app.extensions["config"]
    if config.metrics_token is not None:
        _prove(config.metrics_token)
    metrics: Metrics = current_app.extensions["metrics"]
    return Response(metrics.show(), content_type=CONTENT_TYPE_LATEST)


def _prove(token: str) -> None:
    given = request.authorization
    sent = (given.token if given and given.type == "bearer" else None) or ""
    if not hmac.compare_digest(sent.encode(), token.encode()):
        raise EdgeError(
            401, "42501", "metrics_token_required", "Send the METRICS_TOKEN of the edge as Bearer."
        )
