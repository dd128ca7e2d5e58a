"""Which model a refused call is told of: one of the catalog's first twenty others."""

from __future__ import annotations

from typing import Any

import pytest

from tests.holds.holding import MODELS
from tests.support import Connection
from tests.wallets import Row, call, changed_catalog, funded_account, refused, use_catalog

USAGE = {"input_tokens": 1000, "output_tokens": 1000}
CALLS: dict[str, Row] = {
    "use_credits": {},
    "hold_credits": {},
    "check_and_deduct_credits": {"amount": 200},
}


def model(code: str, price: int) -> Row:
    """Return a model at a price per 1,000 tokens, of input and of output."""
    return {**MODELS[0], "code": code, "credits_per_1k_tokens": price}


def told(conn: Connection, others: list[Row], function: str = "use_credits") -> Any:
    """Let a call of the model ``asked`` be refused, and return the alternative that it names.

    Args:
        conn: the database.
        others: the models of the catalog besides; ``asked`` comes first.
        function: which call.
    """
    use_catalog(conn, changed_catalog(models=[model("asked", 100), *others]))
    account_id = funded_account(conn, 45)  # and 5 for the welcome
    with refused(conn, "PT402", "insufficient_credits") as detail:
        call(
            conn, function, account_id=account_id, key="k", service="asked", usage=USAGE,
            **CALLS[function],
        )  # fmt: skip
    assert (detail["required"], detail["available"]) == (200, 50)
    return detail.get("alternative")


@pytest.mark.parametrize("function", CALLS)
def test_every_call_that_is_refused_is_told_of_the_cheapest(db: Connection, function: str) -> None:
    others = [model("dear", 90), model("fair", 20), model("cheap", 10), model("same", 10)]
    assert told(db, others, function) == {"model": "cheap", "credits": 20}


@pytest.mark.parametrize(("before", "named"), [(19, "cheap"), (20, "fair-0")])
def test_the_first_twenty_are_looked_at(db: Connection, before: int, named: str) -> None:
    """The account is locked meanwhile: a long catalog must not make others wait."""
    others = [model(f"fair-{number}", 20) for number in range(before)]
    assert told(db, [*others, model("cheap", 10)])["model"] == named


def test_what_costs_as_much_as_there_is_will_do(db: Connection) -> None:
    assert told(db, [model("fits", 25)]) == {"model": "fits", "credits": 50}


def test_what_costs_more_than_there_is_will_not(db: Connection) -> None:
    assert told(db, [model("over", 26)]) is None
