"""The month's purchase cap holds to the cent when many buy at once."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.billing.purchases import buyer
from tests.concurrency.load import connect, count_deadlocks, request, run_at_once
from tests.limits.buying import PRICE, open_shop, team_of

SESSIONS = 50
ORDER = """
    select order_id, total_cents
    from credits.open_order(%s, %s, 'stripe', %s, %s, null)
"""


def test_of_50_members_who_order_at_once_as_many_may_as_the_cap_allows(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn, 7 * PRICE + PRICE - 1)
        team, members = team_of(conn, SESSIONS)
    outcomes = run_at_once(
        fresh_db,
        [partial(request, query=ORDER, arguments=[it, team, "starter", None]) for it in members],
        role="credits_edge",
    )
    assert Counter(code for code, _ in outcomes) == {"ok": 7, "PT402": SESSIONS - 7}
    assert len({answer for code, answer in outcomes if code == "ok"}) == 7
    details = [json.loads(answer[1]) for code, answer in outcomes if code != "ok"]
    assert {(it["paid_cents"], it["open_cents"]) for it in details} == {(0, 7 * PRICE)}
    assert count_deadlocks(fresh_db) == 0


def test_50_orders_of_other_amounts_never_pass_the_cap_in_sum(fresh_db: str) -> None:
    cap = 5 * PRICE
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn, cap)
        user_id = buyer(conn)
    amounts = [10 + number for number in range(SESSIONS)]
    outcomes = run_at_once(
        fresh_db,
        [partial(request, query=ORDER, arguments=[user_id, None, None, it]) for it in amounts],
        role="credits_edge",
    )
    spent = sum(answer[1] for code, answer in outcomes if code == "ok")
    refused = [json.loads(answer[1]) for code, answer in outcomes if code != "ok"]
    assert cap - 10 * min(amounts[-1], 59) < spent <= cap
    for detail in refused:
        assert detail["open_cents"] + detail["required_cents"] > cap >= detail["open_cents"]
    with psycopg.connect(fresh_db) as conn:
        found = conn.execute("select sum(total_cents) from credits.orders").fetchone()
    assert found == (spent,)


@pytest.mark.parametrize("cap", [PRICE, 10 * PRICE])
def test_one_who_clicks_50_times_at_once_has_one_order(fresh_db: str, cap: int) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn, cap)
        user_id = buyer(conn)
    outcomes = run_at_once(
        fresh_db,
        [partial(request, query=ORDER, arguments=[user_id, None, "starter", None])] * SESSIONS,
        role="credits_edge",
    )
    assert {code for code, _ in outcomes} == {"ok"}
    assert len(set(outcomes)) == 1


@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=lambda i: i.name
)
def test_a_snapshot_that_is_too_old_takes_no_room_twice(
    fresh_db: str, level: IsolationLevel
) -> None:
    with psycopg.connect(fresh_db) as conn:
        open_shop(conn, PRICE)
        team, (first, second) = team_of(conn, 2)
    item = [team, "starter", None]
    with connect(fresh_db, autocommit=False) as late, connect(fresh_db) as early:
        late.isolation_level = level
        late.execute("select count(*) from public.credit_accounts")  # now it has its snapshot
        assert request(early, ORDER, [first, *item])[0] == "ok"
        answer = request(late, ORDER, [second, *item])
        if answer[0] == "ok":
            with pytest.raises(psycopg.errors.SerializationFailure):
                late.commit()
        else:
            assert answer[0] == "40001"
        late.rollback()
        assert request(late, ORDER, [second, *item])[0] == "PT402"
