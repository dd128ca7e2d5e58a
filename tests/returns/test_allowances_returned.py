"""The money of an invoice goes back: the allowance that it paid for goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.events.payloads import Json, charge, day, dispute, event
from tests.events.shop import Subscriber, let_pass, maintain, moves, new_subscriber, rows, tell
from tests.events.subscription_payloads import invoice_payment
from tests.returns.sales import open_shop
from tests.support import Connection
from tests.wallets import add, balance_of, deduct

DISPUTED = 10  # days that a dispute lasts


@dataclass
class Bill:
    """A subscriber and the intent that paid the first invoice: 1999 cents for 200 credits."""

    subscriber: Subscriber
    intent: Json
    events: list[Json]

    def refunded(self, cents: int) -> Json:
        """Return the news that so much is refunded in all."""
        return event("charge.refunded", charge(self.intent, cents))

    def disputed(self, word: str, status: str, at: float = 0) -> Json:
        """Return the news of the dispute so many days from now."""
        claim = dispute(self.intent, id="du_" + self.intent["id"], status=status)
        return event(f"charge.dispute.{word}", claim, day(at))


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def new_bill(conn: Connection, plan: str = "pro", days: int = 29) -> Bill:
    """Return a subscriber's bill of which nothing is told, for a period of so many days more."""
    subscriber = new_subscriber(conn, plan, end=day(days))
    paid = subscriber.bill("subscription_create")
    intent: Json = {
        "id": "pi_" + subscriber.sub["id"], "latest_charge": "ch_1",
        "amount": paid["data"]["object"]["amount_paid"],
        "currency": "usd", "customer": subscriber.sub["customer"], "metadata": {},
        "livemode": False,
    }  # fmt: skip
    link = invoice_payment(paid["data"]["object"], intent["id"])
    news = [subscriber.news("created"), paid, event("invoice_payment.paid", link)]
    return Bill(subscriber, intent, news)


@pytest.fixture
def bill(db: Connection) -> Bill:
    """A bill that is paid."""
    bill = new_bill(db)
    assert [tell(db, told) for told in bill.events] == ["applied"] * 3
    return bill


def has(conn: Connection, bill: Bill) -> tuple[Any, Any]:
    """Return the balance and the debt."""
    shown = balance_of(conn, bill.subscriber.account_id)
    return shown["balance"], shown["debt"]


def test_the_refund_of_an_invoice_takes_the_allowance(db: Connection, bill: Bill) -> None:
    tell(db, bill.refunded(1999))
    assert moves(db, bill.subscriber.account_id) == [("allowance", 200), ("clawback", -200)]
    assert has(db, bill) == (0, 0)


def test_a_part_of_the_money_takes_that_part(db: Connection, bill: Bill) -> None:
    tell(db, bill.refunded(500))
    assert has(db, bill) == (Decimal("149.974987494"), 0)
    tell(db, bill.refunded(1999))
    assert has(db, bill) == (0, 0)


def test_a_used_allowance_becomes_debt(db: Connection, bill: Bill) -> None:
    deduct(db, bill.subscriber.account_id, 150)
    tell(db, bill.refunded(1999))
    assert moves(db, bill.subscriber.account_id)[-1] == ("clawback", -50)
    assert has(db, bill) == (0, 150)


def test_for_an_expired_allowance_other_credits_and_then_debt(db: Connection, bill: Bill) -> None:
    add(db, bill.subscriber.account_id, 120)
    let_pass(db, 30)
    tell(db, bill.refunded(1999))
    assert moves(db, bill.subscriber.account_id)[-2:] == [("expiry", -200), ("clawback", -120)]
    assert has(db, bill) == (0, 80)


def test_what_is_won_back_lives_as_long_as_was_left(db: Connection, bill: Bill) -> None:
    tell(db, bill.disputed("created", "needs_response"))
    assert has(db, bill) == (0, 0)
    let_pass(db, DISPUTED)
    days = timedelta(days=DISPUTED)
    db.execute("update credits.clawbacks set created_at = created_at - %s", [days])
    tell(db, bill.disputed("closed", "won", 1))
    assert has(db, bill) == (200, 0)
    ((left, given),) = db.execute(
        """
        select a.expires_at - c.created_at, r.expires_at - r.created_at
        from credits.clawbacks as c
        inner join credits.grants as a on c.account_id = a.account_id and c.grant_id = a.id
        inner join credits.grants as r
            on c.account_id = r.account_id and r.source = 'reinstatement'
        """
    ).fetchall()
    assert left > timedelta(days=28)
    assert given == left
    tell(db, bill.disputed("updated", "lost", 2))
    assert has(db, bill) == (0, 0)


def test_what_is_won_back_expires(db: Connection, bill: Bill) -> None:
    tell(db, bill.disputed("created", "needs_response"))
    tell(db, bill.disputed("closed", "won", 1))
    let_pass(db, 30)
    add(db, bill.subscriber.account_id, 1)
    assert moves(db, bill.subscriber.account_id)[-2:] == [("expiry", -200), ("bonus", 1)]
    tell(db, bill.disputed("updated", "lost", 2))
    assert has(db, bill) == (0, 199)


def test_of_a_year_that_is_refunded_by_half_each_month_gives_half(db: Connection) -> None:
    bill = new_bill(db, "yearly", 364)
    for told in bill.events:
        tell(db, told)
    tell(db, bill.refunded(9950))
    assert has(db, bill) == (100, 0)
    let_pass(db, 32)
    maintain(db)
    assert moves(db, bill.subscriber.account_id)[-3:] == [
        ("expiry", -100), ("allowance", 200), ("clawback", -100),
    ]  # fmt: skip
    assert has(db, bill) == (100, 0)


def test_a_refund_waits_until_it_is_known_what_paid_the_invoice(db: Connection) -> None:
    bill = new_bill(db)
    created, paid, link = bill.events
    assert [tell(db, told) for told in (bill.refunded(1999), created, paid)] == [
        "waiting", "applied", "applied",
    ]  # fmt: skip
    assert has(db, bill) == (200, 0)
    assert tell(db, link) == "applied"
    assert has(db, bill) == (0, 0)
    assert rows(db, "select id from credits.stripe_events where state = 'waiting'") == []


def test_for_an_expired_allowance_the_next_one_goes_before_lasting_credits(
    db: Connection, bill: Bill
) -> None:
    let_pass(db, 29)
    bill.subscriber.advance(day(0), day(30))
    for told in (bill.subscriber.news(), bill.subscriber.bill()):
        tell(db, told)
    add(db, bill.subscriber.account_id, 500)
    tell(db, bill.refunded(1999))
    assert has(db, bill) == (500, 0)
