"""What tests share: callers as PostgREST presents them, users, and the check of the books."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from scripts.catalog import apply
from scripts.catalog_file import CATALOGS
from scripts.migrate import apply_pending
from scripts.migrations import Tree

Connection = psycopg.Connection[Any]


def install(conn: Connection, before: str = "") -> None:
    """Install the platform, all migrations, and the sources not frozen yet in an empty database.

    Args:
        conn: in autocommit, of the role that will own it all.
        before: SQL to run between the platform and the first migration.
    """
    conn.execute(Tree().platform_file.read_bytes())
    conn.execute(before.encode())
    migrate(conn)


def migrate(conn: Connection, until: str = "99999999999999") -> None:
    """Apply the pending migrations up to one, and after the last the sources not frozen yet.

    Args:
        conn: in autocommit, of the role that owns it all.
        until: 14 digits; a migration of this id is applied, and none after it.
    """
    tree = Tree()
    list(apply_pending(conn, [it for it in tree.migrations() if it.file_id <= until]))
    if tree.migrations()[-1].file_id <= until:
        with conn.transaction():
            conn.execute("set local check_function_bodies = off")
            for source in tree.unfrozen():
                conn.execute(source.text.encode())


def sign_up(conn: Connection, email: str | None = None, **columns: Any) -> UUID:
    """Insert a confirmed user into ``auth.users``, with further columns as named, and return it."""
    row: dict[str, Any] = {"email": email, **columns}
    if email:
        row.setdefault("email_confirmed_at", "2026-01-01 00:00:00+00")
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    marks = sql.SQL(", ").join(map(sql.Placeholder, row))
    query = sql.SQL("insert into auth.users ({}) values ({}) returning id")
    found = conn.execute(query.format(names, marks), row).fetchone()
    assert found is not None
    user_id: UUID = found[0]
    return user_id


@contextmanager
def as_caller(conn: Connection, role: str, claims: dict[str, Any] | None) -> Iterator[Connection]:
    """Run a block with a role and the claims of its token, as PostgREST does for a request.

    The block is a transaction, or a savepoint inside one: what fails in it is undone, and
    afterwards the connection is again who it was.
    """
    token = "" if claims is None else json.dumps(claims)
    setting = "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)"
    with conn.transaction():
        conn.execute(setting, [role, token])
        yield conn
        conn.execute(setting, ["none", ""])


def as_user(conn: Connection, user_id: UUID | str, **claims: Any) -> Any:
    """Run a block as a signed-in user, with further claims such as ``app_metadata``."""
    claims = {"sub": str(user_id), "role": "authenticated", **claims}
    return as_caller(conn, "authenticated", claims)


def as_admin(conn: Connection, user_id: UUID | str) -> Any:
    """Run a block as a signed-in administrator."""
    return as_user(conn, user_id, app_metadata={"role": "admin"})


def as_anon(conn: Connection) -> Any:
    """Run a block as nobody: the anonymous key, no user."""
    return as_caller(conn, "anon", {"role": "anon"})


def as_service(conn: Connection) -> Any:
    """Run a block with the service key."""
    return as_caller(conn, "service_role", {"role": "service_role"})


def find_violations(conn: Connection) -> list[tuple[Any, ...]]:
    """Return what ``check_credit_integrity`` finds; nothing where it is not installed."""
    function = "public.check_credit_integrity(uuid)"
    if conn.execute("select to_regprocedure(%s)", [function]).fetchone() == (None,):
        return []
    return conn.execute("select * from public.check_credit_integrity()").fetchall()


def apply_catalog(conn: Connection, name: str) -> None:
    """Put one of the catalogs that we ship in force, by name: ``"docs-chat"``."""
    apply(conn, CATALOGS / f"{name}.toml")
