"""What supabase-py gives an application besides: refusals, filtered reads, CSV, other people."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import httpx
import pytest
from postgrest import CountMethod
from postgrest.exceptions import APIError
from supabase import Client

from scripts.dev.shopper import connect
from scripts.dev.stack import Stack, User
from scripts.dev.story import fetch


def refuse(client: Client, function: str, **arguments: Any) -> APIError:
    with pytest.raises(APIError) as refusal:
        client.rpc(function, arguments).execute()
    return refusal.value


def use(client: Client, *keys: str) -> None:
    for key in keys:
        client.rpc("use_credits", {"service": "query", "key": key}).execute()


def test_a_refusal_has_code_message_details_and_hint(client: Client) -> None:
    error = refuse(client, "use_credits", service="query", key="all", quantity=21)
    assert (error.code, error.message) == ("PT402", "insufficient_credits")
    numbers = {"required": 105, "available": 100, "balance": 100, "held": 0}
    assert json.loads(error.details or "") == numbers
    assert error.hint


def test_each_kind_of_refusal_has_its_code(client: Client, anonymous: Client) -> None:
    use(client, "taken")
    for caller, function, arguments, expected in (
        (client, "use_credits", {"service": "absent", "key": "k"}, ("22023", "unknown_service")),
        (
            client,
            "use_credits",
            {"service": "query", "key": "taken", "quantity": 2},
            ("PT409", "idempotency_key_reused"),
        ),
        (
            client,
            "get_credit_balance",
            {"account_id": "00000000-0000-0000-0000-000000000001"},
            ("PT404", "account_not_found"),
        ),
        (anonymous, "get_credit_balance", {}, ("42501", None)),
        (client, "reset_monthly_credits", {}, ("42501", None)),
        (client, "absent", {}, ("PGRST202", None)),
    ):
        error = refuse(caller, function, **arguments)
        code, message = expected
        assert error.code == code, function
        assert message in (None, error.message), function


def test_a_quote_and_a_rate_say_what_a_purchase_costs(client: Client, anonymous: Client) -> None:
    quote = fetch(client.rpc("quote_credit_purchase", {"package": "medium"}))
    assert quote == {
        "ok": True,
        "message": None,
        "credits": 2000,
        "bonus_credits": 0,
        "lines": [{"kind": "package", "label": "Medium", "amount_cents": 1500}],
        "subtotal_cents": 1500,
        "discount_cents": 0,
        "fee_cents": 0,
        "total_cents": 1500,
        "currency": "usd",
    }
    coded = fetch(
        client.rpc("quote_credit_purchase", {"package": "medium", "promotion_code": "ABSENT"})
    )
    assert (coded["ok"], coded["message"]) == (False, "promotion_code_invalid")
    rate = fetch(client.rpc("get_credit_rate", {"quantity": 200}))
    assert (rate["price_per_credit"], rate["price_cents"]) == (0.01, 200)
    assert refuse(client, "quote_credit_purchase").message == "invalid_purchase"
    for function in ("quote_credit_purchase", "get_credit_rate"):
        assert refuse(anonymous, function).code == "42501"


def test_a_token_that_is_not_ours_is_refused(stack: Stack, ada: User) -> None:
    forged = User(ada.id, ada.email, ada.token[:-4] + "AAAA")
    assert refuse(connect(stack, forged), "get_credit_balance").code == "PGRST301"


def test_the_history_is_filtered_ordered_paged_and_counted(client: Client) -> None:
    use(client, "a", "b", "c")
    table = client.table("credit_transactions")
    page: Any = (
        table.select("id, balance_after", count=CountMethod.exact)
        .eq("type", "usage")
        .order("id", desc=True)
        .range(1, 2)
        .execute()
    )
    assert page.data == [{"id": 3, "balance_after": 90}, {"id": 2, "balance_after": 95}]
    assert page.count == 3
    assert fetch(table.select("id").gt("amount", 0)) == [{"id": 1}]
    assert fetch(table.select("id").in_("id", [2, 9])) == [{"id": 2}]
    rows = fetch(client.rpc("list_credit_transactions", {"page_size": 2, "before": 4}))
    assert [row["id"] for row in rows] == [3, 2]


def test_maybe_single_is_one_row_or_none(client: Client) -> None:
    table = client.table("credit_transactions").select("type")
    found = table.eq("id", 1).maybe_single().execute()
    assert found is not None
    assert found.data == {"type": "allowance"}
    none = client.table("credit_transactions").select("type").eq("id", 9).maybe_single().execute()
    assert none is None


def test_the_history_is_exported_as_csv(client: Client) -> None:
    use(client, "a")
    text = fetch(client.rpc("export_credit_transactions").csv())
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["id"], row["type"], row["amount"]) for row in rows] == [
        ("1", "allowance", "100"),
        ("2", "usage", "-5"),
    ]
    view = client.table("credit_transactions").select("id, amount").order("id").csv()
    assert fetch(view) == "id,amount\n1,100\n2,-5"


def test_a_user_sees_and_spends_nothing_of_another(stack: Stack, client: Client, ada: User) -> None:
    other = connect(stack, stack.sign_up("bob@example.com"))
    use(client, "mine")
    for view in ("credit_accounts", "credit_transactions", "credit_grants", "credit_holds"):
        rows = fetch(other.table(view).select("*"))
        assert str(ada.id) not in json.dumps(rows), view
        assert len(rows) == (0 if view == "credit_holds" else 1), view
    error = refuse(other, "use_credits", service="query", key="k", account_id=str(ada.id))
    assert (error.code, error.message) == ("PT404", "account_not_found")
    assert fetch(client.rpc("get_credit_balance"))["available"] == 95


def test_a_top_up_is_set_read_and_refused(client: Client, anonymous: Client, ada: User) -> None:
    wish = {"enabled": True, "threshold": 20.5, "package": "small", "monthly_limit_cents": 3000}
    topup = fetch(client.rpc("set_auto_topup", wish))
    assert topup == {
        "account_id": str(ada.id),
        **wish,
        "spent_cents": 0,
        "currency": "usd",
        "status": "active",
        "paused_reason": None,
        "paused_until_at": None,
    }
    assert fetch(client.rpc("get_auto_topup")) == topup
    off = fetch(client.rpc("set_auto_topup", {"enabled": False}))
    assert off == topup | {"enabled": False, "status": "off"}
    error = refuse(client, "set_auto_topup", enabled=True, threshold=501)
    assert (error.code, error.message) == ("22023", "topup_too_small")
    assert json.loads(error.details or "") == {"threshold": 501, "credits": 500}
    assert fetch(client.rpc("get_auto_topup")) == off
    for function in ("get_auto_topup", "list_credit_orders"):
        assert refuse(anonymous, function).code == "42501"


def test_orders_are_listed_with_their_receipts_page_by_page(
    stack: Stack, client: Client, ada: User
) -> None:
    assert fetch(client.rpc("list_credit_orders")) == []
    opened = [
        httpx.post(
            f"{stack.edge_url}/api/credits/checkout",
            json={"package": package},
            headers={"Authorization": f"Bearer {ada.token}"},
        ).json()["order_id"]
        for package in ("small", "medium")
    ]
    newest, oldest = fetch(client.rpc("list_credit_orders"))
    assert [newest["id"], oldest["id"]] == opened[::-1]
    about = ("status", "package", "plan", "credits", "total_cents", "refunded_cents", "is_topup")
    assert [oldest[name] for name in about] == ["open", "small", None, 500, 500, 0, False]
    assert oldest["receipt"]["lines"] == [
        {"kind": "package", "label": "Small", "amount_cents": 500}
    ]
    page = {"page_size": 1, "before": newest["id"]}
    assert fetch(client.rpc("list_credit_orders", page)) == [oldest]
    other = connect(stack, stack.sign_up("bob@example.com"))
    assert fetch(other.rpc("list_credit_orders")) == []
    error = refuse(other, "list_credit_orders", account_id=str(ada.id))
    assert (error.code, error.message) == ("PT404", "account_not_found")
