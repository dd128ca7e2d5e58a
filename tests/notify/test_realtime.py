"""Balances that have moved are broadcast where Supabase's Realtime is, and nowhere else."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import Connection, as_user
from tests.teams.people import asks, create, invite, person
from tests.wallets import add, call, deduct, funded_account

# What Supabase has, but that it stores what is to be sent.
REALTIME = """
create schema if not exists realtime;
create table realtime.sent (payload jsonb, event text, topic text, private boolean);
create or replace function realtime.send(
    payload jsonb, event text, topic text, private boolean default true
) returns void language sql as
$$ insert into realtime.sent values (payload, event, topic, private) $$;
"""


@pytest.fixture
def realtime(db: Connection) -> Connection:
    db.execute(REALTIME)
    return db


def sent(conn: Connection) -> dict[UUID, Any]:
    """Return what was broadcast, by account, and forget it."""
    found = conn.execute(
        "with gone as (delete from realtime.sent returning *) "
        "select (payload ->> 'account_id')::uuid, payload, event, topic, private from gone"
    ).fetchall()
    assert len(found) == len({row[0] for row in found})
    for account_id, _, event, topic, private in found:
        assert (event, topic, private) == ("balance", f"credits:{account_id}", True)
    return {account_id: payload for account_id, payload, *_ in found}


def test_the_accounts_that_moved_are_told_their_balance(realtime: Connection) -> None:
    one, other = funded_account(realtime, 100), funded_account(realtime, 50)
    call(realtime, "run_credit_maintenance")
    assert sent(realtime).keys() == {one, other}
    call(realtime, "hold_credits", account_id=one, key="h", amount="12.5")
    deduct(realtime, one, 7)
    deduct(realtime, one, 3)
    call(realtime, "run_credit_maintenance")
    assert sent(realtime) == {
        one: {"account_id": str(one), "balance": 90, "held": 12.5, "available": 77.5}
    }
    call(realtime, "run_credit_maintenance")
    assert sent(realtime) == {}


def test_numbers_are_told_without_idle_zeros(realtime: Connection) -> None:
    account_id = funded_account(realtime, Decimal("1.500000000"))
    add(realtime, account_id, Decimal("0.500"))
    call(realtime, "run_credit_maintenance")
    query = "select payload::text from realtime.sent"
    ((text,),) = realtime.execute(query).fetchall()
    assert '"balance": 2,' in text or '"balance": 2}' in text


def test_without_realtime_everything_works(db: Connection) -> None:
    db.execute("drop schema if exists realtime cascade")
    account_id = funded_account(db, 100)
    counts = call(db, "run_credit_maintenance")
    assert counts["rolled_up"] == 1
    query = "select last_transaction_id from credits.rollups where account_id = %s"
    assert db.execute(query, [account_id]).fetchone() == (1,)


def test_a_function_of_the_same_name_with_other_parameters_is_not_called(db: Connection) -> None:
    db.execute("drop schema if exists realtime cascade")
    db.execute("create schema realtime")
    db.execute(
        "create function realtime.send(text) returns void language plpgsql as "
        "$$ begin raise exception 'called'; end $$"
    )
    funded_account(db, 100)
    assert call(db, "run_credit_maintenance")["rolled_up"] == 1


@pytest.mark.parametrize("may_use", [True, False])
def test_an_owner_who_may_not_use_its_schema_broadcasts_nothing(
    realtime: Connection, may_use: bool
) -> None:
    owner = f"owner_{uuid4().hex}"
    realtime.execute(f"create role {owner}")
    realtime.execute(f"grant usage on schema credits{', realtime' * may_use} to {owner}")
    realtime.execute(f"grant insert on realtime.sent to {owner}")
    realtime.execute(
        "grant execute on function credits.broadcast_balance(uuid, numeric, numeric),"
        f" realtime.send(jsonb, text, text, boolean) to {owner}"
    )
    account_id = uuid4()
    realtime.execute(f"set local role {owner}")
    realtime.execute("select credits.broadcast_balance(%s, 5, 0)", [account_id])
    realtime.execute("reset role")
    assert list(sent(realtime)) == [account_id] * may_use


def hears(conn: Connection, user_id: UUID, account_id: UUID, extension: str = "broadcast") -> bool:
    """Tell whether a user may join an account's channel, as Realtime asks it."""
    with conn.transaction(force_rollback=True):
        topic = f"credits:{account_id}"
        conn.execute(
            "insert into realtime.messages (topic, extension, private) values (%s, %s, true)",
            [topic, extension],
        )
        with as_user(conn, user_id):
            conn.execute("select set_config('realtime.topic', %s, true)", [topic])
            return conn.execute("select from realtime.messages").fetchone() is not None


def test_only_who_may_read_an_account_joins_its_channel(db: Connection) -> None:
    owner, stranger = person(db, "owner"), person(db, "stranger")
    team = create(db, owner)
    for user_id, account_id in ((owner, owner), (owner, team), (stranger, stranger)):
        assert hears(db, user_id, account_id)
        assert not hears(db, user_id, account_id, "presence")
    for account_id in (team, owner):
        assert not hears(db, stranger, account_id)
    invitation = invite(db, team, owner, "stranger@example.com", "viewer")
    asks(db, stranger, "accept_credit_invitation", invitation_id=invitation["id"])
    assert hears(db, stranger, team)
    assert not hears(db, stranger, owner)
