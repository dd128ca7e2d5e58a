"""Held credits and their grants: order, expiry of a grant meanwhile, debt, new grants meanwhile."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.holds.holding import capture, has, hold, let_end, let_expire, release, sweep
from tests.returns.model import Told
from tests.returns.sales import bought, open_shop, tell
from tests.support import Connection
from tests.wallets import (
    add,
    balance_of,
    call,
    deduct,
    funded_account,
    history,
    refused,
    remaining,
)

SOON = datetime.now(UTC) + timedelta(days=10)
LATE = SOON + timedelta(days=10)


def last(conn: Connection, account_id: UUID) -> tuple[str, Any, Any]:
    """Return the type, amount and grants of the last transaction."""
    row = history(conn, account_id)[-1]
    return row["type"], row["amount"], row["grants"]


def test_what_came_back_burns_in_its_old_place(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    add(db, account_id, 10, expires_at=LATE)
    add(db, account_id, 10, source="purchase")
    held = hold(db, account_id, 15)
    deduct(db, account_id, 7)
    assert remaining(db, account_id) == {1: 0, 2: 0, 3: 8}
    release(db, account_id, held)
    assert remaining(db, account_id) == {1: 10, 2: 5, 3: 8}
    deduct(db, account_id, 16)
    assert last(db, account_id) == ("usage", -16, {"1": 10, "2": 5, "3": 1})


@pytest.mark.parametrize("kept", [1, 9, 10, 11, 19, 20, 21, 29])
def test_what_a_capture_returns_burns_in_its_old_place(db: Connection, kept: int) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    add(db, account_id, 10, expires_at=LATE)
    add(db, account_id, 20, source="purchase")
    held = hold(db, account_id, 30)
    deduct(db, account_id, 5)
    capture(db, account_id, held, kept)
    left = {"1": 10 - min(kept, 10), "2": 10 - min(max(kept - 10, 0), 10), "3": 0}
    left["3"] = 35 - kept - left["1"] - left["2"]
    assert remaining(db, account_id) == {int(id_): amount for id_, amount in left.items()}
    deduct(db, account_id, 35 - kept)
    assert last(db, account_id)[2] == {id_: amount for id_, amount in left.items() if amount}


def test_a_grant_that_came_while_credits_were_held_burns_in_its_place(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=LATE)
    held = hold(db, account_id, 10)
    add(db, account_id, 5, source="purchase")
    add(db, account_id, 5, expires_at=SOON)
    release(db, account_id, held)
    deduct(db, account_id, 17)
    assert last(db, account_id)[2] == {"3": 5, "1": 10, "2": 2}


def test_holds_that_end_in_any_order_return_to_the_grants_each_took_from(db: Connection) -> None:
    account_id = funded_account(db, 10, expires_at=SOON)
    add(db, account_id, 10, expires_at=LATE)
    holds = [hold(db, account_id, 5) for _ in range(4)]
    release(db, account_id, holds[3])
    assert remaining(db, account_id) == {1: 0, 2: 5}
    release(db, account_id, holds[0])
    assert remaining(db, account_id) == {1: 5, 2: 5}
    capture(db, account_id, holds[1], 1)
    assert remaining(db, account_id) == {1: 9, 2: 5}
    release(db, account_id, holds[2])
    deduct(db, account_id, 19)
    assert last(db, account_id)[2] == {"1": 9, "2": 10}


def test_what_is_held_outlives_its_grant_until_it_is_captured(db: Connection) -> None:
    account_id = funded_account(db, 40, expires_at=SOON)
    held = hold(db, account_id, 30)
    let_expire(db, account_id, 1)
    assert has(db, account_id) == (30, 30, 0)
    assert call(db, "expire_credits", at=datetime.now(UTC)) == 1
    assert last(db, account_id) == ("expiry", -10, {"1": 10})
    assert capture(db, account_id, held, 30)["balance"] == 0
    assert last(db, account_id) == ("usage", -30, {"1": 30})


def test_what_returns_to_an_expired_grant_expires_at_once(db: Connection) -> None:
    account_id = funded_account(db, 40, expires_at=SOON)
    add(db, account_id, 5)
    captured, released = hold(db, account_id, 20), hold(db, account_id, 10)
    let_expire(db, account_id, 1)
    assert release(db, account_id, released)["balance"] == 25
    assert has(db, account_id) == (25, 20, 5)
    charged = capture(db, account_id, captured, 12)
    assert (charged["cost"], charged["released"]) == (12, 8)
    assert (charged["balance"], charged["held"], charged["available"]) == (5, 0, 5)
    moves = [(row["type"], row["amount"]) for row in history(db, account_id)[2:]]
    assert moves[0] == ("expiry", -10)
    assert sorted(moves) == [("expiry", -10), ("expiry", -10), ("expiry", -8), ("usage", -12)]


def test_what_an_expired_hold_returns_to_an_expired_grant_expires_with_it(db: Connection) -> None:
    account_id = funded_account(db, 40, expires_at=SOON)
    held = hold(db, account_id, 30, ttl_seconds=60)
    let_expire(db, account_id, 1)
    let_end(db, held)
    assert has(db, account_id) == (0, 0, 0)
    assert sweep(db) == 1
    assert has(db, account_id) == (0, 0, 0)
    assert call(db, "expire_credits", at=datetime.now(UTC)) == 1
    assert remaining(db, account_id) == {1: 0}
    assert last(db, account_id) == ("expiry", -40, {"1": 40})


def test_a_capture_beyond_the_hold_takes_nothing_of_an_expired_grant(db: Connection) -> None:
    account_id = funded_account(db, 40, expires_at=SOON)
    add(db, account_id, 5)
    held = hold(db, account_id, 30)
    let_expire(db, account_id, 1)
    with refused(db, "PT402", "insufficient_credits"):
        capture(db, account_id, held, 36)
    assert capture(db, account_id, held, 35)["balance"] == 0
    assert last(db, account_id) == ("usage", -35, {"1": 30, "2": 5})


def test_a_grant_cannot_be_clawed_back_below_what_is_held_of_it(db: Connection) -> None:
    account_id, held = owing_account(db)
    assert has(db, account_id) == (1100, 1100, 0)
    assert balance_of(db, account_id)["debt"] == 1100
    assert capture(db, account_id, held, 300)["cost"] == 300


def owing_account(conn: Connection) -> tuple[UUID, dict[str, Any]]:
    """Return an account that holds all 1,100 credits of a purchase that was refunded meanwhile."""
    open_shop(conn)
    purchase = bought(conn)
    held = hold(conn, purchase.account_id, 1100)
    tell(conn, purchase, Told("charge.refunded", 1000))
    return purchase.account_id, held


def test_a_release_repays_debt_first(db: Connection) -> None:
    account_id, held = owing_account(db)
    released = release(db, account_id, held)
    assert (released["balance"], released["held"], released["available"]) == (0, 0, 0)
    assert balance_of(db, account_id)["debt"] == 0


def test_what_a_capture_returns_repays_debt_first(db: Connection) -> None:
    account_id, held = owing_account(db)
    charged = capture(db, account_id, held, 300)
    assert (charged["cost"], charged["released"]) == (300, 800)
    assert (charged["balance"], charged["held"], charged["available"]) == (0, 0, 0)
    assert balance_of(db, account_id)["debt"] == 300
    assert sum(row["amount"] for row in history(db, account_id)) == 0


def test_a_capture_that_outlasts_its_hold_is_of_one_time(db: Connection) -> None:
    """What comes back of it expires and repays debt; meanwhile the time of the hold passes."""
    open_shop(db)
    purchase = bought(db, package="pack")
    account_id = purchase.account_id
    short = add(db, account_id, 50, expires_at=LATE)["grant_id"]
    held = hold(db, account_id, 1150)
    tell(db, purchase, Told("charge.refunded", 1000))
    let_expire(db, account_id, short)
    db.execute(
        """
        create function public.outlast() returns trigger language plpgsql as $$
        begin
            perform pg_sleep(extract(epoch from h.expires_at - clock_timestamp()) + 0.01)
            from credits.holds as h
            where h.account_id = new.account_id and h.expires_at > clock_timestamp();
            return new;
        end $$;
        create trigger outlast before insert on credits.transactions
        for each row execute function public.outlast();
        with ending as (
            update credits.holds set expires_at = clock_timestamp() + interval '1 second'
            returning account_id, expires_at
        )
        update credits.accounts as a set next_expiry_at = e.expires_at
        from ending as e where a.id = e.account_id
        """
    )
    before = len(history(db, account_id))
    charged = capture(db, account_id, held, 10)
    assert (charged["cost"], charged["released"]) == (10, 1140)
    assert (has(db, account_id), balance_of(db, account_id)["debt"]) == ((0, 0, 0), 0)
    rows = history(db, account_id)[before:]
    assert [(row["type"], row["amount"]) for row in rows] == [
        ("expiry", -40), ("clawback", -1100), ("usage", -10),
    ]  # fmt: skip


def test_an_expired_hold_repays_debt_first_swept_or_not(db: Connection) -> None:
    account_id, held = owing_account(db)
    let_end(db, held)
    for _ in range(2):
        assert has(db, account_id) == (0, 0, 0)
        assert balance_of(db, account_id)["debt"] == 0
        sweep(db)


def test_a_hold_that_is_larger_than_the_debt_leaves_the_rest(db: Connection) -> None:
    account_id, held = owing_account(db)
    add(db, account_id, 1000)
    assert balance_of(db, account_id)["debt"] == 100
    assert release(db, account_id, held)["available"] == 1000
    assert balance_of(db, account_id)["debt"] == 0


def test_who_owes_places_no_hold(db: Connection) -> None:
    account_id, _ = owing_account(db)
    with refused(db, "PT402", "insufficient_credits") as detail:
        hold(db, account_id, 1, partial=True)
    assert detail == {"required": 1, "available": 0, "balance": 1100, "held": 1100}
