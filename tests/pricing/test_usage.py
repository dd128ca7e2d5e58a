"""What a price can count: units, tools, meters and tokens; anything else is refused, never free."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.pricing.charges import charge, check_price, customer, nothing_changes
from tests.support import Connection, as_anon, as_user
from tests.wallets import Row, call, changed_catalog, refused, use_catalog

TOKENS = {"unit": "1K tokens", "unit_size": 1000}
SERVICES: list[Row] = [
    {"code": "sms", "unit": "message", "credits": 1},
    {"code": "call", "unit": "minute", "meter": "minutes", "credits": 2, "tools": {"record": 1}},
    {"code": "transfer", "unit": "GB", "unit_size": 1024, "meter": "megabytes", "credits": 8},
    {
        "code": "agent",
        "base": 5,
        "unit": "step",
        "meter": "steps",
        "credits": 2,
        "tools": {"docs": 5, "*": 3},
        "meters": {
            "images": {"unit": "image", "credits": 4},
            "output_tokens": {**TOKENS, "credits": "0.5"},
        },
    },
    {"code": "visit", "base": 2, "tools": {"docs": 1}},
    {"code": "ping", "unit": "call", "credits": 0, "free": True},
]


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user who can pay, under the catalog of this file."""
    use_catalog(db, changed_catalog(services=SERVICES))
    return customer(db)


@pytest.mark.parametrize(
    ("quantity", "usage", "tools", "cost"),
    [
        (1, {}, [], 5 + 2),
        (3, {}, [], 5 + 6),
        (1, {"steps": 3}, [], 5 + 6),
        (1, {"steps": 0}, [], 5),
        (1, {"images": 2}, [], 5 + 2 + 8),
        (1, {"output_tokens": 4000}, [], 5 + 2 + 2),
        (1, {"output_tokens": 1}, [], "7.0005"),
        (1, {}, ["docs", "web"], 5 + 2 + 5 + 3),
        (3, {"images": 2, "output_tokens": 500}, ["docs", "web", "sql"], "52.25"),
        (1, {"steps": 3, "images": 2, "output_tokens": 500}, ["docs", "web", "sql"], "52.25"),
    ],
)
def test_a_price_is_the_sum_of_base_units_meters_and_tools(
    db: Connection, user_id: UUID, quantity: int, usage: Row, tools: list[str], cost: int | str
) -> None:
    check_price(db, user_id, "agent", cost, quantity=quantity, usage=usage, tools=tools)


def test_a_quantity_and_the_named_meter_count_the_same(db: Connection, user_id: UUID) -> None:
    check_price(db, user_id, "transfer", "1.171875", quantity=150)
    check_price(db, user_id, "transfer", "1.171875", usage={"megabytes": 150})
    check_price(db, user_id, "call", 9, quantity=3, tools=["record"])
    check_price(db, user_id, "call", 9, usage={"minutes": 3}, tools=["record"])


def test_what_is_free_by_the_catalog_is_charged_as_nothing(db: Connection, user_id: UUID) -> None:
    check_price(db, user_id, "ping", 0)
    check_price(db, user_id, "ping", 0, quantity=1000)


@pytest.mark.parametrize(
    ("service", "usage"),
    [
        ("gpt-4", {}),
        ("gpt-4", {"input_tokens": 0}),
        ("call", {"minutes": 0}),
        ("sms", {"messages": 1}),
        ("sms", {"quantity": 2}),
        ("sms", {"tools": ["docs"]}),
        ("call", {"tools": ["unknown"]}),
        ("call", {"minute": 3}),
        ("call", {"input_tokens": 3}),
        ("gpt-4", {"tokens": 1000}),
        ("gpt-4", {"audio_tokens": 1000}),
        ("gpt-4", {"input_tokens": 1000, "tools": ["docs"]}),
        ("gpt-4", {"input_tokens": "1000"}),
        ("gpt-4", {"input_tokens": None}),
        ("gpt-4", {"input_tokens": [1000]}),
        ("gpt-4", {"input_tokens": -1000}),
        ("gpt-4", {"input_tokens": 2000, "output_tokens": -1000}),
        ("gpt-4", {"input_tokens": 1e13}),
        ("gpt-4", {"input_tokens": 1e-10}),
        ("agent", {"images": True}),
        ("agent", {"base": 1}),
        ("agent", {"tool:docs": 1}),
        ("agent", {"tools": "docs"}),
        ("agent", {"tools": {"docs": 1}}),
        ("agent", {"tools": [5]}),
        ("agent", {"tools": [""]}),
        ("agent", {"tools": ["x" * 101]}),
        ("agent", {"tools": ["x"] * 101}),
        ("agent", {"images": 1e12}),
    ],
)
def test_a_usage_that_the_price_cannot_count_is_refused(
    db: Connection, user_id: UUID, service: str, usage: Row
) -> None:
    with nothing_changes(db):
        with refused(db, "22023", "invalid_usage") as detail, as_anon(db):
            call(db, "calculate_query_cost", service=service, usage=usage)
        assert detail["service"] == service
        with refused(db, "22023", "invalid_usage"):
            charge(db, user_id, service, usage=usage)


@pytest.mark.parametrize("usage", ["[]", "5", '"docs"', "null"])
def test_a_usage_that_is_no_object_is_refused(db: Connection, user_id: UUID, usage: str) -> None:
    with nothing_changes(db):
        with refused(db, "22023", "invalid_usage"), as_anon(db):
            call(db, "calculate_query_cost", service="sms", usage=usage)
        with refused(db, "22023", "invalid_usage"):
            charge(db, user_id, "sms", usage=usage)


def test_tools_are_named_in_one_place(db: Connection, user_id: UUID) -> None:
    with refused(db, "22023", "invalid_usage"), as_user(db, user_id):
        call(db, "calculate_query_cost", service="agent", tools=["docs"], usage={"tools": ["docs"]})


@pytest.mark.parametrize(
    "quantity", ["0", "-1", "NaN", "Infinity", "-Infinity", "0.0000000001", "1000000000001"]
)
def test_a_quantity_that_is_none_is_refused(db: Connection, user_id: UUID, quantity: str) -> None:
    with nothing_changes(db):
        with refused(db, "22023", "invalid_quantity"), as_anon(db):
            call(db, "calculate_query_cost", service="sms", quantity=Decimal(quantity))
        with refused(db, "22023", "invalid_quantity"):
            charge(db, user_id, "sms", quantity=Decimal(quantity))


@pytest.mark.parametrize(
    ("service", "usage"),
    [
        ("gpt-4", {"input_tokens": 1000}),
        ("gpt-4", {}),
        ("visit", {}),
        ("visit", {"tools": ["docs"]}),
        ("call", {"minutes": 3}),
    ],
)
def test_a_quantity_that_nothing_counts_is_refused(
    db: Connection, user_id: UUID, service: str, usage: Row
) -> None:
    with nothing_changes(db):
        with refused(db, "22023", "invalid_quantity"), as_anon(db):
            call(db, "calculate_query_cost", service=service, quantity=2, usage=usage)
        with refused(db, "22023", "invalid_quantity"):
            charge(db, user_id, service, quantity=2, usage=usage)


@pytest.mark.parametrize("service", ["fax", "", "SMS", "sms ", "free", None])
@pytest.mark.parametrize("usage", [{}, {"minutes": 1}, {"tools": ["docs"]}])
def test_an_unknown_service_is_refused(
    db: Connection, user_id: UUID, service: Any, usage: Row
) -> None:
    with nothing_changes(db):
        with refused(db, "22023", "unknown_service") as detail, as_anon(db):
            call(db, "calculate_query_cost", service=service, usage=usage)
        assert detail == {"service": service}
        with refused(db, "22023", "unknown_service"):
            charge(db, user_id, service, usage=usage)
