"""Users who claim to be more than they are, are no more, or are not yet somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.functions import Refusal, list_public_functions, listed, usual_arguments
from tests.support import Connection, apply_catalog, as_user, sign_up

PRETENCES: list[dict[str, Any]] = [
    {"user_metadata": {"role": "admin"}},
    {"user_metadata": {"app_metadata": {"role": "superadmin"}}},
    {"app_metadata": {"user_metadata": {"role": "admin"}}},
    {"app_metadata": {"role": ["admin"]}, "is_super_admin": True},
    {"role": "supabase_admin", "is_admin": True},
]
# What an account's owner sees of it and a member or viewer does not.
PARTS = (
    "select id from public.list_credit_transactions(%s)",
    "select description from public.credit_transactions where account_id = %s",
    "select id from public.credit_grants where account_id = %s",
    "select public.get_credit_summary(%s) -> 'usage' -> 'services' ->> 'query'",
    "select public.get_credit_summary(%s) -> 'grants' ->> 'allowance'",
    "select nullif(strpos(public.export_credit_transactions(%s), 'owners secret'), 0)",
)
GONE = ["deleted_at", "banned_until"]


@pytest.fixture
def user(db: Connection) -> UUID:
    """A user with credits."""
    apply_catalog(db, "docs-chat")
    return sign_up(db, "ada@example.org")


@pytest.mark.parametrize("claims", PRETENCES)
def test_metadata_opens_no_function_of_the_back_end(
    db: Connection, user: UUID, claims: dict[str, Any]
) -> None:
    db.execute(
        'update auth.users set raw_user_meta_data = \'{"role": "admin"}\' where id = %s', [user]
    )
    closed = [f for f in list_public_functions(db) if f.signature not in listed("authenticated")]
    assert len(closed) >= 10
    for function in closed:
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
            as_user(db, user, **claims),
        ):
            function.call(db, **usual_arguments(function, {"account_id": user, "catalog": "{}"}))


@pytest.mark.parametrize("claims", PRETENCES)
def test_metadata_opens_no_foreign_account(
    db: Connection, user: UUID, claims: dict[str, Any]
) -> None:
    mallory = sign_up(db, "mallory@example.org")
    with pytest.raises(psycopg.Error) as caught, as_user(db, mallory, **claims):
        db.execute("select public.get_credit_balance(%s)", [user])
    assert Refusal.of(caught.value).message == "account_not_found"
    with as_user(db, mallory, **claims):
        rows = db.execute("select account_id from public.credit_accounts").fetchall()
    assert rows == [(mallory,)]


@pytest.mark.parametrize("column", GONE)
def test_a_deleted_or_banned_user_is_refused_within_the_call(
    db: Connection, user: UUID, column: str
) -> None:
    """The token is still good for an hour; the user is not."""
    db.execute(f"update auth.users set {column} = now() + interval '1 day' where id = %s", [user])
    signed_in = listed("authenticated") - listed("anon")
    functions = [f for f in list_public_functions(db) if f.signature in signed_in]
    for function in functions:
        for account_id in (None, user):
            with pytest.raises(psycopg.Error) as caught, as_user(db, user):
                function.call(db, **usual_arguments(function, {"account_id": account_id}))
            refusal = Refusal.of(caught.value)
            assert (refusal.sqlstate, refusal.message) == ("42501", "user_unknown")


@pytest.mark.parametrize("column", GONE)
def test_a_deleted_or_banned_user_reads_no_row(db: Connection, user: UUID, column: str) -> None:
    views = ("credit_accounts", "credit_transactions", "credit_grants")
    with as_user(db, user):
        assert all(db.execute(f"select from public.{v}").fetchall() for v in views)
    db.execute(f"update auth.users set {column} = now() + interval '1 day' where id = %s", [user])
    with as_user(db, user):
        assert not any(db.execute(f"select from public.{v}").fetchall() for v in views)


def test_a_ban_that_is_over_is_over(db: Connection, user: UUID) -> None:
    query = "update auth.users set banned_until = now() - interval '1 second' where id = %s"
    db.execute(query, [user])
    with as_user(db, user):
        row = db.execute("select balance from public.get_credit_balance()").fetchone()
    assert row == (100,)


def free_credits(conn: Connection, user_id: UUID) -> list[tuple[str, Any]]:
    """List the grants that a user has got."""
    return conn.execute(
        "select source, amount from credits.grants where account_id = %s order by id", [user_id]
    ).fetchall()


@pytest.mark.parametrize(
    ("catalog", "free"),
    [("docs-chat", ("allowance", 100)), ("smart-insights", ("welcome", 5))],
)
def test_an_anonymous_user_gets_free_credits_once_and_only_as_a_person(
    db: Connection, catalog: str, free: tuple[str, int]
) -> None:
    apply_catalog(db, catalog)
    user_id = sign_up(db, is_anonymous=True)
    switch = "update auth.users set is_anonymous = %s where id = %s"
    for _ in range(2):
        db.execute("select public.grant_initial_credits()")
        db.execute("select public.run_credit_maintenance()")
        db.execute("select public.open_credit_account(%s)", [user_id])
        with as_user(db, user_id, is_anonymous=True):
            db.execute("select public.get_credit_balance()")
        assert free_credits(db, user_id) == []
    db.execute(switch, [False, user_id])
    assert free_credits(db, user_id) == [free]
    for is_anonymous in (True, False, True, False):
        db.execute(switch, [is_anonymous, user_id])
        db.execute("select public.grant_initial_credits()")
    assert free_credits(db, user_id) == [free]


def test_the_claim_is_anonymous_decides_nothing(db: Connection, user: UUID) -> None:
    """Whether a user is anonymous stands in auth.users; a stale token does not matter."""
    anonymous = sign_up(db, is_anonymous=True)
    with as_user(db, anonymous, is_anonymous=False):
        row = db.execute("select balance from public.get_credit_balance()").fetchone()
    assert row == (0,)
    assert free_credits(db, anonymous) == []
    assert len(free_credits(db, user)) == 1


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_who_does_not_manage_an_account_sees_only_the_own_part_of_it(
    db: Connection, user: UUID, role: str
) -> None:
    member = sign_up(db, "member@example.org")
    db.execute("insert into credits.members values (%s, %s, %s)", [user, member, role])
    with as_user(db, user):
        db.execute("select public.use_credits('query', 'owners', description => 'owners secret')")
        assert all(db.execute(query, [user]).fetchone() not in {None, (None,)} for query in PARTS)
    with as_user(db, member):
        seen = [db.execute(query, [user]).fetchall() for query in PARTS]
        balance = db.execute("select balance from public.get_credit_balance(%s)", [user]).fetchone()
    assert seen[:3] == [[]] * 3
    assert seen[3:] == [[(None,)]] * 3
    assert balance == (95,)


def test_a_viewer_cannot_spend_and_a_former_member_is_a_stranger(
    db: Connection, user: UUID
) -> None:
    viewer = sign_up(db, "viewer@example.org")
    db.execute("insert into credits.members values (%s, %s, 'viewer')", [user, viewer])
    answers = []
    for statement in ("select 1", "delete from credits.members"):
        db.execute(statement)
        with pytest.raises(psycopg.Error) as caught, as_user(db, viewer):
            db.execute("select public.use_credits('query', 'k', account_id => %s)", [user])
        answers.append(Refusal.of(caught.value))
    assert answers[0] == answers[1]
    assert answers[0].message == "account_not_found"
