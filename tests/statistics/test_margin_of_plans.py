"""The credits of a plan that was paid for earn their share of the payment, month by month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.billing.upgrades import change_price
from tests.events.payloads import day
from tests.events.shop import (
    PRICES,
    SOLD,
    Subscriber,
    let_pass,
    maintain,
    new_subscriber,
    open_shop,
    subscribe,
    tell,
)
from tests.statistics.living import roll_up, use
from tests.statistics.reckoning import differences, reckon, rows
from tests.support import Connection
from tests.usage.charges import charge, refund
from tests.wallets import Row, add, balance_of, call_all, change_plan, funded_account

ALL = {"since": "2020-01-01", "until": "2100-01-01"}


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def margins(conn: Connection) -> list[Row]:
    roll_up(conn)
    assert differences(conn) == []
    return call_all(conn, "admin_get_margin", **ALL)


def earned(conn: Connection) -> Any:
    """Return what all charges have earned, in cents; nothing of it was free."""
    (row,) = margins(conn)
    assert (row["free_credits"], row["currency"]) == (0, "usd")
    return row["earned_cents"]


def spend_all(conn: Connection, one: Subscriber) -> None:
    charge(conn, one.account_id, balance_of(conn, one.account_id)["balance"])


def test_a_month_earns_its_payment_as_it_is_spent(db: Connection) -> None:
    one = subscribe(db, "pro")
    charged = charge(db, one.account_id, 50)
    assert earned(db) == Decimal("499.75")
    charge(db, one.account_id, 150)
    assert earned(db) == 1999
    refund(db, one.account_id, charged, 20)
    assert earned(db) == Decimal("1799.10")


def test_each_month_of_a_year_earns_its_days_and_the_year_its_payment(db: Connection) -> None:
    """All credits of twelve months: what was paid is earned, all of it and no more."""
    one = subscribe(db, "yearly", start=day(-1), end=day(364))
    spend_all(db, one)
    ((share,),) = db.execute(
        "select extract(epoch from ends_at - starts_at) / (365 * 86400) from credits.allowances"
    ).fetchall()
    assert 28 / 365 < share < 31.1 / 365
    assert earned(db) == round(19900 * share, 2)
    for month in range(1, 12):
        maintain(db, at=datetime.now(UTC) + timedelta(days=30.5 * month))
        spend_all(db, one)
    assert len(rows(db, "allowances")) == 12
    assert earned(db) == 19900


def test_what_has_rolled_over_earns_its_own_month_s_price(db: Connection) -> None:
    one = subscribe(db, "saver")
    charge(db, one.account_id, 30)
    let_pass(db, 30)
    tell(db, one.advance(day(-1), day(29)).bill(amount_paid=750))
    charge(db, one.account_id, 150)
    expected = Fraction(1500) + Fraction(750 * 30, 150)
    assert earned(db) == expected


def test_an_upgrade_earns_what_was_paid_for_it(db: Connection) -> None:
    one = subscribe(db, "pro", start=day(-15), end=day(15))
    for told in change_price(one, PRICES["team"], 15):
        tell(db, told)
    spend_all(db, one)
    cents = [row["amount_cents"] for row in rows(db, "payments")]
    assert len(cents) == 2
    assert earned(db) == sum(cents)


def test_a_trial_and_a_plan_that_nobody_has_paid_are_free(db: Connection) -> None:
    one = new_subscriber(db, "tried", status="trialing", trial_end=day(14))
    tell(db, one.news("created"))
    tell(db, one.bill("subscription_create", lines=[]))
    charge(db, one.account_id, 10)
    other = funded_account(db)
    change_plan(db, other, "basic")
    charge(db, other, 5)
    (row,) = margins(db)
    assert (row["credits"], row["free_credits"], row["earned_cents"]) == (15, 15, 0)


def test_an_invoice_of_nothing_earns_nothing(db: Connection) -> None:
    one = new_subscriber(db, "pro")
    tell(db, one.news("created"))
    tell(db, one.bill("subscription_create", amount_paid=0))
    charge(db, one.account_id, 10)
    (row,) = margins(db)
    assert (row["credits"], row["free_credits"], row["earned_cents"]) == (10, 10, 0)


def test_other_currencies_have_their_own_line_and_gifts_of_ours_none(db: Connection) -> None:
    one = subscribe(db, "pro")
    db.execute("update credits.payments set currency = 'eur'")
    add(db, one.account_id, 20)
    spend_all(db, one)
    found = {row["currency"]: row for row in margins(db)}
    assert found["eur"]["earned_cents"] == 1999
    assert (found["usd"]["free_credits"], found["usd"]["earned_cents"]) == (20, 0)


def test_what_is_left_over_is_the_provider_s_cost_less(db: Connection) -> None:
    services = [{"code": "film", "unit": "film", "cost": 0.03, "credits": 4}]
    open_shop(db, services=services)
    one = subscribe(db, "pro")
    use(db, one.account_id, "film", quantity=10)
    (row,) = margins(db)
    figures = ("earned_cents", "provider_cost_cents", "margin_cents", "margin_percent")
    assert [row[name] for name in figures] == [
        Decimal("399.80"), 30, Decimal("369.80"), Decimal("92.5"),
    ]  # fmt: skip


def test_rolled_up_in_parts_or_rebuilt_it_is_the_same(db: Connection) -> None:
    one = subscribe(db, "yearly", start=day(-1), end=day(364))
    for _ in range(3):
        charge(db, one.account_id, 7)
        roll_up(db)
    before = earned(db)
    assert reckon(db)
    db.execute("select credits.rebuild_usage(null)")
    assert earned(db) == before


def sold(conn: Connection) -> Any:
    (row,) = call_all(conn, "admin_get_revenue", bucket="year", **ALL)
    return row["credits_sold"]


def test_the_revenue_counts_all_months_that_a_year_has_given_so_far(db: Connection) -> None:
    subscribe(db, "yearly", start=day(-1), end=day(364))
    given = SOLD["yearly"]["monthly_credits"]
    assert sold(db) == given
    for months in (2, 3):
        let_pass(db, 32)
        maintain(db)
        assert sold(db) == months * given


def test_the_revenue_counts_a_month_an_upgrade_and_an_invoice_that_gave_nothing(
    db: Connection,
) -> None:
    one = subscribe(db, "pro", start=day(-15), end=day(15))
    for told in change_price(one, PRICES["team"], 15):
        tell(db, told)
    assert sold(db) == 200 + 400
    late = new_subscriber(db, "pro", start=day(-60), end=day(-30))
    tell(db, late.news("created"))
    tell(db, late.bill("subscription_create"))
    assert sold(db) == 600
