"""Who calls: from the Authorization and apikey headers to a role and its claims."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options
from werkzeug.datastructures import Headers

from scripts.dev.gateway.errors import GatewayError

_LEEWAY_SECONDS = 30
_CHECKS: Options = {
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


@dataclass(frozen=True)
class Caller:
    """The database role of a request and the claims its functions may read."""

    role: str
    claims: Mapping[str, Any]


class Authenticator:
    """Proves tokens under one shared secret and maps the two configured keys to their roles.

    A key that is itself a token (the older Supabase keys) is proved like any other token; an
    opaque one (``sb_publishable_…``, ``sb_secret_…``) stands for its role, as Bearer or as apikey.
    """

    def __init__(self, jwt_secret: str, anon_key: str, service_key: str) -> None:
        self._secret = jwt_secret
        keys = ((anon_key, "anon"), (service_key, "service_role"))
        self._roles = [(key.encode(), role) for key, role in keys if key and key.count(".") != 2]

    def authenticate(self, headers: Headers) -> Caller:
        """Return the caller; without an Authorization header that is anon, or the apikey's role.

        Raises:
            GatewayError: 401 PGRST301 for a token that does not prove, PGRST303 for its times.
        """
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer":
            return self._holder_of(headers.get("apikey", "")) or _caller({})
        return self._holder_of(token) or _caller(self._claims_of(token))

    def _holder_of(self, key: str) -> Caller | None:
        for known, role in self._roles:
            if hmac.compare_digest(key.encode(), known):
                return Caller(role, {"role": role})
        return None

    def _claims_of(self, token: str) -> dict[str, Any]:
        if not token:
            raise _refused("PGRST301", "Empty JWT is sent in Authorization header")
        parts = token.count(".") + 1
        if parts != 3:
            raise _refused("PGRST301", f"Expected 3 parts in JWT; got {parts}")
        try:
            claims: dict[str, Any] = jwt.decode(
                token, self._secret, ["HS256"], options=_CHECKS, leeway=_LEEWAY_SECONDS
            )
        except jwt.ExpiredSignatureError as error:
            raise _refused("PGRST303", "JWT expired") from error
        except jwt.ImmatureSignatureError as error:
            early = "issued at future" if "iat" in str(error) else "not yet valid"
            raise _refused("PGRST303", f"JWT {early}") from error
        except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError) as error:
            raise _refused(
                "PGRST301",
                "No suitable key or wrong key type",
                "None of the keys was able to decode the JWT",
            ) from error
        except jwt.DecodeError as error:
            raise _refused("PGRST301", "JWT cryptographic operation failed") from error
        except jwt.InvalidTokenError as error:
            raise _refused("PGRST303", "Parsing claims failed") from error
        return claims


def _caller(claims: Mapping[str, Any]) -> Caller:
    role = claims.get("role", "anon")
    # A role that is no text names no role of the database: it is refused there.
    name = role if isinstance(role, str) else json.dumps(role)
    return Caller(name, {**claims, "role": role})


def _refused(code: str, message: str, details: str | None = None) -> GatewayError:
    challenge = f'Bearer error="invalid_token", error_description="{message}"'
    return GatewayError(401, code, message, details, headers={"WWW-Authenticate": challenge})
