"""Access tokens: signed under the project's secret, as the gateway and the edge prove them."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

import jwt

from scripts.dev.auth.errors import AuthError

ROLE = "authenticated"


def sign_token(secret: str, user_id: UUID, seconds: int, **claims: Any) -> str:
    """Return a signed-in user's token that ends in so many seconds, with further claims."""
    now = int(time.time())
    own = {"sub": str(user_id), "role": ROLE, "aud": ROLE, "iat": now, "exp": now + seconds}
    return jwt.encode({**own, **claims}, secret, "HS256")


def read_token(secret: str, token: str) -> dict[str, Any]:
    """Return the claims of a user's token.

    Raises:
        AuthError: 403 bad_jwt; it is another's, too old, or not of a user.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token, secret, ["HS256"], audience=ROLE, options={"require": ["exp", "sub"]}
        )
        UUID(claims["sub"])
    except (jwt.InvalidTokenError, ValueError) as error:
        message = f"invalid JWT: unable to parse or verify signature, {error}"
        raise AuthError(403, "bad_jwt", message) from error
    return claims
