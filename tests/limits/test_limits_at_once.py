"""The limits hold to the last request and the last credit under 50 calls at once."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import Job, Outcome, connect, request, run_at_once
from tests.limits.calls import limit_plan, limited_account
from tests.support import sign_up
from tests.wallets import add, call, change_plan

SESSIONS = 50
LIMIT = 20
CAP = 50
CALLS = {
    "use": "select cost from public.use_credits('sms', %(key)s, 3, account_id => %(id)s)",
    "deduct": "select cost from public.check_and_deduct_credits(%(id)s, 3, %(key)s)",
    "hold": "select amount from public.hold_credits(%(id)s, %(key)s, 3)",
}


def jobs(account_id: UUID, kinds: list[str], keys: int = SESSIONS) -> list[Job[Outcome]]:
    """Return one call for each session, of the kinds in turn, under so many keys."""
    return [
        partial(
            request,
            query=CALLS[kinds[number % len(kinds)]],
            arguments={"id": account_id, "key": f"{number % keys}"},
        )
        for number in range(SESSIONS)
    ]


def open_limited(dsn: str) -> UUID:
    with psycopg.connect(dsn) as conn:
        return limited_account(conn, LIMIT)


def open_capped(dsn: str) -> UUID:
    with psycopg.connect(dsn) as conn:
        limit_plan(conn, monthly_spend_cap=CAP)
        user_id = sign_up(conn)
        change_plan(conn, user_id, "pro")
        add(conn, user_id, 1000)
        return user_id


@pytest.mark.parametrize("kinds", [["use"], ["deduct"], ["hold"], ["use", "deduct", "hold"]])
def test_of_50_requests_at_once_as_many_succeed_as_the_limit_allows(
    fresh_db: str, kinds: list[str]
) -> None:
    outcomes = run_at_once(fresh_db, jobs(open_limited(fresh_db), kinds))
    assert Counter(code for code, _ in outcomes) == {"ok": LIMIT, "PT429": SESSIONS - LIMIT}
    refusals = {answer for code, answer in outcomes if code != "ok"}
    assert {token for token, _ in refusals} == {"rate_limited"}
    waits = [json.loads(detail) for _, detail in refusals]
    assert {wait["limit"] for wait in waits} == {LIMIT}
    assert all(0 < wait["retry_after_seconds"] <= 60 for wait in waits)


@pytest.mark.parametrize("kind", CALLS)
def test_50_retries_of_one_request_at_once_are_one_request(fresh_db: str, kind: str) -> None:
    account_id = open_limited(fresh_db)
    outcomes = run_at_once(fresh_db, jobs(account_id, [kind], keys=1))
    assert {code for code, _ in outcomes} == {"ok"}
    with psycopg.connect(fresh_db) as conn:
        kept = conn.execute("select cardinality(requested_at) from credits.accounts").fetchone()
    assert kept == (1,)


@pytest.mark.parametrize("kinds", [["use"], ["deduct"], ["hold"], ["use", "deduct", "hold"]])
def test_charges_and_holds_at_once_stay_within_the_months_cap(
    fresh_db: str, kinds: list[str]
) -> None:
    account_id = open_capped(fresh_db)
    outcomes = run_at_once(fresh_db, jobs(account_id, kinds))
    assert Counter(code for code, _ in outcomes) == {
        "ok": CAP // 3,
        "PT402": SESSIONS - CAP // 3,
    }
    refusals = [answer for code, answer in outcomes if code != "ok"]
    assert {token for token, _ in refusals} == {"spend_cap_reached"}
    details = [json.loads(detail) for _, detail in refusals]
    assert {(it["cap"], it["spent"], it["required"]) for it in details} == {(CAP, 48, 3)}
    with psycopg.connect(fresh_db) as conn:
        found = call(conn, "get_credit_balance", account_id=account_id)
        assert found["available"] == 1010 - 48


def test_what_is_held_at_the_cap_is_captured_all_the_same(fresh_db: str) -> None:
    account_id = open_capped(fresh_db)
    with connect(fresh_db) as conn:
        query = "select hold_id from public.hold_credits(%s, 'all', 50)"
        hold = conn.execute(query, [account_id]).fetchone()
    assert hold is not None
    capture = "select cost from public.capture_credits(%s, %s)"
    spends = jobs(account_id, ["deduct"])[1:]
    capturing: Job[Outcome] = partial(request, query=capture, arguments=[account_id, hold[0]])
    outcomes = run_at_once(fresh_db, [capturing, *spends])
    assert outcomes[0] == ("ok", (50,))
    assert Counter(code for code, _ in outcomes) == {"ok": 1, "PT402": SESSIONS - 1}


def test_holds_and_captures_and_releases_at_once_never_pass_the_cap(fresh_db: str) -> None:
    """Each session holds 4 and keeps 1, 4 or nothing; whatever the order, 50 is the most."""
    account_id = open_capped(fresh_db)
    hold = "select hold_id from public.hold_credits(%s, %s, 4)"
    capture = "select cost from public.capture_credits(%s, %s, %s)"
    release = "select 0 from public.release_credits(%s, %s)"

    def work(conn: psycopg.Connection, number: int) -> list[Outcome]:
        done = []
        for attempt in range(4):
            code, answer = request(conn, hold, [account_id, f"{number}:{attempt}"])
            if code != "ok":
                done.append((code, answer))
            elif number % 3 == 2:
                done.append(request(conn, release, [account_id, answer[0]]))
            else:
                kept = [1, 4][number % 3]
                done.append(request(conn, capture, [account_id, answer[0], kept]))
        return done

    parts = run_at_once(fresh_db, [partial(work, number=number) for number in range(SESSIONS)])
    outcomes = [outcome for part in parts for outcome in part]
    assert {answer[0] for code, answer in outcomes if code != "ok"} == {"spend_cap_reached"}
    kept = sum(answer[0] for code, answer in outcomes if code == "ok")
    with psycopg.connect(fresh_db) as conn:
        found = conn.execute("select month_spent, held from credits.accounts").fetchone()
    assert found == (kept, 0)
    assert 0 < kept <= CAP
