"""Changes to TOML files: exactly what is meant changes, and not one comment."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from scripts.toml_edit import append_tables, edit_tables, insert_table

# A table before, the changes to its keys, and the same table after.
CASES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a value": ("a = 1\nb = 2\n", {"a": 3}, "a = 3\nb = 2\n"),
    "a value with a comment": ("a = 1 # one\n", {"a": 3}, "a = 3  # one\n"),
    "a value with the sign of a comment": (
        'a = "#1" # one # two\n',
        {"a": "#3"},
        'a = "#3"  # one # two\n',
    ),
    "a value of several lines": (
        "a = [\n    1, # one\n    2,\n] # all\nb = 2\n",
        {"a": [3]},
        "a = [3]  # all\nb = 2\n",
    ),
    "a value that becomes several lines": (
        "a = 1 # one\nb = 2\n",
        {"a": {"x": Decimal("0.50"), "y": [{"z": 1}, {"z": 20_000}]}},
        "a = { x = 0.50, y = [\n    { z = 1 },\n    { z = 20_000 },\n] }  # one\nb = 2\n",
    ),
    "a value that goes": ("a = 1\nb = 2\n", {"a": None}, "b = 2\n"),
    "a value that was not there": ("a = 1\n", {"c": None}, "a = 1\n"),
    "new values": (
        "a = 1\nb = [\n    2,\n]\n",
        {"c": True, "d": date(2026, 12, 1)},
        "a = 1\nb = [\n    2,\n]\nc = true\nd = 2026-12-01\n",
    ),
    "a new value in an empty table": ("", {"a": -12_345}, "a = -12_345\n"),
    "a table of its own": (
        "a = 1\n\n[items.cost]\nin = 1\n\n[[items.cost.above]]\nat = 1\nin = [\n    2,\n]\n",
        {"cost": {"in": 3}},
        "a = 1\ncost = { in = 3 }\n\n",
    ),
    "a new value before a table of its own": (
        "a = 1\n\n[items.cost]\nin = 1\n",
        {"b": 2},
        "a = 1\nb = 2\n\n[items.cost]\nin = 1\n",
    ),
    "a sign that ends a line elsewhere": (
        'a = "x\u2028y"\nb = 1 # \u2029.\n',
        {"b": 2},
        'a = "x\u2028y"\nb = 2  # \u2029.\n',
    ),
    "a text to be quoted": ("a = 1\n", {"a": 'a"b\\\n\té'}, 'a = "a\\"b\\\\\\n\\té"\n'),
}
BEFORE = "# head\nx = 1\n\n# the first\n[[items]]\na = 0\n\n# the second\n[[items]]\n"
AFTER = "\n# the third\n[[items]]\na = 9\n\n[other]\na = 8\n"


@pytest.mark.parametrize(("before", "values", "after"), CASES.values(), ids=CASES)
def test_only_what_is_meant_changes(before: str, values: dict[str, Any], after: str) -> None:
    text = edit_tables(BEFORE + before + AFTER, {("items", 1): values})
    assert text == BEFORE + after + AFTER
    item = tomllib.loads(text, parse_float=Decimal)["items"][1]
    assert {key: item.get(key) for key in values} == values


def test_several_tables_change_at_once() -> None:
    text = BEFORE + "a = 1\n" + AFTER
    changed = edit_tables(
        text, {("items", 2): {"a": 5, "b": 6}, ("items", 0): {"b": 7}, ("other",): {"a": 1}}
    )
    assert tomllib.loads(changed) == {
        "x": 1,
        "items": [{"a": 0, "b": 7}, {"a": 1}, {"a": 5, "b": 6}],
        "other": {"a": 1},
    }
    assert [line for line in changed.splitlines() if line.startswith("#")] == [
        line for line in text.splitlines() if line.startswith("#")
    ]


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("items = [{ a = 1 }]\n", ("items", 0)),
        ("other = { a = 1 }\n", ("other",)),
        ("a = 1\n", ("other",)),
    ],
)
def test_a_table_without_a_header_is_refused(text: str, table: tuple[str | int, ...]) -> None:
    with pytest.raises(KeyError):
        edit_tables(text, {table: {"a": 2}})


def test_a_new_table_stands_below_the_keys_of_the_head() -> None:
    assert insert_table("# head\nx = [\n    1,\n]\n\n# first\n[[items]]\n", "new", {"a": 1}) == (
        "# head\nx = [\n    1,\n]\n\n[new]\na = 1\n\n# first\n[[items]]\n"
    )
    assert tomllib.loads(insert_table("x = 1", "new", {"a": 1})) == {"x": 1, "new": {"a": 1}}


def test_new_elements_stand_at_the_end() -> None:
    text = append_tables("[[items]]\na = 1\n\n[other]\n\n", "items", [{"a": 2}, {"a": 3}])
    assert text == "[[items]]\na = 1\n\n[other]\n\n[[items]]\na = 2\n\n[[items]]\na = 3\n"
    assert append_tables(text, "items", []) == text
