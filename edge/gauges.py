"""The answer of ``credits.get_health()`` as gauges of Prometheus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric


def list_gauges(health: dict[str, Any] | None) -> Iterator[Metric]:
    """Yield the gauges of an answer; None is a database that did not answer.

    What the database knows nothing about, such as a job that never ran, has no sample.
    """
    yield _gauge("up", "1 when the database serves, else 0.", 0 if health is None else 1)
    if health is None:
        return
    yield _family(
        "schema_info", "The newest migration.", "version", {health["schema_version"] or "": 1}
    )
    yield _family(
        "job_last_run_timestamp_seconds",
        "When each job last began.",
        "job",
        {job: _seconds(run["last_at"]) for job, run in health["jobs"].items()},
    )
    yield _family("stripe_events", "Stored events.", "state", health["stripe_events"])
    yield _gauge(
        "stripe_oldest_open_event_seconds",
        "Age of the oldest event that failed or is in quarantine; 0 for none.",
        health["oldest_open_event_seconds"] or 0,
    )
    outbox = health["outbox"]
    yield _family(
        "deliveries",
        "Notices not planned yet, on their way, and given up.",
        "state",
        {state: outbox[state] for state in ("unplanned", "pending", "dead")},
    )
    yield _gauge(
        "oldest_pending_delivery_seconds",
        "Age of the oldest notice on its way; 0 for none.",
        outbox["oldest_seconds"] or 0,
    )
    yield _family("waiting", "What waits for a person.", "what", health["waiting"])
    if integrity := health["integrity"]:
        yield _gauge(
            "integrity_violations",
            "What the last check of the books found.",
            integrity["violations"],
        )
        yield _gauge(
            "integrity_last_run_timestamp_seconds",
            "When the books were last checked.",
            _seconds(integrity["at"]),
        )


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"pgcredits_{name}", text, value=value)


def _family(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"pgcredits_{name}", text, labels=(label,))
    for word, value in values.items():
        family.add_metric([word], value)
    return family


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
