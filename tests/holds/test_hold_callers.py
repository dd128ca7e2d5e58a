"""Holds are the back end's: no user and nobody may place, end or extend one; users read theirs."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest

from tests.holds.holding import capture, extend, has, hold, let_end, log, release
from tests.support import Connection, as_admin, as_anon, as_service, as_user, sign_up
from tests.wallets import Row, call, funded_account, refused

CALLS: dict[str, Row] = {
    "hold_credits": {"key": "k", "amount": 1},
    "capture_credits": {"amount": 1},
    "release_credits": {},
    "extend_hold": {"ttl_seconds": 60},
}


def callers(conn: Connection, user_id: UUID) -> dict[str, AbstractContextManager[Any]]:
    forged = {"role": "service_role", "app_metadata": {"role": "service_role"}}
    return {
        "the user": as_user(conn, user_id),
        "another user": as_user(conn, sign_up(conn)),
        "an administrator": as_admin(conn, sign_up(conn)),
        "nobody": as_anon(conn),
        "a user who says to be the back end": as_user(conn, user_id, **forged),
    }


@pytest.mark.parametrize("function", [*CALLS, "release_expired_holds"])
def test_only_the_back_end_may_call(db: Connection, function: str) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    arguments = dict(CALLS.get(function, {}))
    if function in CALLS:
        arguments["account_id"] = account_id
        if function != "hold_credits":
            arguments["hold_id"] = held["hold_id"]
    for caller in callers(db, account_id).values():
        with refused(db, "42501", f"permission denied for function {function}"), caller:
            call(db, function, **arguments)
    assert has(db, account_id) == (100, 30, 70)
    assert [row["state"] for row in log(db, account_id)] == ["open"]
    with as_service(db):
        call(db, function, **arguments)


def test_the_rules_behind_them_are_closed_too(db: Connection) -> None:
    rows = db.execute(
        """
        select p.proname, r.role
        from pg_proc as p
        cross join unnest(array['anon', 'authenticated', 'credits_edge']) as r (role)
        where
            p.pronamespace = 'credits'::regnamespace
            and p.proname ~ 'hold|capture|release|digest_prompt'
            and has_function_privilege(r.role, p.oid, 'execute')
        """
    )
    assert rows.fetchall() == []


def test_the_back_end_does_the_whole_job(db: Connection) -> None:
    account_id = funded_account(db, 100)
    with as_service(db):
        held = hold(db, account_id, 30)
        extend(db, account_id, held, 1000)
        capture(db, account_id, held, 10)
        release(db, account_id, hold(db, account_id, 30))
        assert [row["state"] for row in log(db, account_id)] == ["captured", "released"]
    let_end(db, hold(db, account_id, 30))
    with as_service(db):
        assert call(db, "release_expired_holds", at="2026-01-01") == 0
    assert has(db, account_id) == (90, 0, 90)


def test_nobody_writes_the_table_of_holds(db: Connection) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 30)
    for caller in (as_user(db, account_id), as_service(db), as_anon(db)):
        with refused(db, "42501", "permission denied for table holds"), caller:
            db.execute("update credits.holds set state = 'released'")
    assert [row["state"] for row in log(db, account_id)] == ["open"]


@pytest.mark.parametrize("column", ["request", "scope", "grants"])
def test_a_user_does_not_read_the_inner_columns(db: Connection, column: str) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 30)
    with refused(db, "42501", "permission denied for table holds"), as_user(db, account_id):
        db.execute(f"select {column} from credits.holds")
