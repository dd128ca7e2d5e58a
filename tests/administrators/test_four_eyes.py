"""What one administrator may do alone: at most so much, and never for an account of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.administrators.acting import (
    LIMIT,
    WAIT_DAYS,
    WHY,
    act,
    administrator,
    approve,
    as_actor,
    limit_alone,
    notices,
    waiting_acts,
)
from tests.support import Connection, as_service, as_user, sign_up
from tests.teams.people import create, join
from tests.wallets import (
    Row,
    add,
    balance_of,
    call,
    changed_catalog,
    deduct,
    funded_account,
    history,
    use_catalog,
)

LEAST = Decimal("0.000000001")
# An act of each kind that moves exactly 10, on an account as `account` makes it.
TEN: dict[str, Row] = {
    "add_credits": {"amount": 10},
    "remove_credits": {"amount": 10},
    "void_grant": {"grant_id": 2},
    "refund_transaction": {"transaction_id": 3},
}
EACH = pytest.mark.parametrize(("name", "asked"), TEN.items(), ids=TEN.keys())


@pytest.fixture
def admin(db: Connection) -> UUID:
    return administrator(db)


def fund(conn: Connection, account_id: UUID) -> UUID:
    """Give an account grant 1 of 90 left, grant 2 of 10, and charge 3 of 10."""
    add(conn, account_id, 100, priority=1)
    add(conn, account_id, 10, priority=900)
    deduct(conn, account_id, 10)
    return account_id


@pytest.fixture
def account(db: Connection) -> UUID:
    return fund(db, sign_up(db))


@EACH
def test_up_to_the_limit_it_is_done_at_once(
    db: Connection, admin: UUID, account: UUID, name: str, asked: Row
) -> None:
    limit_alone(db, 10)
    before = balance_of(db, account)["balance"]
    done = act(db, admin, name, account, **asked)
    assert (done["state"], done["act_id"], done["amount"]) == ("done", None, 10)
    assert abs(done["balance"] - before) == 10


@EACH
def test_above_the_limit_it_waits_and_nothing_is_done(
    db: Connection, admin: UUID, account: UUID, name: str, asked: Row
) -> None:
    limit_alone(db, 9.999999999)
    before = history(db, account)
    waiting = act(db, admin, name, account, reason="much", key="k", **asked)
    when, act_id = waiting.pop("requested_at"), waiting.pop("act_id")
    assert waiting == {
        "state": "pending", "act": name, "account_id": account, "amount": 10, "reason": "much",
        "transaction_id": None, "balance": 100, "held": 0, "available": 100,
        "requested_by": as_actor(admin), "decided_by": None, "decided_at": None,
    }  # fmt: skip
    assert history(db, account) == before
    assert waiting_acts(db, admin) == [{**waiting, "requested_at": when, "act_id": act_id}]
    (notice,) = notices(db, "act_pending")
    assert (notice["account_id"], notice["key"]) == (None, str(act_id))
    assert notice["payload"] == {
        "act_id": str(act_id), "act": name, "account_id": str(account), "amount": 10,
        "reason": "much", "requested_by": as_actor(admin),
    }  # fmt: skip


def test_without_a_catalog_the_limit_is_ten_thousand(
    db: Connection, admin: UUID, account: UUID
) -> None:
    assert act(db, admin, "add_credits", account, amount=LIMIT)["state"] == "done"
    assert act(db, admin, "add_credits", account, amount=LIMIT + LEAST)["state"] == "pending"


def test_a_catalog_that_says_nothing_has_the_same_limit(
    db: Connection, admin: UUID, account: UUID
) -> None:
    use_catalog(db)
    assert act(db, admin, "add_credits", account, amount=LIMIT)["state"] == "done"
    assert act(db, admin, "add_credits", account, amount=LIMIT + LEAST)["state"] == "pending"


def test_with_a_limit_of_nothing_everything_waits(
    db: Connection, admin: UUID, account: UUID
) -> None:
    limit_alone(db, 0)
    assert act(db, admin, "add_credits", account, amount=LEAST)["state"] == "pending"


def test_a_limit_of_a_catalog_to_come_does_not_count_yet(
    db: Connection, admin: UUID, account: UUID
) -> None:
    limit_alone(db, 10)
    later = changed_catalog(approval_credits=1000, plans=[], effective_at="2099-01-01T00:00:00Z")
    use_catalog(db, later)
    assert act(db, admin, "add_credits", account, amount=11)["state"] == "pending"


@EACH
def test_for_an_account_of_ones_own_every_act_waits(
    db: Connection, admin: UUID, name: str, asked: Row
) -> None:
    fund(db, admin)
    assert act(db, admin, name, admin, **asked)["state"] == "pending"
    assert balance_of(db, admin)["balance"] == 100


@EACH
@pytest.mark.parametrize("role", ["owner", "admin", "member", "viewer"])
def test_for_a_team_one_is_in_every_act_waits(
    db: Connection, admin: UUID, name: str, asked: Row, role: str
) -> None:
    owner = sign_up(db, "owner@example.com")
    team = fund(db, create(db, owner))
    join(db, team, owner, admin, role)
    assert act(db, admin, name, team, **asked)["state"] == "pending"


def test_for_a_team_one_has_left_none_waits(db: Connection, admin: UUID) -> None:
    owner = sign_up(db, "owner@example.com")
    team = create(db, owner)
    join(db, team, owner, admin, "member")
    with as_user(db, admin):
        call(db, "remove_credit_member", account_id=team, user_id=admin)
    assert act(db, admin, "add_credits", team, amount=5)["state"] == "done"


def test_a_team_that_one_founded_is_ones_own_whoever_owns_it_now(
    db: Connection, admin: UUID
) -> None:
    team = create(db, admin)
    assert act(db, admin, "add_credits", team, amount=5)["state"] == "pending"


def test_the_back_end_and_the_owner_are_bound_by_the_limit_too(
    db: Connection, account: UUID
) -> None:
    limit_alone(db, 10)
    asked: dict[str, Any] = {"account_id": account, "amount": 11, "reason": WHY}
    with as_service(db):
        assert call(db, "admin_add_credits", key="k1", **asked)["state"] == "pending"
    assert call(db, "admin_add_credits", key="k2", **asked)["state"] == "pending"
    assert {found["requested_by"] for found in waiting_acts(db, administrator(db))} == {
        "service_role", db.info.user,
    }  # fmt: skip


def test_a_refund_of_all_counts_what_is_left_of_the_charge(
    db: Connection, admin: UUID, account: UUID
) -> None:
    limit_alone(db, 9)
    call(db, "refund_credits", account_id=account, transaction_id=3, key="r", amount=1)
    assert act(db, admin, "refund_transaction", account, transaction_id=3)["state"] == "done"


def test_a_void_counts_what_it_takes_now(db: Connection, admin: UUID, account: UUID) -> None:
    limit_alone(db, 89)
    assert act(db, admin, "void_grant", account, grant_id=1)["state"] == "pending"
    deduct(db, account, 1)
    assert act(db, admin, "void_grant", account, grant_id=1)["state"] == "done"


@pytest.mark.parametrize("held", [30, 90])
def test_a_void_counts_what_is_held_of_the_grant_too(
    db: Connection, admin: UUID, account: UUID, held: int
) -> None:
    """Which goes when it returns: of grant 1, from which 90 are left."""
    limit_alone(db, 89)
    hold = call(db, "hold_credits", account_id=account, key="h", amount=held)
    waiting = act(db, admin, "void_grant", account, grant_id=1)
    assert (waiting["state"], waiting["amount"], waiting["balance"]) == ("pending", 90, 100)
    done = approve(db, administrator(db), waiting)
    assert (done["state"], done["amount"], done["balance"]) == ("done", 90 - held, 10 + held)
    call(db, "release_credits", account_id=account, hold_id=hold["hold_id"])
    assert balance_of(db, account)["balance"] == 10


def test_a_void_counts_no_hold_of_another_grant_nor_one_that_has_ended(
    db: Connection, admin: UUID, account: UUID
) -> None:
    limit_alone(db, 10)
    hold = call(db, "hold_credits", account_id=account, key="h", amount=90)
    ended = call(db, "hold_credits", account_id=account, key="e", amount=10)
    call(db, "release_credits", account_id=account, hold_id=ended["hold_id"])
    assert act(db, admin, "void_grant", account, grant_id=2)["state"] == "done"
    call(db, "capture_credits", account_id=account, hold_id=hold["hold_id"], amount=85)
    assert act(db, admin, "void_grant", account, grant_id=1)["amount"] == 5


def test_what_waits_is_listed_the_longest_waiting_first(db: Connection, admin: UUID) -> None:
    limit_alone(db, 1)
    asked = [act(db, admin, "add_credits", funded_account(db, 1), amount=9) for _ in range(3)]
    assert [found["act_id"] for found in waiting_acts(db, administrator(db))] == [
        found["act_id"] for found in asked
    ]


def test_it_waits_for_seven_days(db: Connection, admin: UUID, account: UUID) -> None:
    limit_alone(db, 1)
    act(db, admin, "add_credits", account, amount=9)
    found = db.execute("select expires_at - requested_at from credits.pending_acts").fetchone()
    assert found is not None
    assert found[0].total_seconds() == WAIT_DAYS * 86_400
