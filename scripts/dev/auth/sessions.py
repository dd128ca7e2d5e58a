"""Sessions: who is signed in where, and the one refresh token of each that still counts."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from scripts.dev.auth.errors import AuthError


@dataclass(frozen=True)
class Session:
    """One sign-in, with the refresh token that it was last given."""

    user_id: UUID
    id: str = field(default_factory=lambda: str(uuid4()))
    refresh_token: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)


class Sessions:
    """The open sessions, in memory. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}
        self._given: dict[str, str] = {}  # every refresh token there ever was, to its session
        self._lock = threading.Lock()

    def start(self, user_id: UUID) -> Session:
        """Open a session."""
        with self._lock:
            return self._keep(Session(user_id))

    def refresh(self, token: str) -> Session:
        """Return the session of a refresh token, with a new one; the old one is used up.

        Raises:
            AuthError: 400; no open session has it, or it was used before, by which somebody else
                may have it: then the session has ended.
        """
        with self._lock:
            session = self._open.get(self._given.get(token, ""))
            if session is None:
                message = "Invalid Refresh Token: Refresh Token Not Found"
                raise AuthError(400, "refresh_token_not_found", message)
            if session.refresh_token != token:
                del self._open[session.id]
                message = "Invalid Refresh Token: Already Used"
                raise AuthError(400, "refresh_token_already_used", message)
            return self._keep(Session(session.user_id, session.id))

    def has(self, session_id: str) -> bool:
        """Whether a session is open."""
        return session_id in self._open

    def end(self, user_id: UUID, session_id: str | None, scope: str) -> None:
        """End sessions of a user: this one (``local``), the ``others``, or all (``global``)."""
        with self._lock:
            for session in list(self._open.values()):
                is_this = session.id == session_id
                meant = {"local": is_this, "others": not is_this}.get(scope, True)
                if session.user_id == user_id and meant:
                    del self._open[session.id]

    def _keep(self, session: Session) -> Session:
        self._open[session.id] = session
        self._given[session.refresh_token] = session.id
        return session
