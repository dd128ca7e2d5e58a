"""``credits.roll_up``: each charge and refund is in the daily usage once, whoever rolls up when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest

from tests.concurrency.load import Job, connect, run_at_once, spend, wait_for_lock
from tests.statistics.living import Life, open_shop, rebuild, roll_up
from tests.statistics.reckoning import differences, rolled_up, summed
from tests.support import Connection
from tests.teams.people import unmoved
from tests.usage.charges import charge, refund
from tests.wallets import call, funded_account, refused


@pytest.mark.parametrize("seed", range(6))
def test_the_daily_usage_is_that_of_a_plain_reckoning(db: Connection, seed: int) -> None:
    open_shop(db)
    life = Life(db, seed)
    for _ in range(4):
        life.live(20)
        roll_up(db)
        assert differences(db) == []
    found = rolled_up(db)
    assert len({key.day for key in found}) > 1
    assert {key.currency for key in found} == {None, "usd", "eur"}
    assert sum(sums.refunded for sums in found.values()) > 0


def test_rolled_up_again_nothing_is_new(db: Connection) -> None:
    account_id = funded_account(db, 10)
    charge(db, account_id, 4, service="sms")
    assert roll_up(db) == 1
    with unmoved(db):
        assert roll_up(db) == 0
    charge(db, account_id, 1, service="sms")
    assert roll_up(db) == 1
    found = db.execute("select calls, credits from credits.usage_daily").fetchall()
    assert found == [(2, 5)]


def test_an_account_without_usage_is_done_too(db: Connection) -> None:
    funded_account(db, 10)
    assert (roll_up(db), roll_up(db)) == (1, 0)
    assert rolled_up(db) == {}


@pytest.mark.parametrize("order", [1, -1])
def test_rebuilt_it_is_the_same(db: Connection, order: int) -> None:
    open_shop(db)
    life = Life(db, 11)
    for _ in range(3):
        life.live(15)
        roll_up(db)
    before = rolled_up(db)
    db.execute("update credits.usage_daily set calls = calls + 1, credits = 0")
    db.execute("update credits.usage_totals set calls = calls + 1, credits = 0")
    assert differences(db) != []
    for account_id in life.accounts[::order]:
        assert rebuild(db, account_id) == 1
    assert rolled_up(db) == before
    assert rebuild(db) == len(life.accounts)
    assert rolled_up(db) == before


def test_what_is_rebuilt_is_what_was_rolled_up_and_no_more(db: Connection) -> None:
    account_id = funded_account(db, 10)
    charge(db, account_id, 4)
    roll_up(db)
    charge(db, account_id, 2)
    rebuild(db)
    assert [sums.credits for sums in rolled_up(db).values()] == [4]
    assert roll_up(db) == 1
    assert differences(db) == []


def test_so_many_accounts_are_taken_at_a_time(db: Connection) -> None:
    for _ in range(5):
        charge(db, funded_account(db, 10), 1)
    assert [roll_up(db, 2) for _ in range(4)] == [2, 2, 1, 0]
    assert differences(db) == []


def test_who_has_waited_longest_is_first_so_that_nobody_waits_for_ever(db: Connection) -> None:
    accounts = [funded_account(db, 100) for _ in range(7)]
    for done in range(1, 4):
        for _ in range(4):  # 4 rounds of 2 are enough for 7
            for account_id in accounts:
                charge(db, account_id, 1)
            assert roll_up(db, 2) == 2
        query = "select account_id, sum(calls) from credits.usage_daily group by account_id"
        found = dict(db.execute(query).fetchall())
        assert found.keys() == set(accounts)
        assert min(found.values()) > 4 * (done - 1), "rolled up within the last 4 rounds"


@pytest.mark.parametrize("limit", [0, -1, None])
def test_a_limit_is_a_number_of_accounts(db: Connection, limit: int | None) -> None:
    with unmoved(db), refused(db, "22023", "invalid_batch_size"):
        db.execute("select credits.roll_up(%s)", [limit])


def test_maintenance_rolls_up_and_says_how_many(db: Connection) -> None:
    charge(db, funded_account(db, 10), 1)
    assert call(db, "run_credit_maintenance")["rolled_up"] == 1
    assert differences(db) == []


def test_a_refund_counts_on_its_own_day_and_the_charge_stays(db: Connection) -> None:
    account_id = funded_account(db, 10)
    charged = charge(db, account_id, 4, service="sms")
    roll_up(db)
    db.execute("update credits.accounts set last_transaction_at = clock_timestamp() + '2 days'")
    refund(db, account_id, charged, 3)
    roll_up(db)
    query = "select service, calls, credits, refunded from credits.usage_daily order by day"
    assert db.execute(query).fetchall() == [("sms", 1, 4, 0), ("sms", 0, 0, 3)]
    assert differences(db) == []


def test_many_roll_ups_at_once_count_each_charge_once(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        accounts = [funded_account(conn, 1000) for _ in range(4)]

    def rolls(conn: Connection) -> int:
        return sum(roll_up(conn) for _ in range(6))

    def spends(conn: Connection, session: int) -> int:
        for n in range(12):
            assert spend(conn, accounts[n % 4], 1, f"{session}:{n}")[0] == "ok"
        return 0

    jobs: list[Job[int]] = [rolls, *(partial(spends, session=n) for n in range(4)), rolls, rolls]
    run_at_once(fresh_db, jobs, role="postgres")
    with psycopg.connect(fresh_db) as conn:
        roll_up(conn)
        assert differences(conn) == []
        assert sum(sums.calls for sums in rolled_up(conn).values()) == 48


def test_while_one_rolls_up_another_does_nothing(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        charge(conn, funded_account(conn, 10), 1)
    with psycopg.connect(fresh_db) as first, psycopg.connect(fresh_db) as second:
        assert roll_up(first) == 1
        assert roll_up(second) == 0
        first.rollback()
        second.rollback()
        assert roll_up(second) == 1


def test_a_rebuild_waits_for_a_roll_up(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = funded_account(conn, 10)
        charge(conn, account_id, 1)
        roll_up(conn)
        charge(conn, account_id, 1)
    with psycopg.connect(fresh_db) as first, ThreadPoolExecutor(1) as pool:
        roll_up(first)
        with connect(fresh_db, "postgres") as second:
            waits = pool.submit(rebuild, second)
            wait_for_lock(fresh_db, second.info.backend_pid)
            waited_for = first.execute(
                "select locktype from pg_locks where pid = %s and not granted",
                [second.info.backend_pid],
            ).fetchall()
            assert waited_for == [("advisory",)]
            first.commit()
            assert waits.result(60) == 1
    with psycopg.connect(fresh_db) as conn:
        assert differences(conn) == []


def test_what_a_long_transaction_commits_late_is_not_lost(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        slow, quick = (funded_account(conn, 100) for _ in range(2))
        charge(conn, slow, 1, service="sms")
    with psycopg.connect(fresh_db) as late, psycopg.connect(fresh_db, autocommit=True) as other:
        charge(late, slow, 20, service="late")
        charge(other, quick, 3, service="sms")
        assert roll_up(other) == 2
        assert {key.service for key in rolled_up(other)} == {"sms"}
        late.commit()
        assert roll_up(other) == 1
        assert differences(other) == []
        by_service = summed(rolled_up(other), lambda key: key.service)
        assert {name: sums.credits for name, sums in by_service.items()} == {"sms": 4, "late": 20}


def test_what_is_rolled_back_is_not_counted(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        account_id = funded_account(conn, 100)
    with psycopg.connect(fresh_db) as undone, psycopg.connect(fresh_db, autocommit=True) as other:
        charge(undone, account_id, 20)
        assert roll_up(other) == 1
        undone.rollback()
        charge(other, account_id, 7)
        assert roll_up(other) == 1
        assert [sums.credits for sums in rolled_up(other).values()] == [7]


def test_where_realtime_is_there_the_new_balances_are_broadcast(db: Connection) -> None:
    db.execute(
        """
        create or replace function realtime.send(
            payload jsonb, event text, topic text, private boolean default true
        )
        returns void language sql as $$
            insert into realtime.messages (payload, event, topic, private, extension)
            values ($1, $2, $3, $4, 'broadcast')
        $$
        """
    )
    account_id = funded_account(db, 10)
    call(db, "hold_credits", account_id=account_id, key="hold", amount=2)
    charge(db, account_id, 3)
    assert (roll_up(db), roll_up(db)) == (1, 0)
    query = "select event, topic, private, payload from realtime.messages"
    assert db.execute(query).fetchall() == [
        (
            "balance",
            f"credits:{account_id}",
            True,
            {"account_id": str(account_id), "balance": 7, "held": 2, "available": 5},
        )
    ]
