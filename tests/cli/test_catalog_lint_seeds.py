"""What the linter says of the five businesses as they state their prices."""

from __future__ import annotations

import pytest

from scripts.catalog_file import CATALOGS, load_catalog
from scripts.catalog_lint import lint
from tests.cli.shops import TODAY

MISPRICED = {"far-from-markup", "many-times-cost"}


def findings(business: str) -> set[tuple[str, str]]:
    """Return the rules and places that are found in a business's catalog."""
    found = lint(load_catalog(CATALOGS / f"{business}.toml"), TODAY)
    return {(each.rule, each.place) for each in found}


def messages(business: str, rule: str) -> dict[str, str]:
    """Return what a rule says in a business's catalog, by place."""
    found = lint(load_catalog(CATALOGS / f"{business}.toml"), TODAY)
    return {each.place: each.message for each in found if each.rule == rule}


def test_smart_insights_sells_its_larger_packs_dearer() -> None:
    assert messages("smart-insights", "larger-pack-dearer") == {
        f"packages[{index}] {code}": "its credits cost $0.13 each, those of pack growth $0.117"
        for index, code in ((2, "professional"), (3, "enterprise"))
    }


def test_smart_insights_says_that_the_credits_of_one_pack_cost_less_than_the_others() -> None:
    assert messages("smart-insights", "pack-costs-differ") == {
        "packages[1] growth": "its credits cost us $0.09 each, those of pack starter $0.10"
    }


def test_smart_insights_asks_for_too_little_of_the_fees() -> None:
    message = messages("smart-insights", "additive-fees-short")["fees"]

    assert message.startswith("the seller gets less than the subtotal: ")
    for code, cents in {"starter": 2, "growth": 4, "professional": 7, "enterprise": 13}.items():
        assert f"{cents} cents on pack {code}" in message


@pytest.mark.parametrize(
    "code", ["gemini-flash", "gpt-4o-mini", "gpt-4o", "claude-sonnet", "claude-opus"]
)
def test_ai_assistant_sells_tokens_of_all_kinds_at_many_times_their_cost(code: str) -> None:
    rules = {rule for rule, place in findings("ai-assistant") if place.endswith(f" {code}")}

    assert "one-price-for-all-tokens" in rules
    assert rules & MISPRICED


@pytest.mark.parametrize("code", ["gpt-4", "gpt-3.5"])
def test_voice_agent_sells_tokens_at_a_hundred_times_their_cost(code: str) -> None:
    rules = {rule for rule, place in findings("voice-agent") if place.endswith(f" {code}")}

    assert rules & MISPRICED


def test_voice_agent_sells_no_call_or_message_at_a_price_beyond_belief() -> None:
    assert not {place for _, place in findings("voice-agent") if place.startswith("services")}


def test_automation_sells_a_plan_that_saves_next_to_nothing() -> None:
    assert messages("automation", "plan-saves-nothing") == {
        "plans[0] starter": "its credits cost $0.09995 each, 0.05 % less than the list price $0.10"
    }


def test_docs_chat_sells_a_plan_dearer_than_its_packs() -> None:
    assert messages("docs-chat", "plan-dearer-than-pack") == {
        "plans[1] starter": "its credits cost $0.009 each, those of pack large $0.007"
    }
