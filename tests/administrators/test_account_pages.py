"""The pages of all accounts are read in order from an index: none sorts all there are."""

from __future__ import annotations

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
def test_a_page_reads_no_more_of_the_index_than_it_shows(db: Connection, is_first: bool) -> None:
    admin = administrator(db)
    *_, last = [sign_up(db) for _ in range(9)]
    db.execute("set local enable_seqscan = off")  # there are too few accounts to do without
    asked = {} if is_first else {"before": last}
    before = entries_read(db)
    assert len(lists(db, admin, "admin_list_accounts", page_size=3, **asked)) == 3
    assert entries_read(db) == before + 3
