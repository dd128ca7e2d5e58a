"""Orders that come for the last use of a code at the same moment: one gets it."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.billing.purchases import buyer, promote, shop
from tests.concurrency.load import connect, request, run_at_once
from tests.wallets import use_catalog

ORDER = "select order_id from credits.open_order(%s, null, 'stripe', %s, null, 'SPRING')"
REFUSED = ("22023", ("promotion_code_invalid", None))


def prepare(dsn: str, buyers: int, **limits: Any) -> list[UUID]:
    with psycopg.connect(dsn) as conn:
        use_catalog(conn, shop())
        promote(conn, **limits)
        return [buyer(conn) for _ in range(buyers)]


def count_uses(dsn: str) -> int:
    with psycopg.connect(dsn) as conn:
        found = conn.execute("select count(*) from credits.redemptions").fetchone()
    assert found is not None
    return int(found[0])


def test_one_of_many_accounts_gets_the_last_use(fresh_db: str) -> None:
    users = prepare(fresh_db, 8, maximum_uses=1)
    jobs = [partial(request, query=ORDER, arguments=[user, "starter"]) for user in users]
    answers = run_at_once(fresh_db, jobs, role="credits_edge")
    assert sorted(code for code, _ in answers) == ["22023"] * 7 + ["ok"]
    assert [answer for answer in answers if answer[0] != "ok"] == [REFUSED] * 7
    assert count_uses(fresh_db) == 1


def test_an_account_that_asks_twice_at_once_gets_one_use(fresh_db: str) -> None:
    (user_id,) = prepare(fresh_db, 1)
    packages = ["starter", "growth"] * 3
    jobs = [partial(request, query=ORDER, arguments=[user_id, package]) for package in packages]
    answers = run_at_once(fresh_db, jobs, role="credits_edge")
    assert [code for code, _ in answers].count("ok") == 3
    assert len({row for code, row in answers if code == "ok"}) == 1
    assert count_uses(fresh_db) == 1


def test_an_order_waits_for_the_one_that_holds_the_last_use(fresh_db: str) -> None:
    first, second = prepare(fresh_db, 2, maximum_uses=1)
    with connect(fresh_db, autocommit=False) as early, connect(fresh_db) as late:
        assert request(early, ORDER, [first, "starter"])[0] == "ok"
        late.execute("set lock_timeout = '200ms'")
        assert request(late, ORDER, [second, "starter"])[0] == "55P03"
        early.rollback()
        assert request(late, ORDER, [second, "starter"])[0] == "ok"
    assert count_uses(fresh_db) == 1


@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=lambda i: i.name
)
def test_a_snapshot_that_is_too_old_takes_no_use_twice(
    fresh_db: str, level: IsolationLevel
) -> None:
    first, second = prepare(fresh_db, 2, maximum_uses=1)
    with connect(fresh_db, autocommit=False) as late, connect(fresh_db) as early:
        late.isolation_level = level
        late.execute("select count(*) from public.credit_accounts")  # now it has its snapshot
        assert request(early, ORDER, [first, "starter"])[0] == "ok"
        answer = request(late, ORDER, [second, "starter"])
        if answer[0] == "ok":
            with pytest.raises(psycopg.errors.SerializationFailure):
                late.commit()
        else:
            assert answer[0] == "40001"
        late.rollback()
        assert request(late, ORDER, [second, "starter"]) == REFUSED
    assert count_uses(fresh_db) == 1
