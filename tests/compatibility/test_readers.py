"""Who reads what: the own accounts and those one manages, one's own part of the others, no more."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest

from tests.billing.purchases import promote
from tests.compatibility.views import (
    COLUMNS,
    OF_ACCOUNTS,
    OF_EVERYBODY,
    only,
    read,
    subscribe,
)
from tests.disputes.disputing import submit
from tests.holds.holding import hold
from tests.support import Connection, as_admin, as_anon, as_service, as_user, sign_up
from tests.teams.people import ROLES, Team
from tests.usage.charges import charge
from tests.wallets import funded_account, use_catalog


@pytest.fixture
def user(db: Connection) -> UUID:
    """A user who has rows in every view of accounts."""
    use_catalog(db)
    user_id = funded_account(db, 100)
    hold(db, user_id, 5, service="query")
    submit(db, user_id, charge(db, user_id, 30))
    subscribe(db, user_id, "plus")
    return user_id


def test_a_user_reads_the_own_rows_in_every_view(db: Connection, user: UUID) -> None:
    found = {view: read(db, view, user) for view in OF_ACCOUNTS}
    assert all(found.values())
    assert {row["user_id"] for rows in found.values() for row in rows} == {user}


def test_a_stranger_reads_nothing_of_a_user(db: Connection, user: UUID) -> None:
    stranger = sign_up(db, "mallory@example.org")
    for view in OF_ACCOUNTS:
        assert user not in {row["user_id"] for row in read(db, view, stranger)}, view


@pytest.mark.parametrize("view", sorted(OF_ACCOUNTS))
def test_without_the_policies_a_stranger_would_be_seen_to_read(
    db: Connection, user: UUID, view: str
) -> None:
    """The test above can fail. Where a rule of ours tells the rows, it refuses the stranger."""
    for table in ("accounts", "transactions", "holds"):
        db.execute(f"alter table credits.{table} disable row level security".encode())
    stranger = sign_up(db, "mallory@example.org")
    try:
        seen = {row["user_id"] for row in read(db, view, stranger)}
    except psycopg.Error as error:
        seen = {error.diag.message_primary}
    assert seen & {user, "account_not_found"}


@pytest.mark.parametrize("state", ["banned_until = 'infinity'", "deleted_at = now()"])
def test_a_user_who_is_gone_reads_nothing(db: Connection, user: UUID, state: str) -> None:
    db.execute(f"update auth.users set {state} where id = %s".encode(), [user])
    for view in OF_ACCOUNTS:
        assert read(db, view, user) == []


def test_a_token_without_a_user_reads_nothing(db: Connection, user: UUID) -> None:
    assert read(db, "user_credits", user)
    for view in OF_ACCOUNTS:
        with as_anon(db):
            db.execute("select set_config('role', 'authenticated', true)")
            assert db.execute(f"select * from public.{view}".encode()).fetchall() == []


@pytest.mark.usefixtures("user")
def test_anybody_reads_the_price_list_and_nothing_else(db: Connection) -> None:
    for view in COLUMNS:
        query = f"select * from public.{view}".encode()
        if view in OF_EVERYBODY:
            with as_anon(db):
                assert db.execute(query).fetchall()
        else:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), as_anon(db):
                db.execute(query)


def test_the_back_end_reads_all(db: Connection, user: UUID) -> None:
    other = funded_account(db, 7)
    promote(db)
    with as_service(db):
        found = {view: read(db, view) for view in COLUMNS}
    assert all(found.values())
    assert {user, other} <= {row["user_id"] for row in found["user_credits"]}


def test_promotions_are_for_administrators_only(db: Connection, user: UUID) -> None:
    promote(db, "SPRING")
    assert read(db, "credit_promotions", user) == []
    with as_user(db, user, user_metadata={"role": "admin"}):
        assert read(db, "credit_promotions") == []
    with as_admin(db, user):
        assert [row["id"] for row in read(db, "credit_promotions")] == ["SPRING"]


def test_everybody_in_a_team_reads_its_balance_and_subscription(db: Connection, team: Team) -> None:
    subscribe(db, team["account"], "plus")
    for role in ROLES:
        for view in ("user_credits", "user_credit_status", "user_subscriptions"):
            assert only(read(db, view, team[role]), user_id=team["account"])
    for view in ("user_credits", "user_credit_status", "user_subscriptions"):
        rows = read(db, view, team["stranger"])
        assert team["account"] not in {row["user_id"] for row in rows}


def test_members_of_a_team_read_their_own_part_and_managers_all(db: Connection, team: Team) -> None:
    account_id = team["account"]
    for role in ("owner", "admin", "member"):
        transaction_id = charge(db, account_id, 10, user_id=team[role])
        submit(db, team[role], transaction_id, account_id=account_id)
        hold(db, account_id, 1, user_id=team[role])
    counts = {"owner": (4, 3, 6, 3), "admin": (4, 3, 6, 3), "member": (1, 1, 2, 1)}
    counts |= {"viewer": (0, 0, 0, 0), "stranger": (0, 0, 0, 0)}
    for role, expected in counts.items():
        rows = {view: read(db, view, team[role]) for view in OF_ACCOUNTS}
        usage = [row for row in rows["monthly_usage"] if row["user_id"] == account_id]
        found = tuple(
            sum(row["user_id"] == account_id for row in rows[view])
            for view in ("credits_transactions", "credit_disputes", "query_log")
        )
        assert (*found, sum(row["query_count"] for row in usage)) == expected, role


def test_a_rule_of_the_views_shows_nothing_of_a_foreign_account(db: Connection, user: UUID) -> None:
    stranger = sign_up(db, "mallory@example.org")
    for rule in ("compatible_subscriptions", "compatible_disputes"):
        with pytest.raises(psycopg.Error, match="account_not_found"), as_user(db, stranger):
            db.execute(f"select * from credits.{rule}(%s)".encode(), [user])
