"""Caps of members and of their account under 50 calls at once: filled to the brim, never beyond."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import Job, Outcome, count_deadlocks, request, run_at_once
from tests.support import Connection
from tests.teams.people import Team, be, join, make_team, members, person, set_member
from tests.wallets import call, change_plan, use_catalog, with_plan

CALLS = 50
PART = 10
CAP = 130

USE = "select cost from public.use_credits('sms', %(key)s, 10, account_id => %(account)s)"
DEDUCT = """
    select cost from public.check_and_deduct_credits(
        %(account)s, 10, %(key)s, user_id => %(user)s
    )
"""
HOLD = "select amount from public.hold_credits(%(account)s, %(key)s, 10, user_id => %(user)s)"
CAPTURE = "select cost from public.capture_credits(%(account)s, %(hold)s, 10 + %(amount)s)"
BATCH = """
    select case when error is null then cost end, error ->> 'code', error ->> 'message'
    from public.deduct_credits_batch(%(events)s)
"""
REFUSED = {("PT402", "member_cap_reached"), ("PT402", "spend_cap_reached")}


def spend(conn: Connection, team: Team, user_id: UUID, number: int, hold: Any = None) -> Outcome:
    """Let a member spend 10 more in one of five ways; the hold is of 10 and is captured with 20."""
    kind = [USE, DEDUCT, HOLD, CAPTURE, BATCH][number % 5]
    event = {
        "account_id": str(team["account"]), "user_id": str(user_id), "amount": PART,
        "key": f"event {number} {user_id}",
    }  # fmt: skip
    values = {
        "account": team["account"],
        "user": user_id,
        "key": f"{number} {user_id}",
        "hold": hold,
        "amount": PART,
        "events": json.dumps([event]),
    }
    if kind == USE:
        be(conn, user_id)
    code, answer = request(conn, kind, values)
    if kind == BATCH and code == "ok" and answer[0] is None:
        return answer[1], (answer[2], None)
    return code, answer


@pytest.fixture
def team(fresh_db: str) -> Team:
    """The team and one more member, ``second``, with a cap of 130 each, and 1000 credits."""
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        found = make_team(conn)
        found["second"] = person(conn, "second")
        join(conn, found["account"], found["owner"], found["second"])
        for who in ("member", "second"):
            set_member(conn, found["account"], found["owner"], found[who], monthly_cap=CAP)
    return found


def place_holds(dsn: str, team: Team, user_id: UUID, count: int) -> list[UUID]:
    """Hold 10 so many times for a member, before the others come."""
    with psycopg.connect(dsn) as conn:
        return [
            call(
                conn, "hold_credits", account_id=team["account"], key=f"early {number} {user_id}",
                amount=PART, user_id=user_id,
            )["hold_id"]
            for number in range(count)
        ]  # fmt: skip


def read_members(dsn: str, team: Team) -> dict[UUID, Any]:
    with psycopg.connect(dsn) as conn:
        return members(conn, team["account"], team["owner"])


def refusals(outcomes: list[Outcome]) -> set[tuple[str, str]]:
    return {(code, answer[0]) for code, answer in outcomes if code != "ok"}


@pytest.mark.parametrize("kind", [0, 1, 2, 4], ids=["use", "deduct", "hold", "batch"])
def test_of_50_calls_of_10_a_cap_of_130_lets_13_through(
    fresh_db: str, team: Team, kind: int
) -> None:
    jobs = [
        partial(spend, team=team, user_id=team["member"], number=kind + 5 * number)
        for number in range(CALLS)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert Counter(code for code, _ in outcomes) == {"ok": CAP // PART, "PT402": CALLS - 13}
    assert refusals(outcomes) == {("PT402", "member_cap_reached")}
    member = read_members(fresh_db, team)[team["member"]]
    assert member["spent"] + member["held"] == CAP
    assert count_deadlocks(fresh_db) == 0


def test_of_50_captures_above_the_hold_only_those_within_the_cap_pass(
    fresh_db: str, team: Team
) -> None:
    """Five holds of 10 stand; each is captured with 20 by ten sessions: 80 are left for them."""
    with psycopg.connect(fresh_db) as conn:
        set_member(conn, team["account"], team["owner"], team["member"], monthly_cap=80)
    holds = place_holds(fresh_db, team, team["member"], 5)
    jobs = [
        partial(spend, team=team, user_id=team["member"], number=3, hold=holds[number % 5])
        for number in range(CALLS)
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert refusals(outcomes) == {("PT402", "member_cap_reached")}
    assert {answer for code, answer in outcomes if code == "ok"} == {(20,)}
    member = read_members(fresh_db, team)[team["member"]]
    assert (member["spent"], member["held"]) == (60, 20)


def test_50_calls_of_every_kind_by_two_members_fill_both_caps_exactly(
    fresh_db: str, team: Team
) -> None:
    holds = {
        team[who]: place_holds(fresh_db, team, team[who], CALLS // 5)
        for who in ("member", "second")
    }
    assert len(holds[team["member"]]) * PART < CAP
    jobs = [
        partial(spend, team=team, user_id=user_id, number=number, hold=holds[user_id][number // 5])
        for number in range(CALLS)
        for user_id in holds
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert refusals(outcomes) == {("PT402", "member_cap_reached")}
    assert Counter(code for code, _ in outcomes)["ok"] == 2 * (CAP - 100) // PART
    found = read_members(fresh_db, team)
    for user_id in holds:
        assert found[user_id]["spent"] + found[user_id]["held"] == CAP
    assert count_deadlocks(fresh_db) == 0


def test_the_accounts_cap_is_exact_above_the_members_caps(fresh_db: str, team: Team) -> None:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn, with_plan("capped", monthly_spend_cap=200))
        change_plan(conn, team["account"], "capped")
    jobs = [
        partial(spend, team=team, user_id=team[who], number=number)
        for number in range(CALLS)
        for who in ("member", "second")
        if number % 5 != 3
    ]
    outcomes = run_at_once(fresh_db, jobs)
    assert refusals(outcomes) <= REFUSED
    assert ("PT402", "spend_cap_reached") in refusals(outcomes)
    assert Counter(code for code, _ in outcomes)["ok"] == 20
    found = read_members(fresh_db, team)
    sums = [found[team[who]]["spent"] + found[team[who]]["held"] for who in ("member", "second")]
    assert sum(sums) == 200
    assert max(sums) <= CAP


def test_a_cap_that_is_lowered_meanwhile_is_never_passed_by_what_comes_after(
    fresh_db: str, team: Team
) -> None:
    """Whatever was spent before the lower cap stays; from then on it holds."""

    def lower(conn: Connection) -> Outcome:
        query = "select monthly_cap from public.set_credit_member(%s, %s, monthly_cap => 50)"
        return request(conn, query, [team["account"], team["member"]])

    jobs: list[Job[Outcome]] = [
        partial(spend, team=team, user_id=team["member"], number=number * 5)
        for number in range(CALLS)
    ]
    jobs.insert(20, lower)
    outcomes = run_at_once(fresh_db, jobs)
    assert outcomes[20] == ("ok", (50,))
    member = read_members(fresh_db, team)[team["member"]]
    assert 50 <= member["spent"] <= CAP
    assert member["spent"] == PART * (Counter(code for code, _ in outcomes)["ok"] - 1)
