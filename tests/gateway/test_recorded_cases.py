"""Every request that was recorded on a real PostgREST gets the recorded answer here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.gateway.conftest import SECRET, USER_ID, Server, token

_CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("cases.json").read_text())
_WRITES = ("tbl/insert", "tbl/patch", "tbl/delete", "tbl/rls-insert")
_MATCHED = [
    case
    for case in _CASES
    if not case["name"].startswith(_WRITES) and case["name"] != "root/openapi"
]
_RECORDED_HEADERS = {name for case in _CASES for name in case["expect"]["headers"]}
_RECORDED_CHARACTERS = 700
_RECORDED_TIMES = (1797767369, 1795175359)


def _bearer(name: str | None) -> str | None:
    match name:
        case None:
            return None
        case "user" | "user with its signature spoiled":
            signed = token("authenticated", sub=USER_ID)
            other = token("anon").rpartition(".")[2]
            spoiled = f"{signed.rpartition('.')[0]}.{other}"
            return signed if name == "user" else spoiled
        case "expired":
            return token("authenticated", seconds=-3600)
        case "badrole":
            return token("nosuch")
        case _:
            return token({"anon": "anon", "service": "service_role"}[name])


def _expected_body(text: str, bearer: str | None) -> str:
    """Put this token's times where the recorded token's times were."""
    if bearer is None or str(_RECORDED_TIMES[0]) not in text:
        return text
    claims = jwt.decode(bearer, SECRET, ["HS256"])
    for recorded, name in zip(_RECORDED_TIMES, ("exp", "iat"), strict=True):
        text = text.replace(str(recorded), str(claims[name]))
    return text


@pytest.mark.parametrize("case", _MATCHED, ids=[case["name"] for case in _MATCHED])
@pytest.mark.parametrize("base", ["", "/rest/v1"])
def test_the_gateway_answers_as_recorded(gateway: Server, case: dict[str, Any], base: str) -> None:
    bearer, expected = _bearer(case["token"]), case["expect"]
    answer = gateway.request(
        case["method"], base + case["path"], case["body"], case["headers"], bearer
    )

    assert (answer.status, answer.reason) == (expected["status"], expected["reason"])
    shown = {name: text for name, text in answer.headers.items() if name in _RECORDED_HEADERS}
    assert shown == expected["headers"]
    body = answer.body
    if len(expected["body"]) == _RECORDED_CHARACTERS:
        body = body[:_RECORDED_CHARACTERS]
    assert body == _expected_body(expected["body"], bearer)


def test_all_but_the_writes_and_the_description_are_matched() -> None:
    assert len(_CASES) == 158
    assert len(_CASES) - len(_MATCHED) == 10


@pytest.mark.parametrize(
    "case", [c for c in _CASES if c["name"].startswith(_WRITES)], ids=lambda c: c["name"]
)
def test_tables_are_never_written(gateway: Server, case: dict[str, Any]) -> None:
    bearer = _bearer("service")
    answer = gateway.request(case["method"], case["path"], case["body"], {}, bearer)

    assert answer.status == 405
    assert answer.headers["proxy-status"] == "PostgREST; error=PGRST117"
    assert json.loads(answer.body)["message"] == f"Unsupported HTTP method: {case['method']}"
    rows = gateway.request("GET", "/plain?select=id&order=id", bearer=_bearer("anon"))
    assert json.loads(rows.body) == [{"id": 1}, {"id": 2}]
