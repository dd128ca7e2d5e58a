"""The audit: one entry for each act, never changed, and read a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.administrators.acting import (
    act,
    administrator,
    approve,
    as_actor,
    audit,
    decline,
    does,
    limit_alone,
    lists,
)
from tests.support import Connection, as_admin, as_anon, as_service
from tests.wallets import call, changed_catalog, funded_account, refused, use_catalog

CHANGES = [
    "update credits.audit_log set actor = 'nobody'",
    "update credits.audit_log set reason = 'x' where false",
    "delete from credits.audit_log",
    "delete from credits.audit_log where false",
    "truncate credits.audit_log",
    "truncate credits.audit_log cascade",
]
Caller = Callable[[Connection], Any]


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


@pytest.fixture
def account(db: Connection) -> UUID:
    return funded_account(db, 100)


def test_an_act_with_money_says_how_the_account_stood_before_and_after(
    db: Connection, admin: UUID, account: UUID
) -> None:
    done = act(db, admin, "remove_credits", account, amount=30, reason=" paid twice ")
    (entry,) = audit(db)
    when = entry.pop("created_at")
    assert when >= done["requested_at"]
    assert entry.pop("id") > 0
    assert entry == {
        "account_id": account,
        "actor": as_actor(admin),
        "act": "remove_credits",
        "reason": "paid twice",
        "before": {"balance": 100, "debt": 0},
        "after": {
            "balance": 70, "debt": 0, "amount": -30, "transaction_id": 2, "act_id": None,
            "requested_by": as_actor(admin),
        },
    }  # fmt: skip


def test_an_act_that_waits_has_an_entry_for_each_of_both(
    db: Connection, admin: UUID, account: UUID
) -> None:
    limit_alone(db, 10)
    second = administrator(db)
    waiting = act(db, admin, "add_credits", account, amount=30, reason="a prize")
    approve(db, second, waiting)
    asked, done = audit(db)
    assert (asked["act"], asked["actor"], asked["reason"]) == (
        "request_add_credits", as_actor(admin), "a prize",
    )  # fmt: skip
    assert asked["before"] == {}
    assert {key: asked["after"][key] for key in ("act_id", "amount", "source")} == {
        "act_id": str(waiting["act_id"]), "amount": 30, "source": "bonus",
    }  # fmt: skip
    assert (done["act"], done["actor"], done["reason"]) == (
        "add_credits", as_actor(second), "a prize",
    )  # fmt: skip
    assert (done["before"]["balance"], done["after"]["balance"]) == (100, 130)
    assert done["after"]["requested_by"] == as_actor(admin)
    assert done["after"]["act_id"] == str(waiting["act_id"])


def test_what_was_declined_says_why(db: Connection, admin: UUID, account: UUID) -> None:
    limit_alone(db, 10)
    waiting = act(db, admin, "add_credits", account, amount=30)
    second = administrator(db)
    decline(db, second, waiting, "not for that")
    entry = audit(db)[-1]
    assert (entry["act"], entry["actor"], entry["reason"], entry["account_id"]) == (
        "decline_act", as_actor(second), "not for that", account,
    )  # fmt: skip
    assert entry["before"] == {
        "act_id": str(waiting["act_id"]), "act": "add_credits", "amount": 30,
    }  # fmt: skip


def test_a_new_catalog_is_an_act_of_who_applied_it(db: Connection) -> None:
    use_catalog(db)
    with as_service(db):
        use_catalog(db, changed_catalog(refund_days=7))
        use_catalog(db, changed_catalog(refund_days=7))
        call(db, "apply_credit_catalog", catalog=changed_catalog(refund_days=8), dry_run=True)
    found = lists(db, administrator(db), "admin_list_audit", act="apply_catalog")
    assert [(entry["actor"], entry["before"], entry["after"]) for entry in found] == [
        ("service_role", {"version": 1}, {"version": 2, "code": "small"}),
        (db.info.user, {"version": None}, {"version": 1, "code": "small"}),
    ]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("replication", ["origin", "replica"])
def test_the_owner_cannot_change_it(
    db: Connection, admin: UUID, account: UUID, change: str, replication: str
) -> None:
    act(db, admin, "add_credits", account, amount=5)
    before = audit(db)
    db.execute("select set_config('session_replication_role', %s, true)", [replication])
    with refused(db, "42501", "append_only") as detail:
        db.execute(change.encode())
    assert detail == {"table": "audit_log", "operation": change.split()[0].upper()}
    assert audit(db) == before


@pytest.mark.parametrize(
    "statement",
    [
        *CHANGES,
        "select * from credits.audit_log",
        "insert into credits.audit_log (actor, act, before, after) values ('x', 'y', '{}', '{}')",
        "alter table credits.audit_log disable trigger all",
        "drop table credits.audit_log",
        "select credits.write_audit(null, 'x', 'y', null, '{}', '{}')",
        "select * from credits.pending_acts",
        "update credits.pending_acts set state = 'done'",
        "delete from credits.pending_acts",
    ],
)
def test_no_api_role_reaches_it_or_what_waits(
    db: Connection, admin: UUID, account: UUID, statement: str
) -> None:
    act(db, admin, "add_credits", account, amount=5)
    before = audit(db)
    callers: list[Caller] = [as_anon, as_service, lambda conn: as_admin(conn, admin)]
    for caller in callers:
        with pytest.raises(InsufficientPrivilege), db.transaction(), caller(db):
            db.execute(statement.encode())
    assert audit(db) == before


@pytest.fixture
def acts(db: Connection, admin: UUID, account: UUID) -> list[int]:
    """The ids of 7 entries, the latest first: additions to two accounts, then a pause of one."""
    other = funded_account(db, 5)
    for amount in range(1, 4):
        act(db, admin, "add_credits", account, amount=amount)
        act(db, admin, "add_credits", other, amount=amount)
    does(db, administrator(db), "admin_pause_account", account_id=account, reason="a look")
    return [entry["id"] for entry in reversed(audit(db))]


def seen(conn: Connection, admin_id: UUID, **asked: Any) -> list[int]:
    """Return the ids of a page of the audit."""
    return [entry["id"] for entry in lists(conn, admin_id, "admin_list_audit", **asked)]


def test_its_pages_follow_each_other_the_latest_first(
    db: Connection, admin: UUID, acts: list[int]
) -> None:
    assert seen(db, admin) == acts
    pages: list[list[int]] = [seen(db, admin, page_size=3)]
    while pages[-1]:
        pages.append(seen(db, admin, page_size=3, before=pages[-1][-1]))
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [entry for page in pages for entry in page] == acts


def test_it_is_listed_by_account_by_actor_by_act_and_by_time(
    db: Connection, admin: UUID, account: UUID, acts: list[int]
) -> None:
    assert seen(db, admin, account_id=account) == [acts[0], acts[2], acts[4], acts[6]]
    assert seen(db, admin, actor=as_actor(admin)) == acts[1:]
    assert seen(db, admin, act="pause_account") == acts[:1]
    assert seen(db, admin, act="add_credits", account_id=account) == [acts[2], acts[4], acts[6]]
    times = {entry["id"]: entry["created_at"] for entry in audit(db)}
    assert seen(db, admin, since=times[acts[2]]) == acts[:3]
    assert seen(db, admin, until=times[acts[2]]) == acts[3:]
    assert seen(db, admin, since=times[acts[4]], until=times[acts[2]]) == acts[3:5]
    assert seen(db, admin, since=times[acts[0]] + timedelta(microseconds=1)) == []


def test_a_page_is_as_it_is_stored(db: Connection, admin: UUID, acts: list[int]) -> None:
    assert len(acts) == 7
    assert lists(db, admin, "admin_list_audit", page_size=200) == audit(db)[::-1]


@pytest.mark.parametrize("size", [None, 0, -1, 201])
def test_a_page_has_a_size(db: Connection, admin: UUID, size: int | None) -> None:
    with refused(db, "22023", "invalid_page_size"):
        seen(db, admin, page_size=size)


def test_a_dry_run_and_a_refused_act_leave_no_entry(
    db: Connection, admin: UUID, account: UUID
) -> None:
    with refused(db, "PT402", "insufficient_credits"):
        act(db, admin, "remove_credits", account, amount=101)
    db.execute("select public.apply_credit_catalog(%s, true)", [Jsonb(changed_catalog())])
    assert db.execute("select count(*) from credits.audit_log").fetchone() == (0,)
