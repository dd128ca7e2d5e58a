"""What takes room of the month's purchase cap, and what gives it back."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.billing.purchases import buyer, let_pass, open_order, quote
from tests.limits.buying import (
    BEFORE,
    MONTH_START,
    PRICE,
    buy,
    dispute,
    end,
    give_back,
    open_shop,
    pay_before,
)
from tests.limits.calls import refused_unchanged
from tests.support import Connection
from tests.wallets import Row, refused


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db, PRICE)


def room(conn: Connection, user_id: UUID) -> int:
    """Return the cents that can still be bought for, of the cap: 10 credits cost a dollar."""
    for dimes in range(65, 9, -1):
        if quote(conn, user_id, quantity=dimes)["ok"]:
            return 10 * dimes
    return 0


def refusal(conn: Connection, user_id: UUID) -> Row:
    """Return what the refusal of another starter pack says is paid and open."""
    with refused_unchanged(conn, "PT402", "purchase_cap_reached") as detail:
        open_order(conn, user_id, package="starter")
    return {name: detail[name] for name in ("paid_cents", "open_cents")}


def test_a_payment_takes_room_and_its_order_no_more(db: Connection) -> None:
    user_id = buyer(db)
    buy(db, user_id)
    assert refusal(db, user_id) == {"paid_cents": PRICE, "open_cents": 0}
    assert room(db, user_id) == 0


@pytest.mark.parametrize("status", ["expired", "failed"])
def test_an_order_that_ended_unpaid_gives_its_room_back(db: Connection, status: str) -> None:
    user_id = buyer(db)
    order = open_order(db, user_id, package="starter")
    assert room(db, user_id) == 0
    end(db, order, status)
    assert room(db, user_id) == PRICE
    buy(db, user_id)


@pytest.mark.parametrize(("age", "is_free"), [("23 hours 59 minutes", False), ("24 hours", True)])
def test_an_open_order_takes_room_for_24_hours(db: Connection, age: str, is_free: bool) -> None:
    user_id = buyer(db)
    open_order(db, user_id, package="starter")
    let_pass(db, age)
    assert (room(db, user_id) == PRICE) is is_free


def test_an_order_of_the_last_month_that_can_still_be_paid_takes_room(db: Connection) -> None:
    user_id = buyer(db)
    open_order(db, user_id, package="starter")
    db.execute("update credits.orders set created_at = now() - interval '2 hours'")
    assert refusal_of_quantity(db, user_id) == {"paid_cents": 0, "open_cents": PRICE}


def refusal_of_quantity(conn: Connection, user_id: UUID) -> Row:
    """As ``refusal``, of a purchase that has no open order."""
    with refused(conn, "PT402", "purchase_cap_reached") as detail:
        open_order(conn, user_id, quantity=10)
    return {name: detail[name] for name in ("paid_cents", "open_cents")}


@pytest.mark.parametrize("cents", [1, 100, 400, PRICE])
def test_a_refund_gives_the_room_of_what_went_back(db: Connection, cents: int) -> None:
    user_id = buyer(db)
    order = buy(db, user_id)
    give_back(db, order, cents)
    assert room(db, user_id) == (cents // 10 * 10 if cents >= 100 else 0)
    if cents < PRICE:
        assert refusal(db, user_id) == {"paid_cents": PRICE - cents, "open_cents": 0}


def test_a_chargeback_gives_room_until_it_is_won(db: Connection) -> None:
    user_id = buyer(db)
    order = buy(db, user_id)
    dispute(db, order, "needs_response")
    assert room(db, user_id) == PRICE
    dispute(db, order, "won")
    assert room(db, user_id) == 0


def test_a_lost_chargeback_leaves_the_room(db: Connection) -> None:
    user_id = buyer(db)
    dispute(db, buy(db, user_id), "lost")
    assert room(db, user_id) == PRICE


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize(("moment", "left"), [(MONTH_START, 0), (BEFORE, PRICE)])
def test_the_room_is_whole_again_in_another_month_in_utc(
    db: Connection, moment: str, left: int, zone: str
) -> None:
    db.execute("select set_config('timezone', %s, true)", [zone])
    user_id = buyer(db)
    buy(db, user_id)
    pay_before(db, moment)
    assert room(db, user_id) == left


def test_a_refund_of_last_months_purchase_gives_no_room_of_this_month(db: Connection) -> None:
    user_id = buyer(db)
    last = buy(db, user_id)
    pay_before(db)
    buy(db, user_id)
    give_back(db, last, PRICE)
    assert refusal(db, user_id) == {"paid_cents": PRICE, "open_cents": 0}


def test_what_was_bought_before_there_was_a_cap_counts(db: Connection) -> None:
    open_shop(db, None)
    user_id = buyer(db)
    buy(db, user_id)
    buy(db, user_id, quantity=13)
    open_order(db, user_id, package="starter")
    open_shop(db, 3 * PRICE)
    with refused(db, "PT402", "purchase_cap_reached") as detail:
        open_order(db, user_id, package="growth")
    assert (detail["paid_cents"], detail["open_cents"]) == (PRICE + 130, PRICE)


def test_an_order_paid_after_it_ended_takes_room(db: Connection) -> None:
    user_id = buyer(db)
    order = open_order(db, user_id, package="starter")
    end(db, order, "expired")
    query = "select reason from credits.settle_payment(%s, %s, 'stripe', 'pi_late', 650, 'usd')"
    assert db.execute(query, [user_id, order["order_id"]]).fetchone() == (None,)
    assert refusal(db, user_id) == {"paid_cents": PRICE, "open_cents": 0}
