"""What tests of batches share: sending one, and reading its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from tests.support import Connection
from tests.wallets import Row, call_all

Event = dict[str, Any]


def event(
    account_id: UUID | None,
    key: str | None,
    amount: Any = None,
    spelled: Callable[[str], str] = str,
    **more: Any,
) -> Event:
    """Return an event, whose account's id is spelled somehow; what is None is left out."""
    spelling = None if account_id is None else spelled(str(account_id))
    named = {"account_id": spelling, "key": key, "amount": amount, **more}
    return {name: value for name, value in named.items() if value is not None}


def send(conn: Connection, events: Any) -> list[Row]:
    """Send a batch, which may be anything that JSON can say, and return its results."""
    return call_all(conn, "deduct_credits_batch", events=Jsonb(events))


def outcome(result: Row) -> Any:
    """Return what a result says: the cost, or the token of its error."""
    if result["error"] is None:
        assert result["transaction_id"] is not None
        return result["cost"]
    assert (result["transaction_id"], result["cost"]) == (None, None)
    assert result["error"].keys() == {"code", "message", "details", "hint"}
    assert result["error"]["hint"]
    return result["error"]["message"]


def outcomes(conn: Connection, *events: Any) -> list[Any]:
    """Send a batch and return what came of each event."""
    return [outcome(result) for result in send(conn, list(events))]


def send_one(conn: Connection, sent: Any) -> Row:
    """Send a batch of one event and return its result."""
    (result,) = send(conn, [sent])
    return result
