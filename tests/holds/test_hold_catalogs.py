"""The catalog changes between a hold and its capture: the prices of the hold's time hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.holds.holding import WITH_MODELS, capture, hold
from tests.pricing.scheduled import due, let_pass
from tests.support import Connection
from tests.wallets import CATALOG, Row, call_all, funded_account, history, refused, use_catalog

USAGE = {"input_tokens": 1000, "output_tokens": 500}


@pytest.fixture
def conn(fresh_db: str) -> Iterator[Connection]:
    """A connection that commits each call: a catalog has the time of its transaction."""
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        yield conn


@pytest.fixture
def account_id(conn: Connection) -> UUID:
    """An account of 10,000 credits; 1,000 tokens of the model large cost 100."""
    use_catalog(conn, WITH_MODELS)
    return funded_account(conn, 10_000)


def dearer(**keys: Any) -> Row:
    """Return the catalog in which the model large costs ten times as much, or differs as named."""
    keys = keys or {"credits_per_1k_tokens": 1000}
    models = [
        {**model, **keys} if model["code"] == "large" else model for model in WITH_MODELS["models"]
    ]
    return {**WITH_MODELS, "models": models}


def last_version(conn: Connection, account_id: UUID) -> int:
    """Return the catalog's version that the last transaction was priced by."""
    return int(history(conn, account_id)[-1]["price_version"])


def test_a_capture_is_priced_by_the_catalog_of_the_hold(conn: Connection, account_id: UUID) -> None:
    held = hold(conn, account_id, 500, service="large")
    use_catalog(conn, dearer())
    assert capture(conn, account_id, held, usage=USAGE)["cost"] == 150
    assert last_version(conn, account_id) == 1
    held = hold(conn, account_id, 5000, service="large")
    assert capture(conn, account_id, held, usage=USAGE)["cost"] == 1500
    assert last_version(conn, account_id) == 2


def test_a_capture_is_priced_although_the_service_is_gone(
    conn: Connection, account_id: UUID
) -> None:
    held = hold(conn, account_id, 500, service="large")
    use_catalog(conn, CATALOG)
    assert capture(conn, account_id, held, usage=USAGE)["cost"] == 150
    with refused(conn, "22023", "unknown_service"):
        hold(conn, account_id, service="large", usage=USAGE)


def test_a_service_that_came_later_does_not_price_a_hold(
    conn: Connection, account_id: UUID
) -> None:
    held = hold(conn, account_id, 500, service="huge")
    use_catalog(conn, dearer(code="huge"))
    with refused(conn, "22023", "unknown_service"):
        capture(conn, account_id, held, usage=USAGE)
    assert capture(conn, account_id, held, 5)["cost"] == 5


def test_a_scheduled_catalog_that_starts_meanwhile_does_not_price_a_hold(
    conn: Connection, account_id: UUID
) -> None:
    held = hold(conn, account_id, 500, service="large")
    call_all(conn, "apply_credit_catalog", catalog=due(1, dearer()))
    conn.execute("update credits.holds set created_at = created_at - interval '2 days'")
    let_pass(conn, days=2)
    assert capture(conn, account_id, held, usage=USAGE)["cost"] == 150
    assert hold(conn, account_id, service="large", usage=USAGE)["amount"] == 1500


def test_a_hold_placed_while_a_catalog_is_applied_keeps_the_prices_it_saw(
    fresh_db: str, conn: Connection, account_id: UUID
) -> None:
    with psycopg.connect(fresh_db) as other:
        other.execute("select now()")
        held = hold(conn, account_id, service="large", usage=USAGE)
        use_catalog(other, dearer())
    assert held["amount"] == 150
    assert capture(conn, account_id, held, usage=USAGE)["cost"] == 150


def test_an_identical_capture_replays_after_a_change_of_prices(
    conn: Connection, account_id: UUID
) -> None:
    held = hold(conn, account_id, 500, service="large")
    first = capture(conn, account_id, held, usage=USAGE)
    use_catalog(conn, dearer())
    assert capture(conn, account_id, held, usage=USAGE) == first


def test_the_providers_cost_is_kept_with_the_charge(conn: Connection) -> None:
    use_catalog(conn, dearer(cost={"input": 10, "output": 20}))
    account_id = funded_account(conn, 10_000)
    capture(conn, account_id, hold(conn, account_id, 500, service="large"), usage=USAGE)
    assert float(history(conn, account_id)[-1]["provider_cost"]) == pytest.approx(0.02)
