"""A user who is deleted or banned loses the way in; the ledger keeps what happened."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, balance_of, call, call_all, deduct, history, refused, use_catalog

Call = Callable[[Connection], object]

DELETIONS = {
    "row deleted": "delete from auth.users where id = %s",
    "marked as deleted": "update auth.users set deleted_at = now() where id = %s",
    "banned": "update auth.users set banned_until = now() + interval '1 day' where id = %s",
}
CALLS: dict[str, Row] = {
    "get_credit_balance": {},
    "get_credit_summary": {},
    "list_credit_transactions": {},
    "export_credit_transactions": {},
    "has_enough_credits": {"service": "sms"},
    "use_credits": {"service": "sms", "key": "new"},
}


@pytest.fixture
def account_id(db: Connection) -> UUID:
    use_catalog(db)
    user_id = sign_up(db)
    with as_user(db, user_id):
        call(db, "use_credits", service="sms", key="old")
    return user_id


@pytest.mark.parametrize("deletion", DELETIONS)
@pytest.mark.parametrize("function", CALLS)
def test_every_call_of_theirs_is_refused(
    db: Connection, account_id: UUID, deletion: str, function: str
) -> None:
    db.execute(DELETIONS[deletion], [account_id])
    with refused(db, "42501", "user_unknown"), as_user(db, account_id):
        call_all(db, function, **CALLS[function])


@pytest.mark.parametrize("deletion", DELETIONS)
def test_a_replay_of_theirs_is_refused_too(db: Connection, account_id: UUID, deletion: str) -> None:
    db.execute(DELETIONS[deletion], [account_id])
    with refused(db, "42501", "user_unknown"), as_user(db, account_id):
        call(db, "use_credits", service="sms", key="old")


@pytest.mark.parametrize("deletion", DELETIONS)
def test_their_views_are_empty(db: Connection, account_id: UUID, deletion: str) -> None:
    db.execute(DELETIONS[deletion], [account_id])
    with as_user(db, account_id):
        for view in ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds"):
            assert db.execute(f"select * from public.{view}").fetchall() == []


def test_the_ledger_of_a_deleted_user_is_unchanged(db: Connection, account_id: UUID) -> None:
    before = history(db, account_id)
    db.execute(DELETIONS["row deleted"], [account_id])
    assert history(db, account_id) == before
    assert balance_of(db, account_id)["balance"] == 4


def test_the_back_end_can_still_settle_what_a_deleted_user_owes(
    db: Connection, account_id: UUID
) -> None:
    db.execute(DELETIONS["row deleted"], [account_id])
    assert deduct(db, account_id, 4)["balance"] == 0


def test_a_deleted_user_gets_no_second_welcome(db: Connection, account_id: UUID) -> None:
    db.execute(DELETIONS["row deleted"], [account_id])
    assert call(db, "grant_initial_credits") == 0
    db.execute("insert into auth.users (id) values (%s)", [account_id])
    assert balance_of(db, account_id)["balance"] == 4


def test_a_ban_that_is_over_is_no_ban(db: Connection, account_id: UUID) -> None:
    db.execute("update auth.users set banned_until = now() where id = %s", [account_id])
    with as_user(db, account_id):
        assert call(db, "get_credit_balance")["balance"] == 4


def test_a_deleted_member_has_no_way_into_a_shared_account(db: Connection) -> None:
    use_catalog(db)
    team_id = call(db, "open_credit_account", external_id="team")
    user_id = sign_up(db)
    db.execute("insert into credits.members values (%s, %s, 'owner')", [team_id, user_id])
    db.execute(DELETIONS["marked as deleted"], [user_id])
    with refused(db, "42501", "user_unknown"), as_user(db, user_id):
        call(db, "get_credit_balance", account_id=team_id)
