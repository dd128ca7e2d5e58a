"""One user, two accounts, one code: whoever takes it takes locks in one order, and none deadlocks.

Account, attempts, promotion: an order for the one account and a redemption for the other meet at
the user's attempts, and then at the promotion.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations

import psycopg
import pytest

from tests.billing.purchases import promote, shop
from tests.concurrency.load import (
    STATEMENT_SECONDS,
    connect,
    count_deadlocks,
    request,
    wait_for_lock,
)
from tests.support import sign_up
from tests.teams.people import create
from tests.wallets import use_catalog

COUNT = "select credits.count_code_attempt(%s)"
SIGN_IN = "select set_config('request.jwt.claims', json_build_object('sub', %s::text)::text, false)"
# What is asked, as whom, and what it is told.
ACTS: dict[str, tuple[str, str, str | None]] = {
    "redemption": (
        "authenticated",
        "select message from public.redeem_credit_code('SPRING', %(account)s)",
        "enter_code_at_purchase",
    ),
    "order": (
        "credits_edge",
        "select null from credits.open_order("
        "%(user)s, %(account)s, 'stripe', 'starter', null, 'SPRING')",
        None,
    ),
    "quote": (
        "authenticated",
        "select quote_credit_purchase('starter', promotion_code => 'SPRING',"
        " account_id => %(account)s) ->> 'message'",
        None,
    ),
}


@pytest.mark.parametrize("acts", list(permutations(ACTS, 2)), ids=" before ".join)
def test_two_uses_of_a_code_at_once_wait_for_each_other_and_both_succeed(
    fresh_db: str, acts: tuple[str, str]
) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn, shop())
        promote(conn, maximum_uses_per_account=None)
        user_id = sign_up(conn, "ann@example.org")
        accounts = user_id, create(conn, user_id)
        conn.execute(COUNT, [user_id])
    with (
        psycopg.connect(fresh_db) as holder,
        connect(fresh_db, ACTS[acts[0]][0]) as first,
        connect(fresh_db, ACTS[acts[1]][0]) as second,
        ThreadPoolExecutor(2) as threads,
    ):
        holder.execute(COUNT, [user_id])  # so that both stop there
        told = []
        for conn, act, account_id in zip((first, second), acts, accounts, strict=True):
            conn.execute(SIGN_IN, [user_id])
            values = {"user": user_id, "account": account_id}
            told.append(threads.submit(request, conn, ACTS[act][1], values))
            wait_for_lock(fresh_db, conn.info.backend_pid)
        holder.rollback()
        answers = [future.result(STATEMENT_SECONDS) for future in told]
    assert answers == [("ok", (ACTS[act][2],)) for act in acts]
    assert count_deadlocks(fresh_db) == 0
