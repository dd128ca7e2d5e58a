"""A catalog applied before prices had terms, classes and times costs the same after the upgrade."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from scripts.migrations import Tree
from tests.pricing.charges import charge, customer, listed, version_in_force
from tests.support import Connection, as_anon, migrate
from tests.wallets import (
    Row,
    call,
    call_all,
    change_plan,
    changed_catalog,
    history,
    use_catalog,
    with_service,
)

LAST_WITHOUT_TERMS = "20261121099999"
SERVICES: list[Row] = [
    {"code": "sms", "unit": "message", "credits": 1},
    {"code": "query", "unit": "query", "credits": 5, "tools": {"docs": 5, "*": 3}},
    {"code": "third", "unit": "unit", "credits": 1, "unit_size": 3},
    {"code": "ping", "unit": "call", "credits": 0, "free": True},
    {
        "code": "agent",
        "description": "An agent's run",
        "base": 5,
        "unit": "step",
        "meter": "steps",
        "credits": 2,
        "meters": {"images": {"unit": "image", "credits": 4}},
    },
]
USES: list[Row] = [
    {"service": "sms"},
    {"service": "sms", "quantity": Decimal("2.5")},
    {"service": "query", "usage": {"tools": ["docs", "web"]}},
    {"service": "query", "quantity": 3},
    {"service": "third"},
    {"service": "ping"},
    {"service": "agent", "usage": {"steps": 4, "images": 2}},
    {"service": "gpt-4", "usage": {"input_tokens": 1468, "output_tokens": 1000}},
    {"service": "gpt-4", "usage": {"cached_tokens": 300_000, "reasoning_tokens": 7}},
]


@pytest.fixture
def old_db(empty_db: str) -> Iterator[Connection]:
    """A database as it was before prices had terms, with nothing in force."""
    with psycopg.connect(empty_db, autocommit=True) as conn:
        conn.execute(Tree().platform_file.read_bytes())
        migrate(conn, LAST_WITHOUT_TERMS)
        yield conn


def costs(conn: Connection) -> list[Any]:
    with as_anon(conn):
        return [call(conn, "calculate_query_cost", **use) for use in USES]


@pytest.mark.parametrize("rounding", [{}, {"places": 2, "mode": "up"}])
def test_prices_of_before_stay_as_they_were(old_db: Connection, rounding: Row) -> None:
    for services in (SERVICES[:1], SERVICES):
        use_catalog(old_db, changed_catalog(services=services, rounding=rounding))
    user_id = customer(old_db)
    change_plan(old_db, user_id, "capped")
    charge(old_db, user_id, **USES[2])
    lists = ("list_credit_packages", "list_credit_plans", "list_credit_prices")
    before = [costs(old_db), history(old_db, user_id), *(listed(old_db, name) for name in lists)]
    migrate(old_db)
    after = [costs(old_db), history(old_db, user_id), *(listed(old_db, name) for name in lists)]
    assert after == before

    times = old_db.execute("select distinct effective_at::text from credits.catalogs").fetchall()
    assert (version_in_force(old_db), times) == (2, [("-infinity",)])
    again = changed_catalog(services=SERVICES, rounding=rounding)
    assert call_all(old_db, "apply_credit_catalog", catalog=again) == []
    assert charge(old_db, user_id, "third")["price_version"] == 2
    use_catalog(old_db, with_service("sms", credits=7))
    new = charge(old_db, user_id, "sms")
    assert (new["price_version"], new["amount"]) == (3, -7)
