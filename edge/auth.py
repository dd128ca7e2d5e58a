"""Who calls: the user of a Supabase access token, proved by the shared secret or published keys."""

from __future__ import annotations

from uuid import UUID

import jwt
from flask import current_app, request

from edge.config import Config
from edge.errors import EdgeError, unavailable

_KEYS_PATH = "/auth/v1/.well-known/jwks.json"
_KEYS_TIMEOUT_SECONDS = 5
_AUDIENCE = "authenticated"
_LEEWAY_SECONDS = 30
_ASYMMETRIC = ("ES256", "RS256", "EdDSA")


class Tokens:
    """Proves access tokens. Each algorithm has its own key, so one cannot pass for another."""

    def __init__(self, config: Config) -> None:
        self._secret = config.supabase_jwt_secret
        self._published = (
            jwt.PyJWKClient(config.supabase_url + _KEYS_PATH, timeout=_KEYS_TIMEOUT_SECONDS)
            if config.supabase_url
            else None
        )

    def user_id(self, token: str) -> UUID:
        """Return the user whom a token names.

        Raises:
            EdgeError: 401 not_signed_in, the token does not prove; 503, the keys are out of reach.
        """
        try:
            claims = jwt.decode(
                token,
                self._key(token),
                ["HS256", *_ASYMMETRIC],
                audience=_AUDIENCE,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "sub", "aud"]},
            )
            return UUID(claims["sub"])
        except jwt.ExpiredSignatureError as error:
            raise _not_signed_in("The access token has expired: refresh it.") from error
        except (jwt.PyJWTError, ValueError) as error:
            raise _not_signed_in("The access token is not one of a signed-in user.") from error

    def _key(self, token: str) -> str | jwt.PyJWK:
        algorithm = jwt.get_unverified_header(token).get("alg")
        if algorithm == "HS256" and self._secret:
            return self._secret
        if algorithm in _ASYMMETRIC and self._published:
            try:
                return self._published.get_signing_key_from_jwt(token)
            except (jwt.PyJWKClientConnectionError, OSError, ValueError) as error:
                raise unavailable("sign_in") from error
        raise jwt.InvalidAlgorithmError(algorithm)


def signed_in_user() -> UUID:
    """Return the user whose access token the request bears.

    Raises:
        EdgeError: 401 not_signed_in.
    """
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        raise _not_signed_in("Send the access token of a signed-in user as Bearer.")
    tokens: Tokens = current_app.extensions["tokens"]
    return tokens.user_id(given.token)


def _not_signed_in(hint: str) -> EdgeError:
    return EdgeError(401, "42501", "not_signed_in", hint)
