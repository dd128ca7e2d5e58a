"""What reports read: the daily usage, never the history, whose rows are too many."""

from __future__ import annotations

import pytest

from tests.statistics.living import Life, open_shop, roll_up
from tests.support import Connection, as_user
from tests.usage.charges import charge
from tests.wallets import call_all

# What each report reads: the table of most of its rows.
REPORTS = {
    "admin_get_usage_by_service": "usage_totals",
    "admin_get_margin": "usage_totals",
    "admin_list_top_accounts": "usage_daily",
    "admin_get_revenue": "payments",
    "admin_get_system_summary": "accounts",
    "admin_get_dispute_statistics": "disputes",
}
HISTORY = {"transactions", "usage_refunds"}


def reads(conn: Connection) -> dict[str, int]:
    """Return how often each table of ours was scanned in this transaction so far, in any way."""
    query = """
        select relname, seq_scan + coalesce(idx_scan, 0)
        from pg_stat_xact_user_tables where schemaname = 'credits'
    """
    return dict(conn.execute(query).fetchall())


def rows_read(conn: Connection, table: str) -> int:
    """Return how many rows of a table were read in this transaction so far."""
    query = """
        select (seq_tup_read + coalesce(idx_tup_fetch, 0))::integer
        from pg_stat_xact_user_tables where schemaname = 'credits' and relname = %s
    """
    ((number,),) = conn.execute(query, [table]).fetchall()
    return int(number)


@pytest.fixture
def lived(db: Connection) -> Life:
    """Accounts with a history, rolled up."""
    open_shop(db)
    life = Life(db, 3)
    life.live(30)
    roll_up(db)
    return life


@pytest.mark.parametrize("report", REPORTS)
def test_a_report_does_not_read_the_history(db: Connection, lived: Life, report: str) -> None:
    del lived
    before = reads(db)
    call_all(db, report)
    read = {table for table, times in reads(db).items() if times > before.get(table, 0)}
    assert read & HISTORY == set()
    assert REPORTS[report] in read


def test_ones_own_statistics_read_of_the_history_what_is_not_rolled_up(
    db: Connection, lived: Life
) -> None:
    account_id = lived.people[0]
    for new in range(3):
        before = rows_read(db, "transactions")
        with as_user(db, account_id):
            call_all(db, "get_credit_usage_stats")
        assert rows_read(db, "transactions") - before == new
        charge(db, account_id, 1)


def test_a_roll_up_reads_of_the_history_what_is_new(db: Connection, lived: Life) -> None:
    for account_id in lived.people[:2]:
        charge(db, account_id, 1)
    before = rows_read(db, "transactions")
    assert roll_up(db) == 2
    assert rows_read(db, "transactions") - before == 2
