"""Webhooks, spending and two maintenance jobs at once on 8 accounts: no deadlock, right sums."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import psycopg

from tests.concurrency.load import (
    Outcome,
    count_deadlocks,
    request,
    run_at_once,
    seeded_random,
)
from tests.events import payloads, shop
from tests.events.payloads import Json, again, day
from tests.support import Connection
from tests.wallets import add

ACCOUNTS = 8
ORDERS_EACH, FAILED_EACH = 10, 5
WEBHOOKS, SPENDERS, JOBS = 4, 4, 2
SPENDS_EACH = 400
PACK, BONUS, CENTS, REFUNDED, DISPUTED = 50, 5, 650, 130, 260

APPLY = "select credits.apply_stripe_event(%s)"
SPEND = "select cost from public.check_and_deduct_credits(%s, %s, %s)"
MAINTAIN = "select public.run_credit_maintenance(now() + %s * interval '1 day')"


def sell(conn: Connection, rng: Random) -> tuple[list[UUID], list[Json]]:
    """Open the shop; return its accounts, and all that Stripe has to tell of what they buy.

    Each has a subscription whose next period begins, and orders that are paid. Of each payment a
    part is refunded and another one disputed; of every other account the dispute is won. Further
    payments failed by a fault of ours, which is mended: they are to be tried again.
    """
    shop.open_shop(conn)
    accounts, told, failed = [], [], []
    for number in range(ACCOUNTS):
        end = day(1)
        subscriber = shop.subscribe(conn, start=day(-29), end=end)
        account_id = subscriber.account_id
        add(conn, account_id, 200)
        subscriber.switch("team" if number % 2 else "basic").advance(end, day(31))
        told += [subscriber.news(), subscriber.bill(), subscriber.news("updated", day(0) + 1)]
        for _ in range(ORDERS_EACH):
            order = shop.buy(conn, user_id=account_id)
            intent = payloads.payment_intent(order)
            disputed = payloads.dispute(intent, DISPUTED)
            told += [
                payloads.event("payment_intent.succeeded", intent),
                payloads.event("checkout.session.completed", payloads.session(order, intent)),
                payloads.event("charge.refunded", payloads.charge(intent, REFUNDED)),
                payloads.event("refund.created", payloads.refund(intent, REFUNDED)),
                payloads.event("charge.dispute.created", disputed),
            ]
            if number % 2:
                won = disputed | {"status": "won"}
                told.append(payloads.event("charge.dispute.closed", won, day(0) + 60))
        for _ in range(FAILED_EACH):
            order = shop.buy(conn, user_id=account_id)
            intent = payloads.payment_intent(order)
            failed.append(payloads.event("payment_intent.succeeded", intent))
        accounts.append(account_id)
    shop.poison(conn)
    for one in rng.sample(failed, len(failed)):
        assert shop.tell(conn, one) == "failed"
    shop.mend(conn)
    return accounts, told


def deliver(conn: Connection, told: list[Json]) -> list[Outcome]:
    return [request(conn, APPLY, [json.dumps(one)]) for one in told]


def spend(conn: Connection, accounts: list[UUID], seed: int) -> list[Outcome]:
    rng = Random(seed)  # noqa: S311 - to be repeated, not to be secret
    return [
        request(conn, SPEND, [rng.choice(accounts), rng.randrange(1, 10), f"{seed}:{number}"])
        for number in range(SPENDS_EACH)
    ]


def maintain(conn: Connection, seed: int) -> list[Outcome]:
    rng = Random(seed)  # noqa: S311 - as above
    return [request(conn, MAINTAIN, [rng.choice([0, 2, 20])]) for _ in range(60)]


def test_webhooks_spends_and_two_maintenance_jobs_meet_no_deadlock(fresh_db: str) -> None:
    rng = seeded_random()
    with psycopg.connect(fresh_db) as conn:
        accounts, told = sell(conn, rng)
    jobs: list[Any] = []
    for number in range(WEBHOOKS):
        # Two are told the same events, and two others of their own that tell the same.
        own = told if number < 2 else [again(it) for it in told]
        jobs.append(partial(deliver, told=rng.sample(own, len(own))))
    jobs += [partial(spend, accounts=accounts, seed=rng.randrange(2**32)) for _ in range(SPENDERS)]
    jobs += [partial(maintain, seed=rng.randrange(2**32)) for _ in range(JOBS)]
    answers = run_at_once(fresh_db, jobs)
    codes = Counter(code for part in answers for code, _ in part)
    print(dict(codes))
    assert codes.keys() <= {"ok", "PT402"}
    states = Counter(row[0] for part in answers[:WEBHOOKS] for _, row in part)
    assert states.keys() <= {"applied", "ignored", "waiting"}
    assert count_deadlocks(fresh_db) == 0
    with psycopg.connect(fresh_db) as conn:
        conn.execute(MAINTAIN.encode(), [0])  # what a job left because another one held it
        check_sums(conn, accounts)


def check_sums(conn: Connection, accounts: list[UUID]) -> None:
    """Check that all that was told counts once in the end."""
    states = {row["state"] for row in shop.rows(conn, "select state from credits.stripe_events")}
    assert states <= {"applied", "ignored"}
    for number, account_id in enumerate(accounts):
        bought = Counter[str]()
        for kind, amount in shop.moves(conn, account_id):
            bought[kind] += amount
        assert (bought["purchase"], bought["allowance"]) == (
            (ORDERS_EACH + FAILED_EACH) * PACK,
            200 + (1000 if number % 2 else 100),
        )
        returned = REFUNDED + (0 if number % 2 else DISPUTED)
        query = """
            select c.amount - c.reinstated as amount
            from credits.clawbacks as c where c.account_id = %s
        """
        taken = sum(row["amount"] for row in shop.rows(conn, query, account_id))
        assert taken == ORDERS_EACH * (PACK + BONUS) * returned / CENTS
