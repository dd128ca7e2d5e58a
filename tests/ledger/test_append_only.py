"""History cannot be changed by anybody: not by a client, the back end, the owner or a replica."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.support import Connection, as_anon, as_service, as_user
from tests.wallets import deduct, funded_account, history, refused

CHANGES = [
    "update credits.transactions set amount = 1000",
    "update credits.transactions set description = 'x' where false",
    "delete from credits.transactions",
    "truncate credits.transactions, credits.disputes",
    "truncate credits.transactions cascade",
]
Caller = Callable[[Connection], Any]


@pytest.mark.parametrize("change", CHANGES)
def test_the_owner_cannot_change_history(db: Connection, change: str) -> None:
    account_id = funded_account(db, 10)
    before = history(db, account_id)
    with refused(db, "42501", "append_only") as detail:
        db.execute(change)
    assert detail == {"table": "transactions", "operation": change.split()[0].upper()}
    assert history(db, account_id) == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_session_that_claims_to_be_a_replica_cannot_either(db: Connection, change: str) -> None:
    funded_account(db, 10)
    db.execute("set local session_replication_role = replica")
    with refused(db, "42501", "append_only"):
        db.execute(change)


@pytest.mark.parametrize(
    "change", ["delete from credits.accounts", "truncate credits.accounts cascade"]
)
def test_an_account_is_never_deleted(db: Connection, change: str) -> None:
    funded_account(db, 10)
    with refused(db, "42501", "append_only"):
        db.execute(change)


@pytest.mark.parametrize("caller", [as_anon, as_service, lambda conn: as_user(conn, "0" * 32)])
@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "insert into credits.transactions default values",
        "update credits.accounts set balance = 1000",
        "delete from credits.accounts",
        "update credits.grants set remaining = 1000",
        "insert into credits.grants default values",
        "alter table credits.transactions disable trigger all",
        "alter table credits.transactions disable row level security",
        "drop table credits.transactions",
        "drop trigger transactions_refuse_change on credits.transactions",
        "set local session_replication_role = replica",
        "update public.credit_transactions set amount = 1000",
        "delete from public.credit_transactions",
    ],
)
def test_an_api_role_has_no_way_to_write_the_ledger(
    db: Connection, caller: Caller, statement: str
) -> None:
    account_id = funded_account(db, 10)
    before = history(db, account_id)
    with pytest.raises(InsufficientPrivilege), caller(db):
        db.execute(statement)
    assert history(db, account_id) == before


def test_spending_goes_on_after_refused_changes(db: Connection) -> None:
    account_id = funded_account(db, 10)
    with refused(db, "42501", "append_only"):
        db.execute("delete from credits.transactions")
    assert deduct(db, account_id, 4)["transaction_id"] == 2
