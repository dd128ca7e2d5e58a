"""Strangers who know every id of somebody: they move nothing, see nothing and learn nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.access.victims import (
    SECRET,
    WORDS,
    Victim,
    create_victim,
    forget_messages_to_sales,
    state_without,
)
from tests.functions import (
    Function,
    Refusal,
    list_public_functions,
    listed,
    usual_arguments,
)
from tests.support import Connection, as_anon, as_service, as_user, sign_up

# They list what there is of an account: of one that is absent, nothing.
FILTERS = {"public.check_credit_integrity", "public.admin_list_audit"}
BASE = {"amount": "1", "service": "sms", "at": "now", "catalog": "{}"}


@pytest.fixture
def victim(db: Connection) -> Victim:
    return create_victim(db)


@pytest.fixture
def attacker(db: Connection) -> UUID:
    """Another user, with credits of the own."""
    user_id = sign_up(db, "mallory@example.org")
    db.execute("select public.add_credits(%s, 50, 'bonus', 'k')", [user_id])
    return user_id


def poisoned(function: Function, victim: Victim) -> Iterator[dict[str, Any]]:
    """Yield arguments with each handle of the victim in each slot that takes it, then in all."""
    usual = usual_arguments(function, BASE)
    for handle in victim.handles():
        everywhere = dict(usual)
        for parameter in function.parameters:
            for value in forms(parameter.type, handle):
                everywhere[parameter.name] = value
                yield {**usual, parameter.name: value}
        yield everywhere


def forms(kind: str, handle: str) -> list[Any]:
    """Return a handle as values of a type; none where it does not fit."""
    if kind == "pg_catalog.text":
        return [handle]
    if kind == "pg_catalog._text":
        return [[handle]]
    if kind == "pg_catalog.jsonb":
        names = ("account_id", "user_id", "id", "key", "sms", "tools")
        return [json.dumps(dict.fromkeys(names, handle)), json.dumps([handle]), json.dumps(handle)]
    if kind == "pg_catalog.uuid" and len(handle) == 36:
        return [handle]
    if kind in {"pg_catalog.int8", "pg_catalog.int4"} and handle.isdigit():
        return [handle]
    return []


@pytest.mark.parametrize("who", ["attacker", "anon"])
def test_no_call_of_a_stranger_moves_or_shows_anything_of_the_victim(
    db: Connection, victim: Victim, attacker: UUID, who: str
) -> None:
    before = state_without(db, attacker)
    calls = successes = 0
    for function in list_public_functions(db):
        for arguments in poisoned(function, victim):
            calls += 1
            try:
                with as_user(db, attacker) if who == "attacker" else as_anon(db):
                    answer = str(function.call(db, **arguments))
                successes += 1
            except psycopg.Error as error:
                answer = str(Refusal.of(error))
            assert SECRET not in answer, function.name
            assert WORDS not in answer, function.name
    assert forget_messages_to_sales(db) > 0
    assert state_without(db, attacker) == before
    assert calls > 300
    assert successes > 10


def test_the_checksum_sees_the_smallest_change(
    db: Connection, victim: Victim, attacker: UUID
) -> None:
    before = state_without(db, attacker)
    with as_service(db):
        db.execute("select public.add_credits(%s, 0.000000001, 'bonus', 'x')", [victim.id])
    assert state_without(db, attacker) != before


@pytest.mark.usefixtures("victim")
def test_views_show_a_stranger_nothing_of_the_victim(db: Connection, attacker: UUID) -> None:
    views = ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds")
    with as_user(db, attacker):
        for view in views:
            rows = db.execute(f"select account_id from public.{view}").fetchall()
            assert {row[0] for row in rows} <= {attacker}
        for table in ("transactions", "grants", "holds"):
            rows = db.execute(f"select account_id from credits.{table}").fetchall()
            assert {row[0] for row in rows} <= {attacker}
    with pytest.raises(psycopg.errors.InsufficientPrivilege), as_anon(db):
        db.execute("select * from public.credit_accounts")


def refusal(
    conn: Connection, user_id: UUID | None, function: Function, account: Any, **more: Any
) -> Refusal:
    """Call a function for an account as a user, or as the back end, and return the refusal."""
    named = {"account_id": account, "key": "k2", **more}
    with (
        pytest.raises(psycopg.Error) as caught,
        as_user(conn, user_id) if user_id else as_service(conn),
    ):
        function.call(conn, **usual_arguments(function, named))
    return Refusal.of(caught.value)


def test_a_foreign_account_and_an_absent_one_get_the_same_answer(
    db: Connection, victim: Victim, attacker: UUID
) -> None:
    without_account = uuid4()
    db.execute("alter table auth.users disable trigger credits_on_auth_user_change")
    db.execute("insert into auth.users (id) values (%s)", [without_account])
    db.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    callable_ = listed("authenticated") - listed("anon")
    functions = [
        f
        for f in list_public_functions(db)
        if f.signature in callable_ and "account_id" in {p.name for p in f.parameters}
    ]
    assert len(functions) >= 6
    for function in functions:
        absent = refusal(db, attacker, function, uuid4())
        for_others = ("PT404", "account_not_found")
        expected = ("PT403", "admin_only") if function.is_for_administrators else for_others
        assert (absent.sqlstate, absent.message) == expected, function.name
        for account_id in (*victim.accounts(), *victim.objects(), without_account):
            assert refusal(db, attacker, function, account_id) == absent, function.name


@pytest.mark.parametrize("role", ["authenticated", "service_role"])
def test_a_foreign_object_and_an_absent_one_get_the_same_answer(
    db: Connection, victim: Victim, attacker: UUID, role: str
) -> None:
    """The back end, which may revoke every invitation, names a hold with another's account."""
    user_id = attacker if role == "authenticated" else None
    objects = {"gift_id", "invitation_id", "dispute_id"} if user_id else {"hold_id"}
    tried = set()
    for function in list_public_functions(db):
        names = objects & {p.name for p in function.parameters}
        may_call = function.signature in listed(role) and not function.is_for_administrators
        for name in names if may_call else ():
            absent = refusal(db, user_id, function, attacker, **{name: uuid4()})
            assert (absent.sqlstate, absent.message[-10:]) == ("PT404", "_not_found"), name
            for object_id in (*victim.accounts(), *victim.objects()):
                found = refusal(db, user_id, function, attacker, **{name: object_id})
                assert found == absent, function.name
            tried.add(name)
    assert tried == objects


def test_the_back_end_hears_account_not_found_from_every_function(
    db: Connection, victim: Victim
) -> None:
    for function in list_public_functions(db):
        names = {p.name for p in function.parameters}
        if "account_id" in names and function.name not in FILTERS:
            answer = refusal(db, None, function, uuid4(), amount="1")
            assert (answer.sqlstate, answer.message) == ("PT404", "account_not_found")
            assert str(victim.id) not in str(answer)
