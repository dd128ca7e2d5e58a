"""Two devices, one person: whoever signs up or redeems at the same moment shares one bonus."""

from __future__ import annotations

from functools import partial

import psycopg
import pytest

from tests.codes.redeeming import credit_code
from tests.concurrency.load import Job, Outcome, count_deadlocks, request, run_at_once
from tests.identities.people import BONUS, become_person, give_free_credits
from tests.support import Connection, sign_up

DEVICES = 20
SIGN_UP = "insert into auth.users (email, email_confirmed_at) values (%s, now()) returning id"
REDEEM = """
    select (public.redeem_credit_code('HELLO25')).ok
    from (select set_config(
        'request.jwt.claims', json_build_object('sub', %s::text)::text, false
    )) as c
"""


def balances(dsn: str) -> list[int]:
    with psycopg.connect(dsn) as conn:
        conn.execute("select public.grant_initial_credits()")
        rows = conn.execute("select balance from credits.accounts order by balance desc")
        return [int(row[0]) for row in rows]


def prepare(dsn: str) -> None:
    with psycopg.connect(dsn) as conn:
        give_free_credits(conn)


@pytest.mark.parametrize("devices", [2, DEVICES])
def test_sign_ups_of_one_person_at_once_get_one_bonus(fresh_db: str, devices: int) -> None:
    prepare(fresh_db)
    emails = [f"ada+{number}@example.org" for number in range(devices)]
    jobs: list[Job[Outcome]] = [
        partial(request, query=SIGN_UP, arguments=[email]) for email in emails
    ]
    outcomes = run_at_once(fresh_db, jobs, role="supabase_auth_admin")
    assert {code for code, _ in outcomes} == {"ok"}
    assert balances(fresh_db) == [BONUS] + [0] * (devices - 1)
    assert count_deadlocks(fresh_db) == 0


def test_anonymous_users_who_become_one_person_at_once_get_one_bonus(fresh_db: str) -> None:
    prepare(fresh_db)
    with psycopg.connect(fresh_db) as conn:
        users = [sign_up(conn, is_anonymous=True) for _ in range(DEVICES)]

    def name(conn: Connection, number: int) -> None:
        become_person(conn, users[number], f"a.da+{number}@gmail.com")

    run_at_once(fresh_db, [partial(name, number=number) for number in range(DEVICES)], role="none")
    assert balances(fresh_db) == [BONUS] + [0] * (DEVICES - 1)


@pytest.mark.parametrize("opened", [False, True], ids=["no accounts", "accounts without a plan"])
def test_back_fills_at_once_give_a_person_one_bonus(fresh_db: str, opened: bool) -> None:
    with psycopg.connect(fresh_db) as conn:
        if not opened:
            conn.execute("alter table auth.users disable trigger user")
        for number in range(DEVICES):
            sign_up(conn, f"ada+{number}@example.org")
            sign_up(conn, f"b.ob+{number}@gmail.com")
        if not opened:
            conn.execute("alter table auth.users enable trigger user")
        give_free_credits(conn)
    fill: Job[Outcome] = partial(request, query="select public.grant_initial_credits()")
    outcomes = run_at_once(fresh_db, [fill] * 6)
    assert {code for code, _ in outcomes} == {"ok"}
    assert balances(fresh_db) == [BONUS, BONUS] + [0] * (2 * DEVICES - 2)
    assert count_deadlocks(fresh_db) == 0


def test_redemptions_of_one_person_at_once_are_one(fresh_db: str) -> None:
    with psycopg.connect(fresh_db) as conn:
        credit_code(conn)
        users = [sign_up(conn, f"ada+{number}@example.org") for number in range(DEVICES)]
    jobs: list[Job[Outcome]] = [
        partial(request, query=REDEEM, arguments=[user_id]) for user_id in users
    ]
    outcomes = run_at_once(fresh_db, jobs, role="authenticated")
    assert sorted(outcomes) == [("ok", (False,))] * (DEVICES - 1) + [("ok", (True,))]
    assert balances(fresh_db) == [25] + [0] * (DEVICES - 1)
    assert count_deadlocks(fresh_db) == 0
