"""Objects that were fetched from the API: they count as if they were told of now, and once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.events import payloads
from tests.events.payloads import Json, again, day
from tests.events.shop import (
    Subscriber,
    account_of,
    buy,
    moves,
    new_subscriber,
    notices,
    rows,
    rule,
    stored,
    subscribe,
    tell,
)  # fmt: skip
from tests.support import Connection
from tests.wallets import Row, refused

BOUGHT = [("purchase", 50), ("bonus", 5)]
ALERT = "stripe_event_quarantined"


def fetch(conn: Connection, kind: str, subject: Json | str, livemode: Any = False) -> Row:
    """Apply an object as the commands do that read the provider's lists."""
    text = subject if isinstance(subject, str) else json.dumps(subject)
    (answer,) = rule(conn, "apply_stripe_object", kind, text, livemode)
    return answer


def kept(conn: Connection) -> list[str]:
    """Return the states of what is kept of fetched objects."""
    query = "select state from credits.stripe_events where id like 'fetched:%%' order by id"
    return [row["state"] for row in rows(conn, query)]


def session_of(order: Row, **fields: Any) -> Json:
    return payloads.session(order, payloads.payment_intent(order), **fields)


def test_a_payment_that_nobody_told_of_is_credited_once(shop: Connection) -> None:
    order = buy(shop)
    done = session_of(order)
    assert fetch(shop, "checkout.session.completed", done)["state"] == "applied"
    assert fetch(shop, "checkout.session.completed", done)["state"] == "ignored"
    assert kept(shop) == ["applied"]
    late = payloads.event("checkout.session.completed", done)
    for told in (late, again(late)):
        assert tell(shop, told) == "ignored"
    assert moves(shop, order["account_id"]) == BOUGHT


def test_what_was_told_already_leaves_no_trace(shop: Connection) -> None:
    order = buy(shop)
    done = session_of(order)
    told = payloads.event("checkout.session.completed", done)
    tell(shop, told)
    assert fetch(shop, "checkout.session.completed", done)["state"] == "ignored"
    assert kept(shop) == []
    assert stored(shop, told)["attempts"] == 1


def test_what_does_not_fit_is_kept_and_alerted_of_once(shop: Connection) -> None:
    done = session_of(buy(shop), amount_total=1)
    for _ in range(3):
        answer = fetch(shop, "checkout.session.completed", done)
        assert answer["state"] == "quarantined"
        assert answer["reason"]
    assert kept(shop) == ["quarantined"]
    assert len(notices(shop, ALERT)) == 1
    (listed,) = rule(shop, "list_open_stripe_events", 10)
    assert listed["state"] == "quarantined"


@pytest.mark.parametrize("kind", ["checkout.session.completed", "invoice.paid"])
def test_an_object_of_the_other_mode_is_quarantined(shop: Connection, kind: str) -> None:
    subscriber = new_subscriber(shop)
    subject = (
        session_of(buy(shop))
        if "session" in kind
        else subscriber.bill("subscription_create")["data"]["object"]
    )
    assert fetch(shop, kind, subject, livemode=True)["state"] == "quarantined"
    assert rows(shop, "select * from credits.payments") == []


@pytest.mark.parametrize("text", ["", "x", "{", '{"id": "a"}}', r'{"a": "\ud800"}'])
def test_what_is_no_object_is_refused(shop: Connection, text: str) -> None:
    with refused(shop, "22023", "invalid_event"):
        fetch(shop, "invoice.paid", text)
    assert rows(shop, "select * from credits.stripe_events") == []


def status_of(conn: Connection, subscriber: Subscriber) -> str:
    query = "select status from credits.subscriptions where id = %s"
    (row,) = rows(conn, query, subscriber.sub["id"])
    return str(row["status"])


def test_a_fetched_subscription_counts_over_what_was_told_by_then(shop: Connection) -> None:
    subscriber = subscribe(shop)
    at = day(0)
    tell(shop, subscriber.news("updated", at, status="past_due"))
    kind = "customer.subscription.updated"
    assert fetch(shop, kind, subscriber.sub | {"status": "unpaid"})["state"] == "applied"
    assert status_of(shop, subscriber) == "unpaid"
    assert account_of(shop, subscriber.account_id)["plan"] == "free"
    for told in (subscriber.news("updated", at), subscriber.news("updated", at - 5)):
        assert tell(shop, told) == "ignored"
    assert status_of(shop, subscriber) == "unpaid"
    assert tell(shop, subscriber.news("updated", at + 1)) == "applied"
    assert status_of(shop, subscriber) == "active"
    assert fetch(shop, kind, subscriber.sub)["state"] == "ignored"


def test_an_end_is_not_undone_by_an_object_that_was_fetched_before(shop: Connection) -> None:
    subscriber = subscribe(shop)
    ended = {"status": "canceled", "ended_at": day(0)}
    tell(shop, subscriber.news("deleted", day(0), **ended))
    kind = "customer.subscription.updated"
    assert fetch(shop, kind, subscriber.sub)["state"] == "ignored"
    assert status_of(shop, subscriber) == "canceled"


def test_everything_of_a_subscription_may_be_fetched(shop: Connection) -> None:
    subscriber = new_subscriber(shop)
    paid = subscriber.bill("subscription_create")["data"]["object"]
    for _ in range(2):
        fetch(shop, "customer.subscription.updated", subscriber.sub)
        fetch(shop, "invoice.paid", paid)
    account = account_of(shop, subscriber.account_id)
    assert (account["plan"], account["balance"]) == ("pro", 200)
    assert kept(shop) == ["applied", "applied"]


def test_what_waits_is_fetched_again_until_its_payment_is_known(shop: Connection) -> None:
    order = buy(shop)
    intent = payloads.payment_intent(order)
    back = payloads.charge(intent, 650)
    for _ in range(2):
        assert fetch(shop, "charge.refunded", back)["state"] == "waiting"
    assert kept(shop) == ["waiting"]
    assert fetch(shop, "payment_intent.succeeded", intent)["state"] == "applied"
    assert kept(shop) == ["applied", "applied"]
    assert account_of(shop, order["account_id"])["balance"] == 0
