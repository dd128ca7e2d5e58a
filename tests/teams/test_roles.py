"""Owner, admin, member, viewer: what each may call and see of a team, and whom each may change."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import Connection, as_user
from tests.teams.people import (
    MAY,
    ROLES,
    VIEWS,
    Team,
    asks,
    invite,
    join,
    lists,
    members,
    person,
    roles,
    set_member,
    turned_away,
    unmoved,
)
from tests.wallets import Row, call, call_all, changed_catalog, deduct, use_catalog

PACK = {"code": "pack", "name": "Pack", "credits": 100, "price_cents": 500}
# A charge of the member, the team's second transaction.
CHARGE = {"transaction_id": 2, "reason": "other", "description": "Nothing came."}
# The right that each function with an account needs, and what it is asked besides.
RIGHTS: dict[str, tuple[str, Row]] = {
    "get_credit_balance": ("read", {}),
    "get_credit_summary": ("read", {}),
    "get_credit_usage_stats": ("read", {}),
    "list_credit_transactions": ("read", {}),
    "export_credit_transactions": ("read", {}),
    "list_credit_orders": ("read", {}),
    "list_credit_members": ("read", {}),
    "has_plan_feature": ("read", {"feature": "exports"}),
    "has_enough_credits": ("spend", {"service": "sms"}),
    "use_credits": ("spend", {"service": "sms", "key": "matrix"}),
    "submit_credit_dispute": ("spend", CHARGE),
    "quote_credit_purchase": ("manage", {"package": "pack"}),
    "set_credit_alerts": ("manage", {"low_balance": 5}),
    "get_auto_topup": ("manage", {}),
    "set_auto_topup": ("manage", {"enabled": False}),
    "redeem_credit_code": ("manage", {"code": "NOTHING"}),
    "list_credit_invitations": ("manage", {}),
    "invite_credit_member": ("manage", {"email": "new@example.com", "role": "viewer"}),
    "set_credit_member_caps": ("manage", {"monthly_cap": 5}),
    "set_credit_member": ("manage", {"user_id": "member", "monthly_cap": 5}),
    "remove_credit_member": ("manage", {"user_id": "other"}),
}


@pytest.fixture
def crowd(db: Connection, team: Team) -> Team:
    """The team with one more member, ``other``, and a pack to buy."""
    use_catalog(db, changed_catalog(packages=[PACK]))
    other = person(db, "other")
    join(db, team["account"], team["owner"], other)
    return {**team, "other": other}


def arguments(team: Team, function: str) -> Row:
    """Return what a function of the matrix is asked, with people for their names."""
    named = RIGHTS[function][1]
    return {name: team[value] if name == "user_id" else value for name, value in named.items()}


def test_the_matrix_has_every_function_that_a_user_may_ask_of_an_account(db: Connection) -> None:
    query = r"""
        select proname from pg_proc
        where
            pronamespace = 'public'::regnamespace
            and 'account_id' = any(proargnames[1:pronargs])
            and has_function_privilege('authenticated', oid, 'execute')
            and proname not like 'admin\_%'
    """
    assert set(RIGHTS) == {name for (name,) in db.execute(query)}


@pytest.mark.parametrize("who", [*ROLES, "stranger"])
@pytest.mark.parametrize("function", RIGHTS)
def test_each_role_may_do_what_its_right_says_and_else_hears_what_a_stranger_hears(
    db: Connection, crowd: Team, function: str, who: str
) -> None:
    right, _ = RIGHTS[function]
    asked = arguments(crowd, function)
    deduct(db, crowd["account"], 1, user_id=crowd["member"])
    if who in MAY[right]:
        with as_user(db, crowd[who]):
            call_all(db, function, account_id=crowd["account"], **asked)
        return
    with unmoved(db):
        for account_id in (crowd["account"], uuid4()):
            with turned_away(db, crowd[who], "PT404", "account_not_found"):
                call_all(db, function, account_id=account_id, **asked)


def counts(conn: Connection, team: Team, view: str) -> dict[str, int]:
    """Return how many rows of the team each person sees in a view."""
    found = {}
    query = f"select from public.{view} where account_id = %s"
    for who in (*ROLES, "stranger"):
        with as_user(conn, team[who]):
            found[who] = len(conn.execute(query, [team["account"]]).fetchall())
    return found


def test_views_show_managers_all_and_the_others_their_own(db: Connection, team: Team) -> None:
    for who in MAY["spend"]:
        deduct(db, team["account"], 1, user_id=team[who])
        call(db, "hold_credits", account_id=team["account"], key=who, amount=2, user_id=team[who])
    seen = {view: tuple(counts(db, team, view).values()) for view in VIEWS}
    assert seen == {
        "credit_accounts": (1, 1, 1, 1, 0),
        "credit_transactions": (4, 4, 1, 0, 0),
        "credit_grants": (1, 1, 0, 0, 0),
        "credit_holds": (3, 3, 1, 0, 0),
    }


def test_managers_see_everybodys_numbers_the_others_their_own(db: Connection, team: Team) -> None:
    set_member(db, team["account"], team["owner"], team["member"], monthly_cap=50)
    deduct(db, team["account"], 7, user_id=team["member"])
    deduct(db, team["account"], 3, user_id=team["admin"])
    for who in MAY["manage"]:
        seen = members(db, team["account"], team[who])
        assert {role: seen[team[role]]["spent"] for role in ROLES} == {
            "owner": 0,
            "admin": 3,
            "member": 7,
            "viewer": 0,
        }
        assert seen[team["member"]]["monthly_cap"] == 50
    for who in ("member", "viewer"):
        seen = members(db, team["account"], team[who])
        assert {row["role"] for row in seen.values()} == set(ROLES)
        numbers = ("monthly_cap", "spent", "held")
        for role in ROLES:
            row = tuple(seen[team[role]][name] for name in numbers)
            own = {"member": (50, 7, 0), "viewer": (None, 0, 0)}[who]
            assert row == (own if role == who else (None, None, None)), role


@pytest.mark.parametrize("given", ROLES)
@pytest.mark.parametrize("who", ROLES)
def test_nobody_gives_a_role_above_the_own(
    db: Connection, team: Team, who: str, given: str
) -> None:
    wish = {"account_id": team["account"], "email": "new@example.com", "role": given}
    if who in ("member", "viewer"):
        with unmoved(db), turned_away(db, team[who], "PT404", "account_not_found"):
            call(db, "invite_credit_member", **wish)
    elif (who, given) == ("admin", "owner"):
        with unmoved(db), turned_away(db, team[who], "PT403", "role_too_high", {"role": "owner"}):
            call(db, "invite_credit_member", **wish)
    else:
        assert asks(db, team[who], "invite_credit_member", **wish)["role"] == given


def may_set(who: str, target: str, given: str) -> bool:
    """Whether somebody may give a role to another one."""
    return who == "owner" or (who == "admin" and "owner" not in (target, given))


@pytest.mark.parametrize("given", ROLES)
@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("who", MAY["manage"])
def test_owners_change_every_role_admins_all_but_owners(
    db: Connection, crowd: Team, who: str, target: str, given: str
) -> None:
    set_member(db, crowd["account"], crowd["owner"], crowd["other"], role="owner")
    before = roles(db, crowd["account"])
    wish = {"account_id": crowd["account"], "user_id": crowd[target], "role": given}
    if may_set(who, target, given):
        assert asks(db, crowd[who], "set_credit_member", **wish)["role"] == given
        assert roles(db, crowd["account"]) == {**before, crowd[target]: given}
    else:
        with unmoved(db), turned_away(db, crowd[who], "PT403", "role_too_high", {"role": "owner"}):
            call(db, "set_credit_member", **wish)


@pytest.mark.parametrize("target", ROLES)
@pytest.mark.parametrize("who", ROLES)
def test_who_may_remove_whom(db: Connection, crowd: Team, who: str, target: str) -> None:
    set_member(db, crowd["account"], crowd["owner"], crowd["other"], role="owner")
    wish = {"account_id": crowd["account"], "user_id": crowd[target]}
    if who in (target, "owner") or (who, target) in (("admin", "member"), ("admin", "viewer")):
        asks(db, crowd[who], "remove_credit_member", **wish)
        assert crowd[target] not in roles(db, crowd["account"])
        return
    refusal: tuple[str, str, Row] = ("PT404", "account_not_found", {})
    if who == "admin":
        refusal = ("PT403", "role_too_high", {"role": "owner"})
    with unmoved(db), turned_away(db, crowd[who], *refusal):
        call(db, "remove_credit_member", **wish)


def test_an_admin_does_not_cap_an_owner(db: Connection, team: Team) -> None:
    wish = {"account_id": team["account"], "user_id": team["owner"], "monthly_cap": 1}
    with unmoved(db), turned_away(db, team["admin"], "PT403", "role_too_high", {"role": "owner"}):
        call(db, "set_credit_member", **wish)
    assert set_member(db, team["account"], team["owner"], team["owner"], monthly_cap=1)


@pytest.mark.parametrize("role", ["superadmin", "Owner", "", " member", None])
def test_a_role_is_one_of_four(db: Connection, team: Team, role: str | None) -> None:
    wish = {"account_id": team["account"], "email": "new@example.com", "role": role}
    with unmoved(db), turned_away(db, team["owner"], "22023", "invalid_role"):
        call(db, "invite_credit_member", **wish)
    if role is not None:
        wish = {"account_id": team["account"], "user_id": team["member"], "role": role}
        with unmoved(db), turned_away(db, team["owner"], "22023", "invalid_role"):
            call(db, "set_credit_member", **wish)


@pytest.mark.parametrize("function", ["set_credit_member", "remove_credit_member"])
def test_somebody_who_is_no_member_is_not_found(db: Connection, team: Team, function: str) -> None:
    invite(db, team["account"], team["owner"], "stranger@example.com")
    more: dict[str, Any] = {"role": "viewer"} if function == "set_credit_member" else {}
    with unmoved(db):
        for user_id in (team["stranger"], uuid4(), team["account"], UUID(int=0)):
            with turned_away(db, team["owner"], "PT404", "member_not_found"):
                call(db, function, account_id=team["account"], user_id=user_id, **more)


def test_a_setter_that_sets_nothing_changes_nothing(db: Connection, team: Team) -> None:
    set_member(db, team["account"], team["owner"], team["member"], monthly_cap=9)
    with unmoved(db):
        row = set_member(db, team["account"], team["owner"], team["member"])
    assert (row["role"], row["monthly_cap"]) == ("member", 9)


def test_a_members_own_list_names_the_team_only(db: Connection, team: Team) -> None:
    assert {
        row["user_id"]
        for row in lists(db, team["viewer"], "list_credit_members", account_id=team["account"])
    } == {team[role] for role in ROLES}
    assert team["stranger"] not in members(db, team["account"], team["owner"])
