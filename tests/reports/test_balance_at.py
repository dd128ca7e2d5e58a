"""``get_credit_balance_at``: what the balance was at any time, as the history tells it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.referral.referring import person
from tests.reports.explained import full_life, open_shop
from tests.reports.histories import STEPS, Ledger, Story, balance_at, pass_hold
from tests.support import Connection, as_anon, as_service, as_user, find_violations, sign_up
from tests.usage.charges import capture, charge, clock, hold, pass_expiry, refund
from tests.wallets import (
    add,
    balance_of,
    call,
    funded_account,
    history,
    refused,
    remaining,
    use_catalog,
)

INSTANT = timedelta(microseconds=1)
FAR = "2100-01-01"


def times(conn: Connection, account_id: UUID) -> list[datetime]:
    """Return when each transaction happened."""
    return [row["created_at"] for row in history(conn, account_id)]


def test_a_transaction_counts_from_its_very_instant(db: Connection) -> None:
    account_id = funded_account(db, 10)
    charge(db, account_id, 3)
    add(db, account_id, "0.5")
    given, spent, added = times(db, account_id)
    with as_service(db):
        assert [
            balance_at(db, account_id, at)
            for at in (given - INSTANT, given, spent - INSTANT, spent, added - INSTANT, added)
        ] == [0, 10, 10, 7, 7, Decimal("7.5")]


def test_before_there_was_anything_it_was_nothing(db: Connection) -> None:
    account_id = funded_account(db, 10)
    assert balance_at(db, account_id, "1999-12-31") == 0
    assert balance_at(db, account_id, "4713-01-01 BC") == 0


def test_expired_credits_are_gone_from_their_time_whenever_they_were_swept(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=FAR)
    add(db, account_id, 5)
    charge(db, account_id, 2)
    before = clock(db)
    pass_expiry(db, account_id, 1)
    ((ends_at,),) = db.execute("select expires_at from credits.grants where id = 1").fetchall()
    moments = [before, ends_at - INSTANT, ends_at, clock(db)]
    for sweeps in (0, 1):
        if sweeps:
            assert call(db, "expire_credits", at=clock(db)) == 1
        assert [balance_at(db, account_id, at) for at in moments] == [13, 13, 5, 5]
    assert times(db, account_id)[-1] > moments[-1]


def test_what_was_held_of_expired_credits_counts_until_its_hold_ends(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=FAR)
    held = [hold(db, account_id, amount) for amount in (4, 3)]
    pass_expiry(db, account_id, 1)
    expired = clock(db)
    capture(db, account_id, held[0], 1)
    captured = clock(db)
    pass_hold(db, held[1])
    over = clock(db)
    found = [balance_at(db, account_id, at) for at in (expired, captured, over)]
    assert found == [7, 3, 0]
    call(db, "run_credit_maintenance", at=clock(db))
    assert [balance_at(db, account_id, at) for at in (expired, captured, over)] == found


def test_a_hold_alone_changes_no_balance(db: Connection) -> None:
    account_id = funded_account(db, 10)
    hold_id = hold(db, account_id, 4)
    placed = clock(db)
    call(db, "release_credits", account_id=account_id, hold_id=hold_id)
    assert [balance_at(db, account_id, at) for at in (placed, clock(db))] == [10, 10]


def test_it_is_now_what_a_reader_is_shown(db: Connection) -> None:
    account_id = funded_account(db, 10)
    refund(db, account_id, charge(db, account_id, 4), 1)
    shown = balance_of(db, account_id)["balance"]
    assert balance_at(db, account_id, clock(db)) == shown == 7


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati", "UTC"])
def test_the_sessions_time_zone_has_no_say(db: Connection, zone: str) -> None:
    account_id = funded_account(db, 10)
    (given,) = times(db, account_id)
    db.execute("select set_config('timezone', %s, true)", [zone])
    assert [balance_at(db, account_id, at) for at in (given - INSTANT, given)] == [0, 10]


def test_it_can_be_asked_where_nothing_can_be_written(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=FAR)
    pass_expiry(db, account_id, 1)
    now = clock(db)
    with db.transaction(force_rollback=True):
        db.execute("set transaction read only")
        assert balance_at(db, account_id, now) == 0


@pytest.mark.parametrize("at", [None, "infinity", "-infinity"])
def test_a_time_that_is_no_time_is_refused(db: Connection, at: str | None) -> None:
    account_id = funded_account(db, 10)
    with refused(db, "22023", "invalid_time"):
        balance_at(db, account_id, at)


@pytest.mark.parametrize("ahead", [timedelta(minutes=1), timedelta(days=400)])
def test_what_the_balance_will_be_nobody_says(db: Connection, ahead: timedelta) -> None:
    account_id = funded_account(db, 10)
    with refused(db, "22023", "invalid_time"):
        balance_at(db, account_id, clock(db) + ahead)


def test_the_account_must_be_there(db: Connection) -> None:
    with refused(db, "PT404", "account_not_found"):
        balance_at(db, uuid4(), clock(db))


def test_a_users_missing_account_had_nothing(db: Connection) -> None:
    use_catalog(db)
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    user_id = sign_up(db)
    assert balance_at(db, user_id, clock(db)) == 0


def test_nobody_but_the_back_end_may_ask(db: Connection) -> None:
    account_id = funded_account(db, 10)
    denied = "permission denied for function get_credit_balance_at"
    for caller in (as_anon(db), as_user(db, account_id)):
        with refused(db, "42501", denied), caller:
            balance_at(db, account_id, clock(db))


def test_gifts_rewards_and_money_that_went_back_are_in_it(db: Connection) -> None:
    open_shop(db)
    account_id, _ = full_life(db, person)
    ledger = Ledger.read(db, account_id)
    for row in ledger.transactions:
        at = row["created_at"]
        assert balance_at(db, account_id, at) == ledger.balance_at(at)
        assert balance_at(db, account_id, at - INSTANT) == ledger.balance_at(at - INSTANT)
    check_from_zero(db, account_id, ledger)


AMOUNTS = st.sampled_from(["1", "4", "2.5", "0.000000001", "3.333333333", "30"]).map(Decimal)


@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), AMOUNTS), max_size=25))
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happened_every_past_balance_is_the_one_that_was_shown(
    db: Connection, steps: list[tuple[str, Decimal]]
) -> None:
    with db.transaction(force_rollback=True):
        story = Story(db, funded_account(db, 20))
        for name, amount in steps:
            getattr(story, name)(amount)
            story.look()
        for at, shown in story.seen:
            assert balance_at(db, story.account_id, at) == shown
        ledger = Ledger.read(db, story.account_id)
        instants = {at for at, _ in story.seen} | set(times(db, story.account_id))
        instants |= {row["expires_at"] for row in ledger.grants if row["id"] not in story.mortals}
        instants |= {row[name] for row in ledger.holds for name in ("ended_at", "expires_at")}
        now = clock(db)
        for at in instants - {None}:
            for moment in (at - INSTANT, at, at + INSTANT):
                if moment <= now:
                    assert balance_at(db, story.account_id, moment) == ledger.balance_at(moment)
        check_from_zero(db, story.account_id, ledger)
        assert find_violations(db) == []


def check_from_zero(conn: Connection, account_id: UUID, ledger: Ledger) -> None:
    """Replay the history from nothing, and compare with what is kept beside it."""
    balance = Decimal(0)
    for number, row in enumerate(ledger.transactions, start=1):
        balance += row["amount"]
        assert (row["id"], row["balance_after"]) == (number, balance)
        assert sum(Decimal(str(part)) for part in row["grants"].values()) == abs(row["amount"])
    held: dict[int, Decimal] = {}
    for row in ledger.holds:
        for id_, part in row["grants"].items() if row["state"] == "open" else ():
            held[int(id_)] = held.get(int(id_), Decimal(0)) + Decimal(str(part))
    query = """
        select balance, held, total_spent, total_purchased from credits.accounts where id = %s
    """
    spent, bought = (
        sum((abs(row["amount"]) for row in ledger.transactions if row["type"] == kind), Decimal(0))
        for kind in ("usage", "purchase")
    )
    cached = conn.execute(query, [account_id]).fetchone()
    assert cached == (balance, sum(held.values()), spent, bought)
    left = ledger.left_at(clock(conn))
    expected = {id_: part - held.get(id_, Decimal(0)) for id_, part in left.items()}
    assert remaining(conn, account_id) == expected
