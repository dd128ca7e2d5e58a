"""Every request: its id, which the answer and each line of the log bear; counted, timed, logged."""

from __future__ import annotations

import re
import time
from uuid import uuid4

from flask import Flask, Response, current_app, g, request

from edge.metrics import Metrics

_HEADER = "X-Request-Id"
_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
_QUIET = ("/healthz", "/metrics")  # asked every few seconds


def observe_requests(app: Flask) -> None:
    """Observe every request of an application, refused and failed ones as well."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get(_HEADER, "")
    g.request_id = given if _ID.fullmatch(given) else uuid4().hex
    g.started_at = time.monotonic()


def _end(response: Response) -> Response:
    response.headers[_HEADER] = g.request_id
    seconds = time.monotonic() - g.started_at
    # The rule, not the path: a stranger's path could hold anything, and is one name more each time.
    route = request.url_rule.rule if request.url_rule else "unmatched"
    metrics: Metrics = current_app.extensions["metrics"]
    metrics.count(request.method, route, response.status_code, seconds)
    if route not in _QUIET:
        current_app.logger.info(
            "%s %s %s",
            request.method,
            route,
            response.status_code,
            extra={
                "method": request.method,
                "route": route,
                "status": response.status_code,
                "duration_ms": round(seconds * 1000, 1),
            },
        )
    return response
