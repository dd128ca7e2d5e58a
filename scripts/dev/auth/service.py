"""What can be asked of the stand-in: to sign up, in and out, to go on, and who one is."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from scripts.dev.auth.errors import AuthError
from scripts.dev.auth.sessions import Session, Sessions
from scripts.dev.auth.tokens import read_token, sign_token
from scripts.dev.auth.users import UserRow, Users

TOKEN_SECONDS = 3600
SHORTEST_PASSWORD = 6
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")

Json = dict[str, Any]


class Auth:
    """The stand-in for Supabase Auth on a database.

    Attributes:
        users: those of the database, and their passwords.
    """

    def __init__(self, dsn: str, jwt_secret: str) -> None:
        """Take the database, as ``supabase_auth_admin``, and what tokens are signed with."""
        self.users = Users(dsn)
        self._secret = jwt_secret
        self._sessions = Sessions()

    def sign_up(self, email: str, password: str, metadata: Mapping[str, Any]) -> Json:
        """Add a user, confirmed at once, and sign them in: `_answer`'s session.

        Raises:
            AuthError: no address, a password that is too short, or as `Users.add`.
        """
        if not email:
            raise AuthError(422, "anonymous_provider_disabled", "Anonymous sign-ins are disabled")
        if not EMAIL.fullmatch(email):
            message = "Unable to validate email address: invalid format"
            raise AuthError(400, "validation_failed", message)
        if len(password) < SHORTEST_PASSWORD:
            raise AuthError(
                422,
                "weak_password",
                f"Password should be at least {SHORTEST_PASSWORD} characters.",
                weak_password={"reasons": ["length"]},
            )
        user = self.users.add(email.lower(), metadata)
        self.users.set_password(user.id, password)
        return self._answer(user, self._sessions.start(user.id))

    def sign_in(self, email: str, password: str) -> Json:
        """Open a session: `_answer`'s.

        Raises:
            AuthError: 400; the address or the password is wrong, or the user is banned.
        """
        user = self.users.find(email)
        if user is None or not self.users.has_password(user.id, password):
            raise AuthError(400, "invalid_credentials", "Invalid login credentials")
        _refuse_banned(user)
        return self._answer(user, self._sessions.start(user.id))

    def refresh(self, refresh_token: str) -> Json:
        """Go on with a session, with new tokens: `_answer`'s. The user is read anew.

        Raises:
            AuthError: as `Sessions.refresh`; or the user is banned or gone.
        """
        session = self._sessions.refresh(refresh_token)
        user = self._user(session.user_id)
        _refuse_banned(user)
        return self._answer(user, session)

    def user_of(self, token: str) -> Json:
        """Return the user of an access token.

        Raises:
            AuthError: 403; the token does not prove, its session has ended, or the user is gone.
        """
        return self._user(UUID(self._claims(token)["sub"])).json()

    def sign_out(self, token: str, scope: str) -> None:
        """End sessions of a token's user; the access tokens given for them still prove.

        Args:
            token: of the session that counts as this one.
            scope: ``local`` for this one, ``others``, or ``global`` for all.

        Raises:
            AuthError: 403, as `user_of`.
        """
        claims = self._claims(token)
        self._sessions.end(UUID(claims["sub"]), claims.get("session_id"), scope)

    def _claims(self, token: str) -> Json:
        claims = read_token(self._secret, token)
        session_id = claims.get("session_id")
        if session_id is not None and not self._sessions.has(session_id):
            message = "Session from session_id claim in JWT does not exist"
            raise AuthError(403, "session_not_found", message)
        return claims

    def _user(self, user_id: UUID) -> UserRow:
        user = self.users.get(user_id)
        if user is None:
            message = "User from sub claim in JWT does not exist"
            raise AuthError(403, "user_not_found", message)
        return user

    def _answer(self, user: UserRow, session: Session) -> Json:
        """Return a session as clients keep it: both tokens, when the first ends, and the user."""
        token = sign_token(
            self._secret,
            user.id,
            TOKEN_SECONDS,
            email=user.email,
            app_metadata=user.app_metadata,
            user_metadata=user.user_metadata,
            session_id=session.id,
        )
        return {
            "access_token": token,
            "token_type": "bearer",
            "expires_in": TOKEN_SECONDS,
            "expires_at": int(time.time()) + TOKEN_SECONDS,
            "refresh_token": session.refresh_token,
            "user": user.json(),
        }


def _refuse_banned(user: UserRow) -> None:
    if user.is_banned:
        raise AuthError(400, "user_banned", "User is banned")
