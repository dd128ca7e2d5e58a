"""A sign-up opens the personal account with the free plan's credits, once, and never fails."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.support import Connection, as_user, sign_up
from tests.wallets import (
    balance_of,
    call,
    call_all,
    funded_account,
    history,
    use_catalog,
    with_plan,
)


def count_accounts(conn: Connection) -> int:
    found = conn.execute("select count(*) from credits.accounts").fetchone()
    assert found is not None
    return int(found[0])


def test_a_user_who_signs_up_has_the_welcome_credits_at_once(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db, "ada@example.org")
    (welcome,) = history(db, user_id)
    assert (welcome["id"], welcome["type"], welcome["amount"]) == (1, "welcome", 5)
    assert (welcome["scope"], welcome["price_version"]) == ("system", 1)
    with as_user(db, user_id):
        shown = call(db, "get_credit_balance")
    assert (shown["account_id"], shown["user_id"], shown["plan"]) == (user_id, user_id, "free")
    assert (shown["balance"], shown["total_purchased"], shown["expires_at"]) == (5, 0, None)


def test_a_user_who_signs_up_has_the_free_allowance_at_once(db: Connection) -> None:
    use_catalog(db, with_plan("free", welcome_credits=0, monthly_credits=100))
    user_id = sign_up(db)
    (allowance,) = history(db, user_id)
    assert (allowance["type"], allowance["amount"]) == ("allowance", 100)
    shown = balance_of(db, user_id)
    assert (shown["balance"], shown["expiring_credits"]) == (100, 100)


def test_a_free_plan_may_give_both(db: Connection) -> None:
    use_catalog(db, with_plan("free", monthly_credits=100))
    user_id = sign_up(db)
    assert [row["type"] for row in history(db, user_id)] == ["welcome", "allowance"]
    assert balance_of(db, user_id)["balance"] == 105


def test_the_credits_come_once_whatever_happens_to_the_user(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db)
    db.execute("update auth.users set email = 'b@example.org', is_anonymous = false")
    db.execute("update auth.users set is_anonymous = true")
    db.execute("update auth.users set is_anonymous = false")
    call(db, "grant_initial_credits")
    call(db, "open_credit_account", user_id=user_id)
    call(db, "run_credit_maintenance")
    assert balance_of(db, user_id)["balance"] == 5
    assert len(history(db, user_id)) == 1


def test_an_anonymous_user_has_an_account_without_credits(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db, is_anonymous=True)
    assert call(db, "grant_initial_credits") == 0
    with as_user(db, user_id, is_anonymous=True):
        shown = call(db, "get_credit_balance")
    assert (shown["plan"], shown["balance"]) == (None, 0)


def test_an_anonymous_user_who_becomes_a_person_gets_the_credits_once(db: Connection) -> None:
    use_catalog(db)
    user_id = sign_up(db, is_anonymous=True)
    for is_anonymous in (False, True, False):
        db.execute("update auth.users set is_anonymous = %s", [is_anonymous])
    assert balance_of(db, user_id)["balance"] == 5
    assert balance_of(db, user_id)["plan"] == "free"


@pytest.mark.parametrize("with_free_plan", [False, True])
def test_without_a_free_plan_an_account_opens_empty(db: Connection, with_free_plan: bool) -> None:
    if with_free_plan:
        use_catalog(db, with_plan("free", code="trial"))
    user_id = sign_up(db)
    assert count_accounts(db) == 1
    assert balance_of(db, user_id)["plan"] is None
    assert history(db, user_id) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"email": None},
        {"email": "'; drop table credits.accounts; --"},
        {"raw_user_meta_data": '{"role": "admin", "plan": "top", "credits": 1000}'},
        {"raw_user_meta_data": '"text"'},
        {"raw_app_meta_data": "[[[[]]]]"},
        {"created_at": None},
    ],
    ids=str,
)
def test_hostile_users_sign_up_like_others(db: Connection, columns: dict[str, str]) -> None:
    use_catalog(db)
    assert balance_of(db, sign_up(db, **columns))["balance"] == 5


def test_a_sign_up_succeeds_although_the_ledger_is_broken(db: Connection) -> None:
    use_catalog(db)
    db.execute("alter table credits.accounts rename to gone")
    user_id = sign_up(db)
    db.execute("alter table credits.gone rename to accounts")
    assert count_accounts(db) == 0
    assert balance_of(db, user_id)["balance"] == 0
    assert call(db, "grant_initial_credits") == 1
    assert balance_of(db, user_id)["balance"] == 5


def test_a_sign_up_does_not_wait_for_a_locked_ledger(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as blocker, psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        conn.commit()
        blocker.execute("lock table credits.accounts")
        conn.execute("set statement_timeout = '5s'")
        user_id = sign_up(conn)
        conn.commit()
        blocker.rollback()
        assert count_accounts(conn) == 0
        assert call(conn, "grant_initial_credits") == 1
        assert balance_of(conn, user_id)["balance"] == 5


def test_the_auth_service_itself_can_sign_users_up(db: Connection) -> None:
    use_catalog(db)
    with db.transaction():
        db.execute("set local role supabase_auth_admin")
        user_id = sign_up(db, "ada@example.org")
        db.execute("reset role")
    assert balance_of(db, user_id)["balance"] == 5


def test_forty_sign_ups_at_once_open_forty_accounts(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
    users: list[UUID] = []
    together = threading.Barrier(8)

    def sign_up_five() -> None:
        with psycopg.connect(fresh_db, autocommit=True) as own:
            together.wait(30)
            users.extend(sign_up(own, f"{uuid4()}@example.org") for _ in range(5))

    threads = [threading.Thread(target=sign_up_five) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with psycopg.connect(fresh_db) as conn:
        assert [balance_of(conn, user_id)["balance"] for user_id in users] == [5] * 40


def test_accounts_of_users_are_personal_and_their_id_is_the_users(db: Connection) -> None:
    user_id = funded_account(db)
    query = "select id, kind, owner_id, external_id, status from credits.accounts"
    assert db.execute(query).fetchall() == [(user_id, "personal", user_id, None, "active")]
    assert call_all(db, "check_credit_integrity") == []
