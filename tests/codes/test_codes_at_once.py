"""Codes under many hands at once: one use is used once, and ten guesses are ten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.billing.purchases import promote, shop
from tests.codes.redeeming import ATTEMPTS, credit_code
from tests.concurrency.load import Job, Outcome, count_deadlocks, request, run_at_once
from tests.support import Connection, sign_up
from tests.wallets import use_catalog

USERS = 60
GUESSES = 150
ROUNDS = 40
SIGN_IN = "select set_config('request.jwt.claims', json_build_object('sub', %s::text)::text, false)"
REDEEM = "select ok, message, credits, balance from public.redeem_credit_code(%s)"
QUOTE = "select quote_credit_purchase(package => 'starter', promotion_code => %s)"
WRONG = ("ok", (False, "promotion_code_invalid", None, None))


def prepare(dsn: str, users: int, **limits: Any) -> list[UUID]:
    with psycopg.connect(dsn) as conn:
        use_catalog(conn, shop())
        credit_code(conn, **limits)
        return [sign_up(conn, f"user{number}@example.org") for number in range(users)]


def call_as(conn: Connection, user_id: UUID, query: str, code: str) -> Outcome:
    """Send one request of a signed-in user, with one argument."""
    conn.execute(SIGN_IN, [user_id])
    return request(conn, query, [code])


def redeem_at_once(dsn: str, users: Sequence[UUID], codes: Sequence[str]) -> list[Outcome]:
    """Let each user redeem the code at the same place, all at the same moment."""
    jobs: list[Job[Outcome]] = [
        partial(call_as, user_id=user_id, query=REDEEM, code=code)
        for user_id, code in zip(users, codes, strict=True)
    ]
    return run_at_once(dsn, jobs, role="authenticated")


def granted(dsn: str) -> Any:
    with psycopg.connect(dsn) as conn:
        query = """
            select count(*), coalesce(sum(amount), 0) from credits.grants
            where source = 'promotion'
        """
        return conn.execute(query).fetchone()


def test_of_60_users_who_redeem_the_one_use_at_once_one_gets_it(fresh_db: str) -> None:
    users = prepare(fresh_db, USERS, maximum_uses=1)
    outcomes = redeem_at_once(fresh_db, users, ["HELLO25"] * USERS)
    assert Counter(outcomes) == {("ok", (True, None, 25, 25)): 1, WRONG: USERS - 1}
    assert granted(fresh_db) == (1, 25)
    assert count_deadlocks(fresh_db) == 0


@pytest.mark.parametrize("spellings", [["HELLO25"], ["HELLO25", "hello 25", "Hello-25"]])
def test_one_user_who_redeems_60_times_at_once_gets_it_once(
    fresh_db: str, spellings: list[str]
) -> None:
    users = prepare(fresh_db, 1)
    outcomes = redeem_at_once(fresh_db, users * USERS, spellings * (USERS // len(spellings)))
    counts = Counter(answer[1] if code == "ok" else code for code, answer in outcomes)
    assert counts.pop(None) == 1
    assert counts == {"promotion_code_invalid": ATTEMPTS, "PT429": USERS - 1 - ATTEMPTS}
    assert granted(fresh_db) == (1, 25)


def test_of_150_guesses_at_once_ten_are_answered(fresh_db: str) -> None:
    users = prepare(fresh_db, 1)
    guesses = [f"GUESS{number}" for number in range(GUESSES // 3)]
    for round_number in range(3):
        outcomes = redeem_at_once(fresh_db, users * len(guesses), guesses)
        codes = Counter(code for code, _ in outcomes)
        answered = ATTEMPTS if round_number == 0 else 0
        assert codes["ok"] == answered
        assert codes["PT429"] == len(guesses) - answered
        assert {it for it in outcomes if it[0] == "ok"} <= {WRONG}


def test_quotes_and_redemptions_at_once_share_the_ten(fresh_db: str) -> None:
    users = prepare(fresh_db, 1)
    queries = [REDEEM, QUOTE]
    jobs: list[Job[Outcome]] = [
        partial(call_as, user_id=users[0], query=queries[number % 2], code=f"GUESS{number}")
        for number in range(40)
    ]
    codes = Counter(code for code, _ in run_at_once(fresh_db, jobs, role="authenticated"))
    assert codes == {"ok": ATTEMPTS, "PT429": 40 - ATTEMPTS}


def test_checkouts_at_once_count_to_ten(fresh_db: str) -> None:
    users = prepare(fresh_db, 1)
    count = "select credits.count_code_attempt(%s)"
    jobs: list[Job[Outcome]] = [partial(request, query=count, arguments=users)] * 40
    codes = Counter(code for code, _ in run_at_once(fresh_db, jobs, role="credits_edge"))
    assert codes == {"ok": ATTEMPTS, "PT429": 40 - ATTEMPTS}


def test_redemptions_quotes_and_orders_at_once_meet_no_deadlock(fresh_db: str) -> None:
    """One user with two tabs, again and again: all lock the account, the code and the attempts."""
    (user_id,) = prepare(fresh_db, 1, maximum_uses_per_account=None)
    with psycopg.connect(fresh_db) as conn:
        promote(conn, maximum_uses_per_account=None)
    order = "select order_id from credits.open_order(%s, null, 'stripe', 'starter', null, 'SPRING')"

    def work(conn: Connection, number: int) -> set[str]:
        conn.execute(SIGN_IN, [user_id])
        codes = set()
        for _ in range(ROUNDS):
            conn.execute(["set role authenticated", "set role credits_edge"][number % 2].encode())
            if number % 2:
                codes.add(request(conn, order, [user_id])[0])
            else:
                codes.add(request(conn, [REDEEM, QUOTE][number // 2 % 2], ["HELLO25"])[0])
        return codes

    jobs: list[Job[set[str]]] = [partial(work, number=number) for number in range(8)]
    codes = set().union(*run_at_once(fresh_db, jobs, role="postgres"))
    assert "ok" in codes
    assert codes <= {"ok", "PT429"}
    assert count_deadlocks(fresh_db) == 0
