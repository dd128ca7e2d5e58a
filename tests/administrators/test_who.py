"""Who is an administrator: what the token says, what ``auth.users`` knows, and who is neither."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.administrators.acting import administrator, as_actor, audit
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import call, call_all, funded_account, refused

ADMIN = {"role": "admin"}
NOT_ADMIN: dict[str, dict[str, Any]] = {
    "nothing": {},
    "another role": {"app_metadata": {"role": "editor"}},
    "a role in capitals": {"app_metadata": {"role": "Admin"}},
    "a role with a blank": {"app_metadata": {"role": "admin "}},
    "an empty role": {"app_metadata": {"role": ""}},
    "a null role": {"app_metadata": {"role": None}},
    "a list of roles": {"app_metadata": {"role": ["admin"]}},
    "roles": {"app_metadata": {"roles": ["admin"]}},
    "a flag": {"app_metadata": {"admin": True}},
    "a claim of its own": {"admin": True, "is_admin": True},
    "user_metadata": {"user_metadata": {"role": "superadmin"}},
    "raw_app_meta_data": {"raw_app_meta_data": ADMIN},
    "app_metadata inside user_metadata": {"user_metadata": {"app_metadata": ADMIN}},
    "app_metadata inside app_metadata": {"app_metadata": {"app_metadata": ADMIN}},
    "app_metadata as a text": {"app_metadata": '{"role": "admin"}'},
    "app_metadata as a list": {"app_metadata": [ADMIN]},
    "the claim role": {"role": "admin"},
    "the claim role of the back end": {"role": "service_role"},
    "an anonymous user": {"is_anonymous": True, "user_metadata": ADMIN},
}
# What auth.users says of somebody whose token still names an administrator.
DEMOTED: dict[str, Any] = {
    "demoted": {"role": "user"},
    "demoted to an empty role": {"role": ""},
    "demoted to no role": {"role": None},
    "demoted to a list": {"role": ["admin"]},
    "demoted to a flag": {"role": False},
}
GONE = {
    "banned": {"banned_until": "2999-01-01"},
    "deleted": {"deleted_at": "2026-01-01"},
}


@pytest.mark.parametrize("role", ["admin", "superadmin"])
def test_a_user_whose_token_says_so_is_one(db: Connection, role: str) -> None:
    user_id = administrator(db)
    account_id = funded_account(db, 5)
    with as_user(db, user_id, app_metadata={"role": role, "provider": "email"}):
        answer = call(db, "admin_pause_account", account_id=account_id, reason="a look")
    assert answer["changed_by"] == as_actor(user_id)
    assert [entry["actor"] for entry in audit(db)] == [as_actor(user_id)]


def test_the_back_end_is_one_and_so_is_the_owner_on_a_direct_connection(db: Connection) -> None:
    account_id = funded_account(db, 5)
    asked = {"account_id": account_id, "reason": "a look"}
    with as_service(db):
        assert call(db, "admin_pause_account", **asked)["changed_by"] == "service_role"
    owner = db.info.user
    assert call(db, "admin_resume_account", **asked)["changed_by"] == owner
    assert [entry["actor"] for entry in audit(db)] == ["service_role", owner]


@pytest.mark.parametrize("claims", NOT_ADMIN.values(), ids=NOT_ADMIN.keys())
def test_what_else_a_token_says_makes_nobody_one(db: Connection, claims: dict[str, Any]) -> None:
    user_id = sign_up(db, "eve@example.com", raw_user_meta_data=Jsonb(ADMIN))
    with refused(db, "PT403", "admin_only"), as_user(db, user_id, **claims):
        call_all(db, "admin_list_audit")
    with refused(db, "PT403", "admin_only"), as_user(db, user_id, **claims):
        call(db, "admin_pause_account", account_id=user_id, reason="a look")
    assert audit(db) == []


def test_what_the_user_table_says_alone_makes_nobody_one(db: Connection) -> None:
    """The token is what was signed: a role that is not in it yet does not count."""
    user_id = sign_up(db, raw_app_meta_data=Jsonb(ADMIN))
    with refused(db, "PT403", "admin_only"), as_user(db, user_id):
        call_all(db, "admin_list_audit")


@pytest.mark.parametrize("known", DEMOTED.values(), ids=DEMOTED.keys())
def test_who_was_demoted_is_none_at_once_whatever_the_token_says(
    db: Connection, known: dict[str, Any]
) -> None:
    user_id = sign_up(db, raw_app_meta_data=Jsonb(ADMIN))
    with as_user(db, user_id, app_metadata=ADMIN):
        assert call_all(db, "admin_list_audit") == []
    db.execute(
        "update auth.users set raw_app_meta_data = %s where id = %s", [Jsonb(known), user_id]
    )
    with refused(db, "PT403", "admin_only"), as_user(db, user_id, app_metadata=ADMIN):
        call_all(db, "admin_list_audit")


@pytest.mark.parametrize("known", [None, {}, {"provider": "email"}, {"role": "superadmin"}])
def test_a_role_that_only_a_hook_writes_into_the_token_counts(
    db: Connection, known: dict[str, Any] | None
) -> None:
    user_id = sign_up(db, raw_app_meta_data=None if known is None else Jsonb(known))
    with as_user(db, user_id, app_metadata=ADMIN):
        assert call_all(db, "admin_list_audit") == []


@pytest.mark.parametrize("columns", GONE.values(), ids=GONE.keys())
def test_who_is_banned_or_deleted_is_none(db: Connection, columns: dict[str, Any]) -> None:
    user_id = sign_up(db, raw_app_meta_data=Jsonb(ADMIN), **columns)
    with refused(db, "42501", "user_unknown"), as_user(db, user_id, app_metadata=ADMIN):
        call_all(db, "admin_list_audit")


def test_a_ban_that_is_over_is_none(db: Connection) -> None:
    user_id = sign_up(db, raw_app_meta_data=Jsonb(ADMIN), banned_until="2020-01-01")
    with as_user(db, user_id, app_metadata=ADMIN):
        assert call_all(db, "admin_list_audit") == []


def test_who_does_not_exist_is_none(db: Connection) -> None:
    with refused(db, "42501", "user_unknown"), as_user(db, uuid4(), app_metadata=ADMIN):
        call_all(db, "admin_list_audit")


def test_nobody_without_a_token_is_one(db: Connection) -> None:
    with pytest.raises(InsufficientPrivilege), as_anon(db):
        call_all(db, "admin_list_audit")


@pytest.mark.parametrize("role", ["anon", "credits_edge", "supabase_auth_admin"])
def test_no_function_of_administrators_is_granted_to_other_roles(db: Connection, role: str) -> None:
    granted = db.execute(
        r"""
        select p.oid::regprocedure::text
        from pg_proc as p
        where p.proname like 'admin\_%%' and has_function_privilege(%s, p.oid, 'execute')
        """,
        [role],
    )
    assert granted.fetchall() == []


def test_no_function_of_ours_writes_who_a_user_is(db: Connection) -> None:
    """Nobody promotes anybody by way of pgcredits, so that the last superadmin cannot be one."""
    found = db.execute(
        r"""
        select p.oid::regprocedure::text
        from pg_proc as p
        where
            p.pronamespace in ('public'::regnamespace, 'credits'::regnamespace)
            and p.prosrc ~* '(insert\s+into|update|delete\s+from|merge\s+into)\s+auth\.'
        """
    )
    assert found.fetchall() == []


@pytest.mark.parametrize("role", ["authenticated", "service_role", "credits_edge"])
def test_no_role_writes_who_a_user_is(db: Connection, role: str) -> None:
    """On a plain PostgreSQL; on Supabase the service key reaches its own Auth, which may."""
    query = "select has_any_column_privilege(%s, 'auth.users', 'insert, update')"
    assert db.execute(query, [role]).fetchone() == (False,)
