"""The window of requests slides exactly: no 60 seconds hold more than the limit, none fewer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import partial
from math import ceil
from uuid import UUID

import pytest

from tests.concurrency.load import seeded_random
from tests.limits.calls import (
    LIMIT,
    REQUESTS,
    attempt,
    let_pass,
    limit_plan,
    limited_account,
    refused_unchanged,
)
from tests.support import Connection
from tests.wallets import change_plan, deduct, refused

MINUTE = timedelta(seconds=60)


def now(conn: Connection) -> datetime:
    found = conn.execute("select clock_timestamp()").fetchone()
    assert found is not None
    moment: datetime = found[0]
    return moment


def request_at(conn: Connection, account_id: UUID, *seconds_ago: float) -> None:
    """Let requests have been counted so many seconds ago, oldest first, and no others."""
    conn.execute(
        """
        update credits.accounts
        set requested_at = array(
            select clock_timestamp() - make_interval(secs => s) from unnest(%s::float[]) as s
        )
        where id = %s
        """,
        [[float(seconds) for seconds in seconds_ago], account_id],
    )


@pytest.mark.parametrize(
    ("seconds_ago", "wait"),
    [
        ((59.5, 59.5, 59.5), 1),
        ((60, 59.5, 59.5), None),
        ((60, 60, 60), None),
        ((59.5, 30, 0), 1),
        ((58.5, 30, 0), 2),
        ((30.5, 30, 0), 30),
        ((0, 0, 0), 60),
        ((3600, 0, 0), None),
        ((3600, 59.5, 0, 0), 1),
    ],
    ids=str,
)
def test_a_request_counts_for_60_seconds(
    db: Connection, seconds_ago: tuple[float, ...], wait: int | None
) -> None:
    account_id = limited_account(db)
    request_at(db, account_id, *seconds_ago)
    if wait is None:
        assert deduct(db, account_id, 1)["cost"] == 1
        return
    with refused_unchanged(db, "PT429", "rate_limited") as detail:
        deduct(db, account_id, 1)
    assert detail == {"limit": LIMIT, "retry_after_seconds": wait}
    assert isinstance(detail["retry_after_seconds"], int)
    let_pass(db, wait)
    assert deduct(db, account_id, 1)["cost"] == 1


@pytest.mark.parametrize("limit", [1, 2, 7, 20])
def test_at_random_times_the_window_agrees_with_a_plain_model(db: Connection, limit: int) -> None:
    """The model keeps all times of all requests, of which the account keeps but the last minute's.

    Time passes in whole seconds and besides as the clock goes, so the model says what it expects
    between two readings of the clock; what happens to fall between them, it leaves open.
    """
    rng = seeded_random()
    account_id = limited_account(db, limit, 10_000)
    passed = timedelta()
    accepted: list[datetime] = []
    answers = {True: 0, False: 0}
    for _ in range(120):
        pause = rng.choice([0, 0, 1, 60 // limit, rng.randrange(2 + 150 // limit)])
        let_pass(db, pause)
        passed += timedelta(seconds=pause)
        earliest = now(db) + passed
        kind = rng.choice(list(REQUESTS.values()))
        refusal = attempt(db, partial(kind, db, account_id))
        latest = now(db) + passed
        before = accepted[-limit:]
        frees_at = before[0] + MINUTE if len(before) == limit else earliest
        if refusal is None:
            assert frees_at <= latest, "more requests than the limit within 60 seconds"
            accepted.append(stamp(db, account_id) + passed)
        else:
            assert frees_at > earliest, "refused although there was room"
            assert (refusal.sqlstate, refusal.message) == ("PT429", "rate_limited")
            told = json.loads(refusal.detail or "")["retry_after_seconds"]
            assert told in {ceil((frees_at - at).total_seconds()) for at in (earliest, latest)}
        answers[refusal is None] += 1
    for first, last in zip(accepted, accepted[limit:], strict=False):
        assert last - first >= MINUTE
    assert min(answers.values()) > 5
    kept = db.execute("select cardinality(requested_at) from credits.accounts").fetchone()
    assert kept is not None
    assert kept[0] <= limit


def stamp(conn: Connection, account_id: UUID) -> datetime:
    """Return when the last request was, by its transaction or its hold."""
    query = """
        select max(s.created_at) from (
            select t.created_at from credits.transactions as t where t.account_id = %(id)s
            union all
            select h.created_at from credits.holds as h where h.account_id = %(id)s
        ) as s
    """
    found = conn.execute(query, {"id": account_id}).fetchone()
    assert found is not None
    moment: datetime = found[0]
    return moment


def test_a_lower_limit_counts_what_was_before_it(db: Connection) -> None:
    account_id = limited_account(db, 5)
    request_at(db, account_id, 50.5, 40.5, 30.5, 20.5, 10.5)
    limit_plan(db, requests_per_minute=2)
    with refused_unchanged(db, "PT429", "rate_limited") as detail:
        deduct(db, account_id, 1)
    assert detail == {"limit": 2, "retry_after_seconds": 40}
    let_pass(db, 39)
    with refused(db, "PT429", "rate_limited"):
        deduct(db, account_id, 1)
    let_pass(db, 1)
    deduct(db, account_id, 1)
    with refused(db, "PT429", "rate_limited"):
        deduct(db, account_id, 1)


def test_a_higher_limit_of_a_new_catalog_counts_at_once(db: Connection) -> None:
    account_id = limited_account(db, 2)
    for _ in range(2):
        deduct(db, account_id, 1)
    limit_plan(db, requests_per_minute=5)
    for _ in range(3):
        deduct(db, account_id, 1)
    with refused(db, "PT429", "rate_limited") as detail:
        deduct(db, account_id, 1)
    assert detail["limit"] == 5


def test_a_limit_that_a_catalog_drops_is_gone_at_once(db: Connection) -> None:
    account_id = limited_account(db, 1)
    deduct(db, account_id, 1)
    limit_plan(db)
    for _ in range(5):
        deduct(db, account_id, 1)


def test_an_account_takes_the_limit_of_the_plan_that_it_comes_to(db: Connection) -> None:
    account_id = limited_account(db, 2)
    change_plan(db, account_id, "free")
    for _ in range(4):
        deduct(db, account_id, 1)
    change_plan(db, account_id, "pro")
    for _ in range(2):
        deduct(db, account_id, 1)
    with refused_unchanged(db, "PT429", "rate_limited"):
        deduct(db, account_id, 1)


@pytest.mark.parametrize("limit", [0, -1, 601, 1.5, "many"])
def test_a_catalog_with_another_limit_is_refused(db: Connection, limit: object) -> None:
    with refused(db, "22023", "invalid_catalog"):
        limit_plan(db, requests_per_minute=limit)


@pytest.mark.parametrize("limit", [1, 600])
def test_the_least_and_the_most_that_a_catalog_may_allow(db: Connection, limit: int) -> None:
    account_id = limited_account(db, limit)
    request_at(db, account_id, *[1] * (limit - 1))
    deduct(db, account_id, 1)
    with refused(db, "PT429", "rate_limited") as detail:
        deduct(db, account_id, 1)
    assert detail["limit"] == limit
