"""Paid invoices: credits for the paid lines of our plans, once per invoice and period."""

from __future__ import annotations

import pytest

from tests.events import payloads
from tests.events.deliveries import final_state, grants, wallet
from tests.events.payloads import Json, again, day
from tests.events.shop import (
    Subscriber,
    account_of,
    maintain,
    moves,
    new_subscriber,
    nothing_is_credited,
    notices,
    rows,
    subscribe,
    tell,
)  # fmt: skip
from tests.events.subscription_payloads import (
    invoice,
    invoice_payment,
    line,
    price,
    subscription_item,
    with_payments,
)  # fmt: skip
from tests.support import Connection

ALLOWANCE = [("allowance", 200)]


def paid(subscriber: Subscriber, reason: str = "subscription_create", **fields: object) -> Json:
    return payloads.event("invoice.paid", invoice(subscriber.sub, reason, **fields))


def test_a_paid_invoice_gives_the_plan_and_its_credits_until_its_end(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = paid(subscriber)
    assert tell(shop, subscriber.news("created")) == "applied"
    assert account_of(shop, subscriber.account_id)["plan"] == "free", "nothing is paid yet"
    assert tell(shop, told) == "applied"
    assert account_of(shop, subscriber.account_id)["plan"] == "pro"
    ((_, amount, expires_at),) = grants(shop, subscriber.account_id)
    assert (amount, expires_at.timestamp()) == (200, subscriber.item["current_period_end"])
    (payment,) = rows(shop, "select * from credits.payments")
    assert payment["id"] == told["data"]["object"]["id"]
    assert (payment["amount_cents"], payment["currency"]) == (1999, "usd")
    assert payment["order_id"] is None
    assert (payment["plan"], payment["subscription_id"]) == ("pro", subscriber.sub["id"])


def test_both_events_of_a_paid_invoice_count_once(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = paid(subscriber)
    twin = again(told) | {"type": "invoice.payment_succeeded"}
    events = [subscriber.news("created"), told, twin, again(told)]
    state = final_state(shop, events, lambda: wallet(shop, subscriber.account_id))
    assert (state["balance"], len(state["payments"])) == (200, 1)


def test_two_invoices_of_one_period_give_its_credits_once(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    assert tell(shop, paid(subscriber)) == "applied"
    tell(shop, paid(subscriber, "subscription_cycle"))
    assert moves(shop, subscriber.account_id) == ALLOWANCE
    assert len(rows(shop, "select id from credits.payments")) == 2


def test_what_paid_an_invoice_is_known_in_every_order(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = paid(subscriber)
    payment = invoice_payment(told["data"]["object"], "pi_of_the_invoice")
    events = [told, payloads.event("invoice_payment.paid", payment), subscriber.news("created")]

    def read() -> object:
        maintain(shop)
        intents = rows(shop, "select id, intent_id from credits.payments")
        return wallet(shop, subscriber.account_id), intents

    state = final_state(shop, events, read)
    assert state[1] == [{"id": told["data"]["object"]["id"], "intent_id": "pi_of_the_invoice"}]
    assert state[0]["balance"] == 200


def test_what_paid_an_invoice_may_stand_in_the_invoice(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    bill = invoice(subscriber.sub, "subscription_create")
    bill = with_payments(bill, invoice_payment(bill, "pi_of_the_invoice"))
    assert tell(shop, payloads.event("invoice.paid", bill)) == "applied"
    (payment,) = rows(shop, "select intent_id from credits.payments")
    assert payment["intent_id"] == "pi_of_the_invoice"


def test_an_invoice_that_a_coupon_paid_gives_credits(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    discounts = [{"amount": 1999, "discount": "di_1"}]
    bill = line(subscriber.sub, subscriber.item, discount_amounts=discounts)
    told = paid(subscriber, lines=[bill])
    assert told["data"]["object"]["amount_paid"] == 0
    assert tell(shop, told) == "applied"
    assert moves(shop, subscriber.account_id) == ALLOWANCE


def test_an_invoice_that_was_paid_elsewhere_gives_credits(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    told = paid(subscriber, amount_paid_off_stripe=1999, paid_out_of_band=True)
    assert tell(shop, told) == "applied"
    assert moves(shop, subscriber.account_id) == ALLOWANCE
    (payment,) = rows(shop, "select intent_id from credits.payments")
    assert payment["intent_id"] is None


@pytest.mark.parametrize("kind", ["payment_failed", "finalized", "created", "voided", "updated"])
def test_only_a_paid_invoice_gives_credits(shop: Connection, kind: str) -> None:
    subscriber = new_subscriber(shop)
    open_bill = invoice(subscriber.sub, "subscription_create", status="open", amount_paid=0)
    with nothing_is_credited(shop):
        assert tell(shop, payloads.event(f"invoice.{kind}", open_bill)) in ("applied", "ignored")
    told = notices(shop, "payment_failed")
    assert [row["account_id"] for row in told] == (
        [subscriber.account_id] if kind == "payment_failed" else []
    )


@pytest.mark.parametrize("status", ["open", "draft", "void", "uncollectible", None])
def test_an_invoice_that_is_called_paid_but_is_not_gives_nothing(
    shop: Connection, status: str | None
) -> None:
    subscriber = new_subscriber(shop)
    with nothing_is_credited(shop):
        assert tell(shop, paid(subscriber, status=status)) in ("ignored", "quarantined")


def test_a_payment_that_fails_at_first_gives_credits_when_it_succeeds(shop: Connection) -> None:
    subscriber = subscribe(shop)
    subscriber.advance(day(-0.5), day(29.5))
    bill = invoice(subscriber.sub)
    owed = bill | {"status": "open", "amount_paid": 0, "amount_remaining": 1999}
    tell(shop, payloads.event("invoice.payment_failed", owed))
    tell(shop, subscriber.news(status="past_due"))
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["balance"]) == ("pro", 200)
    tell(shop, subscriber.news("updated", day(0) + 60))
    tell(shop, payloads.event("invoice.paid", bill))
    assert account_of(shop, subscriber.account_id)["plan"] == "pro"


@pytest.mark.parametrize("reason", ["manual", "automatic_pending_invoice_item_invoice", "upcoming"])
def test_an_invoice_that_somebody_wrote_by_hand_gives_nothing(
    shop: Connection, reason: str
) -> None:
    subscriber = subscribe(shop)
    extra = line(
        subscriber.sub, subscriber.item, amount=700, pricing=None,
        parent={
            "type": "invoice_item_details",
            "invoice_item_details": {
                "invoice_item": "ii_1", "proration": False, "proration_details": None,
                "subscription": None,
            },
            "subscription_item_details": None,
        },
    )  # fmt: skip
    by_hand = invoice(subscriber.sub, reason, lines=[extra], parent=None)
    with nothing_is_credited(shop):
        assert tell(shop, payloads.event("invoice.paid", by_hand)) == "ignored"


def test_a_plan_beside_other_things_on_one_invoice_gives_its_credits(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    item = subscription_item(price("price_seat", 300), day(-1), day(29), quantity=3)
    subscriber.sub["items"]["data"].append(item)
    told = paid(subscriber)
    assert len(told["data"]["object"]["lines"]["data"]) == 2
    for one in (subscriber.news("created"), told):
        assert tell(shop, one) == "applied"
    assert moves(shop, subscriber.account_id) == ALLOWANCE
    assert account_of(shop, subscriber.account_id)["plan"] == "pro"


def test_an_invoice_of_a_period_that_is_over_is_kept_and_gives_nothing(shop: Connection) -> None:
    subscriber = new_subscriber(shop, start=day(-40), end=day(-10))
    assert tell(shop, paid(subscriber)) == "applied"
    assert moves(shop, subscriber.account_id) == []
    assert [row["amount_cents"] for row in rows(shop, "select * from credits.payments")] == [1999]


def test_a_late_old_invoice_takes_nothing_from_the_running_period(shop: Connection) -> None:
    subscriber = new_subscriber(shop, "basic", day(-31), day(-1))
    old = paid(subscriber)
    subscriber.switch("pro").advance(day(-1), day(29))
    events = [subscriber.news(), old, subscriber.bill("subscription_cycle")]
    state = final_state(shop, events, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"]) == ("pro", 200)
    assert len(state["payments"]) == 2


def test_that_a_closed_account_is_still_billed_somebody_is_told_once(shop: Connection) -> None:
    subscriber = subscribe(shop)
    assert notices(shop, "closed_account_paid") == []
    close = "update credits.accounts set status = 'closed' where id = %s"
    shop.execute(close, [subscriber.account_id])
    subscriber.advance(day(0), day(30))
    told = paid(subscriber, "subscription_cycle")
    assert tell(shop, told) == "applied"
    assert tell(shop, again(told) | {"type": "invoice.payment_succeeded"}) == "ignored"
    (notice,) = notices(shop, "closed_account_paid")
    assert (notice["account_id"], notice["key"]) == (
        subscriber.account_id,
        told["data"]["object"]["id"],
    )
    assert notice["payload"] == {"subscription_id": subscriber.sub["id"]}
