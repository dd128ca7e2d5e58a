"""Trials: the plan and the trial's credits at once, the plan's own credits with the first money."""

from __future__ import annotations

from typing import Any

from tests.events import payloads
from tests.events.deliveries import final_state, grants, wallet
from tests.events.payloads import Json, day
from tests.events.shop import (
    Subscriber,
    account_of,
    let_pass,
    new_subscriber,
    nothing_is_credited,
    rows,
    tell,
)  # fmt: skip
from tests.events.subscription_payloads import invoice, line
from tests.support import Connection
from tests.wallets import balance_of

START, END = day(-1), day(13)
TRIAL: Json = {"status": "trialing", "trial_start": START, "trial_end": END}


def trying(conn: Connection, plan: str = "tried") -> Subscriber:
    """Return a subscriber in the first day of a trial of two weeks, of which nothing is told."""
    return new_subscriber(conn, plan, START, END, **TRIAL)


def free_invoice(subscriber: Subscriber) -> Json:
    """Return the event of the invoice of nothing with which a trial begins."""
    free = line(subscriber.sub, subscriber.item, amount=0)
    free["pricing"]["unit_amount_decimal"] = "0"
    return payloads.event(
        "invoice.paid", invoice(subscriber.sub, "subscription_create", lines=[free])
    )


def end_trial(subscriber: Subscriber) -> Subscriber:
    subscriber.sub["status"] = "active"
    return subscriber.advance(END, day(43))


def test_a_trial_gives_its_own_credits_in_every_order_of_its_news(shop: Connection) -> None:
    subscriber = trying(shop)
    told = [subscriber.news("created", START), subscriber.news(), free_invoice(subscriber)]
    state = final_state(shop, told, lambda: wallet(shop, subscriber.account_id))
    assert (state["plan"], state["balance"]) == ("tried", 30)
    ((_, amount, expires_at),) = state["grants"]
    assert (amount, expires_at.timestamp()) == (30, END)


def test_the_trials_invoice_of_nothing_gives_nothing(shop: Connection) -> None:
    subscriber = trying(shop, "pro")
    tell(shop, subscriber.news("created", START))
    tell(shop, free_invoice(subscriber))
    assert account_of(shop, subscriber.account_id)["plan"] == "pro"
    assert grants(shop, subscriber.account_id) == []


def test_the_plans_credits_come_with_the_first_money(shop: Connection) -> None:
    subscriber = trying(shop)
    for told in (subscriber.news("created", START), free_invoice(subscriber)):
        tell(shop, told)
    let_pass(shop, 14)
    START_PAID, END_PAID = day(-1), day(29)  # noqa: N806
    subscriber.sub["status"] = "active"
    subscriber.advance(START_PAID, END_PAID)
    assert tell(shop, subscriber.news()) == "applied"
    assert balance_of(shop, subscriber.account_id)["available"] == 0
    assert tell(shop, subscriber.bill()) == "applied"
    assert balance_of(shop, subscriber.account_id)["available"] == 200


def test_a_trial_that_is_paid_early_gives_the_plans_credits_too(shop: Connection) -> None:
    subscriber = trying(shop)
    told = [
        subscriber.news("created", START), free_invoice(subscriber),
        end_trial(subscriber).advance(day(0), day(30)).news(), subscriber.bill(),
    ]  # fmt: skip

    def read() -> Any:
        found = wallet(shop, subscriber.account_id)
        given = [one for one in found["grants"] if one[0] == "allowance"]
        return found["plan"], found["subscriptions"], given, found["payments"]

    plan, _, ((_, amount, _),), _ = final_state(shop, told, read)
    assert (plan, amount) == ("tried", 200)


def test_a_trial_that_nobody_pays_ends_in_the_free_plan(shop: Connection) -> None:
    subscriber = trying(shop)
    tell(shop, subscriber.news("created", START))
    let_pass(shop, 14)
    ended: Json = {"status": "canceled", "ended_at": day(0), "canceled_at": day(0)}
    assert tell(shop, subscriber.news("deleted", **ended)) == "applied"
    assert account_of(shop, subscriber.account_id)["plan"] == "free"
    assert balance_of(shop, subscriber.account_id)["available"] == 0


def test_a_second_trial_gives_no_second_credits(shop: Connection) -> None:
    first = trying(shop)
    tell(shop, first.news("created", START))
    tell(shop, first.news("deleted", status="canceled", ended_at=day(0)))
    second = new_subscriber(shop, "tried", START, END, first.account_id, **TRIAL)
    tell(shop, second.news("created"))
    assert [amount for _, amount, _ in grants(shop, first.account_id)] == [30]


def test_a_paused_trial_is_no_plan(shop: Connection) -> None:
    subscriber = trying(shop)
    tell(shop, subscriber.news("created", START))
    assert tell(shop, subscriber.news("paused", status="paused")) == "applied"
    assert account_of(shop, subscriber.account_id)["plan"] == "free"


def test_a_trial_is_told_to_the_user(shop: Connection) -> None:
    subscriber = trying(shop)
    tell(shop, subscriber.news("created", START))
    balance = balance_of(shop, subscriber.account_id)
    assert balance["subscription"]["status"] == "trialing"
    assert balance["next_billing_date"].timestamp() == END
    with nothing_is_credited(shop):
        tell(shop, subscriber.news("trial_will_end"))
    assert rows(shop, "select * from credits.payments") == []
