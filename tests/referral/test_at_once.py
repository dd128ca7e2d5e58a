"""Claims, purchases and returns on real connections: each counts once, and nobody deadlocks."""

from __future__ import annotations

import json
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.concurrency.load import Job, connect, count_deadlocks, request, rounds, run_at_once
from tests.events.payloads import Json
from tests.gifts.giving import ask
from tests.referral.referring import (
    ALL_OF_IT,
    CENTS,
    CREDITS,
    OPENED,
    REFEREE,
    REFERRER,
    bought,
    card_news,
    code_of,
    has,
    open_shop,
    person,
    refer,
    rewards,
)
from tests.returns.sales import Purchase, buy, maintain, open_events, paid
from tests.support import Connection

APPLY = "select credits.apply_stripe_event(%s)"
SETTLE = "select state from credits.settle_payment(%s, %s, 'stripe', %s, %s, 'usd')"
ROUNDS = rounds(6, soak=60)
Answer = tuple[str, Any]


@pytest.fixture
def open_db(fresh_db: str) -> str:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn)
    return fresh_db


def deliver_at_once(dsn: str, told: list[Json]) -> None:
    """Deliver events at the same moment, each on a connection of its own; none fails."""
    jobs: list[Job[Answer]] = [
        partial(request, query=APPLY, arguments=[json.dumps(one)]) for one in told
    ]
    answers = run_at_once(dsn, jobs, role="credits_edge")
    assert {code for code, _ in answers} == {"ok"}, answers
    assert not {row[0] for _, row in answers} & {"failed", "quarantined"}
    with psycopg.connect(dsn) as conn:
        maintain(conn)
        assert open_events(conn) == []


def settled(purchase: Purchase) -> Json:
    """Return the event that tells that a purchase is paid."""
    return purchase.event(paid(purchase))


def try_claim(conn: Connection, user_id: UUID, code: str) -> Answer:
    """Claim a code as a user."""
    return ask(conn, user_id, "select ok, message from public.claim_referral_code(%s)", code)


def claims_at_once(dsn: str, claims: list[tuple[UUID, str]]) -> list[tuple[bool, str | None]]:
    """Claim codes at the same moment, each on a connection of its own."""
    jobs = [partial(try_claim, user_id=user_id, code=code) for user_id, code in claims]
    answers = run_at_once(dsn, jobs)
    assert {code for code, _ in answers} == {"ok"}, answers
    return [row for _, row in answers]


def test_referrer_and_referee_buy_at_once(open_db: str) -> None:
    for number in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            ann = person(conn, "ann")
            bob = refer(conn, ann)
            purchases = [buy(conn, user_id, "plain") for user_id in (ann, bob)]
        news = [settled(purchase) for purchase in purchases * 2]
        deliver_at_once(open_db, news[:: 1 if number % 2 else -1])
        with psycopg.connect(open_db) as conn:
            assert has(conn, ann) == (CREDITS + REFERRER, 0)
            assert has(conn, bob) == (CREDITS + REFEREE, 0)
    assert count_deadlocks(open_db) == 0


def test_a_chain_of_referrals_buys_at_once(open_db: str) -> None:
    """Everybody but the first is referee and referrer at the same time."""
    with psycopg.connect(open_db) as conn:
        people = [person(conn)]
        for _ in range(5):
            people.append(refer(conn, people[-1]))
        news = [settled(buy(conn, user_id, "plain")) for user_id in people]
    deliver_at_once(open_db, news)
    with psycopg.connect(open_db) as conn:
        found = [has(conn, user_id)[0] for user_id in people]
    both = CREDITS + REFERRER + REFEREE
    assert found == [CREDITS + REFERRER, *[both] * 4, CREDITS + REFEREE]
    assert count_deadlocks(open_db) == 0


def test_the_last_reward_is_given_once(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        open_shop(conn, maximum_rewards=3)
        ann = person(conn, "ann")
        referees = [refer(conn, ann) for _ in range(8)]
        news = [settled(buy(conn, user_id, "plain")) for user_id in referees]
    deliver_at_once(open_db, news)
    with psycopg.connect(open_db) as conn:
        assert rewards(conn, ann) == [REFERRER] * 3
        assert [rewards(conn, user_id) for user_id in referees] == [[REFEREE]] * 8
    assert count_deadlocks(open_db) == 0


def test_two_first_purchases_at_once_earn_one_reward(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        ann = person(conn, "ann")
        bob = refer(conn, ann)
        news = [settled(buy(conn, bob, "plain")) for _ in range(4)]
    deliver_at_once(open_db, news)
    with psycopg.connect(open_db) as conn:
        assert (rewards(conn, ann), rewards(conn, bob)) == ([REFERRER], [REFEREE])
    assert count_deadlocks(open_db) == 0


def test_a_purchase_and_all_that_takes_it_back_at_once(open_db: str) -> None:
    for _ in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            ann = person(conn, "ann")
            bob = refer(conn, ann)
            hers, his = bought(conn, ann), buy(conn, bob, "plain")
        deliver_at_once(
            open_db,
            [
                settled(his), his.event(ALL_OF_IT), his.event(OPENED),
                card_news(hers, "one" + str(bob)), card_news(his, "one" + str(bob)),
                hers.event(ALL_OF_IT),
            ],
        )  # fmt: skip
        with psycopg.connect(open_db) as conn:
            assert (has(conn, ann), has(conn, bob)) == ((0, 0), (0, 0))
    assert count_deadlocks(open_db) == 0


def test_one_card_of_two_purchases_at_once_is_seen(open_db: str) -> None:
    for _ in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            ann = person(conn, "ann")
            bob = refer(conn, ann)
            hers, his = buy(conn, ann, "plain"), buy(conn, bob, "plain")
        card = f"card-{bob}"
        deliver_at_once(
            open_db, [settled(hers), settled(his), card_news(hers, card), card_news(his, card)]
        )
        with psycopg.connect(open_db) as conn:
            assert (has(conn, ann), has(conn, bob)) == ((CREDITS, 0), (CREDITS, 0))
    assert count_deadlocks(open_db) == 0


def test_one_who_claims_twice_at_once_is_referred_once(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        bob = person(conn, "bob")
        codes = [code_of(conn, person(conn)) for _ in range(6)]
    answers = claims_at_once(open_db, [(bob, code) for code in codes])
    assert sorted(answers, key=str) == [(False, "already_referred")] * 5 + [(True, None)]


@pytest.mark.parametrize("size", [2, 3, 5])
def test_no_circle_closes_when_all_claim_at_once(open_db: str, size: int) -> None:
    for _ in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            people = [person(conn) for _ in range(size)]
            codes = [code_of(conn, user_id) for user_id in people]
        pairs = list(zip(people, [*codes[1:], codes[0]], strict=True))
        answers = claims_at_once(open_db, pairs)
        assert sorted(answers, key=str) == [(False, "referral_cycle")] + [(True, None)] * (size - 1)
    assert count_deadlocks(open_db) == 0


def test_a_claim_and_the_first_purchase_at_once_agree(open_db: str) -> None:
    """Either the claim was first and both are rewarded, or it was too late."""
    for _ in range(ROUNDS):
        with psycopg.connect(open_db) as conn:
            ann, bob = person(conn, "ann"), person(conn, "bob")
            code, purchase = code_of(conn, ann), buy(conn, bob, "plain")
        told = json.dumps(settled(purchase))
        jobs: list[Job[Answer]] = [
            partial(try_claim, user_id=bob, code=code),
            partial(request, query=APPLY, arguments=[told]),
        ]
        (code_, answer), (applied, _) = run_at_once(open_db, jobs)
        assert (code_, applied) == ("ok", "ok")
        with psycopg.connect(open_db) as conn:
            found = rewards(conn, ann), rewards(conn, bob)
        if answer == (True, None):
            assert found == ([REFERRER], [REFEREE])
        else:
            assert (answer, found) == ((False, "already_purchased"), ([], []))
    assert count_deadlocks(open_db) == 0


@pytest.mark.parametrize("is_event", [False, True], ids=["settled", "told by an event"])
@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=lambda i: i.name
)
def test_a_payment_that_does_not_see_the_claim_is_repeated_and_rewards(
    open_db: str, level: IsolationLevel, is_event: bool
) -> None:
    with psycopg.connect(open_db) as conn:
        ann, bob = person(conn, "ann"), person(conn, "bob")
        code, purchase = code_of(conn, ann), buy(conn, bob, "plain")
    query, values = SETTLE, [bob, purchase.order["order_id"], purchase.payment_id, CENTS]
    if is_event:
        query, values = APPLY, [json.dumps(settled(purchase))]
    with connect(open_db, "postgres", autocommit=False) as late:
        late.isolation_level = level
        late.execute("select count(*) from credits.referrals")  # now it has its snapshot
        assert claims_at_once(open_db, [(bob, code)]) == [(True, None)]
        told = request(late, query, values)
        if is_event:
            assert told == ("ok", ("failed",)), "the event is kept, to be tried again"
            late.commit()
        else:
            assert told[0] == "40001"
            late.rollback()
        assert request(late, query, values) == ("ok", ("applied",))
        assert (rewards(late, ann), rewards(late, bob)) == ([REFERRER], [REFEREE])


def test_two_who_ask_for_a_code_at_once_get_one(open_db: str) -> None:
    with psycopg.connect(open_db) as conn:
        ann = person(conn, "ann")

    def job(conn: Connection) -> Answer:
        return ask(conn, ann, "select code from public.get_referral_code()")

    answers = run_at_once(open_db, [job] * 6)
    assert {code for code, _ in answers} == {"ok"}
    assert len({row for _, row in answers}) == 1


@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=lambda i: i.name
)
@pytest.mark.parametrize("size", [2, 3])
def test_a_claim_that_does_not_see_the_others_closes_no_circle(
    open_db: str, level: IsolationLevel, size: int
) -> None:
    with psycopg.connect(open_db) as conn:
        people = [person(conn) for _ in range(size)]
        codes = [code_of(conn, user_id) for user_id in people]
    *first, last = zip(people, [*codes[1:], codes[0]], strict=True)
    with connect(open_db, "postgres", autocommit=False) as late:
        late.isolation_level = level
        late.execute("select count(*) from credits.referrals")  # now it has its snapshot
        assert claims_at_once(open_db, first) == [(True, None)] * (size - 1)
        assert try_claim(late, *last)[0] == "40001"
        late.rollback()
        assert try_claim(late, *last) == ("ok", (False, "referral_cycle"))
