"""choose_model: the cheapest model that fits and is affordable, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.pricing.charges import nothing_changes
from tests.pricing.market import HELLO, MARKET, POEM, PROOF, model
from tests.support import Connection, apply_catalog, as_anon, as_user, sign_up
from tests.wallets import Row, add, call, refused, use_catalog


@pytest.fixture(autouse=True)
def in_force(db: Connection) -> None:
    use_catalog(db, MARKET)


def choose(conn: Connection, prompt: str, **arguments: Any) -> Row:
    """Ask as anyone."""
    with as_anon(conn):
        row: Row = call(conn, "choose_model", prompt=prompt, **arguments)
    return row


@pytest.mark.parametrize(
    ("prompt", "task", "complexity", "chosen"),
    [
        (HELLO, "conversation", "simple", "tiny"),
        (POEM, "writing", "medium", "solid"),
        (PROOF, "code", "complex", "great"),
    ],
    ids=["cheap", "medium", "expensive"],
)
def test_the_cheapest_that_is_good_enough_is_chosen(
    db: Connection, prompt: str, task: str, complexity: str, chosen: str
) -> None:
    row = choose(db, prompt)
    assert (row["task"], row["complexity"], row["model"]) == (task, complexity, chosen)
    assert chosen in row["reason"]
    assert task in row["reason"]
    assert complexity in row["reason"]
    assert str(row["estimated_credits"]) in row["reason"]


def test_a_dearer_tier_is_taken_where_it_is_cheaper(db: Connection) -> None:
    bargain = {**MARKET, "models": [*MARKET["models"], model("bargain", "expensive", 0.5)]}
    use_catalog(db, bargain)
    assert choose(db, HELLO)["model"] == "bargain"


def test_a_deprecated_model_is_never_chosen_and_no_alternative(db: Connection) -> None:
    row = choose(db, HELLO)
    named = {row["model"], *(other["model"] for other in row["alternatives"])}
    assert named == {"tiny", "seer", "solid", "great", "going"}


def test_needs_and_provider_are_kept(db: Connection) -> None:
    assert choose(db, HELLO, needs=["vision"])["model"] == "seer"
    assert choose(db, HELLO, needs=["vision", "tools"])["model"] == "great"
    assert choose(db, HELLO, provider="other")["model"] == "seer"
    row = choose(db, HELLO, needs=["vision"])
    assert [other["model"] for other in row["alternatives"]] == ["great"]


def test_a_prompt_that_is_longer_than_the_context_goes_elsewhere(db: Connection) -> None:
    long = "Hello again, my friend. " * 1_500
    row = choose(db, long)
    assert row["model"] != "tiny"
    assert "tiny" not in {other["model"] for other in row["alternatives"]}


def test_where_nothing_fits_there_is_no_model_and_a_reason(db: Connection) -> None:
    row = choose(db, HELLO, needs=["audio"])
    assert (row["model"], row["affordable"], row["alternatives"]) == (None, None, [])
    assert "No model has the provider, the capabilities and the context" in row["reason"]

    cheap_only = {**MARKET, "models": MARKET["models"][:2]}
    use_catalog(db, cheap_only)
    row = choose(db, PROOF)
    assert row["model"] is None
    assert "none is good enough" in row["reason"]
    assert [(other["model"], other["fits"]) for other in row["alternatives"]] == [
        ("tiny", False),
        ("seer", False),
    ]


def test_a_limit_counts_what_it_may_cost_at_most(db: Connection) -> None:
    most = Decimal(str(choose(db, HELLO)["alternatives"][0]["high_credits"]))
    row = choose(db, HELLO, needs=["vision"], max_credits=most)
    assert (row["model"], row["affordable"]) == ("seer", True)
    row = choose(db, HELLO, needs=["vision"], max_credits=most - Decimal("0.000001"))
    assert (row["model"], row["affordable"]) == ("seer", False)
    assert "may cost" in row["reason"]


def test_the_users_balance_decides(db: Connection) -> None:
    user_id = sign_up(db)
    with as_user(db, user_id):
        row = call(db, "choose_model", prompt=HELLO)
    assert (row["model"], row["affordable"]) == ("tiny", False)
    assert "0 can be spent" in row["reason"]
    add(db, user_id, 1)
    with as_user(db, user_id):
        row = call(db, "choose_model", prompt=HELLO)
    assert (row["model"], row["affordable"]) == ("tiny", True)
    assert [(other["model"], other["affordable"]) for other in row["alternatives"]] == [
        ("seer", False),
        ("going", False),
        ("solid", False),
        ("great", False),
    ]


def test_one_whose_most_is_affordable_is_preferred_to_a_cheaper_one(db: Connection) -> None:
    """What is expected of a wordy model may be less, and its most more than there is."""
    wordy = model("wordy", "cheap", 1.5)
    terse = model("terse", "cheap", 2, max_output_tokens=60)
    use_catalog(db, {**MARKET, "models": [wordy, terse]})
    user_id = sign_up(db)
    add(db, user_id, Decimal("0.3"))
    with as_user(db, user_id):
        row = call(db, "choose_model", prompt=HELLO)
    assert (row["model"], row["affordable"]) == ("terse", True)


@pytest.mark.parametrize(
    ("arguments", "token"),
    [
        ({"prompt": ""}, "prompt_required"),
        ({"prompt": "x" * 200_001}, "prompt_too_long"),
        ({"prompt": "x", "max_credits": 0}, "invalid_amount"),
        ({"prompt": "x", "max_credits": Decimal("NaN")}, "invalid_amount"),
        ({"prompt": "x", "max_credits": Decimal("-1")}, "invalid_amount"),
        ({"prompt": "x", "needs": ["telepathy"]}, "unknown_need"),
        ({"prompt": "x", "needs": [None]}, "unknown_need"),
    ],
)
def test_what_cannot_be_asked_is_refused(db: Connection, arguments: Row, token: str) -> None:
    with nothing_changes(db), refused(db, "22023", token):
        choose(db, **arguments)


def test_a_catalog_without_models_chooses_none(db: Connection) -> None:
    apply_catalog(db, "docs-chat")
    assert choose(db, HELLO)["model"] is None
