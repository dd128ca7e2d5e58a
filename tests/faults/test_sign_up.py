"""Whatever is wrong with pgcredits, a sign-up succeeds in time, and its account heals later."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.concurrency.load import Outcome, apply_catalog, connect, request, run_at_once, spend
from tests.support import Connection

SESSIONS = 40
LIMIT = "5s"
INSERT = """
    insert into auth.users (email, email_confirmed_at, raw_user_meta_data, raw_app_meta_data,
        is_anonymous)
    values (%(email)s, now(), %(user)s, %(app)s, %(is_anonymous)s)
    returning id
"""
PLAIN: dict[str, Any] = {"user": None, "app": None, "is_anonymous": False}
HOSTILE = {
    "no e-mail": {"email": None},
    "empty e-mail": {"email": ""},
    "long e-mail": {"email": "a" * 100_000 + "@example.org"},
    "odd e-mail": {"email": "'); drop table credits.accounts; --\u202e\u0001@example.org"},
    "admin in user metadata": {
        "user": Jsonb({"role": "admin", "app_metadata": {"role": "superadmin"}})
    },
    "numbers for text": {"user": Jsonb({"full_name": 1e308, "credits": "NaN", "plan": "pro"})},
    "a list": {"user": Jsonb([1, [2, [3]]]), "app": Jsonb("text")},
    "large metadata": {"user": Jsonb({f"key {i}": "x" * 100 for i in range(10_000)})},
}
BROKEN = {
    "renamed table": (
        "alter table credits.accounts rename to accounts_elsewhere",
        "alter table credits.accounts_elsewhere rename to accounts",
    ),
    "renamed column": (
        "alter table credits.accounts rename column balance to balance_elsewhere",
        "alter table credits.accounts rename column balance_elsewhere to balance",
    ),
    "missing function": (
        "alter function credits.open_personal_account rename to elsewhere",
        "alter function credits.elsewhere rename to open_personal_account",
    ),
    "renamed schema": (
        "alter schema credits rename to elsewhere",
        "alter schema elsewhere rename to credits",
    ),
    "impossible constraint": (
        "alter table credits.accounts add constraint never check (false) not valid",
        "alter table credits.accounts drop constraint never",
    ),
    "failing grant": (
        "alter table credits.grants add constraint never check (false) not valid",
        "alter table credits.grants drop constraint never",
    ),
}


def sign_up(conn: Connection, row: dict[str, Any] | None = None) -> Outcome:
    """Insert a user as Supabase Auth does, a new person, within the time that a person waits."""
    conn.execute(f"set statement_timeout = '{LIMIT}'".encode())
    return request(conn, INSERT, {"email": f"{uuid4()}@example.org", **PLAIN, **(row or {})})


def read_free_credits(dsn: str) -> Counter[UUID]:
    """Count each account's allowances."""
    query = "select account_id from credits.transactions where type = 'allowance'"
    with psycopg.connect(dsn) as conn:
        return Counter(account_id for (account_id,) in conn.execute(query))


@pytest.fixture(autouse=True)
def catalog(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)


@pytest.mark.parametrize("row", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_sign_up_is_a_plain_account(fresh_db: str, row: dict[str, Any]) -> None:
    with connect(fresh_db, "supabase_auth_admin") as conn:
        code, (user_id,) = sign_up(conn, row)
    assert code == "ok"
    assert read_free_credits(fresh_db) == {user_id: 1}
    query = "select kind, plan, status, balance from credits.accounts where id = %s"
    with psycopg.connect(fresh_db) as conn:
        assert conn.execute(query, [user_id]).fetchone() == ("personal", "free", "active", 100)


def test_40_sign_ups_at_once_each_get_their_account(fresh_db: str) -> None:
    outcomes = run_at_once(fresh_db, [sign_up] * SESSIONS, "supabase_auth_admin")
    assert {code for code, _ in outcomes} == {"ok"}
    assert read_free_credits(fresh_db) == {user_id: 1 for _, (user_id,) in outcomes}


@pytest.mark.parametrize(("damage", "repair"), BROKEN.values(), ids=BROKEN)
def test_a_sign_up_succeeds_although_pgcredits_is_broken_and_the_first_write_heals_it(
    fresh_db: str, damage: str, repair: str
) -> None:
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        conn.execute(damage.encode())
        with connect(fresh_db, "supabase_auth_admin") as auth:
            outcomes = [sign_up(auth) for _ in range(3)]
        conn.execute(repair.encode())
    assert [code for code, _ in outcomes[:3]] == ["ok"] * 3
    assert read_free_credits(fresh_db) == {}
    users = [user_id for _, (user_id,) in outcomes[:3]]
    with connect(fresh_db) as conn:
        assert [spend(conn, user_id, 1, "first")[0] for user_id in users] == ["ok"] * 3
    assert read_free_credits(fresh_db) == dict.fromkeys(users, 1)


@pytest.mark.parametrize("table", ["accounts", "transactions", "catalogs"])
def test_40_sign_ups_succeed_while_a_table_is_locked_and_the_first_writes_heal_them(
    fresh_db: str, table: str
) -> None:
    with psycopg.connect(fresh_db) as other:
        other.execute(f"lock table credits.{table} in access exclusive mode".encode())
        outcomes = run_at_once(fresh_db, [sign_up] * SESSIONS, "supabase_auth_admin")
    assert {code for code, _ in outcomes} == {"ok"}
    assert read_free_credits(fresh_db) == {}
    users = [user_id for _, (user_id,) in outcomes]
    jobs = [partial(spend, account_id=user_id, amount=1, key="first") for user_id in users]
    assert {code for code, _ in run_at_once(fresh_db, jobs * 2)} == {"ok"}
    assert read_free_credits(fresh_db) == dict.fromkeys(users, 1)


def test_a_sign_up_that_found_no_account_is_healed_by_the_users_own_first_use(
    fresh_db: str,
) -> None:
    with psycopg.connect(fresh_db) as other, connect(fresh_db, "supabase_auth_admin") as conn:
        other.execute("lock table credits.accounts in access exclusive mode")
        _, (user_id,) = sign_up(conn)
    claims = '{"role": "authenticated", "sub": "%s"}'
    with connect(fresh_db, "authenticated", autocommit=False) as conn:
        conn.execute("select set_config('request.jwt.claims', %s, false)", [claims % user_id])
        balance = "select balance from public.get_credit_balance()"
        assert request(conn, balance) == ("ok", (0,))
        use = "select balance from public.use_credits('query', 'first')"
        assert request(conn, use) == ("ok", (95,))
        assert request(conn, balance) == ("ok", (95,))
        conn.commit()
    assert read_free_credits(fresh_db) == {user_id: 1}
