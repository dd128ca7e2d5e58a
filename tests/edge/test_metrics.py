"""``GET /metrics``: what Prometheus reads, who may read it, and what is never in it."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from prometheus_client.parser import text_string_to_metric_families

from edge import metrics
from tests.edge.shop import CHECKOUT, Shop, open_shop
from tests.edge.test_database_down import database_down

Samples = dict[tuple[str, tuple[str, ...]], float]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask the database each time, but where a test says otherwise."""
    monkeypatch.setattr(metrics, "_KEPT_SECONDS", 0.0)


def read(shop: Shop) -> Samples:
    """Return all samples by name and the values of their labels."""
    response = shop.http.get("/metrics")
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_requests_are_counted_and_timed_by_route_and_status(shop: Shop) -> None:
    shop.stripe.control.pause()  # no webhooks
    shop.http.get("/healthz")
    shop.http.post(CHECKOUT)
    shop.post(shop.sign_up(), {"package": "basic"})
    found = read(shop)
    counted = {labels: n for (name, labels), n in found.items() if name.endswith("requests_total")}
    assert counted == {
        ("GET", "/healthz", "200"): 1,
        ("POST", CHECKOUT, "401"): 1,
        ("POST", CHECKOUT, "200"): 1,
    }
    name = "pgcredits_http_request_duration_seconds"
    assert found[f"{name}_count", ("POST", CHECKOUT)] == 2
    assert found[f"{name}_sum", ("POST", CHECKOUT)] > 0


def test_what_fails_inside_is_counted_too(shop: Shop) -> None:
    shop.query("drop function credits.open_order")
    shop.post(shop.sign_up(), {"package": "basic"})
    assert read(shop)["pgcredits_http_requests_total", ("POST", CHECKOUT, "500")] == 1


def test_a_stranger_cannot_make_new_series(shop: Shop) -> None:
    for path in ("/a@example.org", "/b", "/api/credits/checkout/x"):
        shop.http.get(path)
    shop.http.request("BREW", "/healthz")
    counted = {labels for (name, labels) in read(shop) if name.endswith("requests_total")}
    assert counted == {("GET", "unmatched", "404"), ("other", "unmatched", "405")}


def test_the_gauges_are_what_the_database_says(shop: Shop) -> None:
    shop.query(
        "insert into credits.stripe_events (id, type, payload, state, received_at) values"
        " ('evt_1', 'x', '{}', 'failed', now() - interval '90 s'),"
        " ('evt_2', 'x', '{}', 'applied', now()), ('evt_3', 'x', '{}', 'applied', now())"
    )
    shop.query(
        "with o as (insert into credits.outbox (topic, key, payload, created_at, email_planned_at)"
        " values ('contact', 'k', '{}', now() - interval '1 hour', now()) returning id)"
        " insert into credits.deliveries (notice_id, channel, recipient, state)"
        " select id, 'email', r, s from o, (values ('a@example.org', 'pending'),"
        " ('b@example.org', 'dead'), ('c@example.org', 'dead')) as v (r, s)"
    )
    shop.query("select credits.run_integrity()")
    shop.query(
        "insert into credits.job_runs (job, started_at, counts)"
        " values ('maintenance', '2026-11-01 00:00:00+00', '{}')"
    )
    ((version,),) = shop.query("select max(id) from credits.migrations")
    found = read(shop)
    assert found["pgcredits_up", ()] == 1
    assert found["pgcredits_schema_info", (version,)] == 1
    assert found["pgcredits_job_last_run_timestamp_seconds", ("maintenance",)] == 1793491200
    assert found["pgcredits_stripe_events", ("applied",)] == 2
    assert found["pgcredits_stripe_events", ("failed",)] == 1
    assert 89 < found["pgcredits_stripe_oldest_open_event_seconds", ()] < 1000
    assert found["pgcredits_deliveries", ("unplanned",)] == 0
    assert found["pgcredits_deliveries", ("pending",)] == 1
    assert found["pgcredits_deliveries", ("dead",)] == 2
    assert 3599 < found["pgcredits_oldest_pending_delivery_seconds", ()] < 5000
    assert found["pgcredits_waiting", ("stripe_events",)] == 1
    assert found["pgcredits_waiting", ("disputes",)] == 0
    assert found["pgcredits_integrity_violations", ()] == 0
    assert found["pgcredits_integrity_last_run_timestamp_seconds", ()] > 1793491200


def test_notices_that_a_channel_which_has_stopped_does_not_plan_are_told(shop: Shop) -> None:
    shop.query("insert into credits.channels values ('email', now()), ('webhook', now())")
    shop.query(
        "insert into credits.outbox (topic, key, payload, created_at, email_planned_at)"
        " values ('contact', 'k', '{}', now() - interval '2 hours', now()),"
        " ('contact', 'l', '{}', now() - interval '1 hour', now())"
    )
    found = read(shop)
    assert found["pgcredits_deliveries", ("unplanned",)] == 2
    assert found["pgcredits_deliveries", ("pending",)] == 0
    assert 7199 < found["pgcredits_oldest_pending_delivery_seconds", ()] < 8000


def test_what_never_ran_has_no_sample(shop: Shop) -> None:
    names = {name for name, _ in read(shop)}
    assert not {name for name in names if "integrity" in name or "job" in name}


def test_a_database_that_is_down_is_up_0_and_nothing_else_of_it(
    shop: Shop, cluster_dsn: str
) -> None:
    shop.http.post(CHECKOUT)
    assert read(shop)["pgcredits_up", ()] == 1
    with database_down(cluster_dsn, shop.dsn):
        found = read(shop)
    assert found["pgcredits_up", ()] == 0
    assert not [key for key in found if key[0].startswith("pgcredits_stripe")]
    assert found["pgcredits_http_requests_total", ("POST", CHECKOUT, "401")] == 1


def test_the_database_is_asked_once_in_a_few_seconds(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_KEPT_SECONDS", 600.0)
    add = "insert into credits.stripe_events (id, type, payload, state) values (%s, 'x', '{}', %s)"
    shop.query(add, "evt_1", "applied")
    for _ in range(3):
        assert read(shop)["pgcredits_stripe_events", ("applied",)] == 1
        shop.query(add, f"evt_{UUID(int=0)}{_}", "applied")
    monkeypatch.setattr(metrics, "_KEPT_SECONDS", 0.0)
    assert read(shop)["pgcredits_stripe_events", ("applied",)] == 4


def test_with_a_token_only_its_bearer_reads(fresh_db: str) -> None:
    with open_shop(fresh_db, metrics_token="let-me-in") as shop:
        for headers in ({}, {"Authorization": "Bearer no"}, {"Authorization": "Basic eDp4"}):
            response = shop.http.get("/metrics", headers=headers)
            assert response.status_code == 401
            assert response.json()["message"] == "metrics_token_required"
            assert "pgcredits_up" not in response.text
        shop.http.headers["Authorization"] = "Bearer let-me-in"
        assert read(shop)["pgcredits_up", ()] == 1


def test_nothing_in_it_is_about_a_person(shop: Shop) -> None:
    user_id = shop.sign_up(email="ada@example.org")
    session_id = shop.check_out(user_id)["session_id"]
    shop.stripe.control.act(session_id, "pay")
    assert shop.stripe.control.settle()
    text = shop.http.get("/metrics").text
    assert "example.org" not in text
    assert not re.search(r"[0-9a-f]{8}-|cs_|cus_|evt_|5000", text)
