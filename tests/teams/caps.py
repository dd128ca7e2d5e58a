"""What tests of members' caps share: how the one capped member spends, and what is told of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from tests.support import Connection, as_service
from tests.teams.people import Team, asks, members
from tests.wallets import Row, call, call_all

CAP = 20


def next_month() -> datetime:
    now = datetime.now(UTC)
    return datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)


def hold(conn: Connection, team: Team, amount: Any, **more: Any) -> Row:
    """Hold credits for the member under a key of their own."""
    asked = {"key": f"hold-{uuid4()}", "user_id": team["member"], **more}
    row: Row = call(conn, "hold_credits", account_id=team["account"], amount=amount, **asked)
    return row


def own(conn: Connection, team: Team) -> tuple[Any, Any, Any]:
    """Return cap, spent and held as the member sees them."""
    row = members(conn, team["account"], team["member"])[team["member"]]
    return row["monthly_cap"], row["spent"], row["held"]


def use(conn: Connection, team: Team, amount: Any) -> Any:
    """Let the member use a service that costs so much, with the own token."""
    return asks(
        conn, team["member"], "use_credits",
        service="sms", key=f"use-{uuid4()}", quantity=amount, account_id=team["account"],
    )  # fmt: skip


def deduct_batch(conn: Connection, events: list[Row]) -> list[Row]:
    """Charge many events, as the back end does."""
    with as_service(conn):
        return call_all(conn, "deduct_credits_batch", events=json.dumps(events))
