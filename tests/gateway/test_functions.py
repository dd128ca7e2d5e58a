"""Calls beyond the recorded ones: exports, overloads, limits, reloads, exact numbers, rollbacks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import psycopg
import pytest

from tests.gateway.conftest import Answer, Server

_FUNCTIONS = """
create domain public."text/csv" as text;
create function public.t_export(n int default 3) returns public."text/csv"
language plpgsql volatile as $$
begin
    perform set_config(
        'response.headers',
        '[{"Content-Disposition": "attachment; filename=\\"a.csv\\""}]', true
    );
    return (select 'id,note' || string_agg(e'\\n' || g || ',"ä"', '') from generate_series(1, n) g);
end $$;
create function public.t_defaults(a int, b int default 2, c text default 'c') returns text
language sql stable as $$ select a || '-' || b || '-' || c $$;
create function public.t_same(a int) returns text language sql stable as $$ select 'int' $$;
create function public.t_same(a text) returns text language sql stable as $$ select 'text' $$;
create function public.t_exact(p jsonb) returns jsonb language sql stable as $$ select p $$;
create function public.t_column() returns table (n numeric) language sql stable
as $$ select 1.10 union all select 9007199254740993.000000001 $$;
create function public.t_setting(name text, value text) returns int language plpgsql
as $$ begin perform set_config(name, value, true); return 1; end $$;
create function public.t_status(code text, reason text) returns void language plpgsql
as $$ begin raise sqlstate 'PGRST' using
    message = json_build_object('code', 'c', 'message', reason)::text,
    detail = json_build_object('status', code::int, 'status_text', reason,
        'headers', json_build_object('X-Note', reason))::text; end $$;
create function public.t_refuse(code text, message text) returns void language plpgsql
as $$ begin raise exception '%', message using errcode = code; end $$;
create table public.t_writes (id int);
grant all on public.t_writes to anon;
create function public.t_write(n int) returns setof int language sql volatile
as $$ insert into public.t_writes select generate_series(1, n) returning id $$;
"""


@pytest.fixture(scope="module", autouse=True)
def database(gateway_database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(gateway_database, autocommit=True) as conn:
        conn.execute(_FUNCTIONS)
        yield conn


@pytest.fixture(scope="module")
def call(gateway: Server) -> Callable[..., Answer]:
    def post(name: str, arguments: object = None, query: str = "", **headers: str) -> Answer:
        sent = {key.replace("_", "-"): value for key, value in headers.items()}
        return gateway.request("POST", f"/rpc/{name}{query}", json.dumps(arguments or {}), sent)

    return post


@pytest.fixture
def limited(serve: Callable[..., AbstractContextManager[Server]]) -> Iterator[Server]:
    with serve(max_rows=2) as server:
        yield server


def test_an_export_is_its_text_with_the_headers_it_set(call: Callable[..., Answer]) -> None:
    answer = call("t_export", Accept="text/csv")
    assert answer.body == 'id,note\n1,"ä"\n2,"ä"\n3,"ä"'
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="a.csv"'


def test_an_export_called_without_accept_is_json(call: Callable[..., Answer]) -> None:
    assert json.loads(call("t_export", {"n": 1}).body) == 'id,note\n1,"ä"'


def test_the_row_limit_cuts_tables_and_sets_but_no_export(limited: Server) -> None:
    assert len(json.loads(limited.request("GET", "/plain?limit=50").body)) == 2
    numbers = limited.request("POST", "/rpc/f_setof_int?limit=9", '{"n": 5}')
    assert (numbers.body, numbers.headers["content-range"]) == ("[1, 2]", "0-1/*")
    lines = limited.request("POST", "/rpc/f_setof_int", '{"n": 5}', {"Accept": "text/csv"})
    assert lines.body == "pgrst_scalar\n1\n2"
    export = limited.request("POST", "/rpc/t_export", '{"n": 5}', {"Accept": "text/csv"})
    assert export.body.count("\n") == 5


def test_the_row_limit_leaves_offsets_and_counts_right(limited: Server) -> None:
    answer = limited.request(
        "POST", "/rpc/f_setof_int?offset=1", '{"n": 5}', {"Prefer": "count=exact"}
    )
    assert (answer.status, answer.body) == (206, "[2, 3]")
    assert answer.headers["content-range"] == "1-2/5"


@pytest.mark.parametrize(
    ("arguments", "result"),
    [({"a": 1}, "1-2-c"), ({"a": 1, "c": "z"}, "1-2-z"), ({"c": "z", "b": 3, "a": 1}, "1-3-z")],
)
def test_defaults_fill_what_is_not_given(
    call: Callable[..., Answer], arguments: dict[str, object], result: str
) -> None:
    assert json.loads(call("t_defaults", arguments).body) == result


def test_a_missing_required_argument_is_a_missing_function(call: Callable[..., Answer]) -> None:
    answer = call("t_defaults", {"b": 1})
    refusal = json.loads(answer.body)
    assert (answer.status, refusal["code"]) == (404, "PGRST202")
    assert refusal["message"].startswith("Could not find the function public.t_defaults(b) in")


def test_overloads_of_the_same_names_are_ambiguous(call: Callable[..., Answer]) -> None:
    answer = call("t_same", {"a": 1})
    refusal = json.loads(answer.body)
    assert (answer.status, answer.reason, refusal["code"]) == (300, "Multiple Choices", "PGRST203")
    assert refusal["message"].endswith("public.t_same(a => integer), public.t_same(a => text)")


def test_a_misspelt_function_is_hinted_at(call: Callable[..., Answer]) -> None:
    hint = json.loads(call("t_default").body)["hint"]
    assert hint == "Perhaps you meant to call the function public.t_defaults"


@pytest.mark.parametrize(
    "number", ["12345678901234567890123456789.000000000123456789", "9007199254740993", "1.50", "0"]
)
def test_numbers_keep_every_digit_there_and_back(
    call: Callable[..., Answer], gateway: Server, number: str
) -> None:
    body = f'{{"p": {{"n": {number}}}}}'
    assert gateway.request("POST", "/rpc/t_exact", body).body == f'{{"n": {number}}}'
    assert call("t_column").body == '[{"n":1.10}, \n {"n":9007199254740993.000000001}]'


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("response.status", "abc", "PGRST112"),
        ("response.status", "99", "PGRST112"),
        ("response.headers", "nonsense", "PGRST111"),
        ("response.headers", '{"X": "not an array"}', "PGRST111"),
        ("response.headers", '[{"X-Number": 1}]', "PGRST111"),
    ],
)
def test_malformed_answers_of_a_function_are_500(
    call: Callable[..., Answer], name: str, value: str, code: str
) -> None:
    answer = call("t_setting", {"name": name, "value": value})
    assert (answer.status, json.loads(answer.body)["code"]) == (500, code)


@pytest.mark.parametrize("text", ["über 5 €", "two\r\nX-Forged: lines"])
def test_a_raised_reason_and_header_stay_one_line(call: Callable[..., Answer], text: str) -> None:
    answer = call("t_status", {"code": "418", "reason": text})
    line = text.replace("\r", " ").replace("\n", " ").encode().decode("latin-1")
    assert (answer.status, answer.reason) == (418, line)
    assert "x-forged" not in answer.headers
    assert answer.headers["x-note"] == line
    assert json.loads(answer.body)["message"] == text


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("PT429", 429),
        ("PTXYZ", 500),
        ("0LP01", 403),
        ("28000", 403),
        ("39000", 500),
        ("42P01", 404),
        ("42P17", 500),
        ("53400", 500),
        ("57P01", 503),
        ("ZZ999", 400),
    ],
)
def test_an_sqlstate_is_its_status(call: Callable[..., Answer], code: str, status: int) -> None:
    answer = call("t_refuse", {"code": code, "message": "as raised"})
    assert answer.status == status
    assert answer.headers["proxy-status"] == f"PostgREST; error={code}"


def test_a_refused_result_rolls_its_writes_back(
    call: Callable[..., Answer], database: psycopg.Connection
) -> None:
    one_object = "application/vnd.pgrst.object+json"
    assert call("t_write", {"n": 2}, Accept=one_object).status == 406
    assert call("t_write", {"n": 2}, Prefer="handling=strict,max-affected=1").status == 400
    assert call("t_write", {"n": 2}, query="?nope=eq.1").status == 400
    assert database.execute("select count(*) from public.t_writes").fetchone() == (0,)
    assert call("t_write", {"n": 1}, Accept=one_object).body == "1"
    assert database.execute("select count(*) from public.t_writes").fetchone() == (1,)


def test_a_writer_is_called_once_and_not_by_get(
    call: Callable[..., Answer], gateway: Server, database: psycopg.Connection
) -> None:
    before = database.execute("select count(*) from public.t_writes").fetchone()
    answer = gateway.request("GET", "/rpc/t_write?n=1")
    assert (answer.status, json.loads(answer.body)["code"]) == (405, "25006")
    assert call("t_write", {"n": 3}, "?pgrst_scalar=gt.1", Prefer="count=exact").body == "[2, 3]"
    after = database.execute("select count(*) from public.t_writes").fetchone()
    assert before is not None
    assert after == (before[0] + 3,)


def test_a_new_function_is_found_without_a_reload(
    call: Callable[..., Answer], database: psycopg.Connection
) -> None:
    assert call("t_new").status == 404
    database.execute("create function public.t_new() returns int language sql as 'select 1'")
    assert call("t_new").body == "1"


def test_a_notification_makes_it_read_the_catalogs_again(
    call: Callable[..., Answer], database: psycopg.Connection
) -> None:
    database.execute(
        "create function public.t_changes() returns text language sql stable"
        " as $$ select current_setting('transaction_read_only') $$"
    )
    assert call("t_changes").body == '"on"'
    database.execute("alter function public.t_changes() volatile")
    assert call("t_changes").body == '"on"'
    database.execute("notify pgrst, 'reload schema'")
    deadline = time.monotonic() + 10
    while (body := call("t_changes").body) != '"off"' and time.monotonic() < deadline:
        time.sleep(0.02)
    assert body == '"off"'


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        ("[1, 2", "application/json", "Empty or invalid json"),
        ('{"a": NaN}', "application/json", "Empty or invalid json"),
        (b'{"a": "\xff"}', "application/json", "Empty or invalid json"),
        ("[" * 100_000, "application/json", "Empty or invalid json"),
        ('[{"a": 1}, {"b": 1}]', "application/json", "All object keys must match"),
        ("<a/>", "text/xml", "Content-Type not acceptable: text/xml"),
    ],
    ids=["cut off", "NaN", "bytes", "deep", "mixed", "xml"],
)
def test_a_body_that_is_no_json_is_refused(
    gateway: Server, body: str | bytes, content_type: str, message: str
) -> None:
    answer = gateway.request("POST", "/rpc/f_scalar", body, {"Content-Type": content_type})
    refusal = json.loads(answer.body)
    assert (answer.status, refusal["code"], refusal["message"]) == (400, "PGRST102", message)


def test_what_the_gateway_does_not_offer_is_refused_by_name(gateway: Server) -> None:
    for path, status, code in (
        ("/plain?select=id,ledger(id)", 400, "PGRST200"),
        ("/plain?select=id,...ledger(id)", 400, "PGRST200"),
        ("/plain?select=count()", 400, "PGRST123"),
        ("/plain?ledger.id=eq.1", 400, "PGRST108"),
        ("/plain?limit=-1", 416, "PGRST103"),
        ("/plain/1", 404, "PGRST125"),
        ("/rpc", 404, "PGRST205"),
    ):
        answer = gateway.request("GET", path)
        assert (answer.status, json.loads(answer.body)["code"]) == (status, code), path


def test_the_root_says_that_it_is_a_stand_in(gateway: Server) -> None:
    for path in ("/", "/rest/v1", "/rest/v1/"):
        answer = gateway.request("GET", path)
        assert "development stand-in" in answer.body
        assert "development stand-in" in answer.headers["x-gateway"]
