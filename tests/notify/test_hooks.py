"""The endpoint: what it is told, how it proves who told it, and what its answers mean."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from edge.jobs.hooks import sign
from tests.notify.endpoints import SECRET, Receiver
from tests.notify.notifying import Desk, deliveries, pass_time, put, put_gift


def test_a_notice_is_proved_by_its_signature(hooked: Desk, receiver: Receiver) -> None:
    account_id = uuid4()
    payload = {"balance": 0.1, "level": "low", "threshold": 20, "text": "ä\u2028<&"}
    notice_id = put(hooked.conn, "low_balance", payload, account_id)
    assert hooked.run().output == f"webhook {notice_id} low_balance: sent\n"
    (call,) = receiver.calls
    assert call.path == "/hook?token=t0p"
    assert call.headers["content-type"] == "application/json"
    assert call.headers["webhook-id"].startswith(f"notice_{notice_id}-")
    told = Webhook(SECRET).verify(call.body, call.headers)
    assert set(told) == {"type", "timestamp", "account_id", "data"}
    assert (told["type"], told["account_id"]) == ("low_balance", str(account_id))
    assert told["data"] == payload
    assert datetime.fromisoformat(told["timestamp"]).utcoffset() is not None


def test_what_somebody_changed_on_the_way_is_not_proved(hooked: Desk, receiver: Receiver) -> None:
    put_gift(hooked.conn)
    hooked.run()
    (call,) = receiver.calls
    other = {**call.headers, "webhook-id": "notice_0"}
    for headers, body in ((other, call.body), (call.headers, call.body + b" ")):
        with pytest.raises(WebhookVerificationError):
            Webhook(SECRET).verify(body, headers)


def test_a_signature_is_that_of_the_specification() -> None:
    """The example of Standard Webhooks 1.0."""
    key = b64decode(SECRET.removeprefix("whsec_"))
    signature = sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_no_number_is_rounded(hooked: Desk, receiver: Receiver) -> None:
    payload = '{"balance": 123456789012.123456789}'
    hooked.conn.execute("select credits.put_notice(null, 'low_balance', '1', %s)", [payload])
    hooked.run()
    (call,) = receiver.calls
    told = json.loads(call.body, parse_float=Decimal)
    assert told["data"] == {"balance": Decimal("123456789012.123456789")}
    assert told["account_id"] is None


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_answer_of_2xx_is_a_success(hooked: Desk, receiver: Receiver, status: int) -> None:
    receiver.status = status
    put_gift(hooked.conn)
    assert hooked.run().exit_code == 0


@pytest.mark.parametrize("status", [302, 307, 400, 410, 500])
def test_any_other_answer_is_none_and_is_followed_nowhere(
    hooked: Desk, receiver: Receiver, status: int
) -> None:
    receiver.status = status
    receiver.headers = {"Location": receiver.url}
    first, second = put_gift(hooked.conn), put_gift(hooked.conn, key="2")
    result = hooked.run()
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"webhook {it} gift: pending, attempt 1: HTTP {status}" for it in (first, second)
    ]
    assert len(receiver.calls) == 2


def test_a_repetition_has_the_same_id_and_a_new_time(hooked: Desk, receiver: Receiver) -> None:
    put_gift(hooked.conn)
    receiver.status = 503
    hooked.run()
    receiver.status = 204
    pass_time(hooked.conn)
    hooked.environment["PGTZ"] = "Asia/Tokyo"  # as another machine may have it
    assert hooked.run().exit_code == 0
    first, second = receiver.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body


def test_an_endpoint_that_is_away_is_tried_once_and_its_address_not_told(hooked: Desk) -> None:
    with Receiver() as gone:
        hooked.environment |= gone.environment
    first, second = put_gift(hooked.conn), put_gift(hooked.conn, key="2")
    result = hooked.run()
    assert result.exit_code == 1
    told = f"webhook {first} gift: pending, attempt 1: ConnectionError\n"
    assert result.output == told
    assert [(it["notice_id"], it["attempts"]) for it in deliveries(hooked.conn)] == [
        (first, 1), (second, 0),
    ]  # fmt: skip
