"""Price maps that say what cannot be so: refused, with the model and the key, before any use."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.litellm import BrokenMapError, read_map

GOOD = {
    "mode": '"chat"',
    "litellm_provider": '"x"',
    "input_cost_per_token": "1e-06",
    "output_cost_per_token": "2e-06",
}
TIER = '[{"range": [%s, 9000], "input_cost_per_token": 1e-06, "output_cost_per_token": -0.5}]'

BROKEN = {
    "a sentinel": ({"input_cost_per_token": "-1"}, "input_cost_per_token: -1 stands for a price"),
    "a sentinel with a point": ({"output_cost_per_token": "-1.0"}, ": -1.0 stands for a price"),
    "a negative price": ({"cache_read_input_token_cost": "-1e-9"}, ": -1E-9 dollars cannot be"),
    "a price of 1M tokens": ({"output_cost_per_token": "2.5"}, ": 2.5 dollars cannot be the price"),
    "a price just beyond all": ({"input_cost_per_token": "0.0101"}, "0.0101 dollars cannot be"),
    "a price beyond all bounds": ({"input_cost_per_token": "1e999999"}, "1E+999999 dollars"),
    "a price beyond all places": ({"input_cost_per_token": "1e-25"}, "more than 24 decimal places"),
    "a list of prices": ({"input_cost_per_token": "[1.5]"}, "[1.5] is no number"),
    "a price that is text": ({"input_cost_per_token": '"0.0"'}, '"0.0" is no number'),
    "a price that is true": ({"input_cost_per_token": "true"}, "true is no number"),
    "a tier below zero": (
        {"input_cost_per_token_above_200k_tokens": "-2e-06"},
        "input_cost_per_token_above_200k_tokens: -0.000002 dollars",
    ),
    "a price by request that is none": ({"input_cost_per_request": '"x"'}, '"x" is no number'),
    "a range below zero": (
        {"tiered_pricing": TIER % 0},
        "tiered_pricing[0].output_cost_per_token: -0.5 dollars",
    ),
    "a tier without a range": ({"tiered_pricing": "[{}]"}, "tiered_pricing[0]: no prices with a"),
    "a range of text": (
        {"tiered_pricing": TIER % '"0"'},
        "tiered_pricing[0]: no prices with a range of tokens",
    ),
    "a range from half a token": (
        {"tiered_pricing": TIER % 0.5},
        "tiered_pricing[0]: no prices with a range of tokens",
    ),
    "a range from beyond all": (
        {"tiered_pricing": TIER % "1e999999"},
        "tiered_pricing[0]: no prices with a range of tokens",
    ),
    "tiers that are no list": ({"tiered_pricing": "5"}, "tiered_pricing: 5 is not a list"),
    "a context of text": ({"max_input_tokens": '"8k"'}, 'max_input_tokens: "8k" is not a whole'),
    "a context that is true": ({"max_input_tokens": "true"}, "true is not a whole number"),
    "part of a token": ({"max_output_tokens": "1.5"}, "max_output_tokens: 1.5 is not a whole"),
    "a context below zero": ({"max_input_tokens": "-1"}, "max_input_tokens: -1 cannot be a count"),
    "a context beyond all": ({"max_input_tokens": "1000000000001"}, "cannot be a count of tokens"),
    "a day that is none": ({"deprecation_date": '"2026-02-30"'}, '"2026-02-30" is no date'),
    "a day in words": ({"deprecation_date": '"soon"'}, 'deprecation_date: "soon" is no date'),
    "a day that is a number": ({"deprecation_date": "20260101"}, "20260101 is not a text"),
    "a capability in words": ({"supports_vision": '"yes"'}, '"yes" is not true or false'),
    "a provider that is a number": ({"litellm_provider": "5"}, "litellm_provider: 5 is not a text"),
    "no provider": ({"litellm_provider": "null"}, "litellm_provider: no text"),
}


def write(path: Path, fields: dict[str, str]) -> Path:
    path.write_text(
        '{"m": {' + ", ".join(f'"{key}": {value}' for key, value in fields.items()) + "}}"
    )
    return path


@pytest.mark.parametrize(("fields", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_map_is_refused_in_one_line(
    tmp_path: Path, fields: dict[str, str], problem: str
) -> None:
    good = write(tmp_path / "map.json", GOOD)
    assert read_map(good).models["m"]["cost"] == {"input": 1, "output": 2}
    path = write(tmp_path / "broken.json", {**GOOD, **fields})
    with pytest.raises(BrokenMapError) as caught:
        read_map(path)
    message = caught.value.format_message()
    assert caught.value.exit_code == 2
    assert message.startswith(f"{path}: m: ")
    assert problem in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "Expecting value"),
        ("[1]", "not an object of models by name"),
        ('{"m": 5}', "m: not an object"),
        ("{}", "no model with a price of its tokens; is it LiteLLM's map?"),
        ('{"m": {"anything": NaN}}', "NaN is no number"),
        ('{"m": {"anything": [-Infinity]}}', "-Infinity is no number"),
        ('{"m": {"mode": "chat", "mode": "chat"}}', "mode is there twice"),
        ('{"m": {}, "n": {}, "m": {}}', "m is there twice"),
        ("[" * 100_000, "recursion"),
        ('{"m": {"anything": 1e99999999999999999999}}', "99999 is beyond all numbers"),
    ],
)
def test_a_file_that_is_no_map_is_refused_in_one_line(
    tmp_path: Path, content: str, problem: str
) -> None:
    path = tmp_path / "map.json"
    path.write_text(content)
    with pytest.raises(BrokenMapError) as caught:
        read_map(path)
    assert caught.value.format_message().startswith(f"{path}: ")
    assert problem in caught.value.format_message()


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(BrokenMapError, match="No such file or directory"):
        read_map(tmp_path / "none.json")


def test_what_the_map_does_not_know_is_not_invented(tmp_path: Path) -> None:
    unknown = {"max_input_tokens": "0", "max_output_tokens": "null", "supports_vision": "null"}
    found = read_map(write(tmp_path / "map.json", {**GOOD, **unknown}))
    assert found.models["m"] == {"provider": "x", "cost": {"input": 1, "output": 2}}
