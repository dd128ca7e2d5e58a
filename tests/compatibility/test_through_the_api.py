"""The views are read like tables, with a client and the caller's token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from postgrest.exceptions import APIError
from supabase import Client, create_client

from scripts.dev.shopper import connect
from scripts.dev.stack import Stack
from tests.compatibility.views import COLUMNS, OF_EVERYBODY, UP


@pytest.fixture
def stack(fresh_db: str) -> Iterator[Stack]:
    with psycopg.connect(fresh_db) as conn:
        conn.execute(UP.read_bytes())
    with Stack(database_url=fresh_db) as stack:
        yield stack


def test_each_caller_reads_the_views_of_a_table_s_name(stack: Stack) -> None:
    ada, eve = stack.sign_up("ada@example.com"), stack.sign_up("eve@example.com")
    clients: dict[str, Client] = {
        "ada": connect(stack, ada),
        "anonymous": connect(stack),
        "service": create_client(stack.url, stack.keys.service),
    }
    clients["ada"].rpc("use_credits", {"service": "query", "key": "chat-1"}).execute()
    for view, columns in COLUMNS.items():
        for name, client in clients.items():
            query = client.table(view).select("*")
            if name == "anonymous" and view not in OF_EVERYBODY:
                with pytest.raises(APIError) as refusal:
                    query.execute()
                assert refusal.value.code == "42501"
                continue
            rows: Any = query.execute().data
            assert all(list(row) == columns for row in rows)
            found = {row["user_id"] for row in rows if "user_id" in row}
            assert str(eve.id) not in found or name == "service"
    mine = clients["ada"].table("user_credits").select("balance, total_spent").execute().data
    assert mine == [{"balance": 95, "total_spent": 5}]
    log = clients["ada"].table("query_log").select("service, status").eq("user_id", str(ada.id))
    assert log.execute().data == [{"service": "query", "status": "captured"}]
