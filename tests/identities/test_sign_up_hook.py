"""The hook that the auth service calls before it creates a user: blocked domains do not sign up."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg.errors import InsufficientPrivilege
from psycopg.types.json import Jsonb

from tests.support import Connection, as_anon, as_service, as_user, sign_up

REFUSAL = 403


def event(email: Any, **fields: Any) -> dict[str, Any]:
    """Return an event as the auth service sends it."""
    return {
        "metadata": {
            "uuid": "8b34dcdd-9df1-4c10-850a-b3277c653040",
            "time": "2026-11-21T12:00:00.000000Z",
            "ip_address": "127.0.0.1",
            "name": "before-user-created",
        },
        "user": {
            "id": "ff7fc9ae-3b1b-4642-9241-64adb9848a03",
            "aud": "authenticated",
            "role": "",
            "email": email,
            "phone": "",
            "app_metadata": {"provider": "email", "providers": ["email"]},
            "user_metadata": {},
            "identities": [],
            "created_at": "0001-01-01T00:00:00Z",
            "updated_at": "0001-01-01T00:00:00Z",
            "is_anonymous": False,
            **fields,
        },
    }


def ask(conn: Connection, told: Any) -> Any:
    """Call the hook as the auth service does."""
    with conn.transaction():
        conn.execute("set local role supabase_auth_admin")
        found = conn.execute("select credits.before_user_created(%s)", [Jsonb(told)]).fetchone()
        conn.execute("reset role")
    assert found is not None
    return found[0]


@pytest.fixture(autouse=True)
def _blocked(db: Connection) -> None:
    db.execute("insert into credits.blocked_domains (domain) values ('mailinator.com'), ('a.b.c')")


@pytest.mark.parametrize(
    "email",
    [
        "ada@mailinator.com",
        "ADA@Mailinator.COM",
        "ada+1@mailinator.com",
        "ada@mail.mailinator.com",
        "ada@a.b.c.d.mailinator.com",
        "ada@mailinator.com.",
        " ada@mailinator.com ",
        '"ada@example.org"@mailinator.com',
        "ada@example.org@mailinator.com",
        "ada@a.b.c",
        "ada@x.a.b.c",
    ],
)
def test_addresses_of_blocked_domains_and_those_below_them_are_refused(
    db: Connection, email: str
) -> None:
    answer = ask(db, event(email))
    assert answer.keys() == {"error"}
    assert answer["error"].keys() == {"http_code", "message"}
    assert answer["error"]["http_code"] == REFUSAL
    assert answer["error"]["message"].endswith(".")
    assert email.strip() not in answer["error"]["message"]


@pytest.mark.parametrize(
    "email",
    [
        "ada@example.org",
        "ada@notmailinator.com",
        "ada@mailinator.com.example.org",
        "ada@mailinator.org",
        "ada@com",
        "mailinator.com@example.org",
        "ada@mailinator.com@example.org",
        "ada@b.c",
        "ada@xa.b.c",
        "ada@mailinator_com",
    ],
)
def test_all_others_sign_up(db: Connection, email: str) -> None:
    assert ask(db, event(email)) == {}


def test_a_list_that_is_empty_blocks_nobody(db: Connection) -> None:
    db.execute("delete from credits.blocked_domains")
    assert ask(db, event("ada@mailinator.com")) == {}


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        "text",
        7,
        {"user": None},
        {"user": "ada@mailinator.com"},
        {"user": ["ada@mailinator.com"]},
        {"user": {}},
        event(None),
        event(""),
        event(7),
        event(["ada@mailinator.com"]),
        event({"email": "ada@mailinator.com"}),
        event("", phone="491700000000"),
        event("", is_anonymous=True),
        event("mailinator"),
        event("@"),
        event("ada@"),
        event("x" * 100_000),
        event("ada@" + "a." * 10_000 + "org"),
        event("' or ''='@example.org"),
        event("%@%.org"),
    ],
    ids=lambda told: str(told)[-40:],
)
def test_an_event_without_a_blocked_address_is_let_through_whatever_it_is(
    db: Connection, told: Any
) -> None:
    assert ask(db, told) == {}


def test_nothing_at_all_is_let_through(db: Connection) -> None:
    with db.transaction():
        db.execute("set local role supabase_auth_admin")
        found = db.execute("select credits.before_user_created(null)").fetchone()
        db.execute("reset role")
    assert found == ({},)


def test_a_long_address_of_a_blocked_domain_is_refused(db: Connection) -> None:
    assert ask(db, event("ada@" + "a." * 100 + "mailinator.com")).keys() == {"error"}


def test_only_the_auth_service_calls_it(db: Connection) -> None:
    user_id = sign_up(db)
    for caller in (as_anon(db), as_user(db, user_id), as_service(db)):
        with pytest.raises(InsufficientPrivilege), caller:
            db.execute("select credits.before_user_created('{}')")


def test_the_auth_service_reads_no_list_itself(db: Connection) -> None:
    for table in ("blocked_domains", "identities", "accounts"):
        query = "select has_table_privilege('supabase_auth_admin', %s, 'select')"
        assert db.execute(query, [f"credits.{table}"]).fetchone() == (False,)


@pytest.mark.parametrize("domain", ["Mailinator.com", "ada@x.org", "nodot", "", "a b.org", ".org"])
def test_a_domain_is_listed_in_its_one_spelling(db: Connection, domain: str) -> None:
    query = "insert into credits.blocked_domains (domain) values (%s)"
    with pytest.raises(Exception, match="blocked_domains_domain_check"), db.transaction():
        db.execute(query, [domain])
