"""``has_plan_feature``: whether the plan of an account names a feature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from psycopg.errors import InsufficientPrivilege

from tests.support import Connection, as_anon, as_caller, as_service, as_user, sign_up
from tests.wallets import call, change_plan, funded_account, refused, use_catalog, with_plan

FEATURES = ["API access", "Priority support", "sso"]


@pytest.fixture
def user_id(db: Connection) -> UUID:
    """A user on a plan with features."""
    use_catalog(db, with_plan("pro", features=FEATURES))
    found = sign_up(db)
    change_plan(db, found, "pro")
    return found


def has(conn: Connection, user_id: UUID, feature: str | None, **more: Any) -> Any:
    with as_user(conn, user_id):
        return call(conn, "has_plan_feature", feature=feature, **more)


@pytest.mark.parametrize("feature", FEATURES)
def test_what_the_plan_names_it_has(db: Connection, user_id: UUID, feature: str) -> None:
    assert has(db, user_id, feature) is True


@pytest.mark.parametrize(
    "feature", ["api access", "API", "API access ", "", "%", "SSO", "[]", "0", None]
)
def test_what_it_does_not_name_to_the_letter_it_has_not(
    db: Connection, user_id: UUID, feature: str | None
) -> None:
    assert has(db, user_id, feature) is False


def test_another_plan_has_others(db: Connection, user_id: UUID) -> None:
    change_plan(db, user_id, "plus")
    assert has(db, user_id, "sso") is False
    change_plan(db, user_id, "pro")
    assert has(db, user_id, "sso") is True


def test_a_new_catalog_counts_at_once(db: Connection, user_id: UUID) -> None:
    use_catalog(db, with_plan("pro", features=["other"]))
    assert has(db, user_id, "sso") is False
    assert has(db, user_id, "other") is True


def test_without_a_plan_an_account_has_none(db: Connection) -> None:
    assert has(db, funded_account(db), "sso") is False


def test_a_user_whose_account_is_missing_has_none_and_is_not_refused(db: Connection) -> None:
    db.execute("alter table auth.users disable trigger user")
    assert has(db, sign_up(db), "sso") is False


@pytest.mark.parametrize("role", ["viewer", "member", "admin", "owner"])
@pytest.mark.usefixtures("user_id")
def test_every_member_sees_the_features_of_the_team(db: Connection, role: str) -> None:
    team: UUID = call(db, "open_credit_account", external_id="team", plan="pro")
    member = sign_up(db)
    query = "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)"
    db.execute(query, [team, member, role])
    assert has(db, member, "sso", account_id=team) is True
    assert has(db, member, "sso") is False


def test_a_stranger_is_told_that_there_is_no_such_account(db: Connection, user_id: UUID) -> None:
    with refused(db, "PT404", "account_not_found"):
        has(db, sign_up(db), "sso", account_id=user_id)


def test_the_back_end_asks_for_anybody(db: Connection, user_id: UUID) -> None:
    with as_service(db):
        assert call(db, "has_plan_feature", feature="sso", account_id=user_id) is True
    with as_service(db), refused(db, "22023", "account_id_required"):
        call(db, "has_plan_feature", feature="sso")


def test_nobody_asks(db: Connection) -> None:
    with pytest.raises(InsufficientPrivilege), as_anon(db):
        call(db, "has_plan_feature", feature="sso")


def test_it_only_reads(db: Connection, user_id: UUID) -> None:
    claims = {"sub": str(user_id), "role": "authenticated"}
    with as_caller(db, "authenticated", claims):
        db.execute("set local transaction_read_only = on")
        assert call(db, "has_plan_feature", feature="sso") is True
