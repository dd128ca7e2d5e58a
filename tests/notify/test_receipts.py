"""What an owner is told of money: receipts, payments that fail, top-ups that pause."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from scripts.dev.mailbox import Mailbox
from tests.billing.purchases import promote
from tests.events import payloads
from tests.events.shop import buy, open_shop, order_of, subscribe, tell
from tests.events.subscription_payloads import invoice
from tests.notify.notifying import Desk, notices
from tests.support import Connection, sign_up
from tests.wallets import Row


def pay(conn: Connection, order: Row, times: int = 1) -> None:
    """Tell that an order is paid, by both events that say so, so many times."""
    intent = payloads.payment_intent(order) if order["total_cents"] else None
    for _ in range(times):
        session = payloads.session(order, intent)
        tell(conn, payloads.event("checkout.session.completed", session))
        if intent:
            tell(conn, payloads.event("payment_intent.succeeded", intent))


def test_a_pack_s_receipt_tells_its_lines_once(db: Connection) -> None:
    open_shop(db)
    order = buy(db, promotion_code=promote(db))
    assert notices(db, "receipt") == []
    pay(db, order, times=2)
    (told,) = notices(db, "receipt")
    stored = order_of(db, order)
    assert told["order_id"] == str(order["order_id"])
    assert told["lines"] == stored["quote"]["lines"]
    assert len(told["lines"]) == 2
    assert sum(line["amount_cents"] for line in told["lines"]) == told["total_cents"] == 520
    assert (told["credits"], told["bonus_credits"], told["currency"]) == (50, 5, "usd")
    assert (told["package"], told["plan"]) == ("starter", None)
    assert datetime.fromisoformat(told["paid_at"]).tzinfo is not None


def test_what_cost_nothing_has_no_receipt(db: Connection) -> None:
    open_shop(db)
    order = buy(db, promotion_code=promote(db, discount_value=100))
    pay(db, order)
    assert order_of(db, order)["status"] == "paid"
    assert notices(db, "receipt") == []


def test_each_invoice_of_a_subscription_has_its_receipt(db: Connection) -> None:
    open_shop(db)
    subscriber = subscribe(db)
    (told,) = notices(db, "receipt", subscriber.account_id)
    assert (told["plan"], told["total_cents"], told["lines"]) == ("pro", 1999, [])
    assert told["order_id"] is None
    end = datetime.fromtimestamp(subscriber.item["current_period_end"], UTC)
    assert datetime.fromisoformat(told["period_end_at"]) == end
    subscriber.advance(payloads.day(29), payloads.day(59))
    bill = subscriber.bill()
    tell(db, bill)
    tell(db, payloads.again(bill))
    assert len(notices(db, "receipt", subscriber.account_id)) == 2


def test_an_invoice_of_nothing_has_no_receipt(db: Connection) -> None:
    open_shop(db)
    subscriber = subscribe(db)
    free = invoice(subscriber.sub, amount_paid=0, total=0, amount_due=0)
    tell(db, payloads.event("invoice.paid", free))
    assert len(notices(db, "receipt")) == 1


def test_receipts_are_mailed_to_the_payer_with_the_amount(desk: Desk, mailbox: Mailbox) -> None:
    open_shop(desk.conn)
    order = buy(desk.conn, user_id=sign_up(desk.conn, "ada@example.com"))
    pay(desk.conn, order)
    subscriber = subscribe(desk.conn, account_id=sign_up(desk.conn, "bob@example.com"))
    subscriber.advance(payloads.day(29), payloads.day(59))
    failed = invoice(subscriber.sub, attempt_count=1, amount_due=1999, status="open")
    tell(desk.conn, payloads.event("invoice.payment_failed", failed))
    assert desk.run().exit_code == 0
    pack, plan, lacking = mailbox.letters
    assert pack.recipients == ("ada@example.com",)
    assert pack.message["Subject"] == "Your receipt from shop.example: 6.50 USD"
    for part in (pack.text(), pack.text("html")):
        assert "Starter Pack" in part
        assert "Credits: 55" in part
    assert plan.message["Subject"] == "Your receipt from shop.example: 19.99 USD"
    assert "Plan pro, until " in plan.text()
    assert lacking.recipients == ("bob@example.com",)
    assert "19.99 USD" in lacking.text()


def test_amounts_in_payloads_are_exact(db: Connection) -> None:
    open_shop(db, packages=[
        {"code": "odd", "name": "Odd", "credits": "0.000000007", "price_cents": 7},
    ])  # fmt: skip
    pay(db, buy(db, "odd"))
    query = "select payload ->> 'credits' from credits.outbox where topic = 'receipt'"
    assert [Decimal(text) for (text,) in db.execute(query)] == [Decimal("0.000000007")]
