"""A roll-up takes so much of a long history at a time; the next one goes on where it stopped."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.statistics.living import Life, open_shop, rebuild, roll_up, use
from tests.statistics.reckoning import differences, rolled_up
from tests.support import Connection, find_violations
from tests.usage.charges import charge
from tests.wallets import call, funded_account

PORTION, SECONDS = "100000", "20 seconds"
DEFINITION = "select pg_get_functiondef('credits.roll_up(integer)'::regprocedure)"
VIOLATIONS = """
    select * from credits.usage_violations(%s) union all select * from credits.total_violations()
"""
CALLS = "select coalesce(sum(calls), 0) from credits.usage_daily"


def changed(conn: Connection, old: str, new: str) -> None:
    """Let the roll-up of this database have another limit than the one in its source."""
    ((source,),) = conn.execute(DEFINITION).fetchall()
    assert source.count(old) == 1
    conn.execute(source.replace(old, new).encode())


def calls(conn: Connection) -> int:
    ((count,),) = conn.execute(CALLS).fetchall()
    return int(count)


def charged(conn: Connection, times: int) -> UUID:
    account_id = funded_account(conn, times)
    for _ in range(times):
        charge(conn, account_id, 1)
    return account_id


@pytest.mark.breaks_books
def test_a_hundred_thousand_transactions_are_taken_at_a_time(db: Connection) -> None:
    """The history is that of many calls of a free service, but for its hashes."""
    open_shop(db)
    account_id = funded_account(db, 10)
    assert use(db, account_id, "ping") == 2
    db.execute(
        """
        insert into credits.transactions
        select r.* from credits.transactions as t
        cross join generate_series(3, 100500) as n (id)
        cross join lateral jsonb_populate_record(
            t, jsonb_build_object('id', n.id, 'key', n.id::text)
        ) as r
        where t.account_id = %(id)s and t.id = 2
        """,
        {"id": account_id},
    )
    db.execute(
        "update credits.accounts set last_transaction_id = 100500 where id = %s", [account_id]
    )
    found = []
    while roll_up(db):
        found.append(calls(db))
        assert db.execute(VIOLATIONS, [account_id]).fetchall() == []
    assert found == [99_999, 100_499], "the first transaction is the credits"


@pytest.fixture
def portions(db: Connection) -> None:
    changed(db, PORTION, "3")


@pytest.mark.usefixtures("portions")
def test_the_next_one_goes_on_and_the_books_are_right_in_between(db: Connection) -> None:
    charged(db, 10)
    found = []
    while roll_up(db):
        found.append(calls(db))
        assert find_violations(db) == []
        rebuild(db)
        assert calls(db) == found[-1], "rebuilt is what was rolled up, and no more"
    assert found == [2, 5, 8, 10]
    assert differences(db) == []


@pytest.mark.usefixtures("portions")
def test_each_account_has_its_portion_and_none_waits_for_a_long_one(db: Connection) -> None:
    long, short = charged(db, 20), charged(db, 2)
    assert roll_up(db) == 2
    found = {key.account_id: sums.calls for key, sums in rolled_up(db).items()}
    assert found == {long: 2, short: 2}
    assert roll_up(db) == 1


@pytest.mark.usefixtures("portions")
def test_maintenance_goes_on_too(db: Connection) -> None:
    charged(db, 7)
    counts = [call(db, "run_credit_maintenance")["rolled_up"] for _ in range(4)]
    assert (counts, calls(db)) == ([1, 1, 1, 0], 7)


@pytest.mark.usefixtures("portions")
@pytest.mark.parametrize("seed", range(2))
def test_in_portions_it_comes_to_the_same(db: Connection, seed: int) -> None:
    open_shop(db)
    life = Life(db, seed)
    life.live(60)
    while roll_up(db):
        assert find_violations(db) == []
    assert differences(db) == []
    before = rolled_up(db)
    rebuild(db)
    assert rolled_up(db) == before


def test_after_twenty_seconds_it_begins_with_no_other_account(db: Connection) -> None:
    for _ in range(4):
        charged(db, 1)
    db.execute(
        """
        create function public.be_slow() returns trigger language plpgsql as
        $$ begin perform pg_sleep(0.2); return null; end $$;
        create trigger slow after insert on credits.rollups
        for each row execute function public.be_slow();
        """
    )
    changed(db, SECONDS, "0.1 seconds")
    found = []
    while count := roll_up(db):
        found.append(count)
        assert find_violations(db) == []
    assert found == [1, 1, 1, 1]
    assert differences(db) == []
