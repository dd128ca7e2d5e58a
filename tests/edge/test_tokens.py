"""Access tokens: only one that Supabase's Auth signed for a living user opens a checkout."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from scripts.dev.stripe import listen, serving
from tests.edge.shop import CHECKOUT, JWT_SECRET, Shop, open_shop, token

USER_ID = UUID("00000000-0000-4000-8000-000000000007")
HOUR = 3600
RSA_KEY = rsa.generate_private_key(65537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_EC_KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS = {"sub": str(USER_ID), "aud": "authenticated", "exp": int(time.time()) + HOUR}


def forged(header: dict[str, Any], key: bytes = b"") -> str:
    """Return a token of any header, signed with HMAC whatever the key is."""
    parts = [_base64(json.dumps(part).encode()) for part in (header, CLAIMS)]
    digest = hmac.digest(key, ".".join(parts).encode(), "sha256") if key else b""
    return ".".join([*parts, _base64(digest)])


def _base64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def buy(shop: Shop, authorization: str | bytes | None) -> httpx.Response:
    headers: dict[str, Any] = {} if authorization is None else {"Authorization": authorization}
    return shop.http.post(CHECKOUT, json={"package": "basic"}, headers=headers)


def assert_not_signed_in(shop: Shop, authorization: str | bytes | None) -> None:
    response = buy(shop, authorization)
    assert response.status_code == 401
    assert response.json()["code"] == "42501"
    assert response.json()["message"] == "not_signed_in"
    assert response.headers["WWW-Authenticate"] == "Bearer"
    assert shop.received == []
    assert shop.query("select * from credits.orders") == []


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param(None, id="nothing"),
        pytest.param("", id="empty"),
        pytest.param("Bearer", id="no token"),
        pytest.param(f"Basic {token(USER_ID)}", id="basic"),
        pytest.param(f"Token {token(USER_ID)}", id="another scheme"),
        pytest.param(token(USER_ID), id="no scheme"),
        pytest.param("Bearer garbage", id="garbage"),
        pytest.param("Bearer a.b.c", id="three parts"),
        pytest.param("Bearer é.é.é".encode(), id="not ascii"),
        pytest.param(f"Bearer {token(USER_ID)[:-4]}", id="cut"),
        pytest.param(f"Bearer {token(USER_ID, 'x' * 40)}", id="wrong secret"),
        pytest.param(f"Bearer {token(USER_ID, exp=int(time.time()) - HOUR)}", id="expired"),
        pytest.param(f"Bearer {token(USER_ID, exp=None)}", id="never expires"),
        pytest.param(f"Bearer {token(USER_ID, exp='soon')}", id="no time"),
        pytest.param(f"Bearer {token(USER_ID, nbf=int(time.time()) + HOUR)}", id="not yet"),
        pytest.param(f"Bearer {token(USER_ID, aud='anon')}", id="wrong audience"),
        pytest.param(f"Bearer {token(USER_ID, aud=None)}", id="no audience"),
        pytest.param(f"Bearer {token(USER_ID, sub=None)}", id="no user"),
        pytest.param(f"Bearer {token('admin')}", id="user is no uuid"),
        pytest.param(f"Bearer {token(USER_ID, sub=None, role='service_role')}", id="service key"),
        pytest.param(f"Bearer {forged({'alg': 'none', 'typ': 'JWT'})}", id="alg none"),
        pytest.param(f"Bearer {forged({'alg': 'nOnE'})}", id="alg nOnE"),
        pytest.param(f"Bearer {forged({'alg': 'HS512'}, b'x')}", id="alg HS512"),
        pytest.param(f"Bearer {forged({'alg': 'RS256', 'kid': 'x'}, b'x')}", id="no keys here"),
        pytest.param(f"Bearer {forged({'alg': ['HS256']}, b'x')}", id="alg is a list"),
        pytest.param(f"Bearer {forged({})}", id="no alg"),
    ],
)
def test_who_cannot_prove_who_he_is_buys_nothing(
    shop: Shop, authorization: str | bytes | None
) -> None:
    shop.sign_up(id=USER_ID)
    assert_not_signed_in(shop, authorization)


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"banned_until": "2999-01-01 00:00+00"}, id="banned"),
        pytest.param({"deleted_at": "2026-01-01 00:00+00"}, id="deleted"),
        pytest.param(None, id="unknown"),
    ],
)
def test_a_user_who_may_not_act_any_more_buys_nothing(
    shop: Shop, columns: dict[str, Any] | None
) -> None:
    user_id = uuid4() if columns is None else shop.sign_up(**columns)
    response = shop.post(user_id, {"package": "basic"})
    assert response.status_code == 403
    assert (response.json()["code"], response.json()["message"]) == ("42501", "user_unknown")
    assert shop.received == []


def test_a_token_buys_for_its_user_whatever_else_it_claims(shop: Shop) -> None:
    user_id, other_id = shop.sign_up(), shop.sign_up()
    claims = {"account_id": str(other_id), "user": str(other_id), "role": "service_role"}
    assert buy(shop, f"Bearer {token(user_id, **claims)}").status_code == 200
    assert shop.received[0].params["client_reference_id"] == str(user_id)


@pytest.fixture
def auth_url() -> Iterator[str]:
    """The address of a project whose Auth publishes an RSA and an elliptic key."""
    keys = [
        RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True)
        | {"kid": "rsa", "alg": "RS256", "use": "sig"},
        ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
        | {"kid": "ec", "alg": "ES256", "use": "sig"},
    ]
    auth = Flask("auth", static_folder=None)
    auth.add_url_rule("/auth/v1/.well-known/jwks.json", view_func=lambda: {"keys": keys})
    listener = listen()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with serving(auth, listener):
        yield url


@pytest.fixture
def keys_shop(fresh_db: str, auth_url: str) -> Iterator[Shop]:
    """A shop that proves tokens by published keys alone."""
    with open_shop(fresh_db, supabase_url=auth_url, supabase_jwt_secret=None) as opened:
        opened.sign_up(id=USER_ID)
        yield opened


@pytest.mark.parametrize(
    ("key", "algorithm", "kid"), [(RSA_KEY, "RS256", "rsa"), (EC_KEY, "ES256", "ec")]
)
def test_a_token_of_a_published_key_proves(
    keys_shop: Shop, key: Any, algorithm: str, kid: str
) -> None:
    signed = jwt.encode(CLAIMS, key, algorithm, {"kid": kid})
    assert buy(keys_shop, f"Bearer {signed}").status_code == 200


def test_a_token_that_no_published_key_signed_is_refused(keys_shop: Shop) -> None:
    public_key = EC_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for signed in (
        jwt.encode(CLAIMS, OTHER_EC_KEY, "ES256", {"kid": "ec"}),
        jwt.encode(CLAIMS, EC_KEY, "ES256", {"kid": "unknown"}),
        jwt.encode(CLAIMS, EC_KEY, "ES256", {"kid": "rsa"}),
        jwt.encode(CLAIMS, EC_KEY, "ES256"),
        jwt.encode(CLAIMS | {"exp": 1}, EC_KEY, "ES256", {"kid": "ec"}),
        forged({"alg": "HS256", "kid": "ec"}, public_key),
        forged({"alg": "ES256", "kid": "ec"}, public_key),
        token(USER_ID),
    ):
        assert_not_signed_in(keys_shop, f"Bearer {signed}")


def test_both_kinds_of_token_prove_while_a_project_changes_over(
    fresh_db: str, auth_url: str
) -> None:
    with open_shop(fresh_db, supabase_url=auth_url, supabase_jwt_secret=JWT_SECRET) as shop:
        shop.sign_up(id=USER_ID)
        for signed in (token(USER_ID), jwt.encode(CLAIMS, EC_KEY, "ES256", {"kid": "ec"})):
            assert buy(shop, f"Bearer {signed}").status_code == 200


def test_keys_out_of_reach_are_not_the_users_fault(fresh_db: str) -> None:
    with open_shop(fresh_db, supabase_url="http://127.0.0.1:9") as shop:
        response = buy(shop, f"Bearer {jwt.encode(CLAIMS, EC_KEY, 'ES256', {'kid': 'ec'})}")
    assert (response.status_code, response.json()["message"]) == (503, "sign_in_unavailable")
