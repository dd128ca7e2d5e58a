"""At the higher isolation levels a call that comes too late says 40001, and nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.concurrency.load import apply_catalog, catalog, connect, request
from tests.support import sign_up
from tests.wallets import deduct

CALLS = {
    "spend": "select public.check_and_deduct_credits(%(id)s, 1, %(key)s)",
    "same key": "select public.check_and_deduct_credits(%(id)s, 1, 'same')",
    "first write": "select public.add_credits(%(orphan)s, 1, 'bonus', %(key)s)",
    "external id": "select public.open_credit_account(external_id => 'customer 7')",
    "catalog": "select public.apply_credit_catalog(%(catalog)s)",
    "same dispute": """
        select public.submit_credit_dispute(%(charge)s, 'other', 'Nothing.', account_id => %(id)s)
    """,
    "same act": "select public.admin_add_credits(%(id)s, 1, 'a prize', 'same')",
    "same act that waits": "select public.admin_add_credits(%(id)s, 20000, 'a prize', 'same')",
    "pause": "select public.admin_pause_account(%(id)s, 'a question')",
    "roll-up": "select credits.roll_up(10)",
    "claim": "select count(*) from credits.claim_notices('webhook', '{}', 10, 60)",
}


@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=lambda i: i.name
)
@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_the_snapshot_comes_too_late_for_is_40001_and_succeeds_when_repeated(
    fresh_db: str, level: IsolationLevel, call: str
) -> None:
    with psycopg.connect(fresh_db) as conn:
        apply_catalog(conn)
        values: dict[str, Any] = {"id": sign_up(conn)}
        values["charge"] = deduct(conn, values["id"], 90)["transaction_id"]  # and low, as told
        conn.execute("alter table auth.users disable trigger user")
        values["orphan"] = sign_up(conn)
        conn.execute("alter table auth.users enable trigger user")
    with connect(fresh_db, autocommit=False) as late, connect(fresh_db) as early:
        late.isolation_level = level
        late.execute("select count(*) from public.credit_accounts")  # now it has its snapshot
        early_values = {**values, "key": "early", "catalog": catalog(name="early")}
        assert request(early, CALLS[call], early_values)[0] == "ok"
        late_values = {**values, "key": "late", "catalog": catalog(name="late")}
        assert request(late, CALLS[call], late_values)[0] == "40001"
        late.rollback()
        assert request(late, CALLS[call], late_values)[0] == "ok"
