"""How gunicorn serves the edge: ``gunicorn`` in this folder, with the edge's own environment.

PORT (8000) or BIND say where, WEB_CONCURRENCY (2) how many workers there are, WEB_THREADS (8) how
many requests each serves at a time, LOG_FORMAT (json) how it logs. docs/deploy.md tells the rest.
"""

from __future__ import annotations

import os
import shutil
from tempfile import mkdtemp
from typing import Any

from edge.logs import log_settings

wsgi_app = "edge.app:create_app()"
# In a container, whoever should reach it comes from outside.
bind = os.environ.get("BIND") or f"0.0.0.0:{os.environ.get('PORT') or 8000}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)

# Longer than the longest request: two calls of Stripe, each at most twice 10 s, between
# transactions of at most 8 s. Give the platform 5 s more before it kills.
graceful_timeout = 60
timeout = 60
keepalive = 75  # above a load balancer's 60 s: it closes idle connections, not we under a request

logconfig_dict = log_settings(os.environ.get("LOG_FORMAT") or "json")
accesslog = None  # the edge logs its requests itself, without addresses and query strings
control_socket_disable = True

# All workers together answer /metrics. The library reads the name when it is first imported.
os.environ["PROMETHEUS_MULTIPROC_DIR"] = mkdtemp(prefix="pgcredits-metrics-")


def child_exit(server: Any, worker: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Forget the gauges of a worker that is gone; what it counted stays counted."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
    """Remove the workers' counts."""
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
