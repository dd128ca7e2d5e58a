"""How much a hold takes that names no amount: the price of what is known, else the high bound."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.holds.holding import WITH_MODELS, capture, has, hold, log
from tests.support import Connection
from tests.wallets import Row, call, funded_account, history, refused, use_catalog

PROMPT = "Explain how the tides come about, and why there are two of them in a day."


@pytest.fixture
def account_id(db: Connection) -> UUID:
    """An account of 10,000 credits, by a catalog with models whose tokens are easily priced."""
    use_catalog(db, WITH_MODELS)
    return funded_account(db, 10_000)


def high(conn: Connection, **arguments: Any) -> Any:
    return call(conn, "estimate_credit_cost", **arguments)["high"]


@pytest.mark.parametrize(
    ("arguments", "amount"),
    [
        ({"service": "sms"}, 1),
        ({"service": "sms", "quantity": 7}, 7),
        ({"service": "query", "usage": {"tools": ["docs", "web"]}}, 13),
        ({"service": "third", "quantity": 1}, Decimal("0.333333333")),
    ],
    ids=str,
)
def test_a_service_is_held_at_its_price(
    db: Connection, account_id: UUID, arguments: Row, amount: Any
) -> None:
    assert hold(db, account_id, **arguments)["amount"] == amount


def test_a_models_counted_tokens_are_held_at_their_price(db: Connection, account_id: UUID) -> None:
    usage = {"input_tokens": 3000, "output_tokens": 5000}
    assert hold(db, account_id, service="large", usage=usage)["amount"] == 800


def test_without_output_tokens_the_high_bound_of_the_estimate_is_held(
    db: Connection, account_id: UUID
) -> None:
    usage = {"input_tokens": 3000}
    held = hold(db, account_id, service="large", usage=usage)
    assert held["amount"] == high(db, model="large", usage=usage) == 360  # 600 tokens of output


def test_what_nine_of_ten_calls_gave_before_is_held(db: Connection, account_id: UUID) -> None:
    use = {"service": "large", "account_id": account_id}
    for number in range(1, 21):
        usage = {"input_tokens": 1, "output_tokens": 100 * number}
        call(db, "use_credits", key=str(number), usage=usage, **use)
    call(db, "run_credit_maintenance")
    held = hold(db, account_id, service="large", usage={"input_tokens": 1000})
    assert held["amount"] == 280  # the ninetieth percentile: 1800 tokens
    other = hold(db, account_id, service="medium", usage={"input_tokens": 1000})
    assert other["amount"] == 16


def test_it_is_at_most_what_the_model_can_give(db: Connection, account_id: UUID) -> None:
    db.execute(
        """
        insert into credits.model_outputs (
            model, calls, low_tokens, expected_tokens, high_tokens, learned_at
        )
        values ('large', 100, 1, 5000, 20000, now())
        """
    )
    held = hold(db, account_id, service="large", usage={"input_tokens": 1000})
    assert held["amount"] == 900  # 8,000 tokens of output


def test_the_prompt_sizes_the_input_where_it_is_not_counted(
    db: Connection, account_id: UUID
) -> None:
    held = hold(db, account_id, service="large", metadata={"prompt": PROMPT})
    assert held["amount"] == high(db, model="large", prompt=PROMPT)
    longer = hold(db, account_id, service="large", metadata={"prompt": PROMPT * 100})
    assert longer["amount"] > held["amount"] + 100


def test_the_prompt_sizes_the_input_beside_an_output_that_is_named(
    db: Connection, account_id: UUID
) -> None:
    usage = {"output_tokens": 5000}
    held = hold(db, account_id, service="large", usage=usage, metadata={"prompt": PROMPT})
    tokens = call(db, "estimate_credit_cost", model="large", prompt=PROMPT)["input_tokens"]
    assert 500 + tokens / 10 <= held["amount"] <= 500 + tokens * Decimal("0.12") + 1
    assert held["amount"] == high(db, model="large", prompt=PROMPT, usage=usage)


def test_input_that_is_counted_is_not_estimated(db: Connection, account_id: UUID) -> None:
    usage = {"input_tokens": 1000, "output_tokens": 1000}
    held = hold(db, account_id, service="large", usage=usage, metadata={"prompt": PROMPT * 100})
    assert held["amount"] == 200


def test_a_model_without_tokens_and_prompt_cannot_be_sized(
    db: Connection, account_id: UUID
) -> None:
    with refused(db, "22023", "prompt_required"):
        hold(db, account_id, service="large")
    assert has(db, account_id) == (10_005, 0, 10_005)


@pytest.mark.parametrize(
    ("arguments", "token", "detail"),
    [
        ({"service": "absent"}, "unknown_service", {"service": "absent"}),
        ({"service": "query", "usage": {"minutes": 1}}, "invalid_usage", {"key": "minutes"}),
        ({"service": "large", "usage": {"input_tokens": -1}}, "invalid_usage", {}),
    ],
    ids=str,
)
def test_what_has_no_price_is_refused_before_the_work_is_done(
    db: Connection, account_id: UUID, arguments: Row, token: str, detail: Row
) -> None:
    with refused(db, "22023", token) as found:
        hold(db, account_id, **arguments)
    assert {**found, **detail} == found
    assert log(db, account_id) == []


def test_what_the_whole_hold_costs_has_the_price_it_was_sized_by(
    db: Connection, account_id: UUID
) -> None:
    held = hold(db, account_id, service="sms", quantity=7)
    capture(db, account_id, held)
    use_catalog(db, {**WITH_MODELS, "list_price_per_credit": 0.02})
    versions = db.execute("select min(version), max(version) from credits.catalogs").fetchone()
    assert versions is not None
    assert versions[0] == history(db, account_id)[-1]["price_version"] < versions[1]


@pytest.mark.parametrize(
    ("arguments", "amount"),
    [
        ({"usage": {"input_tokens": 1000}}, 160),
        ({"usage": {"input_tokens": 1000, "output_tokens": 200_000}, "partial": True}, 10_005),
    ],
    ids=["an estimate", "a part"],
)
def test_a_whole_hold_that_was_no_price_is_charged_without_one(
    db: Connection, account_id: UUID, arguments: Row, amount: int
) -> None:
    charged = capture(db, account_id, hold(db, account_id, service="large", **arguments))
    assert charged["cost"] == amount
    assert history(db, account_id)[-1]["price_version"] is None


def test_a_ceiling_is_not_learnt_as_what_the_model_gave(db: Connection, account_id: UUID) -> None:
    usage = {"input_tokens": 1, "output_tokens": 2000}
    for _ in range(20):
        capture(db, account_id, hold(db, account_id, service="large", usage=usage))
    assert call(db, "run_credit_maintenance")["learnt"] == 0


@pytest.fixture
def poor_id(db: Connection) -> UUID:
    """An account of 25 credits in the same shop."""
    use_catalog(db, WITH_MODELS)
    return funded_account(db, 20)


USAGE = {"input_tokens": 1000, "output_tokens": 1000}


@pytest.mark.parametrize("function", ["hold_credits", "use_credits"])
def test_who_cannot_pay_a_model_is_told_of_the_cheapest_one(
    db: Connection, poor_id: UUID, function: str
) -> None:
    with refused(db, "PT402", "insufficient_credits") as detail:
        call(db, function, account_id=poor_id, key="k", service="large", usage=USAGE)
    assert detail == {
        "required": 200,
        "available": 25,
        "balance": 25,
        "held": 0,
        "alternative": {"model": "small", "credits": 2},
    }
    assert has(db, poor_id) == (25, 0, 25)


@pytest.mark.parametrize("function", ["hold_credits", "use_credits"])
def test_where_no_model_is_affordable_none_is_named(
    db: Connection, poor_id: UUID, function: str
) -> None:
    hold(db, poor_id, 24)
    with refused(db, "PT402", "insufficient_credits") as detail:
        call(db, function, account_id=poor_id, key="k", service="large", usage=USAGE)
    assert detail == {"required": 200, "available": 1, "balance": 25, "held": 24}


def test_another_service_has_no_alternative(db: Connection, poor_id: UUID) -> None:
    with refused(db, "PT402", "insufficient_credits") as detail:
        hold(db, poor_id, service="sms", quantity=26)
    assert detail == {"required": 26, "available": 25, "balance": 25, "held": 0}


def test_a_call_that_was_made_has_no_alternative(db: Connection, poor_id: UUID) -> None:
    held = hold(db, poor_id, 20, service="large")
    with refused(db, "PT402", "insufficient_credits") as detail:
        capture(db, poor_id, held, usage=USAGE)
    assert "alternative" not in detail
