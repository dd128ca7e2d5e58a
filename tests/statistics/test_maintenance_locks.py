"""Maintenance keeps no customer waiting while it reminds and rolls up: its locks come last."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import connect, spend, wait_for_lock
from tests.statistics.living import roll_up
from tests.statistics.reckoning import differences
from tests.support import Connection
from tests.usage.charges import hold
from tests.wallets import Row, add, call, change_plan, funded_account, use_catalog

AT = datetime.now(UTC) + timedelta(days=40)
DUE = ("renewed", "released", "expired")


@pytest.fixture
def due(fresh_db: str) -> dict[str, list[UUID]]:
    """Two accounts for each of the jobs ``DUE`` at ``AT``, and one to be reminded then."""
    with psycopg.connect(fresh_db) as conn:
        rich = {job: [funded_account(conn, 100) for _ in range(2)] for job in DUE}
        for account_id in rich["released"]:
            hold(conn, account_id, 2)
        for account_id in rich["expired"]:
            add(conn, account_id, 3, expires_at=AT - timedelta(days=1))
        add(conn, funded_account(conn), 4, expires_at=AT + timedelta(days=2))
        use_catalog(conn)
        for account_id in rich["renewed"]:
            change_plan(conn, account_id, "basic")
    return rich


def maintain(conn: Connection) -> Row:
    counts: Row = call(conn, "run_credit_maintenance", at=AT)
    return counts


def locked_accounts(conn: Connection) -> set[UUID]:
    """Return the accounts whose rows another session has locked."""
    query = """
        select a.id from credits.accounts as a
        where a.id not in (
            select f.id from credits.accounts as f for no key update skip locked
        )
    """
    return {id_ for (id_,) in conn.execute(query)}


@pytest.mark.parametrize("table", ["outbox", "usage_daily", "usage_totals", "rollups"])
def test_while_it_reminds_and_sums_whoever_is_due_can_spend(
    fresh_db: str, due: dict[str, list[UUID]], table: str
) -> None:
    with (
        psycopg.connect(fresh_db) as third,
        connect(fresh_db) as maintenance,
        connect(fresh_db, "postgres") as customer,
        ThreadPoolExecutor(1) as pool,
    ):
        third.execute(f"lock table credits.{table} in share mode".encode())
        runs = pool.submit(maintain, maintenance)
        try:
            wait_for_lock(fresh_db, maintenance.info.backend_pid)
            assert locked_accounts(customer) == set()
            customer.execute("set lock_timeout = '5s'")
            outcomes = [spend(customer, first, 1, "spend") for first, _ in due.values()]
            assert [code for code, _ in outcomes] == ["ok"] * 3, outcomes
        finally:
            third.commit()
        counts = runs.result(60)
    assert {job: counts[job] for job in DUE} == {"renewed": 2, "released": 2, "expired": 2}
    assert (counts["reminded"], counts["rolled_up"]) == (1, 7)


@pytest.mark.usefixtures("due")
def test_what_is_due_is_done_although_another_session_rolls_up(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as third, connect(fresh_db) as maintenance:
        assert roll_up(third) == 7
        counts = maintain(maintenance)
        third.rollback()
        idle = ("catalogs", "subscribed", "retried", "learnt", "expired_acts", "forgotten")
        done = {**dict.fromkeys(DUE, 2), "started": 5, "reminded": 1, "rolled_up": 0}
        assert counts == {**dict.fromkeys(idle, 0), **done}
        assert maintain(maintenance)["rolled_up"] == 7
    with psycopg.connect(fresh_db) as conn:
        assert differences(conn) == []
