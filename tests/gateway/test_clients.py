"""The Python client of Supabase, as an application would use it, against the gateway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

import pytest
from postgrest import CountMethod
from postgrest.exceptions import APIError
from supabase import Client, create_client
from supabase.lib.client_options import SyncClientOptions

from tests.gateway.conftest import ANON_KEY, SERVICE_KEY, USER_ID, Server, token


class _Executable(Protocol):
    def execute(self) -> Any: ...


def _data(request: _Executable) -> Any:
    return request.execute().data


@pytest.fixture(scope="module")
def server(serve: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    """A gateway with the default options, as a new project has."""
    with serve() as started:
        yield started


@pytest.fixture
def anonymous(server: Server) -> Client:
    return create_client(server.url, ANON_KEY)


@pytest.fixture
def user(server: Server) -> Client:
    bearer = token("authenticated", sub=USER_ID)
    options = SyncClientOptions(headers={"Authorization": f"Bearer {bearer}"})
    return create_client(server.url, ANON_KEY, options)


@pytest.fixture
def service(server: Server) -> Client:
    return create_client(server.url, SERVICE_KEY)


def test_a_call_returns_what_the_function_returns(anonymous: Client, service: Client) -> None:
    assert anonymous.rpc("f_scalar", {"a": 1}).execute().data == 6
    assert anonymous.rpc("f_bigint").execute().data == 9007199254740993
    assert anonymous.rpc("f_comp").execute().data == {"ok": True, "balance": 10.5, "note": "n"}
    assert [row["i"] for row in _data(anonymous.rpc("f_table", {"n": 2}))] == [1, 2]
    assert service.rpc("f_secret").execute().data == 1


def test_a_call_by_get_and_by_head(anonymous: Client) -> None:
    assert anonymous.rpc("f_array", {"v": [1, 2, 3]}, get=True).execute().data == 6
    counted = anonymous.rpc("f_table", {"n": 4}, head=True, count=CountMethod.exact).execute()
    assert counted.count == 4


def test_the_caller_is_the_user_of_the_token(user: Client) -> None:
    caller = _data(user.rpc("f_whoami"))
    assert (caller["role"], caller["uid"]) == ("authenticated", USER_ID)


def test_a_called_set_can_be_filtered_ordered_and_limited(anonymous: Client) -> None:
    call = anonymous.rpc("f_table", {"n": 9}, count=CountMethod.exact).gt("i", 2)
    answer: Any = call.order("i", desc=True).range(1, 3).execute()
    assert [row["i"] for row in answer.data] == [8, 7, 6]
    assert answer.count == 7


def test_rows_are_selected_filtered_and_counted(user: Client) -> None:
    ledger = user.table("ledger")
    answer = ledger.select("id, reason", count=CountMethod.exact).order("id").range(1, 2).execute()
    assert answer.data == [{"id": 4, "reason": "r4"}, {"id": 6, "reason": "r6"}]
    assert answer.count == 12
    for select, ids in (
        (ledger.select("id").eq("reason", "r4"), [4]),
        (ledger.select("id").in_("id", [2, 4, 5]), [2, 4]),
        (ledger.select("id").like("reason", "r1%").lt("id", 13), [10, 12]),
        (ledger.select("id").or_("id.eq.2,and(id.gt.3,id.lt.5)"), [2, 4]),
        (ledger.select("id").contains("tags", ["t8"]), [8]),
        (ledger.select("id").not_.is_("reason", "null").lte("id", 2), [2]),
        (ledger.select("id").eq("meta->>i", "6"), [6]),
    ):
        assert [row["id"] for row in _data(select.order("id"))] == ids


def test_single_and_maybe_single(user: Client) -> None:
    ledger = user.table("ledger")
    assert ledger.select("id").eq("id", 2).single().execute().data == {"id": 2}
    found = ledger.select("id").eq("id", 2).maybe_single().execute()
    assert found is not None
    assert found.data == {"id": 2}
    assert ledger.select("id").eq("id", 1).maybe_single().execute() is None
    with pytest.raises(APIError) as refusal:
        ledger.select("id").eq("id", 1).single().execute()
    assert refusal.value.code == "PGRST116"


def test_csv_is_text(user: Client) -> None:
    rows = user.table("v_led").select("id, amount").order("id").limit(2).csv().execute()
    assert rows.data == "id,amount\n2,2.500000\n4,4.500000"


def test_an_error_keeps_its_four_members(anonymous: Client) -> None:
    with pytest.raises(APIError) as refusal:
        anonymous.rpc("f_err", {"kind": "PT402"}).execute()
    error = refusal.value
    assert (error.code, error.message) == ("PT402", "Payment Required")
    assert (error.details, error.hint) == ("balance 1", "top up")
    with pytest.raises(APIError) as refusal:
        anonymous.rpc("f_err", {"kind": "PGRST"}).execute()
    assert refusal.value.code == "insufficient_credits"


def test_a_row_cannot_be_inserted(service: Client) -> None:
    with pytest.raises(APIError) as refusal:
        service.table("plain").insert({"id": 9}).execute()
    assert refusal.value.code == "PGRST117"
