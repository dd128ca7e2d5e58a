"""Numbers, texts and ids that should not be: refused as such, and a hold that stands stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.faults.state import read_state
from tests.functions import Refusal
from tests.holds.holding import capture, extend, has, hold, log, release, stored
from tests.support import Connection
from tests.wallets import Row, call, funded_account, refused, use_catalog

NO_AMOUNT = [
    "0",
    "-1",
    "-0.000000001",
    "NaN",
    "Infinity",
    "-Infinity",
    "0.0000000001",
    "1.0000000001",
    "1000000000000.000000001",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "9" * 400,
]


@pytest.mark.parametrize("amount", NO_AMOUNT)
def test_an_amount_that_is_none_is_held_and_captured_nowhere(db: Connection, amount: str) -> None:
    account_id = funded_account(db, 100)
    for partial in (False, True):
        with refused(db, "22023", "invalid_amount") as detail:
            hold(db, account_id, amount, partial=partial)
        assert detail == {"places": 9, "maximum": 1e12}
    held = hold(db, account_id, 30)
    with refused(db, "22023", "invalid_amount"):
        capture(db, account_id, held, amount)
    assert has(db, account_id) == (100, 30, 70)
    assert stored(db, held)["state"] == "open"


@pytest.mark.parametrize("quantity", NO_AMOUNT)
def test_a_quantity_that_is_none_is_not_held(db: Connection, quantity: str) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    for more in ({}, {"amount": 5}):
        with refused(db, "22023", "invalid_quantity"):
            hold(db, account_id, service="sms", quantity=quantity, **more)
    assert log(db, account_id) == []


@pytest.mark.parametrize(
    "usage",
    [
        '{"input_tokens": "NaN"}',
        '{"input_tokens": null}',
        '{"input_tokens": -1}',
        '{"input_tokens": 1e400}',
        '{"tokens": 1}',
        "[]",
        '"text"',
        '{"a": "' + "x" * 9000 + '"}',
    ],
    ids=lambda usage: usage[:30],
)
def test_usage_that_cannot_be_counted_is_refused(db: Connection, usage: str) -> None:
    use_catalog(db)
    account_id = funded_account(db, 100)
    with refused(db, "22023", "invalid_usage"):
        hold(db, account_id, service="gpt-4", usage=usage)
    held = hold(db, account_id, 30, service="gpt-4")
    with refused(db, "22023", "invalid_usage"):
        capture(db, account_id, held, usage=usage)
    assert has(db, account_id) == (105, 30, 75)


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        ({"key": None}, "invalid_key"),
        ({"key": ""}, "invalid_key"),
        ({"key": "x" * 201}, "invalid_key"),
        ({"service": "x" * 201}, "service_too_long"),
        ({"reference": "x" * 201}, "reference_too_long"),
        ({"metadata": {"a": "x" * 9000}}, "invalid_metadata"),
        ({"metadata": "[]"}, "invalid_metadata"),
        ({"metadata": {"prompt": "x" * 200_001}}, "prompt_too_long"),
        ({"ttl_seconds": 2147483647}, "invalid_ttl"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_texts_and_sizes_have_limits(db: Connection, arguments: Row, token: str) -> None:
    account_id = funded_account(db, 100)
    with refused(db, "22023", token):
        hold(db, account_id, 5, **{"key": "k", **arguments})
    assert log(db, account_id) == []


def test_what_a_capture_and_a_release_say_has_limits_too(db: Connection) -> None:
    account_id = funded_account(db, 100)
    held = hold(db, account_id, 30)
    for more, token in (
        ({"description": "x" * 1001}, "description_too_long"),
        ({"metadata": {"a": "x" * 9000}}, "invalid_metadata"),
        ({"metadata": "[]"}, "invalid_metadata"),
    ):
        with refused(db, "22023", token):
            capture(db, account_id, held, 5, **more)
    with refused(db, "22023", "description_too_long"):
        release(db, account_id, held, reason="x" * 1001)
    assert has(db, account_id) == (100, 30, 70)


def test_no_text_of_a_caller_is_anything_but_a_text(db: Connection) -> None:
    account_id = funded_account(db, 1000)
    attacks = ["'; drop table credits.holds; --", "$$; select 1/0; $$", "%s %I {} \\'"]
    for attack in attacks:
        texts = {"key": attack, "service": attack, "reference": attack}
        held = hold(db, account_id, 5, metadata={attack: attack}, **texts)
        release(db, account_id, held, reason=attack)
    rows = log(db, account_id)
    assert [(row["service"], row["reference"], row["reason"]) for row in rows] == [
        (attack, attack, attack) for attack in attacks
    ]
    assert [row["metadata"] for row in rows] == [{attack: attack} for attack in attacks]


@pytest.mark.parametrize("act", [capture, release, extend], ids=lambda act: act.__name__)
def test_a_hold_is_named_by_its_id(db: Connection, act: Callable[..., Any]) -> None:
    account_id = funded_account(db, 100)
    hold(db, account_id, 30)
    with refused(db, "PT404", "hold_not_found"):
        act(db, account_id, {"hold_id": None})
    with refused(db, "PT404", "account_not_found"):
        act(db, UUID(int=5), {"hold_id": UUID(int=6)})
    with refused(db, "22023", "account_id_required"):
        act(db, None, {"hold_id": UUID(int=6)})
    assert has(db, account_id) == (100, 30, 70)


def test_no_refused_call_has_written_anything(fresh_db: str) -> None:
    """With a commit after each call, so that what a refusal left would be there."""
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        use_catalog(conn)
        account_id = funded_account(conn, 100)
        ids = {"account_id": account_id, "hold_id": hold(conn, account_id, 30, key="k")["hold_id"]}
        ended = hold(conn, account_id, 5)
        release(conn, account_id, ended)
        over = {"account_id": account_id, "hold_id": ended["hold_id"]}
        place = {"account_id": account_id, "key": "new"}
        before = read_state(conn)
        tokens = set()
        calls: list[tuple[str, Row]] = [
            ("hold_credits", {**place, "amount": 1000}),
            ("hold_credits", {**place, "amount": -1}),
            ("hold_credits", {**place, "amount": 1, "ttl_seconds": 0}),
            ("hold_credits", {**place, "amount": 1, "key": "k"}),
            ("hold_credits", place),
            ("hold_credits", {**place, "service": "absent"}),
            ("capture_credits", {**ids, "amount": 1000}),
            ("capture_credits", {**ids, "usage": {"minutes": 1}}),
            ("capture_credits", {**over, "amount": 1}),
            ("capture_credits", {**ids, "hold_id": UUID(int=7)}),
            ("release_credits", {**ids, "hold_id": UUID(int=7)}),
            ("extend_hold", {**ids, "ttl_seconds": 0}),
            ("extend_hold", {**over, "ttl_seconds": 9}),
            ("release_expired_holds", {"at": "infinity"}),
        ]
        for function, arguments in calls:
            with pytest.raises(psycopg.Error) as caught:
                call(conn, function, **arguments)
            refusal = Refusal.of(caught.value)
            assert refusal.hint, refusal
            tokens.add(refusal.message)
        assert tokens == {
            "amount_or_service_required",
            "hold_not_found",
            "hold_not_open",
            "idempotency_key_reused",
            "insufficient_credits",
            "invalid_amount",
            "invalid_time",
            "invalid_ttl",
            "unknown_service",
        }
        assert read_state(conn) == before
