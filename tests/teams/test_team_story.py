"""One whole story of a team with supabase-py, through the gateway: what each client is answered."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from postgrest.exceptions import APIError
from supabase import Client, create_client

from scripts.dev.shopper import connect
from scripts.dev.stack import Stack, User
from scripts.dev.story import fetch

VIEWS = ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds")
WEBHOOK_SECONDS = 15
FOREIGN: tuple[Any, ...] = ("PT404", "account_not_found", {})


@pytest.fixture
def stack(fresh_db: str) -> Iterator[Stack]:
    with Stack(database_url=fresh_db) as stack:
        yield stack


def ask(client: Client, function: str, **arguments: Any) -> Any:
    return fetch(client.rpc(function, arguments))


def refuse(client: Client, function: str, **arguments: Any) -> tuple[Any, ...]:
    """Return code, message and numbers of a refusal."""
    with pytest.raises(APIError) as refusal:
        client.rpc(function, arguments).execute()
    error = refusal.value
    return error.code, error.message, json.loads(error.details or "{}")


def buy(stack: Stack, user: User, client: Client, team_id: str) -> None:
    """Buy a pack for the team as a browser does, and wait until the webhook has credited it."""
    order = httpx.post(
        f"{stack.edge_url}/api/credits/checkout",
        json={"package": "small", "account_id": team_id},
        headers={"Authorization": f"Bearer {user.token}"},
    )
    assert order.status_code == 200, order.text
    assert httpx.post(order.json()["url"], data={"action": "pay"}).status_code == 303
    deadline = time.monotonic() + WEBHOOK_SECONDS
    while ask(client, "get_credit_balance", account_id=team_id)["available"] == 0:
        assert time.monotonic() < deadline, "the webhook did not credit the pack"
        time.sleep(0.05)


def visible(client: Client, team_id: str) -> list[int]:
    """Return how many rows of the team a client reads from each view."""
    return [len(fetch(client.table(v).select("*").eq("account_id", team_id))) for v in VIEWS]


def test_a_team_is_made_invited_funded_capped_used_left_and_handed_over(stack: Stack) -> None:
    ada, bob, eve = (stack.sign_up(f"{name}@example.com") for name in ("ada", "bob", "eve"))
    a, b, e = (connect(stack, user) for user in (ada, bob, eve))
    service = create_client(stack.url, stack.keys.service)

    team = ask(a, "create_credit_team", name="Lab")
    team_id = team["account_id"]
    assert (team["kind"], team["role"], team["available"]) == ("team", "owner", 0)
    assert [row["kind"] for row in ask(a, "list_my_credit_accounts")] == ["personal", "team"]
    assert visible(b, team_id) == [0, 0, 0, 0]

    asked = ask(
        a, "invite_credit_member", account_id=team_id, email="Bob@Example.com", role="member"
    )
    assert ask(e, "list_credit_invitations") == []
    assert refuse(e, "accept_credit_invitation", invitation_id=asked["id"]) == (
        "PT404",
        "invitation_not_found",
        {},
    )
    (found,) = ask(b, "list_credit_invitations")
    assert (found["id"], found["account_name"], found["email"]) == (
        asked["id"],
        "Lab",
        "bob@example.com",
    )
    joined = ask(b, "accept_credit_invitation", invitation_id=found["id"])
    assert (joined["account_id"], joined["role"]) == (team_id, "member")

    buy(stack, ada, a, team_id)
    assert ask(b, "get_credit_balance", account_id=team_id)["available"] == 500
    assert ask(b, "get_credit_balance")["available"] == 100
    order = httpx.post(
        f"{stack.edge_url}/api/credits/checkout",
        json={"package": "small", "account_id": team_id},
        headers={"Authorization": f"Bearer {bob.token}"},
    )
    assert (order.status_code, order.json()["message"]) == (404, "account_not_found")

    row = ask(a, "set_credit_member", account_id=team_id, user_id=str(bob.id), monthly_cap=30)
    assert (row["email"], row["monthly_cap"], row["spent"]) == ("bob@example.com", 30, 0)
    use = {"service": "query", "account_id": team_id}
    assert ask(b, "use_credits", key="one", quantity=4, **use)["available"] == 480
    hold = ask(
        service, "hold_credits",
        account_id=team_id, key="stream", amount=10, user_id=str(bob.id),
    )  # fmt: skip
    code, message, numbers = refuse(b, "use_credits", key="two", **use)
    assert (code, message) == ("PT402", "member_cap_reached")
    assert numbers.pop("resets_at")
    assert numbers == {"cap": 30, "spent": 30, "required": 5}
    assert ask(b, "get_credit_balance", account_id=team_id)["available"] == 470

    rows = ask(b, "list_credit_members", account_id=team_id)
    (mine,) = [row for row in rows if row["spent"] is not None]
    assert (mine["user_id"], mine["spent"], mine["held"]) == (str(bob.id), 20, 10)
    assert visible(b, team_id) == [1, 1, 0, 1]
    assert visible(a, team_id) == [1, 2, 1, 1]
    assert refuse(b, "set_credit_member_caps", account_id=team_id, monthly_cap=-1) == FOREIGN
    assert refuse(e, "list_credit_members", account_id=team_id) == FOREIGN

    assert ask(b, "remove_credit_member", account_id=team_id, user_id=str(bob.id)) is not False
    assert visible(b, team_id) == [0, 0, 0, 0]
    assert refuse(b, "use_credits", key="one", quantity=4, **use) == FOREIGN
    captured = ask(
        service, "capture_credits", account_id=team_id, hold_id=hold["hold_id"], amount=8
    )
    assert (captured["cost"], captured["available"]) == (8, 472)

    again = ask(
        a, "invite_credit_member", account_id=team_id, email="bob@example.com", role="admin"
    )
    assert ask(b, "accept_credit_invitation", invitation_id=again["id"])["role"] == "admin"
    rows = ask(b, "list_credit_members", account_id=team_id)
    assert {row["email"]: row["spent"] for row in rows}["bob@example.com"] == 28

    leave = {"account_id": team_id, "user_id": str(ada.id)}
    assert refuse(a, "remove_credit_member", **leave) == ("PT409", "last_owner", {})
    own = {"account_id": team_id, "user_id": str(bob.id), "role": "owner"}
    assert refuse(b, "set_credit_member", **own) == ("PT403", "role_too_high", {"role": "owner"})
    assert ask(a, "set_credit_member", **own)["role"] == "owner"
    ask(a, "remove_credit_member", **leave)
    assert refuse(a, "get_credit_balance", account_id=team_id) == FOREIGN
    assert [row["kind"] for row in ask(a, "list_my_credit_accounts")] == ["personal"]
    assert fetch(service.rpc("check_credit_integrity")) == []


def test_reads_of_a_team_are_reads_by_http_too(stack: Stack) -> None:
    """What lists only is STABLE: it may be asked with GET, in a transaction that cannot write."""
    ada = stack.sign_up("ada@example.com")
    team_id = ask(connect(stack, ada), "create_credit_team", name="Lab")["account_id"]
    headers = {"apikey": stack.keys.anon, "Authorization": f"Bearer {ada.token}"}
    for path in (
        "list_my_credit_accounts",
        f"list_credit_members?account_id={team_id}",
        f"list_credit_invitations?account_id={team_id}",
        "list_credit_invitations",
    ):
        answer = httpx.get(f"{stack.url}/rest/v1/rpc/{path}", headers=headers)
        assert answer.status_code == 200, (path, answer.text)
    answer = httpx.get(f"{stack.url}/rest/v1/rpc/create_credit_team?name=Lab", headers=headers)
    assert answer.status_code == 405


def test_anonymous_callers_reach_nothing_of_teams(stack: Stack) -> None:
    anonymous = connect(stack)
    for function, arguments in (
        ("create_credit_team", {"name": "Lab"}),
        ("list_my_credit_accounts", {}),
        ("list_credit_invitations", {}),
        ("list_credit_members", {"account_id": "00000000-0000-0000-0000-000000000001"}),
    ):
        assert refuse(anonymous, function, **arguments)[0] == "42501", function
