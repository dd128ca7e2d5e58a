"""The pages of all accounts are read in order from an index: none sorts all there are."""

from __future__ import annotations

import psycopg
import pytest

from tests.administrators.acting import administrator, lists
from tests.support import Connection, sign_up

INDEX = "credits.accounts_created_idx"


def entries_read(conn: Connection) -> int:
    """Return how many entries of the index were read in this transaction."""
    query = "select pg_stat_get_xact_tuples_returned(%s::regclass)"
    ((count,),) = conn.execute(query, [INDEX]).fetchall()
    return int(count)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_page_reads_no_more_of_the_index_than_it_shows(fresh_db: str, is_first: bool) -> None:
    # A database of its own: what other tests have rolled back is in the index, too.
    with psycopg.connect(fresh_db) as conn:
        admin = administrator(conn)
        *_, last = [sign_up(conn) for _ in range(9)]
        conn.execute("set local enable_seqscan = off")  # there are too few accounts to do without
        asked = {} if is_first else {"before": last}
        before = entries_read(conn)
        assert len(lists(conn, admin, "admin_list_accounts", page_size=3, **asked)) == 3
        assert entries_read(conn) == before + 3
        conn.rollback()
