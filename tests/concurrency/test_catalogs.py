"""Catalogs that are applied at once, and while accounts spend and change their plans."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import psycopg
import pytest

from tests.concurrency.load import (
    CATALOG,
    apply_catalog,
    catalog,
    connect,
    open_account,
    request,
    run_at_once,
)

APPLY = "select * from public.apply_credit_catalog(%s)"
CAPPED = [{**CATALOG["plans"][0], "monthly_spend_cap": 40}]
PRO_CAPPED = [CATALOG["plans"][0], {**CATALOG["plans"][1], "monthly_spend_cap": 40}]


def read_versions(dsn: str) -> list[tuple[Any, ...]]:
    query = "select version, name from credits.catalogs order by version"
    with psycopg.connect(dsn) as conn:
        return conn.execute(query).fetchall()


def test_two_catalogs_at_once_are_versions_1_and_2(fresh_db: str) -> None:
    jobs = [
        partial(request, query=APPLY, arguments=[catalog(name=name)]) for name in ("one", "two")
    ]
    assert [code for code, _ in run_at_once(fresh_db, jobs)] == ["ok", "ok"]
    versions = read_versions(fresh_db)
    assert [number for number, _ in versions] == [1, 2]
    assert {name for _, name in versions} == {"one", "two"}


def test_one_catalog_applied_by_20_sessions_is_one_version(fresh_db: str) -> None:
    jobs = [partial(request, query=APPLY, arguments=[catalog()])] * 20
    assert {code for code, _ in run_at_once(fresh_db, jobs)} == {"ok"}
    assert read_versions(fresh_db) == [(1, "Load")]


def test_a_catalog_that_is_not_committed_yet_holds_up_no_spend(fresh_db: str) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        apply_catalog(conn)
        account_id = open_account(conn)
    with psycopg.connect(fresh_db) as other, connect(fresh_db) as conn:
        dear = [{"code": "query", "unit": "query", "credits": 50}]
        other.execute(APPLY.encode(), [catalog(services=dear)])
        conn.execute("set statement_timeout = '2s'")
        use = "select cost from public.use_credits('query', %s, account_id => %s)"
        assert request(conn, use, ["before", account_id]) == ("ok", (5,))
        other.commit()
        assert request(conn, use, ["after", account_id]) == ("ok", (50,))


@pytest.mark.parametrize("plans", [CAPPED, PRO_CAPPED], ids=["plan removed", "plan capped"])
def test_a_catalog_that_meets_a_change_of_plan_leaves_accounts_that_fit_it(
    fresh_db: str, plans: list[dict[str, Any]]
) -> None:
    """The account moves to ``pro`` while the new catalog drops that plan, or gives it a cap."""
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        apply_catalog(conn)
        account_id = open_account(conn)
    with psycopg.connect(fresh_db) as other, connect(fresh_db) as conn:
        other.execute("select public.change_credit_plan(%s, 'pro', 'up')", [account_id])
        applied = []
        applying = threading.Thread(
            target=lambda: applied.append(request(conn, APPLY, [catalog(plans=plans)]))
        )
        applying.start()
        applying.join(0.5)  # by then it is done, or it waits for the change
        other.commit()
        applying.join(30)
    assert applied[0][0] in ("ok", "PT409")
    misfits = (
        "select a.plan, a.monthly_spend_cap from credits.accounts as a "
        "where not exists (select from credits.plans as p "
        "where p.version = (credits.catalog_in_force()).version and p.code = a.plan "
        "and p.monthly_spend_cap is not distinct from a.monthly_spend_cap)"
    )
    with psycopg.connect(fresh_db) as conn:
        assert conn.execute(misfits.encode()).fetchall() == []
