"""News of one payment that come at the same moment: nothing is reckoned with an old state."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import permutations

import psycopg
import pytest

from tests.concurrency.load import (
    CALL_SECONDS,
    STATEMENT_SECONDS,
    connect,
    count_deadlocks,
    request,
    run_at_once,
    spend,
)
from tests.events.shop import tell as deliver
from tests.returns.model import Told
from tests.returns.sales import (
    Purchase,
    bought,
    buy,
    maintain,
    open_events,
    open_shop,
    paid,
    standing_of,
)

TOTAL = Told("charge.refunded", 700)
REFUND = Told("refund.created", 300, "re_1", "succeeded")
FAILED = Told("refund.failed", 300, "re_2", "failed")
OPENED = Told("charge.dispute.created", 200, "du_1", "needs_response", 10)
LOST = Told("charge.dispute.closed", 200, "du_1", "lost", 20)
WON = Told("charge.dispute.closed", 200, "du_1", "won", 20)
PAIRS = {
    "total and refund": (TOTAL, REFUND, 700),
    "total and failure": (TOTAL, FAILED, 400),
    "total and dispute": (TOTAL, OPENED, 900),
    "refund and dispute": (REFUND, OPENED, 500),
    "lost and opened": (LOST, OPENED, 200),
    "won and opened": (WON, OPENED, 0),
    "the same refund": (REFUND, REFUND, 300),
}


@pytest.mark.parametrize("what", PAIRS)
def test_what_is_told_at_once_counts_as_if_told_one_after_the_other(
    fresh_db: str, what: str
) -> None:
    *news, cents = PAIRS[what]
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        purchases = [bought(conn) for _ in range(2)]
    for purchase, order in zip(purchases, permutations(news), strict=True):
        tell_at_once(fresh_db, purchase, order)
        with psycopg.connect(fresh_db) as conn:
            found = standing_of(conn, purchase)
        assert found.returned == ({0: cents} if cents else {})
        assert (found.balance, found.debt) == (1100 - cents * 11 // 10, 0)


@pytest.mark.parametrize("number", range(3))
def test_a_payment_and_what_goes_back_of_it_may_come_at_once(fresh_db: str, number: int) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        purchase = buy(conn)
    news = [paid(purchase), TOTAL, OPENED]
    tell_at_once(fresh_db, purchase, [*news[number:], *news[:number]])
    with psycopg.connect(fresh_db) as conn:
        maintain(conn)
        assert open_events(conn) == []
        assert standing_of(conn, purchase).balance == 110


def test_credits_that_are_spent_while_they_are_taken_back_are_debt(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
        purchase = bought(conn)
    spends = [
        partial(spend, account_id=purchase.account_id, amount=100, key=f"spend-{number}")
        for number in range(10)
    ]
    refund = json.dumps(purchase.event(Told("charge.refunded", 1000)))
    query = "select credits.apply_stripe_event(%s)"
    spends.insert(5, partial(request, query=query, arguments=[refund]))
    outcomes = run_at_once(fresh_db, spends)
    assert outcomes.pop(5) == ("ok", ("applied",))
    assert {code for code, _ in outcomes} <= {"ok", "PT402"}
    spent = sum(code == "ok" for code, _ in outcomes) * 100
    with psycopg.connect(fresh_db) as conn:
        found = standing_of(conn, purchase)
    assert (found.balance, found.debt) == (0, spent)


def tell_at_once(dsn: str, purchase: Purchase, news: Sequence[Told]) -> None:
    """Deliver events that all wait for the account, in this order, and then go on at once."""

    def deliver_alone(told: Told) -> str:
        with connect(dsn, "credits_edge") as conn:
            return deliver(conn, purchase.event(told))

    with ThreadPoolExecutor(len(news)) as pool:
        with psycopg.connect(dsn) as holder:
            query = "select from credits.accounts where id = %s for update"
            holder.execute(query, [purchase.account_id])
            deliveries = []
            for number, told in enumerate(news, start=1):
                deliveries.append(pool.submit(deliver_alone, told))
                _wait_for(dsn, number, deliveries)
        states = [delivery.result(CALL_SECONDS) for delivery in deliveries]
    assert not {"failed", "quarantined"} & set(states)
    assert count_deadlocks(dsn) == 0


def _wait_for(dsn: str, number: int, deliveries: Sequence[object]) -> None:
    """Wait until so many sessions wait for a lock, or have ended without one."""
    query = """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
    """
    deadline = time.monotonic() + STATEMENT_SECONDS
    with psycopg.connect(dsn, autocommit=True) as conn:
        while time.monotonic() < deadline:
            ended = sum(delivery.done() for delivery in deliveries)  # type: ignore[attr-defined]
            if conn.execute(query).fetchone() == (number - ended,):
                return
            time.sleep(0.01)
    raise AssertionError("a delivery neither waits nor ends")
