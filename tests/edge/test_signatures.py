"""Webhook signatures: only what Stripe signed with our secret, lately, is taken."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.edge.shop import BASIC, WEBHOOK, Shop, signed

EVENT = json.dumps(
    {"id": "evt_1", "object": "event", "type": "plan.created", "data": {"object": {}}}, indent=2
).encode()
Headers = dict[str, Any]


def header(value: str | bytes) -> Headers:
    return {"Stripe-Signature": value}


def genuine() -> str:
    """Return what Stripe would send as the signature of EVENT now."""
    return signed(EVENT)["Stripe-Signature"]


def without_time() -> str:
    return genuine().partition(",")[2]


def assert_refused(shop: Shop, body: bytes, headers: Headers, status: int = 400) -> None:
    response = shop.http.post(WEBHOOK, content=body, headers=headers)
    assert response.status_code == status
    assert set(response.json()) == {"code", "message", "details", "hint"}
    assert "Traceback" not in response.text
    assert ".py" not in response.text
    assert shop.stored() == []


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(lambda: {}, id="no header"),
        pytest.param(lambda: header(""), id="empty"),
        pytest.param(lambda: header("garbage"), id="garbage"),
        pytest.param(lambda: header("t=,v1="), id="nothing in it"),
        pytest.param(lambda: header(f"t=now,{without_time()}"), id="no time"),
        pytest.param(lambda: header(f"t={'9' * 5000},{without_time()}"), id="endless time"),
        pytest.param(lambda: header(without_time()), id="time missing"),
        pytest.param(lambda: header(f"t={int(time.time()) + 9},{without_time()}"), id="other time"),
        pytest.param(lambda: signed(EVENT, "whsec_of_somebody"), id="wrong secret"),
        pytest.param(lambda: signed(EVENT, ""), id="empty secret"),
        pytest.param(lambda: signed(EVENT, age_seconds=360), id="six minutes old"),
        pytest.param(lambda: header(genuine().replace("v1=", "v0=")), id="only v0"),
        pytest.param(lambda: header(genuine().replace("v1=", "v1=é").encode("latin-1")), id="é"),
        pytest.param(lambda: header(genuine().replace("v1=", "v1=€").encode()), id="€"),
        pytest.param(
            lambda: header(f"t={int(time.time())}" + ",v1=00" * 3000), id="3000 signatures"
        ),
    ],
)
def test_a_signature_that_does_not_prove_is_refused(
    shop: Shop, headers: Callable[[], Headers]
) -> None:
    assert_refused(shop, EVENT, headers())


@pytest.mark.parametrize(
    "altered",
    [EVENT.replace(b"plan", b"paid"), EVENT + b" ", json.dumps(json.loads(EVENT)).encode(), b""],
)
def test_a_body_other_than_the_signed_one_is_refused(shop: Shop, altered: bytes) -> None:
    assert_refused(shop, altered, signed(EVENT))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"[]", id="list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"7", id="number"),
        pytest.param(b'"text"', id="text"),
        pytest.param(b"{}", id="nothing in it"),
        pytest.param(b'{"id": 1, "object": "event", "type": []}', id="no texts"),
        pytest.param(EVENT.replace(b"{}", b"NaN"), id="NaN"),
        pytest.param(EVENT[:-1], id="half"),
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="not utf-8"),
        pytest.param(EVENT.replace(b"plan", b"\xff"), id="not utf-8 inside"),
        pytest.param(EVENT.replace(b"plan", b"\x00"), id="raw NUL"),
        pytest.param(EVENT.replace(b'"event"', b'"v2.core.event"'), id="thin event"),
        pytest.param(b"[" * 100_000, id="deep"),
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(shop: Shop, body: bytes) -> None:
    assert_refused(shop, body, signed(body))


def test_a_body_larger_than_any_event_is_not_read(shop: Shop) -> None:
    body = EVENT + b" " * 5_000_000
    assert_refused(shop, body, signed(body), 413)


def test_a_body_without_a_length_is_not_read_beyond_the_limit(shop: Shop) -> None:
    host, port = shop.http.base_url.host, shop.http.base_url.port
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    with socket.create_connection((host, port or 80), timeout=30) as conn:
        conn.sendall(
            f"POST {WEBHOOK} HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n"
            f"Stripe-Signature: {genuine()}\r\nConnection: close\r\n\r\n".encode()
        )
        conn.sendall(chunk * 32 + b"0\r\n\r\n")
        assert conn.makefile("rb").readline().split()[1] in (b"400", b"413")
    assert shop.stored() == []


def test_a_header_beyond_all_measure_is_refused(shop: Shop) -> None:
    headers = header(f"t={int(time.time())}" + f",v1={'0' * 64}" * 3000)
    assert shop.http.post(WEBHOOK, content=EVENT, headers=headers).status_code in (400, 413, 431)
    assert shop.stored() == []


@pytest.mark.parametrize(
    "path", ["/api/stripe/webhook", "/api/stripe/webhook/", "/api/credits/webhook"]
)
def test_a_genuine_event_of_an_unknown_type_is_kept_as_it_came(shop: Shop, path: str) -> None:
    assert shop.deliver(EVENT, path=path).status_code == 204
    assert shop.stored() == [("ignored", "no rule for this type")]
    assert shop.query("select payload from credits.stripe_events") == [(EVENT.decode(),)]


def test_one_right_signature_of_several_is_enough(shop: Shop) -> None:
    (event,) = shop.hold_back(user_id := shop.sign_up(), "pay")
    body = json.dumps(event, indent=2, ensure_ascii=False).encode()
    both = signed(body, "whsec_the_next")["Stripe-Signature"]
    both += "," + signed(body)["Stripe-Signature"].partition(",")[2]
    assert shop.deliver(body, header(both)).status_code == 204
    assert shop.history(user_id) == BASIC
