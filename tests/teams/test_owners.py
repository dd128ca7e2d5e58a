"""A team always has an owner: the last one does not leave and is not demoted, by nobody."""

from __future__ import annotations

from collections import Counter
from functools import partial
from uuid import UUID

import psycopg
import pytest
from psycopg import IsolationLevel

from tests.concurrency.load import Outcome, connect, count_deadlocks, request, run_at_once
from tests.support import Connection
from tests.teams.people import (
    Team,
    asks,
    be,
    join,
    make_team,
    person,
    remove,
    roles,
    set_member,
    turned_away,
    unmoved,
)
from tests.wallets import call, refused, use_catalog

REMOVE = "select public.remove_credit_member(%(account)s, %(user)s)"
DEMOTE = "select public.set_credit_member(%(account)s, %(user)s, 'viewer')"
PROMOTE = "select public.set_credit_member(%(account)s, %(user)s, 'owner')"


def test_the_last_owner_does_not_leave(db: Connection, team: Team) -> None:
    wish = {"account_id": team["account"], "user_id": team["owner"]}
    with unmoved(db), turned_away(db, team["owner"], "PT409", "last_owner"):
        call(db, "remove_credit_member", **wish)


@pytest.mark.parametrize("role", ["admin", "member", "viewer"])
def test_the_last_owner_is_not_demoted(db: Connection, team: Team, role: str) -> None:
    wish = {"account_id": team["account"], "user_id": team["owner"], "role": role}
    with unmoved(db), turned_away(db, team["owner"], "PT409", "last_owner"):
        call(db, "set_credit_member", **wish)
    assert set_member(db, team["account"], team["owner"], team["owner"], role="owner")


def test_not_even_the_back_end_leaves_a_team_without_an_owner(db: Connection, team: Team) -> None:
    wish = {"account_id": team["account"], "user_id": team["owner"]}
    with unmoved(db), refused(db, "PT409", "last_owner"):
        call(db, "remove_credit_member", **wish)
    with unmoved(db), refused(db, "PT409", "last_owner"):
        call(db, "set_credit_member", role="member", **wish)


def test_who_has_a_successor_may_go(db: Connection, team: Team) -> None:
    set_member(db, team["account"], team["owner"], team["viewer"], role="owner")
    remove(db, team["account"], team["owner"], team["owner"])
    assert team["owner"] not in roles(db, team["account"])
    with turned_away(db, team["viewer"], "PT409", "last_owner"):
        call(db, "remove_credit_member", account_id=team["account"], user_id=team["viewer"])
    assert asks(db, team["viewer"], "get_credit_balance", account_id=team["account"])


def test_a_team_outlives_who_founded_it(db: Connection, team: Team) -> None:
    """The founder's id on the account opens nothing once the founder has left."""
    set_member(db, team["account"], team["owner"], team["admin"], role="owner")
    remove(db, team["account"], team["admin"], team["owner"])
    for function in ("get_credit_balance", "list_credit_members"):
        with turned_away(db, team["owner"], "PT404", "account_not_found"):
            call(db, function, account_id=team["account"])
    join(db, team["account"], team["admin"], person(db, "next"), "member")


@pytest.mark.parametrize(
    "deletion",
    [
        "delete from auth.users where id = %s",
        "update auth.users set deleted_at = now() where id = %s",
    ],
)
def test_a_deleted_owner_is_no_successor(db: Connection, team: Team, deletion: str) -> None:
    set_member(db, team["account"], team["owner"], team["admin"], role="owner")
    db.execute(deletion, [team["admin"]])
    wish = {"account_id": team["account"], "user_id": team["owner"]}
    with unmoved(db), turned_away(db, team["owner"], "PT409", "last_owner"):
        call(db, "remove_credit_member", **wish)
    with unmoved(db), turned_away(db, team["owner"], "PT409", "last_owner"):
        call(db, "set_credit_member", role="admin", **wish)


def test_the_account_is_an_owners_who_is_there(db: Connection, team: Team) -> None:
    """Whose the account is, is who owns it: what asks for its owner never asks who has left."""
    set_member(db, team["account"], team["owner"], team["viewer"], role="owner")
    set_member(db, team["account"], team["owner"], team["owner"], role="member")
    query = "select owner_id from credits.accounts where id = %s"
    assert db.execute(query, [team["account"]]).fetchone() == (team["viewer"],)
    set_member(db, team["account"], team["viewer"], team["owner"], role="owner")
    assert db.execute(query, [team["account"]]).fetchone() == (team["viewer"],)
    remove(db, team["account"], team["owner"], team["viewer"])
    assert db.execute(query, [team["account"]]).fetchone() == (team["owner"],)


@pytest.fixture
def pair(fresh_db: str) -> Team:
    """The team with two owners: ``owner`` and ``admin``, who was made one."""
    with psycopg.connect(fresh_db) as conn:
        use_catalog(conn)
        found = make_team(conn)
        set_member(conn, found["account"], found["owner"], found["admin"], role="owner")
    return found


def act(conn: Connection, team: Team, query: str, who: str, whom: str) -> Outcome:
    """Let one member do something to another."""
    be(conn, team[who])
    return request(conn, query, {"account": team["account"], "user": team[whom]})


ACTS = {
    "both leave": [(REMOVE, "owner", "owner"), (REMOVE, "admin", "admin")],
    "both step down": [(DEMOTE, "owner", "owner"), (DEMOTE, "admin", "admin")],
    "one leaves, one steps down": [(REMOVE, "owner", "owner"), (DEMOTE, "admin", "admin")],
    "each removes the other": [(REMOVE, "owner", "admin"), (REMOVE, "admin", "owner")],
    "each demotes the other": [(DEMOTE, "owner", "admin"), (DEMOTE, "admin", "owner")],
}


@pytest.mark.parametrize("acts", ACTS)
def test_of_two_owners_who_go_at_once_one_stays(fresh_db: str, pair: Team, acts: str) -> None:
    jobs = [partial(act, team=pair, query=q, who=a, whom=b) for q, a, b in ACTS[acts]] * 8
    outcomes = run_at_once(fresh_db, jobs)
    with psycopg.connect(fresh_db) as conn:
        assert list(roles(conn, pair["account"]).values()).count("owner") == 1
    told = {(code, answer[0]) for code, answer in outcomes if code != "ok"}
    assert told <= {
        ("PT409", "last_owner"),
        ("PT404", "account_not_found"),
        ("PT404", "member_not_found"),
        ("PT403", "role_too_high"),
    }
    assert Counter(code for code, _ in outcomes)["ok"] >= 1
    assert count_deadlocks(fresh_db) == 0


def test_a_promotion_and_two_departures_at_once_leave_an_owner(fresh_db: str, pair: Team) -> None:
    jobs = [
        partial(act, team=pair, query=query, who=who, whom=whom)
        for query, who, whom in [
            (PROMOTE, "owner", "member"),
            (REMOVE, "owner", "owner"),
            (REMOVE, "admin", "admin"),
            (DEMOTE, "admin", "member"),
        ]
    ] * 6
    run_at_once(fresh_db, jobs)
    with psycopg.connect(fresh_db) as conn:
        assert "owner" in roles(conn, pair["account"]).values()
        found: list[tuple[UUID]] = conn.execute(
            "select user_id from credits.members where account_id = %s", [pair["account"]]
        ).fetchall()
    assert (pair["viewer"],) in found


@pytest.mark.parametrize(
    "level", [IsolationLevel.REPEATABLE_READ, IsolationLevel.SERIALIZABLE], ids=lambda i: i.name
)
@pytest.mark.parametrize("is_founder_first", [True, False])
@pytest.mark.parametrize("acts", ACTS)
def test_an_owner_who_does_not_see_that_the_other_went_is_40001(
    fresh_db: str, pair: Team, acts: str, is_founder_first: bool, level: IsolationLevel
) -> None:
    (first, *early_pair), (second, *late_pair) = ACTS[acts][:: 1 if is_founder_first else -1]
    with connect(fresh_db, autocommit=False) as late, connect(fresh_db) as early:
        late.isolation_level = level
        late.execute("select count(*) from public.credit_accounts")  # now it has its snapshot
        assert act(early, pair, first, *early_pair)[0] == "ok"
        assert act(late, pair, second, *late_pair)[0] == "40001"
        late.rollback()
        assert act(late, pair, second, *late_pair)[0] in ("PT409", "PT404", "PT403")
        late.rollback()
    with psycopg.connect(fresh_db) as conn:
        assert list(roles(conn, pair["account"]).values()).count("owner") == 1
