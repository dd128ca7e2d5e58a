"""Gifts on real connections: each ends once, whoever comes first, and nobody meets a deadlock."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import (
    STATEMENT_SECONDS,
    Job,
    connect,
    count_deadlocks,
    rounds,
    run_at_once,
    seeded_random,
    wait_for_lock,
)
from tests.gifts.giving import (
    ACCEPT,
    ALL_OF_IT,
    CANCEL,
    SEND,
    ask,
    buyer,
    gifts_of,
    has,
    let_end,
    person,
    send,
    state_of,
    worth,
)
from tests.holds.holding import hold
from tests.returns.sales import open_shop
from tests.support import Connection
from tests.wallets import Row, add

ROUNDS = rounds(8, soak=100)
Answer = tuple[str, Any]


def act(conn: Connection, user_id: UUID, query: str, gift: Row) -> Answer:
    """Do something to a gift, as a user."""
    return ask(conn, user_id, query, gift["id"])


def sweep(conn: Connection) -> Answer:
    """Release what is over, as cron does."""
    conn.execute("select public.release_expired_holds()")
    return "ok", None


@pytest.fixture
def open_db(fresh_db: str) -> str:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
    return fresh_db


def test_a_gift_ends_once_when_all_that_ends_it_comes_at_once(open_db: str) -> None:
    random = seeded_random()
    for number in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            (ann, _), bob = buyer(conn), person(conn, "bob")
            gift = send(conn, ann, bob)
            if number % 4 == 3:
                let_end(conn)
        jobs: list[Job[Answer]] = [
            partial(act, user_id=bob, query=ACCEPT, gift=gift),
            partial(act, user_id=bob, query=ACCEPT, gift=gift),
            partial(act, user_id=ann, query=CANCEL, gift=gift),
            partial(act, user_id=ann, query=CANCEL, gift=gift),
            sweep,
        ]
        order = random.sample(range(5), 5)
        answers = dict(zip(order, run_at_once(open_db, [jobs[n] for n in order]), strict=True))
        with psycopg.connect(open_db) as conn:
            (state,) = (seen["state"] for seen in gifts_of(conn, ann))
            found = has(conn, ann), has(conn, bob)
        lost = ("PT409", "gift_not_pending")
        accepted, cancelled = answers[0], answers[2]
        assert answers[0][0] == answers[1][0]
        assert answers[2][0] == answers[3][0]
        if number % 4 == 3:
            assert (state, accepted, cancelled) == ("expired", lost, lost)
        elif state == "accepted":
            assert (accepted[0], cancelled) == ("ok", lost)
        else:
            assert (state, accepted, cancelled[0]) == ("cancelled", lost, "ok")
        assert found == (
            ((40, 0, 0), (60, 0, 0)) if state == "accepted" else ((100, 0, 0), (0, 0, 0))
        )
    assert count_deadlocks(open_db) == 0


def test_gifts_in_opposite_directions_are_accepted_at_once(open_db: str) -> None:
    for _ in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            (ann, _), (bob, _) = buyer(conn), buyer(conn, "bob")
            pairs = [(bob, send(conn, ann, bob, 10)) for _ in range(3)]
            pairs += [(ann, send(conn, bob, ann, 20)) for _ in range(3)]
        jobs = [partial(act, user_id=who, query=ACCEPT, gift=gift) for who, gift in pairs]
        assert {code for code, _ in run_at_once(open_db, jobs)} == {"ok"}
        with psycopg.connect(open_db) as conn:
            assert (has(conn, ann), has(conn, bob)) == ((130, 0, 0), (70, 0, 0))
    assert count_deadlocks(open_db) == 0


def test_a_ring_accepts_at_once(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        people = [buyer(conn, f"p{number}")[0] for number in range(5)]
        friends = [*people[1:], people[0]]
        gifts = [send(conn, *pair, 100) for pair in zip(people, friends, strict=True)]
        before = worth(conn)
    jobs = [
        partial(act, user_id=who, query=ACCEPT, gift=gift)
        for who, gift in zip(friends, gifts, strict=True)
    ]
    assert {code for code, _ in run_at_once(open_db, jobs)} == {"ok"}
    with psycopg.connect(open_db) as conn:
        assert [has(conn, user_id) for user_id in people] == [(100, 0, 0)] * 5
        assert worth(conn) == before
    assert count_deadlocks(open_db) == 0


def test_one_key_at_once_is_one_gift(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        ann, _ = buyer(conn)
    job = partial(_send, user_id=ann, email="bob@example.org", amount=60, key="k")
    answers = run_at_once(open_db, [job] * 8)
    assert {code for code, _ in answers} == {"ok"}
    assert len({row for _, row in answers}) == 1
    with psycopg.connect(open_db) as conn:
        assert has(conn, ann) == (40, 60, 0)


def test_more_is_never_given_than_there_is(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        ann, _ = buyer(conn)
    jobs = [
        partial(_send, user_id=ann, email="bob@example.org", amount=30, key=f"k{number}")
        for number in range(8)
    ]
    codes = [code for code, _ in run_at_once(open_db, jobs)]
    assert sorted(codes) == ["PT402"] * 5 + ["ok"] * 3
    with psycopg.connect(open_db) as conn:
        assert has(conn, ann) == (10, 90, 0)


def test_a_gift_is_accepted_while_its_purchase_goes_back(open_db: str) -> None:
    """Whoever is first, the giver answers for it, and what the friend has is the friend's."""
    for number in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            (ann, (purchase,)), bob = buyer(conn), person(conn, "bob")
            gift = send(conn, ann, bob)
        told = json.dumps(purchase.event(ALL_OF_IT))

        def refund(conn: Connection, told: str = told) -> Answer:
            query = "select credits.apply_stripe_event(%s)"
            return "ok", conn.execute(query, [told]).fetchone()

        jobs: list[Job[Answer]] = [refund, partial(act, user_id=bob, query=ACCEPT, gift=gift)]
        answers = run_at_once(open_db, jobs[:: 1 if number % 2 else -1])
        assert ("ok", ("applied",)) in answers
        with psycopg.connect(open_db) as conn:
            moved = state_of(conn, gift) == "accepted"
            assert has(conn, ann) == (0, 0 if moved else 60, 60)
            assert has(conn, bob) == (60 if moved else 0, 0, 0)
    assert count_deadlocks(open_db) == 0


def _send(conn: Connection, user_id: UUID, email: str, amount: int, key: str) -> Answer:
    return ask(conn, user_id, SEND, email, amount, key)


@pytest.mark.parametrize("is_giver_first", [True, False])
def test_a_gift_that_ends_while_it_is_being_accepted_does_not_move(
    open_db: str, is_giver_first: bool
) -> None:
    """It is found pending, and then its time passes while the other account is waited for."""
    with psycopg.connect(open_db) as conn:
        while True:
            (ann, _), bob = buyer(conn), person(conn, "bob")
            if (ann < bob) is is_giver_first:
                break
        gift = send(conn, ann, bob)
        hold(conn, ann, 40)  # so that what is held twice too little stays above 0
        let_end(conn, "1 second")
    later = bob if is_giver_first else ann
    with (
        connect(open_db, autocommit=False) as holder,
        connect(open_db, "postgres") as caller,
        ThreadPoolExecutor(1) as thread,
    ):
        add(holder, later, 1)
        answer = thread.submit(act, caller, bob, ACCEPT, gift)
        wait_for_lock(open_db, caller.info.backend_pid)
        holder.execute("select pg_sleep(1)")
        holder.commit()
        assert answer.result(STATEMENT_SECONDS) == ("PT409", "gift_not_pending")
    with psycopg.connect(open_db) as conn:
        bonus = (0, 1) if is_giver_first else (1, 0)
        assert has(conn, ann) == (60 + bonus[0], 40, 0)
        assert has(conn, bob) == (bonus[1], 0, 0)
        (seen,) = gifts_of(conn, ann)
        assert seen["state"] == "expired"
