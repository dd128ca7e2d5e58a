"""What tests of teams share: people with an address, and what they do with a team, by RPC."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from tests.access.victims import state_without
from tests.support import Connection, as_user, sign_up
from tests.wallets import Row, add, call, call_all, refused

ROLES = ("owner", "admin", "member", "viewer")
# The roles that carry each right.
MAY = {"read": ROLES, "spend": ROLES[:3], "manage": ROLES[:2]}
TEAMS = 50  # that one user owns at most
OPEN_INVITATIONS = 100  # of a team, at most
INVITATION_LIFE = timedelta(days=14)
VIEWS = ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds")
# How a user ends, whose role nobody has taken.
GONE = {
    "row deleted": "delete from auth.users where id = %s",
    "marked as deleted": "update auth.users set deleted_at = now() where id = %s",
    "banned": "update auth.users set banned_until = now() + interval '1 day' where id = %s",
}

# Who is in a team, by role; ``account`` is the team's, ``stranger`` is nobody in it.
Team = dict[str, UUID]


def person(conn: Connection, name: str, **columns: Any) -> UUID:
    """Sign somebody up whose confirmed address is their name at example.com."""
    return sign_up(conn, f"{name}@example.com", **columns)


def asks(conn: Connection, user_id: UUID, function: str, /, **arguments: Any) -> Any:
    """Call a function that returns one row or one value, as a signed-in user."""
    with as_user(conn, user_id):
        return call(conn, function, **arguments)


def lists(conn: Connection, user_id: UUID, function: str, /, **arguments: Any) -> list[Row]:
    """Call a function that returns rows, as a signed-in user."""
    with as_user(conn, user_id):
        return call_all(conn, function, **arguments)


@contextmanager
def unmoved(conn: Connection) -> Iterator[None]:
    """Check that a block of refusals has changed no row of any table."""
    before = state_without(conn, uuid4())
    yield
    assert state_without(conn, uuid4()) == before


@contextmanager
def turned_away(
    conn: Connection, user_id: UUID, sqlstate: str, token: str, detail: Row | None = None
) -> Iterator[None]:
    """Expect what a block asks as a user to be refused with exactly this detail."""
    with refused(conn, sqlstate, token) as found, as_user(conn, user_id):
        yield
    assert found == (detail or {})


def create(conn: Connection, owner_id: UUID, name: str = "Lab") -> UUID:
    """Create a team and return its account."""
    account_id: UUID = asks(conn, owner_id, "create_credit_team", name=name)["account_id"]
    return account_id


def invite(conn: Connection, team_id: UUID, by: UUID, email: str, role: str = "member") -> Row:
    """Invite an address and return the invitation."""
    row: Row = asks(conn, by, "invite_credit_member", account_id=team_id, email=email, role=role)
    return row


def accept(conn: Connection, user_id: UUID, invitation: Row) -> Row:
    """Accept an invitation and return the account."""
    row: Row = asks(conn, user_id, "accept_credit_invitation", invitation_id=invitation["id"])
    return row


def join(conn: Connection, team_id: UUID, by: UUID, user_id: UUID, role: str = "member") -> Row:
    """Let somebody be invited and accept; returns the account as they then see it."""
    (email,) = conn.execute("select email from auth.users where id = %s", [user_id]).fetchone() or [
        None
    ]
    return accept(conn, user_id, invite(conn, team_id, by, email, role))


def remove(conn: Connection, team_id: UUID, by: UUID, user_id: UUID) -> Any:
    """Let a member be removed, by themselves or by another one."""
    return asks(conn, by, "remove_credit_member", account_id=team_id, user_id=user_id)


def set_member(conn: Connection, team_id: UUID, by: UUID, user_id: UUID, **settings: Any) -> Row:
    """Change a member's role or cap and return the member."""
    row: Row = asks(conn, by, "set_credit_member", account_id=team_id, user_id=user_id, **settings)
    return row


def members(conn: Connection, team_id: UUID, seen_by: UUID) -> dict[UUID, Row]:
    """Return the members of a team by id, as one of them sees them."""
    rows = lists(conn, seen_by, "list_credit_members", account_id=team_id)
    return {row["user_id"]: row for row in rows}


def roles(conn: Connection, team_id: UUID) -> dict[UUID, str]:
    """Return the role of each member as stored."""
    query = "select user_id, role from credits.members where account_id = %s"
    return dict(conn.execute(query, [team_id]).fetchall())


def turn_month(conn: Connection, team_id: UUID) -> None:
    """Let the account's time be in the next month: what it does from now on is stamped there."""
    conn.execute(
        """
        update credits.accounts
        set last_transaction_at = (
            date_trunc('month', last_transaction_at at time zone 'UTC') + interval '1 month 1 hour'
        ) at time zone 'UTC'
        where id = %s
        """,
        [team_id],
    )


def make_team(conn: Connection) -> Team:
    """Make the team of these tests, with 1000 bonus credits, under the catalog in force."""
    people = {name: person(conn, name) for name in (*ROLES, "stranger")}
    account_id = create(conn, people["owner"])
    for role in ROLES[1:]:
        join(conn, account_id, people["owner"], people[role], role)
    add(conn, account_id, 1000)
    return {"account": account_id, **people}


def be(conn: Connection, user_id: UUID) -> None:
    """Let a connection be a signed-in user's from now on."""
    claims = json.dumps({"sub": str(user_id), "role": "authenticated"})
    query = (
        "select set_config('role', 'authenticated', false),"
        " set_config('request.jwt.claims', %s, false)"
    )
    conn.execute(query, [claims])
