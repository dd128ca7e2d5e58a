"""An invitation that many want at once, or that ends as it is accepted: it is taken once."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.concurrency.load import Outcome, count_deadlocks, request, run_at_once
from tests.support import Connection, sign_up
from tests.teams.people import Team, be, invite, make_team, roles
from tests.wallets import use_catalog

ACCEPT = "select role from public.accept_credit_invitation(%(id)s)"
REVOKE = "select public.revoke_credit_invitation(%(id)s)"
INVITE = "select id, role from public.invite_credit_member(%(account)s, %(email)s, %(role)s)"
NOT_FOUND = "PT404", "invitation_not_found"


@pytest.fixture
def team(fresh_db: str) -> Team:
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        return make_team(conn)


def ask(conn: Connection, user_id: UUID, query: str, values: dict[str, Any]) -> Outcome:
    """Send one request as a signed-in user."""
    be(conn, user_id)
    return request(conn, query, values)


def told(outcomes: list[Outcome]) -> Counter[Any]:
    """Count what callers were told."""
    return Counter("ok" if code == "ok" else (code, answer[0]) for code, answer in outcomes)


def test_of_two_users_with_one_address_one_is_taken_in(fresh_db: str, team: Team) -> None:
    """Sign-ins by password and by a company's own system may share an address."""
    with psycopg.connect(fresh_db) as conn:
        asked = invite(conn, team["account"], team["owner"], "bob@example.com")
        rivals = [sign_up(conn, "bob@example.com"), sign_up(conn, "Bob@Example.com")]
    jobs = [partial(ask, user_id=who, query=ACCEPT, values=asked) for who in rivals] * 10
    outcomes = run_at_once(fresh_db, jobs)
    with psycopg.connect(fresh_db) as conn:
        assert len(set(rivals) & set(roles(conn, team["account"]))) == 1
    answers = [told(outcomes[0::2]), told(outcomes[1::2])]
    assert {NOT_FOUND: 10} in answers
    assert {"ok": 10} in answers
    assert count_deadlocks(fresh_db) == 0


def test_accepted_and_revoked_at_once_it_is_one_of_both(fresh_db: str, team: Team) -> None:
    with psycopg.connect(fresh_db) as conn:
        asked = invite(conn, team["account"], team["owner"], "stranger@example.com")
    jobs = [
        partial(ask, user_id=team[who], query=query, values=asked)
        for who, query in (("stranger", ACCEPT), ("owner", REVOKE))
    ] * 8
    outcomes = run_at_once(fresh_db, jobs)
    accepted = [outcome for outcome in outcomes[::2] if outcome[0] == "ok"]
    with psycopg.connect(fresh_db) as conn:
        assert (team["stranger"] in roles(conn, team["account"])) == bool(accepted)
        state = conn.execute("select state from credits.invitations where id = %s", [asked["id"]])
        assert state.fetchone() == ("accepted" if accepted else "revoked",)
    assert told(outcomes).keys() == {"ok", NOT_FOUND}


def test_one_address_invited_by_two_managers_at_once_has_one_invitation(
    fresh_db: str, team: Team
) -> None:
    wish = {"account": team["account"], "email": "bob@example.com", "role": "viewer"}
    jobs = [
        partial(ask, user_id=team[who], query=INVITE, values=wish) for who in ("owner", "admin")
    ] * 10
    outcomes = run_at_once(fresh_db, jobs)
    assert told(outcomes) == {"ok": 20}
    assert len({answer[0] for _, answer in outcomes}) == 1
    assert count_deadlocks(fresh_db) == 0


def test_invitations_at_once_stop_at_the_hundredth(fresh_db: str, team: Team) -> None:
    with psycopg.connect(fresh_db) as conn:
        for number in range(90):
            invite(conn, team["account"], team["owner"], f"guest{number}@example.com")
    jobs = [
        partial(
            ask, user_id=team["admin"], query=INVITE,
            values={"account": team["account"], "email": f"late{n}@example.com", "role": "viewer"},
        )
        for n in range(30)
    ]  # fmt: skip
    outcomes = run_at_once(fresh_db, jobs)
    assert told(outcomes) == {"ok": 10, ("PT409", "too_many_invitations"): 20}


def test_teams_made_at_once_stop_at_the_fiftieth(fresh_db: str, team: Team) -> None:
    query = "select account_id from public.create_credit_team('Lab')"
    jobs = [partial(ask, user_id=team["stranger"], query=query, values={})] * 40
    outcomes = [*run_at_once(fresh_db, jobs), *run_at_once(fresh_db, jobs)]
    assert told(outcomes) == {"ok": 50, ("PT409", "too_many_teams"): 30}
