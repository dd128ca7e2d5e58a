"""Refunds take back what the refunded part of the payment bought: absolutely, and once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.billing.purchases import open_order, promote
from tests.events.payloads import payment_intent
from tests.events.shop import moves
from tests.returns.model import Told
from tests.returns.sales import (
    Purchase,
    bought,
    buy,
    open_events,
    open_shop,
    paid,
    some_orders,
    standing_of,
    tell,
)
from tests.support import Connection, sign_up
from tests.wallets import add, deduct, remaining


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def in_sum(cents: int) -> Told:
    """Return the news that so many cents of a payment are refunded in all."""
    return Told("charge.refunded", cents)


def refund(number: int, cents: int, status: str = "succeeded") -> Told:
    """Return the news of one refund."""
    type_ = "refund.failed" if status == "failed" else "refund.updated"
    return Told(type_, cents, f"re_{number}", status)


def test_thirty_percent_then_seventy_in_sum_take_each_what_is_new(db: Connection) -> None:
    purchase = bought(db)
    assert tell(db, purchase, in_sum(300), in_sum(700)) == ["applied", "applied"]
    assert moves(db, purchase.account_id) == [
        ("purchase", 1000), ("bonus", 100),
        ("clawback", -300), ("clawback", -30),
        ("clawback", -400), ("clawback", -40),
    ]  # fmt: skip
    found = standing_of(db, purchase)
    assert (found.balance, found.debt, found.returned) == (330, 0, {0: 700})
    assert found.clawed == {(0, "purchase"): 700, (0, "bonus"): 70}


@pytest.mark.parametrize("by", ["sums", "refunds", "both"])
def test_thirty_and_forty_percent_come_to_seventy_in_any_order(db: Connection, by: str) -> None:
    purchase = buy(db)
    news = [paid(purchase)]
    news += [in_sum(300), in_sum(700)] if by != "refunds" else []
    news += [refund(1, 300), refund(2, 400)] if by != "sums" else []
    for number, order in enumerate(some_orders(news)):
        with db.transaction(force_rollback=True):
            tell(db, purchase, *order, order[number % len(order)])
            found = standing_of(db, purchase)
            assert (found.balance, found.debt, found.returned) == (330, 0, {0: 700})
            assert found.clawed == {(0, "purchase"): 700, (0, "bonus"): 70}
            assert open_events(db) == []


def test_a_sum_told_again_takes_nothing_more(db: Connection) -> None:
    purchase = bought(db)
    tell(db, purchase, in_sum(300))
    before = moves(db, purchase.account_id)
    assert tell(db, purchase, in_sum(300), in_sum(200), in_sum(300)) == ["ignored"] * 3
    assert moves(db, purchase.account_id) == before


def test_three_thirds_give_back_the_whole_at_nine_places(db: Connection) -> None:
    purchase = bought(db, package="thirds")
    tell(db, purchase, in_sum(1), in_sum(2), in_sum(3))
    assert [amount for _, amount in moves(db, purchase.account_id)] == [
        1000, 1,
        Decimal("-333.333333333"), Decimal("-0.333333333"),
        Decimal("-333.333333334"), Decimal("-0.333333334"),
        Decimal("-333.333333333"), Decimal("-0.333333333"),
    ]  # fmt: skip
    assert standing_of(db, purchase).balance == 0


def test_a_share_of_very_many_credits_has_nine_places_too(db: Connection) -> None:
    purchase = bought(db, package="huge")
    tell(db, purchase, in_sum(1))
    assert standing_of(db, purchase).clawed == {(0, "purchase"): Decimal("14285714285.642857143")}
    tell(db, purchase, in_sum(7))
    assert standing_of(db, purchase).balance == 0


def test_no_more_than_was_paid_comes_back(db: Connection) -> None:
    purchase = bought(db)
    tell(db, purchase, refund(1, 800), refund(2, 800), in_sum(5000))
    found = standing_of(db, purchase)
    assert (found.balance, found.debt, found.returned) == (0, 0, {0: 1000})


def test_a_refund_that_fails_gives_the_credits_back(db: Connection) -> None:
    purchase = bought(db)
    tell(db, purchase, refund(1, 400, "pending"), in_sum(400), refund(1, 400, "failed"))
    assert moves(db, purchase.account_id) == [
        ("purchase", 1000), ("bonus", 100),
        ("clawback", -400), ("clawback", -40),
        ("reinstatement", 400), ("reinstatement", 40),
    ]  # fmt: skip
    found = standing_of(db, purchase)
    assert (found.balance, found.returned, found.clawed) == (1100, {}, {})


def test_a_refund_that_failed_and_was_made_again_counts_once(db: Connection) -> None:
    purchase = bought(db)
    tell(db, purchase, refund(1, 400), in_sum(400), refund(1, 400, "failed"))
    tell(db, purchase, refund(2, 400), in_sum(400), refund(1, 400))
    assert standing_of(db, purchase).returned == {0: 400}


def test_a_refund_told_before_its_payment_waits_for_it(db: Connection) -> None:
    purchase = buy(db)
    assert tell(db, purchase, in_sum(300), refund(1, 300)) == ["waiting", "waiting"]
    assert moves(db, purchase.account_id) == []
    assert tell(db, purchase, in_sum(300)) == ["waiting"]
    assert tell(db, purchase, paid(purchase)) == ["applied"]
    assert open_events(db) == []
    assert standing_of(db, purchase).balance == 770


def test_the_purchases_own_credits_are_taken_first(db: Connection) -> None:
    purchase = bought(db)
    other = add(db, purchase.account_id, 50, priority=0)["grant_id"]
    tell(db, purchase, in_sum(1000))
    assert remaining(db, purchase.account_id) == {1: 0, 2: 0, other: 50}


def test_then_other_credits_and_what_is_not_there_is_debt(db: Connection) -> None:
    purchase = bought(db, package="plain")
    deduct(db, purchase.account_id, 80)
    late = add(db, purchase.account_id, 30)["grant_id"]
    first = add(db, purchase.account_id, 30, priority=1)["grant_id"]
    tell(db, purchase, in_sum(700))
    assert remaining(db, purchase.account_id) == {1: 0, late: 0, first: 0}
    found = standing_of(db, purchase)
    assert (found.balance, found.debt) == (0, 20)


def test_of_other_credits_the_first_to_burn_go_first(db: Connection) -> None:
    purchase = bought(db, package="plain")
    deduct(db, purchase.account_id, 80)
    late = add(db, purchase.account_id, 60)["grant_id"]
    first = add(db, purchase.account_id, 30, priority=1)["grant_id"]
    tell(db, purchase, in_sum(700))
    assert remaining(db, purchase.account_id) == {1: 0, late: 10, first: 0}


def test_two_payments_of_one_account_are_independent(db: Connection) -> None:
    first = bought(db)
    second = bought(db, first.account_id, "plain")
    tell(db, second, in_sum(350))
    tell(db, first, in_sum(100))
    found = standing_of(db, first, second)
    assert found.returned == {0: 100, 1: 350}
    assert found.clawed == {(0, "purchase"): 100, (0, "bonus"): 10, (1, "purchase"): 50}
    assert found.kept == {0: 990, 1: 50}


@pytest.mark.parametrize("status", ["paused", "closed"])
def test_a_paused_or_closed_account_gives_back_too(db: Connection, status: str) -> None:
    purchase = bought(db)
    db.execute(
        "update credits.accounts set status = %s where id = %s", [status, purchase.account_id]
    )
    assert tell(db, purchase, in_sum(500)) == ["applied"]
    tell(db, purchase, refund(1, 500), refund(1, 500, "failed"))
    assert standing_of(db, purchase).balance == 1100


def test_a_purchase_that_cost_nothing_has_nothing_to_give_back(db: Connection) -> None:
    code = promote(db, discount_value=100)
    order = open_order(db, sign_up(db), package="pack", promotion_code=code)
    free = Purchase(order, {"id": None})
    assert order["total_cents"] == 0
    assert tell(db, free, Told("checkout.session.completed", 0)) == ["applied"]
    stray = Purchase(order, payment_intent(order))
    assert tell(db, stray, in_sum(0)) == ["waiting"]
    assert moves(db, free.account_id) == [("purchase", 1000), ("bonus", 100)]
