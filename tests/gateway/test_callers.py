"""Who a request acts as, and that nothing of it stays behind on a pooled connection."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from werkzeug.datastructures import Headers

from scripts.dev.gateway.auth import Caller
from scripts.dev.gateway.database import Database, RequestContext
from scripts.dev.gateway.schema import SchemaCache
from tests.gateway.conftest import ANON_KEY, SERVICE_KEY, USER_ID, Server, token


@pytest.fixture
def one_connection(serve: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    """A gateway whose requests all share one connection."""
    with serve(connections=1) as server:
        yield server


def _whoami(server: Server, bearer: str | None = None, **headers: str) -> dict[str, object]:
    answer = server.request("POST", "/rpc/f_whoami", "{}", headers, bearer)
    assert answer.status == 200, answer.body
    caller: dict[str, object] = json.loads(answer.body)
    return caller


@pytest.mark.parametrize(
    ("key", "role"), [(ANON_KEY, "anon"), (SERVICE_KEY, "service_role")], ids=["anon", "service"]
)
def test_a_key_stands_for_its_role_as_bearer_and_as_apikey(
    gateway: Server, key: str, role: str
) -> None:
    assert _whoami(gateway, bearer=key, apikey=key)["role"] == role
    assert _whoami(gateway, apikey=key)["role"] == role
    assert _whoami(gateway, bearer=key, apikey=key)["claims"] == {"role": role}


def test_a_users_token_wins_over_the_service_key_as_apikey(gateway: Server) -> None:
    caller = _whoami(gateway, token("authenticated", sub=USER_ID), apikey=SERVICE_KEY)
    assert (caller["role"], caller["uid"]) == ("authenticated", USER_ID)


def test_a_request_without_any_key_is_anon(gateway: Server) -> None:
    assert _whoami(gateway, apikey="")["role"] == "anon"
    assert _whoami(gateway, apikey="sb_secret_of_somebody_else")["role"] == "anon"


def test_a_token_without_a_role_is_anon(gateway: Server) -> None:
    assert _whoami(gateway, token(None, sub=USER_ID))["role"] == "anon"


@pytest.mark.parametrize(
    ("bearer", "code", "message"),
    [
        ("sb_secret_of_somebody_else", "PGRST301", "Expected 3 parts in JWT; got 1"),
        (token("anon", nbf=4102444800), "PGRST303", "JWT not yet valid"),
        (token("anon", iat=4102444800), "PGRST303", "JWT issued at future"),
        # {"alg":"none"} with the claims of service_role and no signature.
        (
            "eyJhbGciOiJub25lIn0.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.",
            "PGRST301",
            "No suitable key or wrong key type",
        ),
    ],
    ids=["foreign key", "nbf", "iat", "alg none"],
)
def test_a_token_that_does_not_prove_is_refused(
    gateway: Server, bearer: str, code: str, message: str
) -> None:
    answer = gateway.request("POST", "/rpc/f_whoami", "{}", bearer=bearer)
    refusal = json.loads(answer.body)
    assert (answer.status, refusal["code"], refusal["message"]) == (401, code, message)


def test_a_role_that_authenticator_was_not_granted_is_refused(gateway: Server) -> None:
    answer = gateway.request("POST", "/rpc/f_whoami", "{}", bearer=token("postgres"))
    assert (answer.status, json.loads(answer.body)["code"]) == (403, "42501")


def test_nothing_of_a_request_stays_on_its_connection(
    one_connection: Server, gateway_database: str
) -> None:
    with psycopg.connect(gateway_database, autocommit=True) as conn:
        conn.execute(
            """
            create or replace function public.t_settings() returns jsonb language sql as $$
                select jsonb_build_object(
                    'pid', pg_backend_pid(), 'session', session_user, 'role', current_user,
                    'claims', nullif(current_setting('request.jwt.claims', true), ''),
                    'stray', nullif(current_setting('response.headers', true), ''),
                    'read_only', current_setting('transaction_read_only'))
            $$
            """
        )
    anonymous = one_connection.request("POST", "/rpc/t_settings", "{}").body
    user = token("authenticated", sub=USER_ID)
    for method, path, body in (
        ("POST", "/rpc/f_whoami", "{}"),
        ("POST", "/rpc/f_headers", "{}"),
        ("GET", "/ledger?nope=eq.1", None),
        ("POST", "/rpc/f_err", '{"kind": "raise"}'),
    ):
        one_connection.request(method, path, body, bearer=user)
    assert one_connection.request("POST", "/rpc/t_settings", "{}").body == anonymous
    settings = json.loads(anonymous)
    assert (settings["session"], settings["role"]) == ("authenticator", "anon")
    assert (settings["read_only"], settings["stray"]) == ("off", None)
    assert json.loads(settings["claims"]) == {"role": "anon"}


def test_an_idle_connection_of_the_pool_has_no_role_and_no_claims(gateway_database: str) -> None:
    dsn = make_conninfo(gateway_database, user="authenticator")
    database = Database(dsn, SchemaCache(["public"]), connections=1)
    context = RequestContext(
        Caller("authenticated", {"sub": USER_ID}), "POST", "/rpc/f", Headers(), "public"
    )
    settings = (
        "select current_user, current_setting('role'),"
        " coalesce(current_setting('request.jwt.claims', true), ''),"
        " coalesce(current_setting('request.headers', true), ''), current_setting('search_path')"
    )
    try:
        with database.connection() as conn:
            before = conn.execute(settings).fetchone()
            with database.transaction(conn, context, read_only=True):
                within = conn.execute(settings).fetchone()
            assert conn.execute(settings).fetchone() == before
    finally:
        database.close()
    assert before is not None
    assert before[:4] == ("authenticator", "none", "", "")
    assert within is not None
    assert within[:2] == ("authenticated", "authenticated")


def test_requests_at_the_same_time_never_see_each_others_claims(gateway: Server) -> None:
    users = [f"00000000-0000-0000-0000-{n:012d}" for n in range(40)]

    def uid_seen_by(user: str) -> object:
        return _whoami(gateway, token("authenticated", sub=user))["uid"]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(uid_seen_by, users)) == users
