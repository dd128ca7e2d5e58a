"""The difference that ``pgcredits catalog plan`` shows: value by value, prices with percent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from scripts.catalog_changes import Change, count


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Return the lines about what differs in an item, without those that say which."""
    title, *lines = Change("model", "m", "changed", before, after).lines()
    assert title == "~ model m"
    return [line.removeprefix("    ") for line in lines]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (1, Decimal("1.5"), "credits: 1 -> 1.5 (+50 %)"),
        (3, 2, "credits: 3 -> 2 (-33.3 %)"),
        (1000, 10000, "credits: 1000 -> 10000 (+900 %)"),
        (100, 0, "credits: 100 -> 0 (-100 %)"),
        (0, 5, "credits: 0 -> 5"),
        (None, 5, "credits: none -> 5"),
        (5, None, "credits: 5 -> none"),
        (1_000_000, 1_000_001, "credits: 1000000 -> 1000001 (+0.0001 %)"),
        (Decimal("1E-7"), Decimal("2E-7"), "credits: 0.0000001 -> 0.0000002 (+100 %)"),
        (True, False, "credits: true -> false"),
        ("é\n", 'a"', 'credits: "é\\n" -> "a\\""'),
    ],
)
def test_a_changed_value_is_one_line(old: Any, new: Any, line: str) -> None:
    before, after = (
        {"code": "m"} if value is None else {"code": "m", "credits": value} for value in (old, new)
    )
    assert differences(before, after) == [line]


def test_numbers_that_are_no_amounts_have_no_percent() -> None:
    before = {"rounding": {"places": 2}, "markup": {"models": 1}, "rollover_months": 1}
    after = {"rounding": {"places": 4}, "markup": {"models": 2}, "rollover_months": 2}
    before |= {"subscriptions": {"grace_hours": 1}, "trial_days": 7, "refund_days": 30}
    after |= {"subscriptions": {"grace_hours": 3}, "trial_days": 14, "refund_days": 60}
    before |= {"referral": {"maximum_rewards": 5}, "requests_per_minute": 10}
    after |= {"referral": {"maximum_rewards": 9}, "requests_per_minute": 20}
    before |= {"low_balance_percent": 20}
    after |= {"low_balance_percent": 10}
    assert differences(before | {"discount_percent": 5}, after | {"discount_percent": 10}) == [
        "discount_percent: 5 -> 10",
        "low_balance_percent: 20 -> 10",
        "markup.models: 1 -> 2",
        "referral.maximum_rewards: 5 -> 9",
        "refund_days: 30 -> 60",
        "requests_per_minute: 10 -> 20",
        "rollover_months: 1 -> 2",
        "rounding.places: 2 -> 4",
        "subscriptions.grace_hours: 1 -> 3",
        "trial_days: 7 -> 14",
    ]


def test_an_equal_number_that_is_written_otherwise_is_no_difference() -> None:
    assert differences({"credits": Decimal("1.50")}, {"credits": Decimal("1.5")}) == []


def test_nested_values_are_told_by_their_path() -> None:
    before = {"cost": {"input": Decimal("2.5"), "output": 10}, "tools": {"*": 3}}
    after = {"cost": {"input": 2, "output": 10, "cached": 1}, "tools": {"*": 3, "docs": 5}}
    assert differences(before, after) == [
        "cost.cached: none -> 1",
        "cost.input: 2.5 -> 2 (-20 %)",
        "tools.docs: none -> 5",
    ]


def test_tiers_are_told_apart_by_where_they_begin() -> None:
    def priced(*tiers: dict[str, Any]) -> dict[str, Any]:
        return {"cost": {"input": 1, "above": list(tiers)}}

    before = priced({"context_tokens": 100, "input": 2}, {"context_tokens": 200, "input": 3})
    after = priced({"context_tokens": 200, "input": 6}, {"context_tokens": 300, "input": 7})
    assert differences(before, after) == [
        "cost.above[100].input: 2 -> none",
        "cost.above[200].input: 3 -> 6 (+100 %)",
        "cost.above[300].input: none -> 7",
    ]
    assert differences(priced(), before) == [
        "cost.above: [] -> none",
        "cost.above[100].input: none -> 2",
        "cost.above[200].input: none -> 3",
    ]
    bulk = {"code": "m", "bulk_tiers": [{"from": 10, "discount_percent": 5}]}
    assert differences({"code": "m"}, bulk) == ["bulk_tiers[10].discount_percent: none -> 5"]


def test_a_list_of_texts_is_told_by_what_comes_and_goes() -> None:
    before = {"features": ["API", "E-mail", "SSO"]}
    assert differences(before, {"features": ["API", "SSO", "Phone", "Chat"]}) == [
        'features: - "E-mail", + "Phone", + "Chat"'
    ]
    assert differences(before, {"features": ["SSO", "API", "E-mail"]}) == [
        'features: ["API", "E-mail", "SSO"] -> ["SSO", "API", "E-mail"]'
    ]
    assert differences(before, {"features": ["API", "E-mail", "SSO", "SSO"]}) == [
        'features: ["API", "E-mail", "SSO"] -> ["API", "E-mail", "SSO", "SSO"]'
    ]


def test_what_changes_is_counted() -> None:
    item = {"code": "x"}
    withdrawn = Change("version", "5", "removed", {"effective_at": "2026-12-01"}, None)
    assert list(withdrawn.lines()) == [
        "- version 5, which was to take effect at 2026-12-01, is withdrawn"
    ]
    changes = [
        withdrawn,
        Change("plan", "a", "added", None, item),
        Change("plan", "b", "removed", item, None),
        Change("plan", "c", "added", None, item),
        Change("order", "plans", "changed", ["a", "b"], ["b", "a"]),
    ]
    assert count(changes) == "2 added, 1 changed, 1 removed, 1 withdrawn"
