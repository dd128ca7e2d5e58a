"""The monthly limit of automatic top-up: money, by the calendar month in UTC."""

from __future__ import annotations

import pytest

from tests.billing.topups import (
    TOTAL,
    attempt,
    due,
    fail,
    get_topup,
    let_pass,
    notices,
    open_shop,
    opened,
    opted_in,
    set_topup,
    succeed,
)
from tests.support import Connection
from tests.wallets import deduct

MONTH_START = "date_trunc('month', now() at time zone 'utc') at time zone 'utc'"


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def pay_before(conn: Connection, moment: str) -> None:
    """Let everything that was paid have been paid at a moment (an expression of SQL)."""
    conn.execute(f"update credits.orders set created_at = {moment}, paid_at = {moment}".encode())
    conn.execute(f"update credits.payments set paid_at = {moment}".encode())


@pytest.mark.parametrize(("limit", "more"), [(2 * TOTAL - 1, False), (2 * TOTAL, True)])
def test_the_total_with_its_fees_counts(db: Connection, limit: int, more: bool) -> None:
    account_id = opted_in(db, monthly_limit_cents=limit)
    succeed(db, opened(db, account_id))
    deduct(db, account_id, 55)
    assert get_topup(db, account_id)["spent_cents"] == TOTAL
    assert (attempt(db, account_id) is not None) is more
    # An attempt in flight counts as well: it may be paid.
    assert get_topup(db, account_id)["spent_cents"] == (2 * TOTAL if more else TOTAL)


def test_at_the_limit_it_is_paused_until_the_month_ends(db: Connection) -> None:
    account_id = opted_in(db, monthly_limit_cents=TOTAL)
    succeed(db, opened(db, account_id))
    deduct(db, account_id, 55)
    for _ in range(2):
        assert (attempt(db, account_id), due(db)) == (None, set())
    shown = get_topup(db, account_id)
    found = db.execute(f"select {MONTH_START} + interval '1 month'".encode()).fetchone()
    assert (shown["paused_reason"], (shown["paused_until_at"],)) == ("monthly_limit", found)
    assert [payload["reason"] for _, payload in notices(db, account_id)] == ["monthly_limit"]


def test_a_higher_limit_counts_at_once(db: Connection) -> None:
    account_id = opted_in(db, monthly_limit_cents=TOTAL)
    succeed(db, opened(db, account_id))
    deduct(db, account_id, 55)
    assert attempt(db, account_id) is None
    set_topup(db, account_id, monthly_limit_cents=2 * TOTAL)
    assert due(db) == {account_id}
    assert attempt(db, account_id) is not None


@pytest.mark.parametrize(
    ("paid_at", "counts"),
    [(MONTH_START, True), (f"{MONTH_START} - interval '1 microsecond'", False)],
)
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_month_begins_when_it_does_in_utc(
    db: Connection, paid_at: str, counts: bool, zone: str
) -> None:
    db.execute("select set_config('timezone', %s, true)", [zone])
    account_id = opted_in(db, monthly_limit_cents=TOTAL)
    succeed(db, opened(db, account_id))
    deduct(db, account_id, 55)
    pay_before(db, paid_at)
    assert get_topup(db, account_id)["spent_cents"] == (TOTAL if counts else 0)
    assert (attempt(db, account_id) is None) is counts


def test_an_attempt_that_failed_takes_nothing_of_the_limit(db: Connection) -> None:
    account_id = opted_in(db, monthly_limit_cents=TOTAL)
    fail(db, opened(db, account_id))
    let_pass(db, "61 minutes")
    assert get_topup(db, account_id)["spent_cents"] == 0
    assert attempt(db, account_id) is not None


def test_a_limit_lowered_in_mid_flight_leaves_the_attempt(db: Connection) -> None:
    account_id = opted_in(db, monthly_limit_cents=2 * TOTAL)
    succeed(db, opened(db, account_id))
    deduct(db, account_id, 55)
    topup = opened(db, account_id)
    set_topup(db, account_id, monthly_limit_cents=TOTAL)
    assert attempt(db, account_id) == topup


def test_a_pack_that_has_become_dearer_than_the_limit_is_not_bought(db: Connection) -> None:
    account_id = opted_in(db, monthly_limit_cents=TOTAL)
    open_shop(db, packages=[{"code": "starter", "name": "S", "credits": 50, "price_cents": 651}])
    assert attempt(db, account_id) is None
