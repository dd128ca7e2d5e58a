"""Events of one object that come at the same moment, over real connections: one effect."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import count_deadlocks, request, run_at_once
from tests.events import payloads
from tests.events.deliveries import wallet
from tests.events.payloads import Json, again, day
from tests.events.shop import (
    Subscriber,
    account_of,
    buy,
    mend,
    moves,
    new_subscriber,
    open_shop,
    order_of,
    poison,
    rows,
    subscribe,
)  # fmt: skip
from tests.events.subscription_payloads import invoice_payment
from tests.support import Connection
from tests.wallets import Row, add

APPLY = "select credits.apply_stripe_event(%s)"
FOR_GOOD = {"status": "canceled", "ended_at": day(0), "canceled_at": day(0)}


def deliver_at_once(dsn: str, told: list[Json]) -> list[str]:
    """Deliver events at the same moment, each over a connection of its own."""
    jobs = [partial(request, query=APPLY, arguments=[json.dumps(one)]) for one in told]
    answers = run_at_once(dsn, jobs, role="credits_edge")
    assert {code for code, _ in answers} == {"ok"}, answers
    return [row[0] for _, row in answers]


def maintain(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        conn.execute("select public.run_credit_maintenance()")


@pytest.fixture
def order(fresh_db: str) -> Row:
    """An order for a pack in a committed database."""
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        return buy(conn)


@pytest.fixture
def subscriber(fresh_db: str) -> Subscriber:
    """A subscriber of whom nothing is told, in a committed database."""
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        return new_subscriber(conn)


def test_one_event_eight_times_at_once(fresh_db: str, order: Row) -> None:
    told = payloads.event("payment_intent.succeeded", payloads.payment_intent(order))
    assert deliver_at_once(fresh_db, [told] * 8) == ["applied"] * 8
    with psycopg.connect(fresh_db) as conn:
        assert moves(conn, order["account_id"]) == [("purchase", 50), ("bonus", 5)]
        assert rows(conn, "select attempts from credits.stripe_events") == [{"attempts": 1}]
    assert count_deadlocks(fresh_db) == 0


def test_eight_events_of_one_payment_at_once(fresh_db: str, order: Row) -> None:
    intent = payloads.payment_intent(order)
    done = payloads.session(order, intent)
    kinds = [
        ("payment_intent.succeeded", intent),
        ("checkout.session.completed", done),
        ("checkout.session.async_payment_succeeded", done),
        ("checkout.session.expired", done | {"status": "expired", "payment_status": "unpaid"}),
    ]
    told = [payloads.event(kind, subject) for kind, subject in kinds * 2]
    assert "failed" not in deliver_at_once(fresh_db, told)
    with psycopg.connect(fresh_db) as conn:
        assert moves(conn, order["account_id"]) == [("purchase", 50), ("bonus", 5)]
        assert order_of(conn, order)["status"] == "paid"
    assert count_deadlocks(fresh_db) == 0


def test_a_payment_and_its_refund_at_once(fresh_db: str, order: Row) -> None:
    intent = payloads.payment_intent(order)
    told = [
        payloads.event("payment_intent.succeeded", intent),
        payloads.event("checkout.session.completed", payloads.session(order, intent)),
        payloads.event("charge.refunded", payloads.charge(intent, 650)),
        payloads.event("refund.created", payloads.refund(intent, 650)),
    ]
    assert "failed" not in deliver_at_once(fresh_db, [*told, *map(again, told)])
    maintain(fresh_db)
    with psycopg.connect(fresh_db) as conn:
        account = account_of(conn, order["account_id"])
        assert (account["balance"], account["debt"]) == (0, 0)
        taken = [amount for kind, amount in moves(conn, order["account_id"]) if kind == "clawback"]
        assert sum(taken) == -55
    assert count_deadlocks(fresh_db) == 0


def test_a_subscription_begins_at_once(fresh_db: str, subscriber: Subscriber) -> None:
    paid = subscriber.bill("subscription_create")
    payment = invoice_payment(paid["data"]["object"], "pi_1")
    told = [
        subscriber.news("created", day(-1), status="incomplete"),
        subscriber.news("updated", day(-1)),
        paid,
        again(paid) | {"type": "invoice.payment_succeeded"},
        payloads.event("invoice_payment.paid", payment),
        again(paid),
        subscriber.news("updated", day(0)),
        subscriber.news("updated", day(-2), status="past_due"),
    ]
    assert "failed" not in deliver_at_once(fresh_db, told)
    maintain(fresh_db)
    with psycopg.connect(fresh_db) as conn:
        state = wallet(conn, subscriber.account_id)
        assert (state["plan"], state["balance"], len(state["payments"])) == ("pro", 200, 1)
        assert state["subscriptions"][0]["status"] == "active"
        assert rows(conn, "select intent_id from credits.payments") == [{"intent_id": "pi_1"}]
    assert count_deadlocks(fresh_db) == 0


def test_a_subscription_ends_while_it_is_paid(fresh_db: str, subscriber: Subscriber) -> None:
    paid = subscriber.bill("subscription_create")
    told = [
        subscriber.news("created", day(-1)),
        subscriber.news("updated", day(0)),
        subscriber.news("deleted", day(0), **FOR_GOOD),
        paid,
    ]
    assert "failed" not in deliver_at_once(fresh_db, [*told, *map(again, told)])
    with psycopg.connect(fresh_db) as conn:
        state = wallet(conn, subscriber.account_id)
        assert (state["plan"], state["balance"], len(state["payments"])) == ("free", 200, 1)
        assert state["subscriptions"][0]["status"] == "canceled"
    assert count_deadlocks(fresh_db) == 0


def test_events_spending_and_maintenance_of_one_account_at_once(fresh_db: str) -> None:
    """Nobody waits for anybody for ever, and nothing is lost."""
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        subscriber = subscribe(conn)
        add(conn, subscriber.account_id, 100, "purchase")
        orders = [buy(conn, user_id=subscriber.account_id) for _ in range(4)]
    told = [
        payloads.event("payment_intent.succeeded", payloads.payment_intent(one)) for one in orders
    ]
    told += [subscriber.news(), subscriber.bill(), subscriber.news()]
    spend = "select public.check_and_deduct_credits(%s, 5, %s)"

    def edge(conn: Connection) -> Any:
        return [request(conn, APPLY, [json.dumps(one)]) for one in told]

    def app(conn: Connection, number: int, account_id: UUID) -> Any:
        return [request(conn, spend, [account_id, f"s-{number}-{n}"]) for n in range(5)]

    def cron(conn: Connection) -> Any:
        return [request(conn, "select public.run_credit_maintenance()") for _ in range(4)]

    jobs = [edge, edge, cron, cron]
    jobs += [partial(app, number=n, account_id=subscriber.account_id) for n in range(4)]
    answers = [answer for found in run_at_once(fresh_db, jobs) for answer in found]
    assert {code for code, _ in answers} == {"ok"}
    with psycopg.connect(fresh_db) as conn:
        account = account_of(conn, subscriber.account_id)
        assert account["balance"] == 200 + 100 + 4 * 55 - 20 * 5
        states = {row["state"] for row in rows(conn, "select state from credits.stripe_events")}
        assert states <= {"applied", "ignored"}
    assert count_deadlocks(fresh_db) == 0


def test_two_runs_try_a_failed_event_once(fresh_db: str, order: Row) -> None:
    told = payloads.event("payment_intent.succeeded", payloads.payment_intent(order))
    with psycopg.connect(fresh_db) as conn:
        poison(conn)
    assert deliver_at_once(fresh_db, [told]) == ["failed"]
    with psycopg.connect(fresh_db) as conn:
        mend(conn)
    retry = "select credits.retry_due_stripe_events('2099-01-01', 10)"
    run_at_once(fresh_db, [partial(request, query=retry)] * 6)
    with psycopg.connect(fresh_db) as conn:
        assert moves(conn, order["account_id"]) == [("purchase", 50), ("bonus", 5)]
        assert rows(conn, "select attempts, state from credits.stripe_events") == [
            {"attempts": 2, "state": "applied"}
        ]
