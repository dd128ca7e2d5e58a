"""Who may sign in to the pages of a local stack: users and administrators with a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import psycopg

from scripts.dev.auth import Auth

USER, ADMIN = "user", "admin"
PEOPLE = (
    ("User", "zoe@example.com", USER),
    ("Administrator", "ann@example.com", ADMIN),
    ("Second administrator", "ben@example.com", ADMIN),
)
_APPOINT = """
    update auth.users
    set raw_app_meta_data = coalesce(raw_app_meta_data, '{}') || '{"role": "admin"}'
    where id = %s
"""


@dataclass(frozen=True)
class DemoUser:
    """A sign-in that a person is offered; ``role`` is ``user`` or ``admin``."""

    label: str
    email: str
    password: str
    role: str


def add_demo_users(auth: Auth, owner_url: str, player: str | None = None) -> list[DemoUser]:
    """Let a user and two administrators sign in; who is there from an earlier time stays.

    Args:
        auth: where they sign in.
        owner_url: the database, as its owner: nobody else makes an administrator.
        player: the address of the scenario's user, who is offered too, having a history.

    Returns:
        All of them, with a password that is new every time.
    """
    password = secrets.token_hex(5)
    people = [*PEOPLE, *([("User with a history", player, USER)] if player else [])]
    for _, email, role in people:
        user = auth.users.find(email) or auth.users.add(email)
        auth.users.set_password(user.id, password)
        if role == ADMIN:
            with psycopg.connect(owner_url) as conn:
                conn.execute(_APPOINT, [user.id])
    return [DemoUser(label, email, password, role) for label, email, role in people]
