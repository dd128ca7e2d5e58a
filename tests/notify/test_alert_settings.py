"""``set_credit_alerts``: who may set a threshold, and which."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support import Connection, as_anon, as_service, as_user, sign_up
from tests.teams.people import asks, create, invite, person
from tests.wallets import Row, add, call, funded_account, refused


def set_own(conn: Connection, user_id: UUID, low_balance: Any = None, **more: Any) -> Row:
    with as_user(conn, user_id):
        row: Row = call(conn, "set_credit_alerts", low_balance=low_balance, **more)
        return row


def test_a_user_sets_reads_and_clears_the_own_threshold(db: Connection) -> None:
    user_id = funded_account(db, 100)
    default = {"account_id": user_id, "low_balance": None, "default_low_balance": 20}
    assert set_own(db, user_id) == default
    assert set_own(db, user_id, Decimal("12.5"))["low_balance"] == Decimal("12.5")
    assert set_own(db, user_id) == {**default, "low_balance": Decimal("12.5")}
    assert set_own(db, user_id, 0)["low_balance"] == 0
    assert set_own(db, user_id, -1) == default


@pytest.mark.parametrize(
    "amount", ["-0.5", "-2", "0.0000000001", "1e30", "nan", "infinity", "-infinity"]
)
def test_what_is_no_amount_is_refused_and_changes_nothing(db: Connection, amount: str) -> None:
    user_id = funded_account(db, 100)
    set_own(db, user_id, 7)
    with refused(db, "22023", "invalid_amount"):
        set_own(db, user_id, Decimal(amount))
    assert set_own(db, user_id)["low_balance"] == 7


def test_only_who_may_manage_an_account_sets_its_threshold(db: Connection) -> None:
    owner, stranger = person(db, "owner"), person(db, "stranger")
    team = create(db, owner)
    add(db, team, 100)
    for role in ("admin", "member", "viewer"):
        invitation = invite(db, team, owner, f"{role}@example.com", role)
        user_id = person(db, role)
        asks(db, user_id, "accept_credit_invitation", invitation_id=invitation["id"])
        if role == "admin":
            assert set_own(db, user_id, 9, account_id=team)["low_balance"] == 9
        else:
            with refused(db, "PT404", "account_not_found"):
                set_own(db, user_id, 1, account_id=team)
    for account_id in (team, uuid4(), owner):
        with refused(db, "PT404", "account_not_found"):
            set_own(db, stranger, 1, account_id=account_id)
    assert set_own(db, owner, account_id=team)["low_balance"] == 9


def test_the_back_end_names_an_account(db: Connection) -> None:
    user_id = funded_account(db, 100)
    with as_service(db):
        row = call(db, "set_credit_alerts", low_balance=3, account_id=user_id)
    assert row["low_balance"] == 3
    with refused(db, "22023", "account_id_required"), as_service(db):
        call(db, "set_credit_alerts", low_balance=3)
    with refused(db, "PT404", "account_not_found"), as_service(db):
        call(db, "set_credit_alerts", low_balance=3, account_id=uuid4())


def test_nobody_else_sets_anything(db: Connection) -> None:
    user_id = funded_account(db, 100)
    with pytest.raises(Exception, match="permission denied"), db.transaction(), as_anon(db):
        call(db, "set_credit_alerts", low_balance=3, account_id=user_id)
    banned = sign_up(db, banned_until="infinity")
    with refused(db, "42501", "user_unknown"):
        set_own(db, banned, 1)
