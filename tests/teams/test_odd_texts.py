"""Quotes, control characters, look-alikes and sizes: a text is data, or is refused with a token."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from tests.functions import TOKEN, Refusal
from tests.support import Connection, as_user, sign_up
from tests.teams.people import Team, asks, invite, lists, unmoved
from tests.wallets import call, call_all, refused

INJECTIONS = [
    "'; delete from credits.members; --",
    "' or '1'='1",
    '"; select pg_sleep(9); --',
    "$$ || (select 1) || $$",
    "%s%n%I",
    "\\'; drop schema credits cascade; --",
    "{{7*7}}",
    "<script>alert(1)</script>",
]
ODD = [
    "",
    " ",
    "x",
    "@",
    "a@",
    "@b.c",
    "a@b@c.d",
    "a b@c.d",
    "bob@example.com, eve@example.com",
    "bob@example.com\nBcc: eve@example.com",
    "\tbob@example.com",
    "a" * 310 + "@example.com",
    "x" * 200_000 + "@example.com",
]


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_is_a_name_like_any_other(db: Connection, team: Team, text: str) -> None:
    found = asks(db, team["owner"], "create_credit_team", name=text)
    assert found["name"] == text
    assert text in {row["name"] for row in lists(db, team["owner"], "list_my_credit_accounts")}


@pytest.mark.parametrize("text", [*ODD, None])
def test_what_is_no_address_is_refused(db: Connection, team: Team, text: str | None) -> None:
    with unmoved(db), refused(db, "22023", "invalid_email"):
        asks(
            db, team["owner"], "invite_credit_member",
            account_id=team["account"], email=text, role="viewer",
        )  # fmt: skip


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_injection_is_no_address_and_no_role(db: Connection, team: Team, text: str) -> None:
    for email, role, token in (
        (text, "member", "invalid_email"),
        ("bob@example.com", text, "invalid_role"),
    ):
        wish = {"account_id": team["account"], "email": email, "role": role}
        with unmoved(db), refused(db, "22023", token):
            asks(db, team["owner"], "invite_credit_member", **wish)


@pytest.mark.parametrize(
    "email",
    ["o'brien@example.com", "a_b%c@example.com", "bob+tag@sub.example.co.uk", "bö@exämple.de"],
)
def test_unusual_addresses_are_invited_as_they_are(db: Connection, team: Team, email: str) -> None:
    assert invite(db, team["account"], team["owner"], email)["email"] == email


def test_a_wildcard_in_an_address_finds_nobody_elses_invitation(db: Connection, team: Team) -> None:
    invite(db, team["account"], team["owner"], "bob@example.com")
    for email in ("%@example.com", "b_b@example.com", "*@example.com"):
        assert lists(db, sign_up(db, email), "list_credit_invitations") == []


def test_a_role_in_the_tokens_metadata_is_no_role_in_a_team(db: Connection, team: Team) -> None:
    claims = {
        "app_metadata": {"team_role": "owner", "account_id": str(team["account"])},
        "user_metadata": {"role": "owner"},
    }
    for who in ("stranger", "viewer"):
        with (
            unmoved(db),
            refused(db, "PT404", "account_not_found"),
            as_user(db, team[who], **claims),
        ):
            call(db, "set_credit_member_caps", account_id=team["account"], monthly_cap=1)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("create_credit_team", ["name"]),
        ("invite_credit_member", ["account_id", "email", "role"]),
        ("accept_credit_invitation", ["invitation_id"]),
        ("revoke_credit_invitation", ["invitation_id"]),
        ("set_credit_member", ["account_id", "user_id"]),
        ("set_credit_member_caps", ["account_id", "monthly_cap"]),
        ("remove_credit_member", ["account_id", "user_id"]),
    ],
)
def test_null_everywhere_is_a_clean_refusal(
    db: Connection, team: Team, function: str, arguments: list[str]
) -> None:
    for who in ("owner", "stranger"):
        with unmoved(db), pytest.raises(psycopg.Error) as caught, as_user(db, team[who]):
            call_all(db, function, **dict.fromkeys(arguments))
        refusal = Refusal.of(caught.value)
        assert refusal.sqlstate in {"22023", "PT404", "PT409"}
        assert TOKEN.fullmatch(refusal.message), refusal


def test_ids_of_every_kind_in_every_place_are_clean_refusals(db: Connection, team: Team) -> None:
    asked = invite(db, team["account"], team["owner"], "bob@example.com")
    ids = [team["owner"], team["account"], asked["id"], uuid4()]
    with unmoved(db):
        for first in ids:
            for second in ids:
                for function, values in (
                    (
                        "set_credit_member",
                        {"account_id": first, "user_id": second, "role": "owner"},
                    ),
                    ("remove_credit_member", {"account_id": first, "user_id": second}),
                    ("accept_credit_invitation", {"invitation_id": second}),
                ):
                    with pytest.raises(psycopg.Error) as caught, as_user(db, team["stranger"]):
                        call_all(db, function, **values)
                    assert Refusal.of(caught.value).sqlstate == "PT404", (function, values)
