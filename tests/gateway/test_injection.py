"""Whatever a request writes into names, values and headers is never run as SQL."""

from __future__ import annotations

import json
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from tests.gateway.conftest import USER_ID, Server, token

_ATTACKS = [
    "id'; drop table plain; --",
    'id"; drop table plain; --',
    'id" = 1 or true --',
    "1) or (1=1",
    "%s",
    "%(p0)s",
    "%%",
    "a%sb",
    "\\",
    "$$",
    "*/ or 1=1 /*",
    "{}",
    "x\x00y",
    "\udc80",
]


@pytest.fixture(autouse=True)
def _the_table_survives(gateway_database: str) -> object:
    yield
    with psycopg.connect(gateway_database) as conn:
        assert conn.execute("select count(*) from public.plain").fetchone() == (2,)


def _get(gateway: Server, query: str, **headers: str) -> tuple[int, object]:
    bearer = token("authenticated", sub=USER_ID)
    answer = gateway.request("GET", f"/plain?{query}", headers=headers, bearer=bearer)
    return answer.status, json.loads(answer.body)


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


@pytest.mark.parametrize("attack", _ATTACKS)
@pytest.mark.parametrize("operator", ["eq", "neq", "like", "match", "not.ilike", "isdistinct"])
def test_a_value_is_only_ever_a_value(gateway: Server, operator: str, attack: str) -> None:
    status, rows = _get(gateway, f"name={operator}.{_quoted(attack)}&select=id&order=id")
    if "\x00" in attack:
        assert (status, rows["code"]) == (400, "22021")  # type: ignore[index]
    elif status != 200:
        # A pattern may be malformed as a pattern; it is still a pattern.
        assert rows["code"] in {"2201B", "22025"}  # type: ignore[index]
    elif operator == "eq":
        assert rows == []
    elif operator == "isdistinct":
        assert rows == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("attack", _ATTACKS)
@pytest.mark.parametrize(
    "query",
    [
        "{0}=eq.1",
        "%22{0}%22=eq.1",
        "select={0}",
        "select=%22{0}%22",
        "select=id::{0}",
        "select=%22{0}%22:id,id",
        "select=name-%3E%3E{0}",
        "order={0}",
        "order=%22{0}%22",
        "order=id.{0}",
        "or=({0}.eq.1)",
        "or=(id.eq.{0})",
        "or=(id.in.({0}))",
        "id=in.({0})",
        "id=in.(%22{0}%22)",
        "id=is.{0}",
        "id={0}",
        "limit={0}",
        "offset={0}",
    ],
)
def test_a_name_or_an_operator_is_quoted_or_refused(
    gateway: Server, query: str, attack: str
) -> None:
    status, answer = _get(gateway, query.format(_quoted(attack)))
    assert status in {200, 400, 404}, answer
    if status == 200:
        assert isinstance(answer, list)
        assert {row.get("id") for row in answer} <= {1, 2, None}
    else:
        # Never a syntax error of the statement itself, only of what a quoted cast names.
        assert isinstance(answer, dict)
        assert answer["code"] != "42601" or "::" in query


@pytest.mark.parametrize(
    "query",
    [
        "select=id::int),(select current_user",
        "select=id::int) as x from plain --",
        "order=id.desc,(select 1)",
        "order=id.desc nulls first, 1/0",
        "or=(id.eq.1),(id.eq.2)",
        "id=eq(any),true or (x).{1}",
        "meta->>x'->>y=eq.1) or (1=1",
    ],
)
def test_what_is_not_of_the_grammar_does_not_parse(gateway: Server, query: str) -> None:
    status, answer = _get(gateway, quote(query, safe="=&"))
    assert status == 400
    assert answer["code"] in {"PGRST100", "42703"}  # type: ignore[index]


@pytest.mark.parametrize("attack", ["public; drop table plain", 'public"', "pg_catalog", "auth"])
def test_a_profile_is_one_of_the_exposed_schemas(gateway: Server, attack: str) -> None:
    status, answer = _get(gateway, "", **{"Accept-Profile": attack})
    assert (status, answer["code"]) == (406, "PGRST106")  # type: ignore[index]
    call = gateway.request("POST", "/rpc/f_text", "{}", {"Content-Profile": attack})
    assert call.status == 406


@pytest.mark.parametrize("name", ["b%sb", "%(p1)s", "50%", 'we"ird', "it's", "semi;colon -- x"])
def test_a_strange_name_that_exists_is_found(
    gateway: Server, gateway_database: str, name: str
) -> None:
    column, domain = sql.Identifier(name), sql.Identifier(f"{name} type")
    with psycopg.connect(gateway_database) as conn:
        for statement in (
            "create table {0} ({0}) as values (7)",
            "grant select on {0} to anon",
            "create domain {1} as int",
            "create function {0}({0} {1}) returns int language sql as 'select $1'",
        ):
            conn.execute(sql.SQL(statement).format(column, domain))
    encoded, quoted = _quoted(name), _quoted('"' + name.replace('"', '\\"') + '"')
    rows = gateway.request("GET", f"/{encoded}?select={quoted}&{quoted}=eq.7&order={quoted}")
    assert json.loads(rows.body) == [{name: 7}]
    assert gateway.request("POST", f"/rpc/{encoded}", json.dumps({name: 7})).body == "7"
    assert gateway.request("GET", f"/rpc/{encoded}?{encoded}=7").body == "7"


@pytest.mark.parametrize("attack", _ATTACKS)
def test_names_of_functions_arguments_and_tables_are_looked_up(
    gateway: Server, attack: str
) -> None:
    name = _quoted(attack)
    assert gateway.request("GET", f"/{name}").status == 404
    assert gateway.request("POST", f"/rpc/{name}", "{}").status == 404
    body = json.dumps({"a": 1, attack: 1})
    assert gateway.request("POST", "/rpc/f_scalar", body).status == 404
    assert gateway.request("GET", f"/rpc/f_scalar?a=1&{name}=1").status == 404


def test_an_argument_is_only_ever_a_value(gateway: Server) -> None:
    attack = "'); drop table plain; -- %s \" \\"
    body = json.dumps({"p": {"x": attack}})
    answer = gateway.request("POST", "/rpc/f_jsonb", body)
    assert json.loads(answer.body) == {"got": {"x": attack}}
    answer = gateway.request("GET", f"/rpc/f_jsonb?p={_quoted(json.dumps(attack))}")
    assert json.loads(answer.body) == {"got": attack}


def test_a_role_is_only_ever_a_role(gateway: Server) -> None:
    bearer = token("anon'; reset role; --")
    answer = gateway.request("POST", "/rpc/f_whoami", "{}", bearer=bearer)
    assert (answer.status, json.loads(answer.body)["code"]) == (401, "22023")
