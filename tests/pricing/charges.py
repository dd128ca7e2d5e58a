"""What tests of prices share: what a use costs whoever asks, and what is charged for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tests.support import Connection, as_anon, as_user, sign_up
from tests.wallets import Row, add, balance_of, call, call_all, history

PLENTY = 10**9


def customer(conn: Connection) -> UUID:
    """Sign a user up who can pay for anything."""
    user_id = sign_up(conn)
    add(conn, user_id, PLENTY)
    return user_id


def version_in_force(conn: Connection) -> int:
    """Return the number of the catalog whose prices count."""
    row = conn.execute("select version from credits.catalog_in_force()").fetchone()
    assert row is not None
    version: int = row[0]
    return version


def prices(conn: Connection) -> list[tuple[Any, ...]]:
    """Return the usage guide as anyone reads it: service, meter, unit, unit_size, credits."""
    with as_anon(conn):
        rows = call_all(conn, "list_credit_prices")
    return [(r["service"], r["meter"], r["unit"], r["unit_size"], r["credits"]) for r in rows]


def listed(conn: Connection, function: str) -> list[tuple[Any, ...]]:
    """Return the rows of a list as anyone reads them."""
    with as_anon(conn):
        return [tuple(row.values()) for row in call_all(conn, function)]


def charge(conn: Connection, user_id: UUID, service: str, **arguments: Any) -> Row:
    """Spend as the signed-in user, under a key of its own; returns the stored transaction."""
    with as_user(conn, user_id):
        answer = call(conn, "use_credits", service=service, key=f"use-{uuid4()}", **arguments)
    transaction = history(conn, user_id)[-1]
    assert transaction["id"] == answer["transaction_id"]
    assert transaction["amount"] == -answer["cost"]
    return transaction


def check_price(
    conn: Connection,
    user_id: UUID,
    service: str,
    cost: int | str,
    *,
    quantity: int | str = 1,
    usage: Row | None = None,
    tools: Sequence[str] = (),
) -> None:
    """Check what a use costs for nobody and for a user, and that exactly this is charged."""
    usage = usage or {}
    asked: Row = {"service": service, "quantity": Decimal(quantity), "usage": usage}
    with as_anon(conn):
        assert call(conn, "calculate_query_cost", tools=list(tools), **asked) == Decimal(cost)
    with as_user(conn, user_id):
        assert call(conn, "calculate_query_cost", tools=list(tools), **asked) == Decimal(cost)

    before = balance_of(conn, user_id)["balance"]
    if tools:
        asked["usage"] = {**usage, "tools": list(tools)}
    transaction = charge(conn, user_id, **asked)
    assert transaction["amount"] == -Decimal(cost)
    assert transaction["price_version"] == version_in_force(conn)
    assert (transaction["service"], transaction["type"]) == (service, "usage")
    assert balance_of(conn, user_id)["balance"] == before - Decimal(cost)


@contextmanager
def nothing_changes(conn: Connection) -> Iterator[None]:
    """Check that a block leaves catalogs, prices, accounts and transactions as they were."""

    def state() -> list[tuple[Any, ...]]:
        tables = ("catalogs", "plans", "packages", "prices", "models", "accounts", "transactions")
        return [
            row
            for table in tables
            for row in conn.execute(f"select t::text from credits.{table} as t order by 1")
        ]

    before = state()
    yield
    assert state() == before
