"""``use_credits``: the user pays for a service, at the catalog's price."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    history,
    refused,
    use_catalog,
    with_service,
)


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user with 105 credits."""
    use_catalog(db)
    found = sign_up(db)
    add(db, found, 100)
    return found


def use(conn: Connection, user_id: UUID, /, service: str = "sms", **more: Any) -> Row:
    more.setdefault("key", "k")
    with as_user(conn, user_id):
        charge: Row = call(conn, "use_credits", service=service, **more)
    return charge


@pytest.mark.parametrize(
    ("arguments", "cost"),
    [
        ({}, "1"),
        ({"quantity": 7}, "7"),
        ({"quantity": "0.5"}, "0.5"),
        ({"service": "query"}, "5"),
        ({"service": "query", "usage": {"tools": ["docs"]}}, "10"),
        ({"service": "query", "usage": {"tools": ["docs", "web", "mail"]}}, "16"),
        ({"service": "third"}, "0.333333333"),
        ({"service": "ping"}, "0"),
        ({"service": "gpt-4", "usage": {"input_tokens": 100, "output_tokens": 50}}, "9"),
    ],
    ids=str,
)
def test_a_use_costs_what_the_catalog_says(
    db: Connection, user_id: UUID, arguments: Row, cost: str
) -> None:
    charge = use(db, user_id, **arguments)
    assert charge["cost"] == Decimal(cost)
    assert charge["balance"] == charge["available"] == 105 - Decimal(cost)


def test_a_use_is_kept_with_its_user_its_price_and_what_was_said(
    db: Connection, user_id: UUID
) -> None:
    use_catalog(db, with_service("query", base=6))
    use(
        db,
        user_id,
        service="query",
        usage={"tools": ["docs"]},
        reference="chat-1",
        description="A question",
        metadata={"a": 1},
    )
    row = history(db, user_id)[-1]
    assert (row["user_id"], row["scope"], row["price_version"]) == (user_id, str(user_id), 2)
    assert (row["service"], row["quantity"], row["usage"]) == ("query", 1, {"tools": ["docs"]})
    assert (row["reference"], row["description"]) == ("chat-1", "A question")
    assert (row["amount"], row["metadata"], row["type"]) == (-11, {"a": 1}, "usage")


def test_a_use_beyond_the_credits_is_refused_with_the_numbers(
    db: Connection, user_id: UUID
) -> None:
    with refused(db, "PT402", "insufficient_credits") as detail:
        use(db, user_id, quantity=106)
    assert detail == {"required": 106, "available": 105, "balance": 105, "held": 0}
    assert use(db, user_id, quantity=105)["balance"] == 0


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        ({"service": "fax"}, "unknown_service"),
        ({"service": None}, "unknown_service"),
        ({"usage": {"minutes": 1}}, "invalid_usage"),
        ({"service": "gpt-4"}, "invalid_usage"),
        ({"quantity": -1}, "invalid_quantity"),
        ({"key": ""}, "invalid_key"),
    ],
    ids=str,
)
def test_what_the_catalog_cannot_price_is_refused(
    db: Connection, user_id: UUID, arguments: Row, token: str
) -> None:
    with refused(db, "22023", token):
        use(db, user_id, **arguments)
    assert balance_of(db, user_id)["balance"] == 105


def test_a_free_use_is_kept_as_a_transaction_of_nothing(db: Connection, user_id: UUID) -> None:
    use(db, user_id, service="ping")
    row = history(db, user_id)[-1]
    assert (row["type"], row["amount"], row["grants"]) == ("usage", 0, {})


def test_the_back_end_uses_credits_for_an_account_that_it_names(
    db: Connection, user_id: UUID
) -> None:
    with as_service(db):
        assert call(db, "use_credits", service="sms", key="k", account_id=user_id)["cost"] == 1
    assert history(db, user_id)[-1]["user_id"] is None
    with refused(db, "22023", "account_id_required"), as_service(db):
        call(db, "use_credits", service="sms", key="k")


def test_an_own_account_may_be_named_and_a_foreign_one_is_not_found(
    db: Connection, user_id: UUID
) -> None:
    assert use(db, user_id, account_id=user_id)["cost"] == 1
    for foreign in (sign_up(db), UUID(int=9)):
        with refused(db, "PT404", "account_not_found"):
            use(db, user_id, account_id=foreign)


def test_nobody_uses_credits_without_a_token(db: Connection, user_id: UUID) -> None:
    denied = "permission denied for function use_credits"
    with refused(db, "42501", denied), as_anon(db):
        call(db, "use_credits", service="sms", key="k", account_id=user_id)
