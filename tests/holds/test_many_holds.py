"""Many holds and gifts of one account that are over: ended in as many writes as a few are."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

import pytest

from tests.gifts.giving import buyer, gifts_of, has, send
from tests.holds.holding import hold, log, sweep
from tests.returns.sales import open_shop
from tests.support import Connection
from tests.wallets import add, deduct, remaining

WRITTEN = ("accounts", "grants", "holds", "gifts", "transactions", "outbox")


def note_writes(conn: Connection) -> None:
    """Note from now on each statement that writes a table of ours."""
    conn.execute(
        """
        create table public.writes (what text);
        create function public.note_write() returns trigger language plpgsql as
        $$ begin
            insert into public.writes values (tg_op || ' ' || tg_table_name);
            return null;
        end $$
        """
    )
    for table in WRITTEN:
        conn.execute(
            f"create trigger note_write after insert or update or delete on credits.{table} "
            "for each statement execute function public.note_write()"
        )


def noted_writes(conn: Connection) -> Counter[str]:
    """Return how many statements wrote what since this was asked last."""
    return Counter(what for (what,) in conn.execute("delete from public.writes returning what"))


def let_end(conn: Connection, account_id: UUID) -> None:
    """Let the time of an account's holds and gifts of one credit pass; nobody has swept them."""
    conn.execute(
        """
        with given as (
            update credits.gifts set expires_at = clock_timestamp()
            where account_id = %(id)s and amount = 1
        ),
        held as (
            update credits.holds set expires_at = clock_timestamp()
            where account_id = %(id)s and amount = 1
        )
        update credits.accounts set next_expiry_at = clock_timestamp() where id = %(id)s
        """,
        {"id": account_id},
    )


def giver_with(conn: Connection, number: int) -> UUID:
    """Return an account of 150 credits, with so many holds and gifts that are over, and two open.

    The two open ones are of 5 credits each; those that are over come from both grants.
    """
    account_id, _ = buyer(conn)
    for _ in range(number):
        send(conn, account_id, "bob@example.org", 1)
    hold(conn, account_id, 5)
    send(conn, account_id, "bob@example.org", 5)
    add(conn, account_id, number // 2, expires_at="2100-01-01")
    for _ in range(number):
        hold(conn, account_id, 1)
    add(conn, account_id, 50 - number // 2)
    let_end(conn, account_id)
    return account_id


@pytest.mark.parametrize("by", ["a spend", "the job"])
def test_forty_are_ended_in_as_many_writes_as_two(db: Connection, by: str) -> None:
    open_shop(db)
    note_writes(db)
    written = []
    for number in (2, 40):
        account_id = giver_with(db, number)
        noted_writes(db)
        if by == "a spend":
            deduct(db, account_id, 1)
        else:
            assert sweep(db) == 2 * number
        written.append(noted_writes(db))
    assert written[0] == written[1]
    assert written[0]["UPDATE holds"] == written[0]["UPDATE gifts"] == 1


def test_each_of_forty_has_ended_and_the_open_ones_have_not(db: Connection) -> None:
    open_shop(db)
    account_id = giver_with(db, 40)
    before = has(db, account_id)
    assert sweep(db) == 80
    assert has(db, account_id) == before == (140, 10, 0)
    assert sum(remaining(db, account_id).values()) == 140
    states = Counter((row["state"], row["amount"]) for row in log(db, account_id))
    assert states == {("expired", 1): 40, ("open", 5): 1}
    gifts = Counter((row["state"], row["amount"]) for row in gifts_of(db, account_id))
    assert gifts == {("expired", 1): 40, ("pending", 5): 1}
    stored = db.execute("select state, count(*) from credits.gifts group by 1 order by 1")
    assert stored.fetchall() == [("expired", 40), ("pending", 1)]
    assert deduct(db, account_id, 140)["balance"] == 10
