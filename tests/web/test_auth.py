"""The stand-in for Supabase Auth over HTTP: what it refuses, what its tokens say, whom it knows."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest

from scripts.dev.auth.errors import AuthError
from scripts.dev.auth.sessions import Sessions
from scripts.dev.demo import add_demo_users
from tests.web.project import ADA, ANON, SECRET, Project, open_project, read, refused


@pytest.fixture
def project(fresh_db: str) -> Iterator[Project]:
    with open_project(fresh_db) as project:
        yield project


def test_a_sign_up_is_a_row_with_an_account_and_a_session(project: Project) -> None:
    session = project.sign_up(data={"full_name": "Ada"})
    rows = project.execute(
        "select u.id::text, u.email, u.email_confirmed_at is not null, u.raw_user_meta_data,"
        " u.raw_app_meta_data from auth.users as u inner join credits.accounts as a using (id)"
    )
    app = {"provider": "email", "providers": ["email"]}
    user = session["user"]
    assert rows == [(user["id"], ADA["email"], True, {"full_name": "Ada"}, app)]
    assert (user["app_metadata"], user["user_metadata"]) == (app, {"full_name": "Ada"})
    assert (session["token_type"], session["expires_in"]) == ("bearer", 3600)
    assert read(project.user(session)) == user
    assert "password" not in str(project.execute("select * from auth.users"))


def test_a_token_says_who_signed_in_and_for_how_long(project: Project) -> None:
    session = project.sign_up(data={"full_name": "Ada"})
    claims = jwt.decode(session["access_token"], SECRET, ["HS256"], audience="authenticated")
    assert claims["sub"] == session["user"]["id"]
    assert claims["exp"] - claims["iat"] == 3600
    assert claims["exp"] == session["expires_at"]
    assert (claims["role"], claims["email"]) == ("authenticated", ADA["email"])
    assert claims["app_metadata"] == session["user"]["app_metadata"]
    assert claims["user_metadata"] == {"full_name": "Ada"}
    other = jwt.decode(project.sign_in()["access_token"], options={"verify_signature": False})
    assert claims["session_id"] != other["session_id"]


def test_what_a_user_tells_of_themselves_makes_no_administrator(project: Project) -> None:
    body = {"data": {"role": "admin"}, "app_metadata": {"role": "admin"}, "role": "service_role"}
    session = project.sign_up(**body)
    assert "role" not in session["user"]["app_metadata"]
    claims = jwt.decode(session["access_token"], options={"verify_signature": False})
    assert claims["role"] == "authenticated"
    assert "role" not in claims["app_metadata"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (422, "anonymous_provider_disabled")),
        ({"email": "ada", "password": "long enough"}, (400, "validation_failed")),
        ({"email": "a@example.com, b", "password": "long enough"}, (400, "validation_failed")),
        ({"email": "ada@example.com"}, (422, "weak_password")),
        ({"email": "ada@example.com", "password": "five5"}, (422, "weak_password")),
        ({"email": 7, "password": "long enough"}, (400, "bad_json")),
        ({**ADA, "data": "text"}, (400, "bad_json")),
        ([], (400, "bad_json")),
        ({**ADA, "data": {"name": "\0"}}, (500, "unexpected_failure")),
    ],
)
def test_a_sign_up_that_cannot_be_is_refused_and_leaves_nothing(
    project: Project, body: Any, expected: tuple[int, str]
) -> None:
    assert refused(project.send("POST", "/signup", body)) == expected
    assert project.execute("select count(*) from auth.users") == [(0,)]


def test_a_password_of_six_characters_is_long_enough(project: Project) -> None:
    read(project.send("POST", "/signup", ADA | {"password": "sixsix"}))


def test_the_hook_is_asked_before_a_user_is_added(project: Project) -> None:
    project.execute("insert into credits.blocked_domains (domain) values ('example.com')")
    response = project.send("POST", "/signup", ADA)
    assert refused(response) == (403, "unknown")
    assert response.json()["msg"].endswith(".")
    assert project.execute("select count(*) from auth.users") == [(0,)]


def test_an_address_signs_up_once_even_at_the_same_moment(project: Project) -> None:
    bodies = [ADA | {"email": email} for email in ("ada@example.com", "ADA@Example.com") * 4]
    with ThreadPoolExecutor(len(bodies)) as pool:
        answers = list(pool.map(lambda body: project.send("POST", "/signup", body), bodies))
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 7
    assert project.execute("select email from auth.users") == [("ada@example.com",)]


def test_who_has_no_password_or_a_wrong_one_does_not_sign_in(project: Project) -> None:
    project.auth.users.add("ben@example.com")
    project.sign_up()
    for email, password in (
        ("ada@example.com", "another"),
        ("ada@example.com", ""),
        ("ben@example.com", ""),
        ("absent@example.com", "correct horse"),
        ("", "correct horse"),
    ):
        body = {"email": email, "password": password}
        response = project.send("POST", "/token?grant_type=password", body)
        assert refused(response) == (400, "invalid_credentials"), email
    assert refused(project.send("POST", "/token?grant_type=pkce", ADA))[0] == 400


def test_an_address_is_the_same_however_it_is_written(project: Project) -> None:
    project.sign_up()
    body = ADA | {"email": " ADA@Example.com "}
    assert (
        read(project.send("POST", "/token?grant_type=password", body))["user"]["email"]
        == (ADA["email"])
    )


def test_a_refresh_token_counts_once_and_its_second_use_ends_the_session(project: Project) -> None:
    first, elsewhere = project.sign_up(), project.sign_in()
    second = read(project.refresh(first))
    assert second["refresh_token"] != first["refresh_token"]
    assert second["user"] == first["user"]
    third = read(project.refresh(second))
    assert refused(project.refresh(second)) == (400, "refresh_token_already_used")
    assert refused(project.refresh(third)) == (400, "refresh_token_not_found")
    assert refused(project.user(third)) == (403, "session_not_found")
    read(project.refresh(elsewhere))
    absent = project.refresh({"refresh_token": "absent"})
    assert refused(absent) == (400, "refresh_token_not_found")


def test_a_refresh_token_that_comes_many_times_at_once_is_taken_once() -> None:
    def is_taken(token: str) -> bool:
        together.wait(20)
        try:
            return bool(sessions.refresh(token))
        except AuthError:
            return False

    sessions, together = Sessions(), Barrier(8)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(100):
            tokens = [sessions.start(uuid4()).refresh_token] * 8
            assert list(pool.map(is_taken, tokens)).count(True) == 1


@pytest.mark.parametrize(
    ("meant", "left"),
    [
        ("?scope=local", [False, True]),
        ("?scope=others", [True, False]),
        ("?scope=global", [False, False]),
        ("", [False, False]),
    ],
)
def test_signing_out_ends_the_sessions_that_are_meant(
    project: Project, meant: str, left: list[bool]
) -> None:
    stranger = read(project.send("POST", "/signup", ADA | {"email": "ben@example.com"}))
    this, other = project.sign_up(), project.sign_in()
    done = project.send("POST", f"/logout{meant}", bearer=this["access_token"])
    assert (done.status_code, done.content) == (204, b"")
    assert [project.user(it).status_code == 200 for it in (this, other)] == left
    assert [project.refresh(it).status_code == 200 for it in (this, other)] == left
    assert project.user(stranger).status_code == 200


def test_a_banned_user_neither_signs_in_nor_goes_on(project: Project) -> None:
    session = project.sign_up()
    project.execute("update auth.users set banned_until = now() + interval '1 hour'")
    response = project.send("POST", "/token?grant_type=password", ADA)
    assert refused(response) == (400, "user_banned")
    assert refused(project.refresh(session)) == (400, "user_banned")
    project.execute("update auth.users set banned_until = now() - interval '1 hour'")
    project.sign_in()


def test_a_deleted_user_is_nobody_and_the_address_is_free(project: Project) -> None:
    session = project.sign_up()
    project.execute("update auth.users set deleted_at = now()")
    assert refused(project.user(session)) == (403, "user_not_found")
    assert refused(project.refresh(session)) == (403, "user_not_found")
    assert project.sign_up()["user"]["id"] != session["user"]["id"]


def test_a_role_counts_from_the_next_refresh_on(project: Project) -> None:
    session = project.sign_up()
    project.execute(
        """update auth.users set raw_app_meta_data = raw_app_meta_data || '{"role": "admin"}'"""
    )
    renewed = read(project.refresh(session))
    claims = jwt.decode(renewed["access_token"], options={"verify_signature": False})
    assert claims["app_metadata"]["role"] == "admin"


def test_a_token_that_does_not_prove_is_nobody(project: Project) -> None:
    user_id = project.sign_up()["user"]["id"]
    good = {"sub": user_id, "aud": "authenticated", "exp": 4102444800}
    for claims, secret in (
        (good, "another secret, which is not that of the project"),
        (good | {"exp": 1}, SECRET),
        (good | {"aud": "other"}, SECRET),
        (good | {"sub": "nobody"}, SECRET),
        ({"sub": user_id, "aud": "authenticated"}, SECRET),
    ):
        forged = {"access_token": jwt.encode(claims, secret, "HS256")}
        assert refused(project.user(forged)) == (403, "bad_jwt"), claims
    assert refused(project.user({"access_token": ANON})) == (403, "bad_jwt")
    assert refused(project.send("GET", "/user")) == (401, "no_authorization")
    proof = jwt.encode(good, SECRET, "HS256")
    basic = {"apikey": ANON, "Authorization": f"Basic {proof}"}
    answer = httpx.get(f"{project.url}/auth/v1/user", headers=basic)
    assert refused(answer) == (401, "no_authorization")
    assert read(project.user({"access_token": proof}))["id"] == user_id


def test_without_the_key_nothing_is_answered(project: Project) -> None:
    for headers in ({}, {"apikey": "other"}):
        response = httpx.post(f"{project.url}/auth/v1/signup", json=ADA, headers=headers)
        assert refused(response) == (401, "no_authorization")
    assert project.execute("select count(*) from auth.users") == [(0,)]


def test_what_is_not_there_is_said_and_the_gateway_answers_as_before(project: Project) -> None:
    for method, path in (("POST", "/otp"), ("PUT", "/user"), ("GET", "/token")):
        assert refused(project.send(method, path, {})) == (404, "not_found")
    assert httpx.get(f"{project.url}/rest/v1/absent").json()["code"] == "PGRST205"


def test_pages_of_any_origin_may_ask_as_they_may_the_gateway(project: Project) -> None:
    asked = {
        "Origin": "http://127.0.0.1:3000",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "apikey,authorization,content-type,x-client-info",
    }
    preflight = httpx.options(f"{project.url}/auth/v1/token", headers=asked)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    allowed = preflight.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert {"apikey", "authorization", "content-type", "x-client-info"} <= set(allowed)
    headers = {"Origin": asked["Origin"], "apikey": ANON}
    refusal = httpx.get(f"{project.url}/auth/v1/user", headers=headers)
    assert refusal.headers["Access-Control-Allow-Origin"] == "*"


def test_demo_users_are_made_once_and_have_a_new_password_every_time(project: Project) -> None:
    first = add_demo_users(project.auth, project.dsn)
    again = add_demo_users(project.auth, project.dsn)
    assert [user.role for user in first] == ["user", "admin", "admin"]
    assert project.execute("select count(*) from auth.users") == [(3,)]
    admins = "select email from auth.users where raw_app_meta_data ->> 'role' = 'admin' order by 1"
    assert project.execute(admins) == [("ann@example.com",), ("ben@example.com",)]
    for user, older in zip(again, first, strict=True):
        project.auth.sign_in(user.email, user.password)
        assert user.password != older.password
