"""Automatic top-up is opted into: who may, with what, and what the settings answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.billing.purchases import buyer
from tests.billing.topups import (
    PACK,
    SETTINGS,
    TOTAL,
    due,
    get_topup,
    open_shop,
    opened,
    opted_in,
    set_topup,
    succeed,
)
from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.wallets import Row, call, refused

OFF: Row = {
    "enabled": False,
    "threshold": None,
    "package": None,
    "monthly_limit_cents": None,
    "spent_cents": 0,
    "currency": "usd",
    "status": "off",
    "paused_reason": None,
    "paused_until_at": None,
}


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def test_nobody_has_opted_in(db: Connection) -> None:
    user_id = buyer(db)
    assert get_topup(db, user_id) == {"account_id": user_id, **OFF}
    assert due(db) == set()


def test_who_opts_in_is_told_the_settings(db: Connection) -> None:
    user_id = buyer(db)
    settings = {"threshold": 20, "package": PACK, "monthly_limit_cents": 5000}
    answer = set_topup(db, user_id, **settings)
    active = {"account_id": user_id, **OFF, **settings, "enabled": True, "status": "active"}
    assert answer == active == get_topup(db, user_id)


def test_what_is_not_named_stays(db: Connection) -> None:
    user_id = opted_in(db, monthly_limit_cents=5000)
    before = get_topup(db, user_id)
    assert set_topup(db, user_id) == before
    assert set_topup(db, user_id, threshold=10) == {**before, "threshold": 10}
    off = {**before, "threshold": 10, "enabled": False, "status": "off"}
    assert set_topup(db, user_id, enabled=False) == off
    assert set_topup(db, user_id) == {**before, "threshold": 10}


def test_a_limit_is_cleared_by_minus_one(db: Connection) -> None:
    user_id = opted_in(db, monthly_limit_cents=5000)
    assert set_topup(db, user_id, monthly_limit_cents=-1)["monthly_limit_cents"] is None


@pytest.mark.parametrize(
    ("changes", "token"),
    [
        ({"threshold": None}, "topup_incomplete"),
        ({"threshold": -2}, "invalid_amount"),
        ({"threshold": "NaN"}, "invalid_amount"),
        ({"threshold": "Infinity"}, "invalid_amount"),
        ({"threshold": "0.0000000001"}, "invalid_amount"),
        ({"package": None}, "topup_incomplete"),
        ({"package": "colossal"}, "unknown_package"),
        ({"package": "No Code!"}, "unknown_package"),
        ({"threshold": 51}, "topup_too_small"),
        ({"monthly_limit_cents": TOTAL - 1}, "topup_limit_too_small"),
        ({"monthly_limit_cents": 0}, "topup_limit_too_small"),
        ({"monthly_limit_cents": -2}, "topup_limit_too_small"),
    ],
)
def test_settings_that_cannot_work_are_refused(db: Connection, changes: Row, token: str) -> None:
    user_id = buyer(db)
    with refused(db, "22023", token):
        set_topup(db, user_id, **{**SETTINGS, **changes})
    assert get_topup(db, user_id)["status"] == "off"


def test_a_refused_change_leaves_the_settings(db: Connection) -> None:
    user_id = opted_in(db)
    before = get_topup(db, user_id)
    with refused(db, "22023", "topup_too_small") as detail:
        set_topup(db, user_id, threshold=51)
    assert detail == {"threshold": 51, "credits": 50}
    with refused(db, "22023", "unknown_package"):
        set_topup(db, user_id, package="colossal")
    with refused(db, "22023", "topup_limit_too_small") as detail:
        set_topup(db, user_id, monthly_limit_cents=TOTAL - 1)
    assert detail == {"minimum": TOTAL}
    assert get_topup(db, user_id) == before


def test_the_least_that_can_work_is_taken(db: Connection) -> None:
    user_id = buyer(db)
    set_topup(db, user_id, threshold=0, package=PACK, monthly_limit_cents=TOTAL)
    set_topup(db, user_id, threshold=50)


def test_it_can_be_turned_off_whatever_the_catalog_sells(db: Connection) -> None:
    user_id = opted_in(db)
    open_shop(db, packages=None)
    assert set_topup(db, user_id, enabled=False)["status"] == "off"


def test_it_can_be_turned_off_where_it_never_was_on(db: Connection) -> None:
    user_id = buyer(db)
    assert set_topup(db, user_id, enabled=False) == {"account_id": user_id, **OFF}


@pytest.mark.parametrize(
    "changes", [{"threshold": -5}, {"package": "No Code!"}, {"monthly_limit_cents": 0}], ids=str
)
def test_it_can_be_turned_off_whatever_else_is_said(db: Connection, changes: Row) -> None:
    user_id = opted_in(db)
    assert set_topup(db, user_id, enabled=False, **changes)["status"] == "off"
    assert set_topup(db, user_id)["threshold"] == SETTINGS["threshold"]


def test_a_closed_account_opts_out_and_not_in(db: Connection) -> None:
    user_id = opted_in(db)
    db.execute("update credits.accounts set status = 'closed' where id = %s", [user_id])
    assert set_topup(db, user_id, enabled=False)["status"] == "off"
    with refused(db, "PT403", "account_closed"):
        set_topup(db, user_id)


def test_enabled_is_to_be_said(db: Connection) -> None:
    user_id = opted_in(db)
    with refused(db, "22023", "topup_incomplete"):
        set_topup(db, user_id, enabled=None)


@pytest.fixture
def team(db: Connection) -> dict[str, UUID]:
    """A shared account, and a member of each role."""
    found: dict[str, UUID] = {"account": call(db, "open_credit_account", external_id="team")}
    for role in ("viewer", "member", "admin", "owner", "stranger"):
        found[role] = sign_up(db)
        if role != "stranger":
            query = "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)"
            db.execute(query, [found["account"], found[role], role])
    return found


def as_member(conn: Connection, team: dict[str, UUID], role: str, name: str, **more: Any) -> Row:
    with as_user(conn, team[role]):
        row: Row = call(conn, name, account_id=team["account"], **more)
    return row


@pytest.mark.parametrize("role", ["admin", "owner"])
def test_who_manages_an_account_sets_its_top_up(
    db: Connection, team: dict[str, UUID], role: str
) -> None:
    assert as_member(db, team, role, "set_auto_topup", **SETTINGS)["status"] == "active"
    assert as_member(db, team, role, "get_auto_topup")["account_id"] == team["account"]


@pytest.mark.parametrize("role", ["viewer", "member", "stranger"])
def test_who_does_not_manage_it_sets_and_reads_nothing(
    db: Connection, team: dict[str, UUID], role: str
) -> None:
    with refused(db, "PT404", "account_not_found"):
        as_member(db, team, role, "set_auto_topup", **SETTINGS)
    with refused(db, "PT404", "account_not_found"):
        as_member(db, team, role, "get_auto_topup")


def test_the_back_end_names_the_account(db: Connection) -> None:
    user_id = buyer(db)
    with as_service(db):
        answer = call(db, "set_auto_topup", account_id=user_id, **SETTINGS)
        assert answer["status"] == "active"
        with refused(db, "22023", "account_id_required"):
            call(db, "set_auto_topup", **SETTINGS)
        with refused(db, "22023", "account_id_required"):
            call(db, "get_auto_topup")


@pytest.mark.parametrize("name", ["set_auto_topup", "get_auto_topup"])
def test_nobody_else_calls_them(db: Connection, name: str) -> None:
    arguments = SETTINGS if name == "set_auto_topup" else {}
    with as_anon(db), refused(db, "42501", f"permission denied for function {name}"):
        call(db, name, **arguments)


def test_what_was_topped_up_this_month_is_shown(db: Connection) -> None:
    user_id = opted_in(db)
    succeed(db, opened(db, user_id))
    assert get_topup(db, user_id)["spent_cents"] == TOTAL
