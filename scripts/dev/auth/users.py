"""Users: rows of ``auth.users``, read and written as ``supabase_auth_admin``, and passwords."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from werkzeug.security import check_password_hash, generate_password_hash

from scripts.dev.auth.errors import AuthError
from scripts.dev.auth.tokens import ROLE

_SELECT = """
    select
        id,
        email,
        email_confirmed_at as confirmed_at,
        coalesce(raw_app_meta_data, '{}') as app_metadata,
        coalesce(raw_user_meta_data, '{}') as user_metadata,
        banned_until,
        created_at
    from auth.users
    where
        deleted_at is null
        and (id = %(id)s::uuid or lower(email) = lower(%(email)s::text))
    order by created_at, id
    limit 1
"""
_INSERT = """
    insert into auth.users (id, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
    values (gen_random_uuid(), %s, now(), %s, %s)
    returning id
"""
_HOOK = "select credits.before_user_created(%s)"
_APP_METADATA = {"provider": "email", "providers": ["email"]}


@dataclass(frozen=True)
class UserRow:
    """A user, as the database has it."""

    id: UUID
    email: str | None
    confirmed_at: datetime | None
    app_metadata: dict[str, Any]
    user_metadata: dict[str, Any]
    banned_until: datetime | None
    created_at: datetime

    @property
    def is_banned(self) -> bool:
        """Whether signing in is forbidden now."""
        return self.banned_until is not None and self.banned_until > datetime.now(UTC)

    def json(self) -> dict[str, Any]:
        """Return what Supabase's clients call a user; ``identities`` is not told."""
        confirmed = self.confirmed_at.isoformat() if self.confirmed_at else None
        return {
            "id": str(self.id),
            "aud": ROLE,
            "role": ROLE,
            "email": self.email or "",
            "phone": "",
            "email_confirmed_at": confirmed,
            "confirmed_at": confirmed,
            "app_metadata": self.app_metadata,
            "user_metadata": self.user_metadata,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.created_at.isoformat(),
            "is_anonymous": False,
        }


class Users:
    """The users of a database, as its auth service; the passwords are in memory, hashed."""

    def __init__(self, dsn: str) -> None:
        """Take where the database is, as ``supabase_auth_admin``."""
        self._dsn = dsn
        self._hashes: dict[UUID, str] = {}
        self._lock = threading.Lock()

    def get(self, user_id: UUID) -> UserRow | None:
        """Return a user who is not deleted."""
        return self._select(user_id=user_id)

    def find(self, email: str) -> UserRow | None:
        """Return the user of an address, however it is capitalised."""
        return self._select(email=email)

    def add(self, email: str, metadata: Mapping[str, Any] | None = None) -> UserRow:
        """Add a confirmed user, if the hook lets them in; triggers act as after any sign-up.

        Args:
            email: the address, written as it shall be.
            metadata: what the user tells of themselves; nothing trusts it.

        Raises:
            AuthError: 422 user_already_exists; or as the hook refuses.
        """
        user = {"email": email, "app_metadata": _APP_METADATA, "user_metadata": metadata or {}}
        with self._lock, self._connect() as conn:
            if self.find(email):
                raise AuthError(422, "user_already_exists", "User already registered")
            event = {"metadata": {"name": "before-user-created"}, "user": user}
            answer: Any = conn.execute(_HOOK, [Jsonb(event)]).fetchone()
            if error := answer[0].get("error"):
                raise AuthError(error["http_code"], "unknown", error["message"])
            values = [email, Jsonb(_APP_METADATA), Jsonb(metadata or {})]
            inserted: Any = conn.execute(_INSERT, values).fetchone()
        row = self.get(inserted[0])
        if row is None:
            raise AssertionError("who was just added is there")
        return row

    def set_password(self, user_id: UUID, password: str) -> None:
        """Let a user sign in with a password from now on."""
        self._hashes[user_id] = generate_password_hash(password)

    def has_password(self, user_id: UUID, password: str) -> bool:
        """Whether this is the user's password; there may be none."""
        known = self._hashes.get(user_id)
        return known is not None and check_password_hash(known, password)

    def _select(self, user_id: UUID | None = None, email: str | None = None) -> UserRow | None:
        with self._connect() as conn, conn.cursor(row_factory=class_row(UserRow)) as cursor:
            return cursor.execute(_SELECT, {"id": user_id, "email": email}).fetchone()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._dsn)
