"""The main job with supabase-py and the catalog docs-chat, every number written out."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from postgrest.exceptions import APIError
from supabase import Client

from scripts.dev.stack import Stack, User
from scripts.dev.story import fetch

TOOLS = {"tools": ["docs", "github_mcp"]}
WEBHOOK_SECONDS = 15


def available(client: Client) -> Any:
    return fetch(client.rpc("get_credit_balance"))["available"]


def query(key: str, quantity: int = 1) -> dict[str, Any]:
    return {"service": "query", "key": key, "quantity": quantity, "usage": TOOLS}


def buy(stack: Stack, user: User, client: Client, package: str) -> None:
    """Buy a pack as a browser does, and wait until the webhook has credited it."""
    before = available(client)
    order = httpx.post(
        f"{stack.edge_url}/api/credits/checkout",
        json={"package": package},
        headers={"Authorization": f"Bearer {user.token}"},
    )
    assert order.status_code == 200, order.text
    assert available(client) == before, "credits before the payment"
    assert httpx.get(order.json()["url"]).status_code == 200
    assert httpx.post(order.json()["url"], data={"action": "pay"}).status_code == 303
    deadline = time.monotonic() + WEBHOOK_SECONDS
    while available(client) == before:
        assert time.monotonic() < deadline, "the webhook did not credit the pack"
        time.sleep(0.05)


def test_a_user_gets_free_credits_spends_buys_is_refused_and_renewed(
    stack: Stack, ada: User, client: Client, anonymous: Client, service: Client
) -> None:
    balance = fetch(client.rpc("get_credit_balance"))
    assert (balance["user_id"], balance["plan"]) == (str(ada.id), "free")
    assert (balance["balance"], balance["held"], balance["available"]) == (100, 0, 100)

    assert fetch(anonymous.rpc("calculate_query_cost", {"tools": ["docs", "github_mcp"]})) == 20
    first = fetch(client.rpc("use_credits", query("one")))
    assert (first["cost"], first["balance"], first["available"]) == (20, 80, 80)
    assert fetch(client.rpc("use_credits", query("one"))) == first
    assert available(client) == 80

    buy(stack, ada, client, "small")
    assert available(client) == 580

    assert fetch(client.rpc("use_credits", query("many", 29)))["available"] == 0
    with pytest.raises(APIError) as refusal:
        client.rpc("use_credits", query("last")).execute()
    assert (refusal.value.code, refusal.value.message) == ("PT402", "insufficient_credits")
    assert available(client) == 0

    buy(stack, ada, client, "small")
    later = datetime.now(UTC) + timedelta(days=32)
    assert fetch(service.rpc("reset_monthly_credits", {"at": later.isoformat()})) == 1
    assert fetch(service.rpc("reset_monthly_credits", {"at": later.isoformat()})) == 0
    grants = client.table("credit_grants").select("source, remaining").gt("remaining", 0)
    assert fetch(grants.order("id")) == [
        {"source": "purchase", "remaining": 500},
        {"source": "allowance", "remaining": 100},
    ]
    assert available(client) == 600

    history = client.table("credit_transactions").select("type, amount, balance_after")
    assert [tuple(row.values()) for row in fetch(history.order("id"))] == [
        ("allowance", 100, 100),
        ("usage", -20, 80),
        ("purchase", 500, 580),
        ("usage", -580, 0),
        ("purchase", 500, 500),
        ("allowance", 100, 600),
    ]
    assert fetch(service.rpc("check_credit_integrity")) == []


def test_the_lists_need_no_user_and_name_the_catalogs_numbers(anonymous: Client) -> None:
    packages = fetch(anonymous.rpc("list_credit_packages"))
    assert [(row["code"], row["credits"], row["price_cents"]) for row in packages] == [
        ("small", 500, 500),
        ("medium", 2000, 1500),
        ("large", 5000, 3500),
    ]
    plans = fetch(anonymous.rpc("list_credit_plans"))
    assert [(row["code"], row["monthly_credits"]) for row in plans] == [
        ("free", 100),
        ("starter", 1000),
        ("pro", 5000),
        ("enterprise", 0),
    ]
    prices = fetch(anonymous.rpc("list_credit_prices"))
    assert {row["meter"]: row["credits"] for row in prices} == {
        "quantity": 5,
        "tool:docs": 5,
        "tool:github_mcp": 10,
        "tool:*": 3,
    }
