"""Cards, claims and purchases that overlap on purpose: all is seen, and nobody deadlocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import CALL_SECONDS, STATEMENT_SECONDS, connect, count_deadlocks
from tests.events.payloads import Json
from tests.events.shop import tell as deliver
from tests.referral.referring import (
    CREDITS,
    REFEREE,
    REFERRER,
    bought,
    card_news,
    claim,
    code_of,
    has,
    open_shop,
    person,
    refer,
    referrals,
    tell_card,
)
from tests.returns.sales import Purchase, buy, maintain, paid
from tests.support import Connection
from tests.wallets import add, deduct

Later = Callable[[Json], "Future[str]"]


@pytest.fixture
def open_db(fresh_db: str) -> str:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
    return fresh_db


@contextmanager
def deliverers(dsn: str) -> Iterator[Later]:
    """Yield what delivers an event in a session of its own, until it has ended or waits."""

    def deliver_alone(told: Json) -> str:
        with connect(dsn, "credits_edge") as conn:
            return deliver(conn, told)

    def deliver_later(told: Json) -> Future[str]:
        started.append(pool.submit(deliver_alone, told))
        _wait(dsn, started)
        return started[-1]

    started: list[Future[str]] = []
    with ThreadPoolExecutor(4) as pool:
        yield deliver_later
        for future in started:
            assert future.result(CALL_SECONDS) != "failed"


def _wait(dsn: str, started: list[Future[str]]) -> None:
    """Wait until every delivery has ended or waits for a lock."""
    query = """
        select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'
    """
    deadline = time.monotonic() + STATEMENT_SECONDS
    with psycopg.connect(dsn, autocommit=True) as conn:
        while time.monotonic() < deadline:
            running = sum(not future.done() for future in started)
            if conn.execute(query).fetchone() == (running,):
                return
            time.sleep(0.01)
    raise AssertionError("a delivery neither waits nor ends")


def settled(purchase: Purchase) -> Json:
    """Return the event that tells that a purchase is paid."""
    return purchase.event(paid(purchase))


def both_ways(conn: Connection, is_first: bool) -> tuple[UUID, UUID]:
    """Return a referrer and a referee, of whom the referrer has the lower id, or the higher."""
    while True:
        ann = person(conn, "ann")
        bob = refer(conn, ann)
        if (ann < bob) is is_first:
            return ann, bob


def strangers(conn: Connection, is_first: bool) -> tuple[UUID, UUID]:
    """Return two users, of whom the first has the lower id, or the higher."""
    while True:
        ann, bob = person(conn, "ann"), person(conn, "bob")
        if (ann < bob) is is_first:
            return ann, bob


def stop(holder: Connection, purchase: Purchase) -> None:
    """Stop the payment of a purchase halfway, where its accounts are locked already."""
    holder.execute(
        "insert into credits.external_ids (provider, object_id, account_id)"
        " values ('stripe', %s, %s)",
        [purchase.payment_id, purchase.account_id],
    )


def wait_behind(dsn: str, holder: Connection) -> None:
    """Wait until a session waits for what another one holds."""
    query = "select from pg_stat_activity where %s = any(pg_blocking_pids(pid))"
    deadline = time.monotonic() + STATEMENT_SECONDS
    with psycopg.connect(dsn, autocommit=True) as conn:
        while conn.execute(query, [holder.info.backend_pid]).fetchone() is None:
            assert time.monotonic() < deadline, "nobody waits for the holder"
            time.sleep(0.01)


def is_locked(dsn: str, account_id: UUID) -> bool:
    """Return whether a session holds the row of an account."""
    query = "select from credits.accounts where id = %s for no key update skip locked"
    with psycopg.connect(dsn) as conn:
        return conn.execute(query, [account_id]).fetchone() is None


@pytest.mark.parametrize("is_referrer_first", [True, False])
@pytest.mark.parametrize("is_lower", [True, False])
def test_one_card_told_of_both_before_either_is_committed_is_seen(
    open_db: str, is_referrer_first: bool, is_lower: bool
) -> None:
    with psycopg.connect(open_db) as conn:
        ann, bob = both_ways(conn, is_lower)
        news = [card_news(bought(conn, user_id), "one") for user_id in (ann, bob)]
    first, second = news if is_referrer_first else news[::-1]
    with deliverers(open_db) as later, psycopg.connect(open_db) as holder:
        holder.execute("select")  # begins a transaction, which stays open
        assert deliver(holder, first) == "applied"
        later(second)
        holder.commit()
    with psycopg.connect(open_db) as conn:
        assert (has(conn, ann), has(conn, bob)) == ((CREDITS, 0), (CREDITS, 0))
    assert count_deadlocks(open_db) == 0


@pytest.mark.parametrize("is_lower", [True, False])
def test_a_card_that_waited_for_its_payment_blocks_nobody(open_db: str, is_lower: bool) -> None:
    """The referrer's payment ends the wait of a card that the referee has paid with as well."""
    with psycopg.connect(open_db) as conn:
        ann, bob = both_ways(conn, is_lower)
        tell_card(conn, bought(conn, bob), "one")
        hers, his = buy(conn, ann, "plain"), buy(conn, bob, "plain")
        tell_card(conn, hers, "one")
    with deliverers(open_db) as later, psycopg.connect(open_db) as holder:
        stop(holder, hers)
        later(settled(hers))
        later(settled(his))
        holder.rollback()
    with psycopg.connect(open_db) as conn:
        maintain(conn)
        assert (has(conn, ann), has(conn, bob)) == ((CREDITS, 0), (2 * CREDITS, 0))
    assert count_deadlocks(open_db) == 0


@pytest.mark.parametrize("is_lower", [True, False])
def test_a_card_of_the_referrer_that_is_being_told_during_the_claim_is_seen(
    open_db: str, is_lower: bool
) -> None:
    with psycopg.connect(open_db) as conn:
        ann, bob = strangers(conn, is_lower)
        code, hers, his = code_of(conn, ann), bought(conn, ann), buy(conn, bob, "plain")
        tell_card(conn, his, "one")
    with deliverers(open_db) as later, psycopg.connect(open_db) as holder:
        holder.execute("select")  # begins a transaction, which stays open
        assert deliver(holder, card_news(hers, "one")) == "applied"
        with connect(open_db, "postgres") as conn:
            assert claim(conn, bob, code)["ok"]
        assert not later(settled(his)).done(), "it must wait for what is told of the referrer"
        holder.commit()
    with psycopg.connect(open_db) as conn:
        assert (has(conn, ann), has(conn, bob)) == ((CREDITS, 0), (CREDITS, 0))
        assert [kept["is_void"] for kept in referrals(conn, ann)] == [True]
    assert count_deadlocks(open_db) == 0


@pytest.mark.parametrize("is_lower", [True, False])
def test_a_purchase_that_waited_for_a_claim_locks_both_and_is_rewarded(
    open_db: str, is_lower: bool
) -> None:
    with psycopg.connect(open_db) as conn:
        ann, bob = strangers(conn, is_lower)
        code, his = code_of(conn, ann), buy(conn, bob, "plain")
    with deliverers(open_db) as later, psycopg.connect(open_db) as holder:
        with psycopg.connect(open_db) as claimer:
            claimer.execute("select")  # begins a transaction, which stays open
            assert claim(claimer, bob, code)["ok"]
            stop(holder, his)
            later(settled(his))  # waits for the claim, of which it does not know
        wait_behind(open_db, holder)
        assert (is_locked(open_db, ann), is_locked(open_db, bob)) == (True, True)
        holder.rollback()
    with psycopg.connect(open_db) as conn:
        assert has(conn, ann) == (REFERRER, 0)
        assert has(conn, bob) == (CREDITS + REFEREE, 0)
    assert count_deadlocks(open_db) == 0


def test_a_purchase_that_learns_of_a_claim_waits_in_the_order_of_ids(open_db: str) -> None:
    """The referee, locked first for want of knowledge, is let go while the referrer is waited for.

    Whoever holds the referrer may wait for the referee.
    """
    with psycopg.connect(open_db) as conn:
        ann, bob = strangers(conn, True)
        code, his = code_of(conn, ann), buy(conn, bob, "plain")
    with deliverers(open_db) as later, psycopg.connect(open_db) as holder:
        add(holder, ann, 1)
        with psycopg.connect(open_db) as claimer:
            claimer.execute("select")  # begins a transaction, which stays open
            assert claim(claimer, bob, code)["ok"]
            later(settled(his))  # waits for the claim, of which it does not know
        wait_behind(open_db, holder)
        assert not is_locked(open_db, bob)
        deduct(holder, ann, 1)
        add(holder, bob, 1)
        holder.commit()
    with psycopg.connect(open_db) as conn:
        assert has(conn, ann) == (REFERRER, 0)
        assert has(conn, bob) == (CREDITS + REFEREE + 1, 0)
    assert count_deadlocks(open_db) == 0
