"""Every function of administrators, as the database lists them: whom it refuses, and what it is.

A new one is found by its name, so that it is covered before anybody thinks of it.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.access.victims import state_without
from tests.administrators.acting import act, administrator
from tests.functions import Function, list_public_functions
from tests.support import Connection, as_admin, as_user, sign_up
from tests.wallets import deduct, funded_account, use_catalog

ADMIN = {"role": "admin"}
# Claims of signed-in users who are none: see test_who for all of them.
STRANGERS: dict[str, dict[str, Any]] = {
    "a user": {},
    "a user with user_metadata": {"user_metadata": ADMIN},
    "an editor": {"app_metadata": {"role": "editor"}},
}


@pytest.fixture
def functions(db: Connection) -> list[Function]:
    """All functions of administrators."""
    found = [it for it in list_public_functions(db) if it.name.startswith("public.admin_")]
    assert len(found) > 20
    return found


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account with 95 credits, a charge of 5 (transaction 2), and an act that waits."""
    use_catalog(db)
    user_id = funded_account(db, 100)
    deduct(db, user_id, 5)
    act(db, administrator(db), "add_credits", user_id, amount=20_000)
    return user_id


def arguments_for(function: Function, account_id: UUID) -> dict[str, Any]:
    """Return arguments with which an administrator's call would find what it names, or nothing."""
    values = {
        "account_id": str(account_id),
        "amount": "5",
        "reason": "a friendly gesture",
        "note": "a friendly gesture",
        "key": f"key-{uuid4()}",
        "grant_id": "1",
        "transaction_id": "2",
        "act_id": str(uuid4()),
        "dispute_id": str(uuid4()),
        "outcome": "rejected",
        "code": "WELCOME",
        "promotion": json.dumps({"code": "WELCOME", "name": "Welcome", "discount_type": "percent",
                                 "discount_value": 10}),
    }  # fmt: skip
    needed = {it.name for it in function.parameters if not it.has_default}
    assert needed <= values.keys(), f"{function.signature}: no value for {needed - values.keys()}"
    return {name: values[name] for name in needed}


def outcome(conn: Connection, function: Function, arguments: dict[str, Any], caller: Any) -> Any:
    """Return ``ok``, or the SQLSTATE and token of the refusal."""
    try:
        with caller:
            function.call(conn, **arguments)
    except psycopg.Error as error:
        return error.sqlstate, error.diag.message_primary
    return "ok"


@pytest.mark.parametrize("claims", STRANGERS.values(), ids=STRANGERS.keys())
def test_each_refuses_who_is_no_administrator_and_nothing_changes(
    db: Connection, functions: list[Function], account_id: UUID, claims: dict[str, Any]
) -> None:
    eve = sign_up(db, "eve@example.com")
    before = state_without(db, uuid4())
    for function in functions:
        arguments = arguments_for(function, account_id)
        found = outcome(db, function, arguments, as_user(db, eve, **claims))
        assert found == ("PT403", "admin_only"), function.signature
    assert state_without(db, uuid4()) == before


def test_each_refuses_before_it_looks_at_what_it_is_asked(
    db: Connection, functions: list[Function]
) -> None:
    """Nobody learns from the refusal whether an account, an act or a code exists."""
    eve = sign_up(db, "eve@example.com")
    for function in functions:
        nothing = {it.name: None for it in function.parameters}
        assert outcome(db, function, nothing, as_user(db, eve)) == ("PT403", "admin_only"), function


def test_each_is_refused_to_an_administrator_who_was_demoted(
    db: Connection, functions: list[Function], account_id: UUID
) -> None:
    admin_id = sign_up(db, raw_app_meta_data=json.dumps({"role": "user"}))
    for function in functions:
        arguments = arguments_for(function, account_id)
        found = outcome(db, function, arguments, as_admin(db, admin_id))
        assert found == ("PT403", "admin_only"), function.signature


def test_each_that_reads_works_in_a_transaction_that_only_reads(
    fresh_db: str,
) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        account_id, admin_id = funded_account(conn, 100), administrator(conn)
        functions = [it for it in list_public_functions(conn) if "admin_" in it.name]
        readers = stable(conn)
    assert len(readers) > 10
    with psycopg.connect(fresh_db) as conn:
        conn.read_only = True
        for function in functions:
            arguments = arguments_for(function, account_id)
            if function.signature in readers:
                assert outcome(conn, function, arguments, as_admin(conn, admin_id)) == "ok", (
                    function.signature
                )


def stable(conn: Connection) -> set[str]:
    """Return the signatures of administrators' functions that promise to change nothing."""
    found = conn.execute(
        r"""
        select 'public.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')'
        from pg_proc as p
        where
            p.pronamespace = 'public'::regnamespace
            and p.proname like 'admin\_%' and p.provolatile = 's'
        """
    )
    return {row[0] for row in found}


def test_those_that_list_or_get_are_the_ones_that_change_nothing(
    db: Connection, functions: list[Function]
) -> None:
    named = {
        it.signature
        for it in functions
        if it.name.startswith(("public.admin_get_", "public.admin_list_"))
    }
    assert stable(db) == named


def test_each_begins_with_the_question_who_asks(db: Connection, functions: list[Function]) -> None:
    """A rule of an administrator that is reached by another way proves it again."""
    for function in functions:
        name = function.name.removeprefix("public.")
        row = db.execute(
            "select prosecdef, prosrc from pg_proc"
            " where proname = %s and pronamespace = 'credits'::regnamespace",
            [name],
        ).fetchone()
        assert row is not None, name
        is_definer, body = row
        assert is_definer, name
        assert "credits.acting_admin()" in body, name
