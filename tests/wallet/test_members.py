"""What each member of a shared account may read and spend: viewer, member, admin, owner."""

from __future__ import annotations

from uuid import UUID

import pytest

from tests.support import Connection, as_anon, as_service, as_user
from tests.teams.people import Team, make_team, remove, set_member
from tests.wallets import (
    call,
    call_all,
    change_plan,
    deduct,
    refused,
    use_catalog,
)

ROLES = ("viewer", "member", "admin", "owner")
VIEWS = ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds")


@pytest.fixture
def team(db: Connection) -> Team:
    """A team and its people by role, each of whom has spent 1 of its 1000 credits and held 1.

    Its transactions: 1 a bonus, 2 to 5 the spends in the order of the roles. The viewer could spend
    until then. One more user, ``stranger``, is no member.
    """
    use_catalog(db)
    found = make_team(db)
    account_id, owner = found["account"], found["owner"]
    set_member(db, account_id, owner, found["viewer"], role="member")
    for role in ROLES:
        acting = {"account_id": account_id, "user_id": found[role]}
        deduct(db, account_id, 1, service="sms", user_id=found[role])
        held = call(db, "hold_credits", key=f"hold-{role}", amount=1, **acting)
        call(db, "release_credits", account_id=account_id, hold_id=held["hold_id"])
    set_member(db, account_id, owner, found["viewer"], role="viewer")
    return found


def rows_seen(conn: Connection, team: Team, who: str, view: str) -> int:
    query = f"select count(*) from public.{view} where account_id = %s"
    with as_user(conn, team[who]):
        found = conn.execute(query, [team["account"]]).fetchone()
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("role", ROLES)
def test_every_member_reads_the_balance(db: Connection, team: Team, role: str) -> None:
    with as_user(db, team[role]):
        assert call(db, "get_credit_balance", account_id=team["account"])["balance"] == 996
        query = "select balance, available, name from public.credit_accounts"
        shared = db.execute(query + " where kind = 'team'").fetchall()
    assert shared == [(996, 996, "Lab")]


@pytest.mark.parametrize(
    ("role", "ids"),
    [
        ("viewer", [2]),
        ("member", [3]),
        ("admin", [5, 4, 3, 2, 1]),
        ("owner", [5, 4, 3, 2, 1]),
    ],
)
def test_who_may_only_spend_reads_the_own_transactions_only(
    db: Connection, team: Team, role: str, ids: list[int]
) -> None:
    with as_user(db, team[role]):
        rows = call_all(db, "list_credit_transactions", account_id=team["account"])
        text = call(db, "export_credit_transactions", account_id=team["account"])
    assert [row["id"] for row in rows] == ids
    assert text.count("\r\n") == 1 + len(ids)
    assert rows_seen(db, team, role, "credit_transactions") == len(ids)


@pytest.mark.parametrize("role", ["viewer", "member"])
def test_a_members_summary_has_the_own_usage_and_the_accounts_cap(
    db: Connection, team: Team, role: str
) -> None:
    change_plan(db, team["account"], "capped")
    with as_user(db, team[role]):
        summary = call(db, "get_credit_summary", account_id=team["account"])
    assert (summary["usage"]["credits"], summary["usage"]["services"]) == (1, {"sms": 1})
    assert summary["grants"] is None
    assert (summary["caps"]["monthly_spend_cap"], summary["caps"]["spent"]) == (50, 4)


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_who_manages_an_account_has_its_whole_summary(
    db: Connection, team: Team, role: str
) -> None:
    with as_user(db, team[role]):
        summary = call(db, "get_credit_summary", account_id=team["account"])
    assert (summary["usage"]["credits"], summary["grants"]) == (4, {"bonus": 996})


@pytest.mark.parametrize(
    ("view", "counts"),
    [
        ("credit_accounts", (1, 1, 1, 1, 0)),
        ("credit_transactions", (1, 1, 5, 5, 0)),
        ("credit_grants", (0, 0, 1, 1, 0)),
        ("credit_holds", (1, 1, 4, 4, 0)),
    ],
)
def test_each_view_shows_each_role_its_rows(
    db: Connection, team: Team, view: str, counts: tuple[int, ...]
) -> None:
    assert tuple(rows_seen(db, team, who, view) for who in (*ROLES, "stranger")) == counts


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("view", VIEWS)
def test_views_show_the_back_end_all_and_nobody_nothing(db: Connection, view: str) -> None:
    with as_service(db):
        seen = db.execute(f"select * from public.{view}").fetchall()
    assert len(seen) == len(db.execute(f"select * from public.{view}").fetchall()) > 0
    with refused(db, "42501", f"permission denied for view {view}"), as_anon(db):
        db.execute(f"select * from public.{view}")


@pytest.mark.parametrize("role", ROLES)
def test_a_member_also_has_the_own_account_and_no_other(
    db: Connection, team: Team, role: str
) -> None:
    with as_user(db, team[role]):
        accounts = db.execute("select account_id from public.credit_accounts").fetchall()
        assert call(db, "get_credit_balance")["balance"] == 5
    assert {row[0] for row in accounts} == {team["account"], team[role]}


@pytest.mark.parametrize("role", ["member", "admin", "owner"])
def test_who_may_spend_spends_the_shared_credits(db: Connection, team: Team, role: str) -> None:
    with as_user(db, team[role]):
        shared = {"service": "sms", "account_id": team["account"]}
        assert call(db, "has_enough_credits", quantity=996, **shared) is True
        charge = call(db, "use_credits", key="k", quantity=2, **shared)
        assert (charge["cost"], charge["balance"]) == (2, 994)
        (newest, *_) = call_all(db, "list_credit_transactions", account_id=team["account"])
    assert (newest["id"], newest["user_id"]) == (6, team[role])


@pytest.mark.parametrize("who", ["viewer", "stranger"])
def test_who_may_not_spend_is_told_what_a_stranger_is_told(
    db: Connection, team: Team, who: str
) -> None:
    for account_id in (team["account"], UUID(int=5)):
        with refused(db, "PT404", "account_not_found") as detail, as_user(db, team[who]):
            call(db, "use_credits", service="sms", key="k", account_id=account_id)
        assert detail == {}


def test_a_member_who_leaves_sees_and_spends_nothing_more(db: Connection, team: Team) -> None:
    remove(db, team["account"], team["admin"], team["admin"])
    assert [rows_seen(db, team, "admin", view) for view in VIEWS] == [0, 0, 0, 0]
    with refused(db, "PT404", "account_not_found"), as_user(db, team["admin"]):
        call(db, "get_credit_balance", account_id=team["account"])


@pytest.mark.parametrize("view", ["credit_grants", "credit_accounts"])
def test_a_view_shows_what_remains_although_the_head_stands_on_the_account(
    db: Connection, team: Team, view: str
) -> None:
    column = "remaining" if view == "credit_grants" else "balance"
    with as_user(db, team["owner"]):
        query = f"select sum({column}) from public.{view} where account_id = %s"
        assert db.execute(query, [team["account"]]).fetchall() == [(996,)]
