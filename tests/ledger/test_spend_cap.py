"""A plan's monthly spending cap: what counts, when it resets, and that it cannot be got round."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from tests.support import Connection, sign_up
from tests.wallets import (
    add,
    balance_of,
    call,
    change_plan,
    deduct,
    history,
    refused,
    use_catalog,
    with_plan,
)


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account on a plan with a cap of 50, and 1005 credits: 5 of them welcome credits."""
    use_catalog(db)
    user_id = sign_up(db)
    change_plan(db, user_id, "capped")
    add(db, user_id, 1000)
    return user_id


def next_month() -> datetime:
    now = datetime.now(UTC)
    return datetime(now.year + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC)


def test_usage_is_refused_from_the_cap_on(db: Connection, account_id: UUID) -> None:
    deduct(db, account_id, 30)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        deduct(db, account_id, "20.000000001")
    assert datetime.fromisoformat(detail.pop("resets_at")) == next_month()
    assert detail == {"cap": 50, "spent": 30, "required": 20.000000001}
    assert deduct(db, account_id, 20)["balance"] == 955
    with refused(db, "PT402", "spend_cap_reached"):
        deduct(db, account_id, "0.000000001")


def test_priced_usage_counts_too(db: Connection, account_id: UUID) -> None:
    use = {"service": "sms", "account_id": account_id}
    call(db, "use_credits", key="a", quantity=50, **use)
    with refused(db, "PT402", "spend_cap_reached"):
        call(db, "use_credits", key="b", **use)
    assert call(db, "use_credits", key="c", service="ping", account_id=account_id)["cost"] == 0


def test_grants_expiries_and_plan_changes_do_not_count(db: Connection, account_id: UUID) -> None:
    add(db, account_id, 10, expires_at="2100-01-01")
    call(db, "expire_credits", at="2100-01-01")
    assert deduct(db, account_id, 50)["cost"] == 50


def test_what_was_spent_before_the_cap_counts(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    add(db, user_id, 1000)
    deduct(db, user_id, 45)
    change_plan(db, user_id, "capped")
    with refused(db, "PT402", "spend_cap_reached"):
        deduct(db, user_id, 6)


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_the_cap_does_not_depend_on_the_sessions_time_zone(
    db: Connection, account_id: UUID, zone: str
) -> None:
    db.execute("select set_config('timezone', %s, true)", [zone])
    deduct(db, account_id, 50)
    for other in ("America/New_York", "Pacific/Kiritimati", "UTC"):
        db.execute("select set_config('timezone', %s, true)", [other])
        with refused(db, "PT402", "spend_cap_reached") as detail:
            deduct(db, account_id, 1)
        assert datetime.fromisoformat(detail["resets_at"]) == next_month()


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_months_begin_in_utc(db: Connection, zone: str) -> None:
    db.execute("select set_config('timezone', %s, true)", [zone])
    for instant, month in (
        ("2026-11-30 23:59:59.999999+00", date(2026, 11, 1)),
        ("2026-12-01 00:00:00+00", date(2026, 12, 1)),
        ("2026-12-31 14:00:00+00", date(2026, 12, 1)),
    ):
        assert db.execute("select credits.month_of(%s)", [instant]).fetchall() == [(month,)]


def test_the_cap_is_whole_again_in_another_month(db: Connection, account_id: UUID) -> None:
    deduct(db, account_id, 50)
    db.execute("update credits.accounts set month_ends_at = month_ends_at - interval '1 month'")
    deduct(db, account_id, 50)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        deduct(db, account_id, 1)
    assert detail["spent"] == 50


def test_another_write_in_the_new_month_does_not_keep_the_old_count(
    db: Connection, account_id: UUID
) -> None:
    deduct(db, account_id, 50)
    db.execute("update credits.accounts set month_ends_at = month_ends_at - interval '1 month'")
    add(db, account_id, 1)
    assert deduct(db, account_id, 50)["cost"] == 50


def test_a_refused_spend_is_not_counted(db: Connection, account_id: UUID) -> None:
    with refused(db, "PT402", "spend_cap_reached"):
        deduct(db, account_id, 51)
    assert deduct(db, account_id, 50)["cost"] == 50
    assert len(history(db, account_id)) == 4


def test_a_new_catalog_changes_the_cap_of_the_accounts_on_the_plan(
    db: Connection, account_id: UUID
) -> None:
    deduct(db, account_id, 50)
    use_catalog(db, with_plan("capped", monthly_spend_cap=60))
    deduct(db, account_id, 10)
    with refused(db, "PT402", "spend_cap_reached") as detail:
        deduct(db, account_id, 1)
    assert (detail["cap"], detail["spent"]) == (60, 60)


def test_a_plan_without_a_cap_lifts_it(db: Connection, account_id: UUID) -> None:
    deduct(db, account_id, 50)
    change_plan(db, account_id, "free")
    assert deduct(db, account_id, 500)["balance"] == 455


def test_a_cap_above_the_balance_leaves_the_balance_in_force(
    db: Connection, account_id: UUID
) -> None:
    use_catalog(db, with_plan("capped", monthly_spend_cap=5000))
    with refused(db, "PT402", "insufficient_credits"):
        deduct(db, account_id, 1006)
    assert balance_of(db, account_id)["balance"] == 1005


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_the_summary_shows_the_cap_and_what_is_spent(
    db: Connection, account_id: UUID, zone: str
) -> None:
    db.execute("select set_config('timezone', %s, true)", [zone])
    deduct(db, account_id, 20)
    caps = call(db, "get_credit_summary", account_id=account_id)["caps"]
    assert datetime.fromisoformat(caps.pop("resets_at")) == next_month()
    assert (caps["monthly_spend_cap"], caps["spent"], caps["left"]) == (50, 20, 30)


def test_the_summary_of_an_account_without_limits_shows_that_there_are_none(
    db: Connection,
) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    deduct(db, user_id, 2)
    caps = call(db, "get_credit_summary", account_id=user_id)["caps"]
    assert datetime.fromisoformat(caps.pop("resets_at")) == next_month()
    limits = ("monthly_spend_cap", "left", "monthly_purchase_cap_cents", "requests_per_minute")
    counts = {"spent": 2, "paid_cents": 0, "open_cents": 0}
    assert caps == {**dict.fromkeys(limits), **counts}
