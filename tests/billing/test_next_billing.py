"""A subscription shows when it is charged next: at its period's end, unless it ends by then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.events.payloads import day
from tests.events.shop import open_shop, subscribe, tell
from tests.support import Connection
from tests.wallets import balance_of

VOID = {"behavior": "void"}


@pytest.mark.parametrize(
    ("fields", "is_charged"),
    [
        ({}, True),
        ({"status": "past_due"}, True),
        ({"cancel_at_period_end": True}, False),
        ({"cancel_at_period_end": True, "cancel_at": 29}, False),
        ({"cancel_at": 29}, False),
        ({"cancel_at": 12}, False),
        ({"cancel_at": 29.01}, True),
        ({"cancel_at": 300}, True),
        ({"cancel_at": 300, "pause_collection": VOID}, False),
        ({"pause_collection": VOID}, False),
        ({"status": "unpaid"}, False),
    ],
)
def test_the_balance_tells_when_it_is_charged_next(
    db: Connection, fields: dict[str, Any], is_charged: bool
) -> None:
    open_shop(db)
    one = subscribe(db)
    end = one.item["current_period_end"]
    cancel_at = fields.get("cancel_at")
    if cancel_at:
        at = end if cancel_at == 29 else day(cancel_at)
        fields = fields | {"cancel_at": at}
    tell(db, one.news(**fields))
    row = balance_of(db, one.account_id)
    expected = datetime.fromtimestamp(end, UTC) if is_charged else None
    assert row["next_billing_date"] == expected
    shown = row["subscription"]["next_billing_at"]
    assert (shown and datetime.fromisoformat(shown)) == expected
