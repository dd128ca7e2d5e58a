"""Claims that prove nothing are refused everywhere; none of them ever means "no check"."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.functions import Function, list_public_functions, listed, usual_arguments
from tests.support import Connection, apply_catalog, as_caller, as_user, sign_up

SOMEBODY = str(uuid4())
CLAIMS = {
    "empty": "",
    "not JSON": "{sub",
    "a list": "[]",
    "a text": '"text"',
    "no sub": "{}",
    "null sub": '{"sub": null}',
    "empty sub": '{"sub": ""}',
    "sub that is no uuid": '{"sub": "1"}',
    "sub that is an object": '{"sub": {"id": 1}}',
    "unknown user": json.dumps({"sub": SOMEBODY}),
    "sub in user_metadata": json.dumps({"user_metadata": {"sub": SOMEBODY}}),
    "sub in app_metadata": json.dumps({"app_metadata": {"sub": SOMEBODY}}),
    "role service_role": '{"role": "service_role"}',
    "role admin": '{"role": "postgres", "app_metadata": {"role": "admin"}}',
}
# These do not need an account: one lists the invitations of who calls, the others name an object.
OF_A_PERSON = {
    "public.list_credit_invitations": "42501",
    "public.revoke_credit_invitation": "PT404",
    "public.get_credit_dispute": "PT404",
    "public.withdraw_credit_dispute": "PT404",
}
VIEWS = ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds")


@pytest.fixture
def user(db: Connection) -> UUID:
    """A user with credits and a history."""
    apply_catalog(db, "voice-agent")
    user_id = sign_up(db, "ada@example.org")
    db.execute("select public.add_credits(%s, 100, 'bonus', 'k')", [user_id])
    return user_id


def personal_functions(conn: Connection) -> list[Function]:
    """List what a signed-in user may call and a stranger may not."""
    signed_in = listed("authenticated") - listed("anon")
    found = [f for f in list_public_functions(conn) if f.signature in signed_in]
    assert len(found) >= 6
    return found


def outcome(conn: Connection, claims: str | None, function: Function, **values: Any) -> str:
    """Call a function as ``authenticated`` with raw claims, and return its SQLSTATE or ``ok``."""
    try:
        with as_caller(conn, "authenticated", None):
            if claims is not None:
                conn.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            function.call(conn, **usual_arguments(function, values))
    except psycopg.Error as error:
        return error.sqlstate or ""
    return "ok"


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=list(CLAIMS))
def test_claims_that_prove_nobody_are_refused(db: Connection, user: UUID, claims: str) -> None:
    for function in personal_functions(db):
        for account_id in (None, user, SOMEBODY):
            code = outcome(db, claims, function, account_id=account_id)
            assert code in {"42501", "28000", "22P02"}, function.name


@pytest.mark.parametrize("claims", CLAIMS.values(), ids=list(CLAIMS))
def test_claims_that_prove_nobody_read_no_row(db: Connection, user: UUID, claims: str) -> None:
    for view in VIEWS:
        # Claims that cannot be read at all end the query with 22P02.
        with (
            suppress(psycopg.errors.InvalidTextRepresentation),
            as_caller(db, "authenticated", None),
        ):
            db.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            assert db.execute(f"select * from public.{view}").fetchall() == []
    with as_user(db, user):
        assert db.execute("select * from public.credit_transactions").fetchall() != []


def test_a_session_without_any_claims_is_refused(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        conn.execute("set local role authenticated")
        for function in personal_functions(conn):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), conn.transaction():
                function.call(conn, **usual_arguments(function, {"account_id": SOMEBODY}))
        assert conn.execute("select * from public.credit_accounts").fetchall() == []


def test_a_claim_named_role_opens_nothing(db: Connection, user: UUID) -> None:
    mallory = sign_up(db, "mallory@example.org")
    claims = {"role": "service_role", "app_metadata": {"role": "service_role"}}
    for function in list_public_functions(db):
        may_call = function.signature in listed("authenticated")
        names = {p.name for p in function.parameters}
        arguments = usual_arguments(function, {"account_id": user, "at": "now", "catalog": "{}"})
        if function.is_for_administrators:
            expected = "PT403"
        elif may_call and "account_id" not in names:
            continue
        else:
            expected = "PT404" if may_call else "42501"
        with pytest.raises(psycopg.Error) as caught, as_user(db, mallory, **claims):
            function.call(db, **arguments)
        assert caught.value.sqlstate == expected, function.name


@pytest.mark.parametrize("role", ["anon", "service_role"])
def test_a_user_s_claims_are_nothing_without_the_role(
    db: Connection, user: UUID, role: str
) -> None:
    """The back end must name the account, or what it means by id; a stranger may not call.

    What administrators do the back end may do as itself.
    """
    for function in personal_functions(db):
        if function.is_for_administrators and role == "service_role":
            continue
        arguments = usual_arguments(function, {})
        with pytest.raises(psycopg.Error) as caught, as_caller(db, role, {"sub": str(user)}):
            function.call(db, **arguments)
        expected = OF_A_PERSON.get(function.name, "22023")
        may_call = function.signature in listed(role)
        assert caught.value.sqlstate == (expected if may_call else "42501"), function.name
