"""The inbox: every event is kept as it came, and counts once however often it comes."""

from __future__ import annotations

import json

import pytest

from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import buy, moves, rows, rule, stored, tell
from tests.support import Connection, as_anon, as_user, sign_up
from tests.wallets import refused

BOUGHT = [("purchase", 50), ("bonus", 5)]


def paid_session(conn: Connection, **fields: object) -> tuple[Json, Json]:
    """Return an order for a pack and the event of its paid session."""
    order = buy(conn)
    told = payloads.session(order, payloads.payment_intent(order), **fields)
    return order, payloads.event("checkout.session.completed", told)


def test_an_event_is_kept_with_the_very_bytes_that_were_signed(shop: Connection) -> None:
    order, told = paid_session(shop)
    text = json.dumps(told, indent=7, ensure_ascii=False) + "\n\n"
    assert tell(shop, text) == "applied"
    row = stored(shop, told)
    assert (row["payload"], row["type"]) == (text, told["type"])
    assert (row["state"], row["attempts"], row["next_attempt_at"]) == ("applied", 1, None)
    assert moves(shop, order["account_id"]) == BOUGHT


def test_an_event_that_comes_again_changes_nothing_and_says_the_same(shop: Connection) -> None:
    order, told = paid_session(shop)
    assert [tell(shop, told) for _ in range(3)] == ["applied"] * 3
    assert stored(shop, told)["attempts"] == 1
    assert moves(shop, order["account_id"]) == BOUGHT


@pytest.mark.parametrize(
    "kind", ["account.updated", "customer.created", "x", "checkout.session.completed.v2"]
)
def test_an_event_of_an_unknown_type_is_kept_and_ignored(shop: Connection, kind: str) -> None:
    _, told = paid_session(shop)
    told["type"] = kind
    assert tell(shop, told) == "ignored"
    assert stored(shop, told)["reason"]
    assert rows(shop, "select * from credits.payments") == []


@pytest.mark.parametrize("subject", [{}, {"object": "checkout.session"}, [], None, "x", 7])
@pytest.mark.parametrize(
    "kind",
    [
        "checkout.session.completed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        "customer.subscription.updated",
        "customer.subscription.deleted",
        "customer.deleted",
        "invoice.paid",
        "invoice_payment.paid",
        "charge.refunded",
        "refund.updated",
        "charge.dispute.closed",
    ],
)
def test_an_event_without_a_proper_object_credits_nothing_and_never_fails(
    shop: Connection, kind: str, subject: object
) -> None:
    told = payloads.event(kind, {})
    told["data"]["object"] = subject
    assert tell(shop, told) in ("ignored", "quarantined")
    assert rows(shop, "select * from credits.transactions") == []


@pytest.mark.parametrize("name", ["\x00", "a\x00b", "\\u0000", "\\\x00", "Zoë 🙂"], ids=ascii)
def test_a_customer_with_an_odd_name_gets_his_credits(shop: Connection, name: str) -> None:
    order, told = paid_session(shop, customer_details={"name": name})
    assert tell(shop, told) == "applied"
    assert json.loads(stored(shop, told)["payload"]) == told
    assert moves(shop, order["account_id"]) == BOUGHT


def test_credits_in_the_metadata_are_not_believed(shop: Connection) -> None:
    order, told = paid_session(shop)
    told["data"]["object"]["metadata"] |= {"credits": "1000000", "package": "growth"}
    assert tell(shop, told) == "applied"
    assert moves(shop, order["account_id"]) == BOUGHT


def test_the_events_that_were_never_told_are_named(shop: Connection) -> None:
    _, told = paid_session(shop)
    tell(shop, told)
    ids = ["evt_a", told["id"], "evt_b"]
    found = {row["unseen_stripe_events"] for row in rule(shop, "unseen_stripe_events", ids)}
    assert found == {"evt_a", "evt_b"}
    assert rule(shop, "unseen_stripe_events", []) == []


def test_the_open_events_are_listed_until_they_are_settled(shop: Connection) -> None:
    order, wrong = paid_session(shop, amount_total=1)
    done = payloads.event("payment_intent.succeeded", payloads.payment_intent(order))
    early = payloads.event("refund.created", payloads.refund(payloads.payment_intent(order), 5))
    unknown = payloads.event("x", {})
    states = [tell(shop, one) for one in (wrong, done, early, unknown)]
    assert states == ["quarantined", "applied", "waiting", "ignored"]
    listed = rule(shop, "list_open_stripe_events", 10)
    assert {(row["id"], row["state"]) for row in listed} == {
        (wrong["id"], "quarantined"),
        (early["id"], "waiting"),
    }
    assert list(listed[0]) == [
        "id", "type", "about", "state", "reason", "attempts", "received_at", "next_attempt_at",
    ]  # fmt: skip
    assert all(row["reason"] for row in listed)
    assert len(rule(shop, "list_open_stripe_events", 1)) == 1


@pytest.mark.parametrize(
    "query",
    [
        "select credits.apply_stripe_event('{}')",
        "select credits.apply_stripe_object('x', '{}', false)",
        "select * from credits.list_open_stripe_events(1)",
        "select credits.retry_stripe_event('evt_1')",
        "select credits.retry_due_stripe_events(now(), 1)",
        "select credits.unseen_stripe_events('{}')",
        "select * from credits.stripe_events",
        "select * from credits.outbox",
    ],
)
def test_users_have_no_business_in_the_inbox(shop: Connection, query: str) -> None:
    for caller in (as_anon(shop), as_user(shop, sign_up(shop))):
        with pytest.raises(Exception, match="permission denied"), caller:
            shop.execute(query.encode())


@pytest.mark.parametrize("event_id", ["evt_unknown", "", None])
def test_an_unknown_event_cannot_be_tried_again(shop: Connection, event_id: str | None) -> None:
    with refused(shop, "PT404", "event_not_found"):
        rule(shop, "retry_stripe_event", event_id)
