"""A call that waits for the account while an owner decides is judged by what was decided."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from tests.concurrency.load import STATEMENT_SECONDS, Outcome, connect, request, wait_for_lock
from tests.teams.people import Team, be, invite, make_team, roles
from tests.wallets import call, history, use_catalog

DECISIONS = {
    "removed": "select public.remove_credit_member(%(account)s, %(user)s)",
    "made a viewer": "select public.set_credit_member(%(account)s, %(user)s, 'viewer')",
    "capped": "select public.set_credit_member(%(account)s, %(user)s, monthly_cap => 4)",
    "capped with all": "select public.set_credit_member_caps(%(account)s, 4)",
}
SPENDS = {
    "use_credits": "select public.use_credits('sms', 'k', 5, account_id => %(account)s)",
    "check_and_deduct_credits": (
        "select public.check_and_deduct_credits(%(account)s, 5, 'k', user_id => %(user)s)"
    ),
    "hold_credits": "select public.hold_credits(%(account)s, 'k', 5, user_id => %(user)s)",
    "capture_credits": "select public.capture_credits(%(account)s, %(hold)s, 7)",
    "deduct_credits_batch": (
        "select error ->> 'code', error ->> 'message' from public.deduct_credits_batch(%(events)s)"
    ),
}
# What an admin may do; "up" is what only an owner may.
ACTS = {
    "up": "select public.set_credit_member(%(account)s, %(other)s, 'owner')",
    "cap": "select public.set_credit_member_caps(%(account)s, 1)",
    "remove": "select public.remove_credit_member(%(account)s, %(other)s)",
    "invite": "select public.invite_credit_member(%(account)s, 'eve@example.com', 'admin')",
    "revoke": "select public.revoke_credit_invitation(%(id)s)",
}


@pytest.fixture
def team(fresh_db: str) -> Team:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        return make_team(conn)


def told_behind(
    dsn: str, team: Team, values: dict[str, Any], decision: str, who: str | None, query: str
) -> Outcome:
    """Begin a call while the owner's decision is not committed yet.

    Args:
        dsn: the database.
        team: whose owner decides.
        values: the arguments of both.
        decision: what the owner decides.
        who: the role of who calls; None for the back end.
        query: the call.

    Returns:
        What the caller is told once the decision stands.
    """
    with (
        connect(dsn, autocommit=False) as owner,
        connect(dsn) as caller,
        ThreadPoolExecutor(1) as thread,
    ):
        be(owner, team["owner"])
        owner.execute(decision.encode(), values)
        if who:
            be(caller, team[who])
        told = thread.submit(request, caller, query, values)
        wait_for_lock(dsn, caller.info.backend_pid)
        owner.commit()
        return told.result(STATEMENT_SECONDS)


@pytest.mark.parametrize("spend", SPENDS)
@pytest.mark.parametrize("decision", DECISIONS)
def test_a_spend_that_waits_for_a_decision_obeys_it(
    fresh_db: str, team: Team, decision: str, spend: str
) -> None:
    event = {"account_id": str(team["account"]), "key": "k", "amount": 5}
    events = json.dumps([{**event, "user_id": str(team["member"])}])
    values = {"account": team["account"], "user": team["member"], "events": events}
    with psycopg.connect(fresh_db) as conn:
        hold = {"account_id": team["account"], "key": "early", "amount": 2}
        values["hold"] = call(conn, "hold_credits", user_id=team["member"], **hold)["hold_id"]
    who = "member" if spend == "use_credits" else None
    code, answer = told_behind(fresh_db, team, values, DECISIONS[decision], who, SPENDS[spend])
    refusal = answer if spend == "deduct_credits_batch" else (code, answer[0])
    if decision.startswith("capped"):
        assert refusal == ("PT402", "member_cap_reached")
    else:
        assert refusal == ("PT404", "member_not_found")
    with psycopg.connect(fresh_db) as conn:
        assert [row["type"] for row in history(conn, team["account"])] == ["bonus"]


@pytest.mark.parametrize("decision", ["removed", "made a viewer"])
@pytest.mark.parametrize("act", ACTS)
def test_an_admin_who_waits_to_be_one_no_more_decides_nothing(
    fresh_db: str, team: Team, decision: str, act: str
) -> None:
    with psycopg.connect(fresh_db) as conn:
        asked = invite(conn, team["account"], team["owner"], "bob@example.com")
        before = roles(conn, team["account"])
    values = {
        "account": team["account"], "user": team["admin"], "other": team["viewer"],
        "id": asked["id"],
    }  # fmt: skip
    code, answer = told_behind(fresh_db, team, values, DECISIONS[decision], "admin", ACTS[act])
    token = "invitation_not_found" if act == "revoke" else "account_not_found"
    assert (code, answer) == ("PT404", (token, None))
    with psycopg.connect(fresh_db) as conn:
        after = roles(conn, team["account"])
        assert {**before, **after} == {**before, team["admin"]: after.get(team["admin"], "admin")}
        query = "select email, role from credits.invitations where state = 'open'"
        assert conn.execute(query).fetchall() == [("bob@example.com", "member")]
