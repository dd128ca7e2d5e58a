"""estimate_credit_cost: low, expected and high, before anything is charged."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.pricing.charges import charge, customer, nothing_changes
from tests.pricing.market import HELLO, MARKET, PROOF
from tests.support import Connection, as_anon, as_user, sign_up
from tests.wallets import Row, add, call, refused, use_catalog


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, MARKET)


def estimate(conn: Connection, **arguments: Any) -> Row:
    """Ask as anyone."""
    with as_anon(conn):
        row: Row = call(conn, "estimate_credit_cost", **arguments)
    return row


def bounds(row: Row) -> tuple[Any, ...]:
    return row["low"], row["expected"], row["high"]


def tokens_of(conn: Connection, text: str) -> int:
    row = conn.execute("select credits.estimate_tokens(%s)", [text]).fetchone()
    assert row is not None
    tokens: int = row[0]
    return tokens


def test_a_prompt_is_counted_with_a_fifth_more_or_less(db: Connection) -> None:
    tokens = tokens_of(db, HELLO)
    row = estimate(db, prompt=HELLO, model="solid")
    # Without a history a simple prompt is given 50, 200 or 600 tokens back.
    assert bounds(row) == (
        (tokens * Decimal("0.8") + 50) * Decimal("0.01"),
        (tokens + 200) * Decimal("0.01"),
        (tokens * Decimal("1.2") + 600) * Decimal("0.01"),
    )
    assert (row["model"], row["input_tokens"]) == ("solid", tokens)


def test_tokens_that_are_given_are_exact(db: Connection) -> None:
    row = estimate(db, model="solid", input_tokens=1000, max_output_tokens=30)
    assert bounds(row) == (Decimal("10.3"),) * 3
    assert row["input_tokens"] == 1000
    given = {"input_tokens": 1000, "output_tokens": 30}
    assert bounds(estimate(db, model="solid", usage=given)) == bounds(row)


def test_the_parameter_wins_over_the_usage_in_price_and_in_count(db: Connection) -> None:
    usage = {"input_tokens": 5, "output_tokens": 0}
    row = estimate(db, model="solid", input_tokens=1000, usage=usage)
    assert (row["input_tokens"], *bounds(row)) == (1000, 10, 10, 10)


def test_no_model_is_expected_to_give_more_than_it_can_or_may(db: Connection) -> None:
    assert estimate(db, prompt=PROOF, model="great", input_tokens=0)["high"] == 200
    assert estimate(db, prompt=PROOF, model="solid", input_tokens=0)["high"] == 10
    limited = estimate(db, prompt=PROOF, model="great", input_tokens=0, max_output_tokens=100)
    assert bounds(limited) == (5, 5, 5)


def test_a_longer_task_is_expected_to_give_more(db: Connection) -> None:
    simple = estimate(db, prompt=HELLO, model="great", input_tokens=0)
    complex_ = estimate(db, prompt=PROOF, model="great", input_tokens=0)
    assert bounds(simple) == (Decimal("2.5"), 10, 30)
    assert bounds(complex_) == (20, 60, 200)


def test_another_service_is_exact_and_has_no_tokens(db: Connection) -> None:
    row = estimate(db, service="call", usage={"minutes": 2.5})
    assert (*bounds(row), row["model"], row["input_tokens"]) == (5, 5, 5, None, None)
    assert estimate(db, service="solid", input_tokens=1, max_output_tokens=1)["model"] == "solid"


def test_without_a_model_it_is_the_one_that_would_be_chosen(db: Connection) -> None:
    for prompt in (HELLO, PROOF):
        with as_anon(db):
            choice = call(db, "choose_model", prompt=prompt)
        row = estimate(db, prompt=prompt)
        assert (row["model"], row["expected"]) == (choice["model"], choice["estimated_credits"])


def test_affordable_is_what_can_be_paid_at_most(db: Connection) -> None:
    user_id = sign_up(db)
    asked: Row = {"model": "solid", "input_tokens": 1000, "max_output_tokens": 30}
    assert estimate(db, **asked)["affordable"] is None
    with as_user(db, user_id):
        assert call(db, "estimate_credit_cost", **asked)["affordable"] is False
    add(db, user_id, Decimal("10.299999999"))
    with as_user(db, user_id):
        assert call(db, "estimate_credit_cost", **asked)["affordable"] is False
    add(db, user_id, Decimal("0.000000001"))
    with as_user(db, user_id):
        assert call(db, "estimate_credit_cost", **asked)["affordable"] is True
    call(db, "change_credit_plan", account_id=user_id, plan="capped", key="cap")
    with as_user(db, user_id):
        assert call(db, "estimate_credit_cost", **asked)["affordable"] is False


def learn(conn: Connection, user_id: UUID, model: str, outputs: list[int]) -> None:
    for tokens in outputs:
        charge(conn, user_id, model, usage={"input_tokens": 10, "output_tokens": tokens})
    conn.execute("delete from credits.job_runs")
    call(conn, "run_credit_maintenance")


def test_a_model_is_judged_by_its_own_history(db: Connection) -> None:
    user_id = customer(db)
    learn(db, user_id, "great", list(range(100, 300, 10)))
    row = estimate(db, prompt=HELLO, model="great", input_tokens=0)
    assert bounds(row) == (Decimal("5.5"), Decimal("9.75"), Decimal("13.5"))
    assert estimate(db, prompt=HELLO, model="great", input_tokens=0, max_output_tokens=120)[
        "high"
    ] == Decimal(6)
    unknown = estimate(db, prompt=HELLO, model="going", input_tokens=0)
    assert unknown["expected"] == 200 * Decimal("0.003")


def test_nineteen_calls_are_no_history(db: Connection) -> None:
    learn(db, customer(db), "great", [5000] * 19)
    assert estimate(db, prompt=HELLO, model="great", input_tokens=0)["expected"] == 10


def test_reasoning_is_part_of_what_comes_back(db: Connection) -> None:
    user_id = customer(db)
    for _ in range(20):
        usage = {"input_tokens": 10, "output_tokens": 100, "reasoning_tokens": 900}
        charge(db, user_id, "great", usage=usage)
    learn(db, user_id, "great", [])
    assert estimate(db, prompt=HELLO, model="great", input_tokens=0)["expected"] == 50


def test_the_history_is_learnt_once_an_hour(db: Connection) -> None:
    user_id = customer(db)
    learn(db, user_id, "great", [100] * 20)
    for _ in range(40):
        charge(db, user_id, "great", usage={"input_tokens": 10, "output_tokens": 700})
    assert call(db, "run_credit_maintenance")["learnt"] is None
    assert estimate(db, prompt=HELLO, model="great", input_tokens=0)["expected"] == 5
    db.execute("delete from credits.job_runs")
    assert call(db, "run_credit_maintenance")["learnt"] == 1
    assert estimate(db, prompt=HELLO, model="great", input_tokens=0)["expected"] > 5


@pytest.mark.parametrize(
    ("arguments", "token", "detail"),
    [
        ({}, "prompt_required", {}),
        ({"model": "solid"}, "prompt_required", {}),
        ({"model": "solid", "prompt": ""}, "prompt_required", {}),
        ({"model": "solid", "prompt": "x" * 200_001}, "prompt_too_long", {"limit": 200_000}),
        ({"model": "solid", "service": "call"}, "model_and_service", {}),
        ({"model": "nothing", "prompt": "x"}, "unknown_service", {"service": "nothing"}),
        (
            {"model": "solid", "input_tokens": -1},
            "invalid_usage",
            {"service": "solid", "key": "input_tokens"},
        ),
        (
            {"model": "solid", "input_tokens": 1, "max_output_tokens": -5},
            "invalid_usage",
            {"service": "solid", "key": "output_tokens"},
        ),
        (
            {"model": "solid", "usage": {"input_tokens": "many"}},
            "invalid_usage",
            {"service": "solid", "key": "input_tokens"},
        ),
        (
            {"model": "solid", "prompt": "x", "usage": {"apples": 1}},
            "invalid_usage",
            {"service": "solid", "key": "apples"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_estimated_is_refused(
    db: Connection, arguments: Row, token: str, detail: Row
) -> None:
    with nothing_changes(db), refused(db, "22023", token) as found:
        estimate(db, **arguments)
    assert found == detail


def test_a_count_beyond_an_integer_is_priced_in_full(db: Connection) -> None:
    row = estimate(db, model="tiny", usage={"input_tokens": 3_000_000_000, "output_tokens": 0})
    assert (row["input_tokens"], *bounds(row)) == (2_147_483_647, 3_000_000, 3_000_000, 3_000_000)


def test_without_any_model_that_fits_nothing_is_estimated(db: Connection) -> None:
    use_catalog(db, {**MARKET, "models": MARKET["models"][:2]})
    with refused(db, "22023", "no_model_fits"):
        estimate(db, prompt=PROOF)
