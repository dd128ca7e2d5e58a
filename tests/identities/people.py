"""What tests of identities share: free credits, people with addresses, and what they have."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.support import Connection, sign_up
from tests.wallets import balance_of, use_catalog, with_plan

WELCOME, ALLOWANCE = 5, 100
BONUS = WELCOME + ALLOWANCE

# Addresses of one person each: whoever signs up with a second one has had the free credits.
SAME = [
    ("ada@example.org", "Ada@Example.ORG"),
    ("ada@example.org", "ada+1@example.org"),
    ("ada+1@example.org", "ada+other+2@example.org"),
    ("ada+1@example.org", "ADA+@example.org"),
    ("adalovelace@gmail.com", "ada.lovelace@gmail.com"),
    ("a.d.a.lovelace@gmail.com", "adalovelace+x@gmail.com"),
    ("ada.lovelace@gmail.com", "AdaLovelace@googlemail.com"),
    ("ada.love+a@googlemail.com", "a.dalove@gmail.com"),
]
# Addresses of two people.
OTHER = [
    ("ada@example.org", "bob@example.org"),
    ("ada@example.org", "ada@example.com"),
    ("ada@example.org", "ada@mail.example.org"),
    ("ada.lovelace@example.org", "adalovelace@example.org"),
    ("ada.lovelace@gmail.com.example.org", "adalovelace@gmail.com.example.org"),
    ("ada.l@notgmail.com", "adal@notgmail.com"),
    ("ada-1@example.org", "ada-2@example.org"),
]


def give_free_credits(conn: Connection) -> None:
    """Put a catalog in force whose free plan gives welcome credits and an allowance."""
    plan = {"welcome_credits": WELCOME, "monthly_credits": ALLOWANCE}
    use_catalog(conn, with_plan("free", **plan))


def credits_of(conn: Connection, user_id: UUID) -> Any:
    """Return an account's balance."""
    return balance_of(conn, user_id)["balance"]


def delete(conn: Connection, user_id: UUID, *, soft: bool = False) -> None:
    """Delete a user, as the auth service does; a soft deletion leaves a row without the address."""
    if soft:
        query = "update auth.users set deleted_at = now(), email = null where id = %s"
    else:
        query = "delete from auth.users where id = %s"
    conn.execute(query, [user_id])


def become_person(conn: Connection, user_id: UUID, email: str) -> None:
    """Let an anonymous user give an address, as the auth service does."""
    conn.execute(
        """
        update auth.users set email = %s, email_confirmed_at = now(), is_anonymous = false
        where id = %s
        """,
        [email, user_id],
    )


def sign_up_both(conn: Connection, pair: tuple[str, str]) -> list[Any]:
    """Sign up with two addresses, one after the other, and return what each has."""
    return [credits_of(conn, user_id) for user_id in [sign_up(conn, email) for email in pair]]
