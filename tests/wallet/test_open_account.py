"""``open_credit_account``: of users, and of an application's own users by an external id."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import psycopg
import pytest

from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import Row, add, balance_of, call, deduct, refused, use_catalog


def test_an_external_id_opens_one_account_with_the_free_credits(db: Connection) -> None:
    use_catalog(db)
    with as_service(db):
        account_id = call(db, "open_credit_account", external_id="c-1", email="a@example.org")
        assert call(db, "open_credit_account", external_id="c-1") == account_id
        other = call(db, "open_credit_account", external_id="c-2")
    assert other != account_id
    shown = balance_of(db, account_id)
    assert (shown["plan"], shown["balance"], shown["user_id"]) == ("free", 5, None)
    query = "select kind, external_id, email from credits.accounts where id = %s"
    assert db.execute(query, [account_id]).fetchall() == [("external", "c-1", "a@example.org")]


def test_an_external_account_spends_like_any_other(db: Connection) -> None:
    use_catalog(db)
    account_id = call(db, "open_credit_account", external_id="c-1")
    add(db, account_id, 10)
    assert deduct(db, account_id, 12)["balance"] == 3


def test_the_first_plan_may_be_named(db: Connection) -> None:
    use_catalog(db)
    account_id = call(db, "open_credit_account", external_id="c-1", plan="top")
    assert balance_of(db, account_id)["balance"] == 20
    assert call(db, "open_credit_account", external_id="c-1", plan="pro") == account_id
    assert balance_of(db, account_id)["plan"] == "top"


def test_a_users_account_has_the_users_id(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    assert call(db, "open_credit_account", user_id=user_id, plan="top") == user_id
    assert balance_of(db, user_id)["balance"] == 5


def test_an_external_account_is_nobodys_through_a_token(db: Connection) -> None:
    use_catalog(db)
    account_id = call(db, "open_credit_account", external_id="c-1")
    with refused(db, "PT404", "account_not_found"), as_user(db, sign_up(db)):
        call(db, "get_credit_balance", account_id=account_id)


@pytest.mark.parametrize(
    ("arguments", "sqlstate", "token"),
    [
        ({}, "22023", "account_owner_required"),
        ({"external_id": ""}, "22023", "account_owner_required"),
        ({"external_id": "a", "user_id": UUID(int=3)}, "22023", "account_owner_required"),
        ({"external_id": "a" * 201}, "22023", "external_id_too_long"),
        ({"external_id": "a", "email": "a" * 321}, "22023", "email_too_long"),
        ({"external_id": "a", "plan": "unheard-of"}, "22023", "unknown_plan"),
        ({"user_id": UUID(int=3)}, "PT404", "account_not_found"),
    ],
    ids=lambda value: str(sorted(value)) if isinstance(value, dict) else str(value),
)
def test_what_names_no_owner_is_refused(
    db: Connection, arguments: Row, sqlstate: str, token: str
) -> None:
    use_catalog(db)
    with refused(db, sqlstate, token):
        call(db, "open_credit_account", **arguments)
    assert db.execute("select from credits.accounts").fetchall() == []


def test_a_user_cannot_open_accounts(db: Connection) -> None:
    denied = "permission denied for function open_credit_account"
    with refused(db, "42501", denied), as_user(db, sign_up(db)):
        call(db, "open_credit_account", external_id="c-1")


@pytest.mark.parametrize("of_a_user", [True, False])
def test_many_who_open_the_same_account_at_once_open_one(fresh_db: str, of_a_user: bool) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        conn.execute("alter table auth.users disable trigger credits_on_auth_user_change")
        user_id = sign_up(conn)
        conn.execute("alter table auth.users enable trigger credits_on_auth_user_change")
    arguments: Row = {"user_id": user_id} if of_a_user else {"external_id": "c-1"}
    together = Barrier(10)

    def open_one(_: int) -> UUID:
        with psycopg.connect(fresh_db) as own:
            together.wait(30)
            account_id: UUID = call(own, "open_credit_account", **arguments)
            return account_id

    with ThreadPoolExecutor(10) as pool:
        ids = set(pool.map(open_one, range(10), timeout=60))
    assert len(ids) == 1
    with psycopg.connect(fresh_db) as conn:
        assert balance_of(conn, ids.pop())["balance"] == 5
        assert len(conn.execute("select from credits.accounts").fetchall()) == 1
