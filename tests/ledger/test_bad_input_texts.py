"""Texts and JSON that should not be: quotes that want to be SQL, wrong shapes, too much of all."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest

from tests.functions import Refusal
from tests.ledger.bad_calls import Outcome, call_each
from tests.ledger.belongings import Owner, create_owner
from tests.support import Connection, apply_catalog, as_service, as_user

USUAL = {"service": "query", "plan": "free", "at": "now", "catalog": "{}"}
ATTACKS = [
    "'; drop table credits.accounts; --",
    '"; drop schema credits cascade; --',
    "$$; select 1/0; $$",
    "' or '1'='1",
    "\\'; commit; select 1/0; --",
    "%s %I %L %1$s {} {0}",
    "); delete from credits.transactions; --",
    "E'\\x27' || pg_sleep(10)",
    "\u202eevil\u200b\ufeff\x01",
    "\N{MATHEMATICAL DOUBLE-STRUCK CAPITAL X}" * 50,
]
TEXTS = ["", " ", "x" * 201, "x" * 200_000, None]
JSON = [
    None,
    "null",
    "[]",
    "{}",
    "1",
    "true",
    '"text"',
    "[" * 900 + "]" * 900,
    '{"a":' * 900 + "1" + "}" * 900,
    json.dumps({f"key{i}": i for i in range(10_000)}),
    json.dumps({"note": "x" * 1_000_000}),
    '{"input_tokens": 1e400}',
    '{"input_tokens": -1}',
    '{"input_tokens": "NaN"}',
    '{"input_tokens": null}',
    '{"input_tokens": [1]}',
    '{"tools": {"a": 1}}',
    '{"tools": [1, null, [], {}]}',
    '{"tools": ["\'; drop table credits.prices; --"]}',
    '{"a": 1, "a": 2}',
    '{"",',
    r'{"a": "\u0000"}',
    r'{"a": "\ud800"}',
    '{"n": 1e999999}',
]
CATALOGS = [
    {"plans": {}},
    {"plans": [1]},
    {"plans": [{"code": "free", "monthly_credits": "NaN"}]},
    {"plans": [{"code": None}]},
    {"packages": "none"},
    {"services": [{"code": "x", "tools": []}]},
    {"services": [{"code": "x", "credits": "a lot"}]},
    {"services": [{"code": "x", "meters": {"a": 1}}]},
    {"services": [{"code": "x", "credits": -1}]},
    {"services": [{"code": "x", "credits": 1e300}]},
    {"models": [None]},
    {"rounding": 3},
    {"rounding": {"places": 99}},
    {"list_price_per_credit": "free"},
    {"currency": "gold"},
]
FRAME = {"code": "x", "name": "X", "currency": "usd", "list_price_per_credit": 0.1}


@pytest.fixture
def user(db: Connection) -> Owner:
    """A user with something of everything, by a catalog with plans and prices."""
    apply_catalog(db, "docs-chat")
    return create_owner(db)


@pytest.fixture
def caller(db: Connection) -> Owner:
    """A user with something of everything, by a catalog whose services count tokens."""
    apply_catalog(db, "voice-agent")
    return create_owner(db)


def unclean(outcomes: list[Outcome]) -> str:
    """Show the outcomes that no caller should see, a line each."""
    return "\n".join(str(outcome) for outcome in outcomes if not outcome.is_clean)


@pytest.mark.parametrize("text", [*ATTACKS, *TEXTS], ids=lambda text: str(text)[:20] or "empty")
def test_a_text_is_only_ever_a_text(db: Connection, user: Owner, text: str | None) -> None:
    values: dict[str, list[Any]] = {"text": [text], "_text": [[text]]}
    outcomes = list(call_each(db, user, values, USUAL))
    assert len(outcomes) > 20
    assert unclean(outcomes) == ""


def test_an_attack_is_stored_and_shown_as_it_was_sent(db: Connection, user: Owner) -> None:
    for number, text in enumerate(ATTACKS):
        with as_user(db, user.id):
            db.execute(
                "select public.use_credits('query', %s, reference => %s, description => %s, "
                "metadata => %s)",
                [f"{number} {text}", text, text, json.dumps({text: text})],
            )
            row = db.execute(
                "select reference, description, metadata from public.list_credit_transactions() "
                "limit 1"
            ).fetchone()
        assert row == (text, text, {text: text})


@pytest.mark.parametrize("value", JSON, ids=lambda value: str(value)[:20])
def test_json_of_any_shape_gets_a_clean_answer(
    db: Connection, caller: Owner, value: str | None
) -> None:
    usual = {**USUAL, "service": "gpt-4"}
    outcomes = list(call_each(db, caller, {"jsonb": [value]}, usual))
    assert outcomes
    assert unclean(outcomes) == ""


@pytest.mark.parametrize("part", CATALOGS, ids=json.dumps)
def test_a_catalog_of_a_wrong_shape_is_refused_as_such(
    db: Connection, part: dict[str, Any]
) -> None:
    with pytest.raises(psycopg.Error) as caught, as_service(db):
        db.execute("select public.apply_credit_catalog(%s)", [json.dumps({**FRAME, **part})])
    refusal = Refusal.of(caught.value)
    assert (refusal.sqlstate, refusal.message) == ("22023", "invalid_catalog")
    assert "problem" in json.loads(refusal.detail or "{}")
