"""``list_credit_transactions``: pages by key and every filter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, add, call_all, deduct, history, refused, use_catalog


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user with nine transactions: welcome, purchase, and seven charges of 1 to 7."""
    use_catalog(db)
    found = sign_up(db)
    add(db, found, 100, "purchase", description="The small pack")
    for amount in range(1, 8):
        deduct(db, found, amount, service="sms" if amount % 2 else "video", user_id=found)
    return found


def listed(conn: Connection, user_id: UUID, **filters: Any) -> list[int]:
    with as_user(conn, user_id):
        return [row["id"] for row in call_all(conn, "list_credit_transactions", **filters)]


def test_the_newest_come_first(db: Connection, user_id: UUID) -> None:
    assert listed(db, user_id) == [9, 8, 7, 6, 5, 4, 3, 2, 1]


def test_a_row_has_every_column_of_the_contract(db: Connection, user_id: UUID) -> None:
    with as_user(db, user_id):
        rows = call_all(db, "list_credit_transactions")
    created_at = history(db, user_id)[1]["created_at"]
    assert rows[-2] == {
        "id": 2,
        "account_id": user_id,
        "user_id": None,
        "type": "purchase",
        "transaction_type": "purchase",
        "amount": 100,
        "balance_before": 5,
        "balance_after": 105,
        "service": None,
        "quantity": None,
        "description": "The small pack",
        "reference": None,
        "metadata": {},
        "created_at": created_at,
    }


@pytest.mark.parametrize("size", [1, 2, 4, 9, 200])
def test_pages_by_key_show_each_row_once(db: Connection, user_id: UUID, size: int) -> None:
    pages: list[list[int]] = []
    before = None
    while page := listed(db, user_id, page_size=size, before=before):
        pages.append(page)
        assert len(pages) <= 9
        before = page[-1]
        add(db, user_id, 1)
    assert [id_ for page in pages for id_ in page] == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert {len(page) for page in pages[:-1]} <= {size}


def test_a_page_is_fifty_rows_unless_another_size_is_asked(db: Connection, user_id: UUID) -> None:
    for _ in range(51):
        add(db, user_id, 1)
    assert len(listed(db, user_id)) == 50


@pytest.mark.parametrize("size", [0, -1, 201, None])
def test_another_size_is_refused(db: Connection, user_id: UUID, size: int | None) -> None:
    with refused(db, "22023", "invalid_page_size") as detail:
        listed(db, user_id, page_size=size)
    assert detail == {"minimum": 1, "maximum": 200}


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        ({"type": "usage"}, [9, 8, 7, 6, 5, 4, 3]),
        ({"type": "spend"}, [9, 8, 7, 6, 5, 4, 3]),
        ({"type": "purchase"}, [2]),
        ({"type": "welcome"}, [1]),
        ({"type": "bonus"}, [1]),
        ({"type": "refund"}, []),
        ({"type": ""}, []),
        ({"service": "sms"}, [9, 7, 5, 3]),
        ({"service": "SMS"}, []),
        ({"service": "sms", "type": "purchase"}, []),
        ({"service": "video", "before": 8}, [6, 4]),
        ({"before": 1}, []),
        ({"before": -5}, []),
        ({"before": 100, "page_size": 2}, [9, 8]),
    ],
    ids=str,
)
def test_filters_choose_rows(db: Connection, user_id: UUID, filters: Row, ids: list[int]) -> None:
    assert listed(db, user_id, **filters) == ids


def test_since_counts_its_instant_and_until_does_not(db: Connection, user_id: UUID) -> None:
    stamps = [row["created_at"] for row in history(db, user_id)]
    assert len(set(stamps)) == 9
    assert listed(db, user_id, since=stamps[6]) == [9, 8, 7]
    assert listed(db, user_id, until=stamps[2]) == [2, 1]
    assert listed(db, user_id, since=stamps[3], until=stamps[5]) == [5, 4]
    assert listed(db, user_id, since=stamps[8] + timedelta(seconds=1)) == []
    assert listed(db, user_id, since=stamps[5], service="sms", before=9) == [7]


def test_each_account_lists_its_own(db: Connection, user_id: UUID) -> None:
    other = sign_up(db)
    assert listed(db, other) == [1]
    assert len(listed(db, user_id)) == 9
