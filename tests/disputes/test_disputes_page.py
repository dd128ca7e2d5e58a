"""The page docs/disputes.md: its examples are played in their order, its lists are whole."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from scripts.migrations import ROOT
from tests.disputes.disputing import OPEN_DISPUTES
from tests.disputes.examples import play
from tests.functions import list_public_functions
from tests.pricing.pages import BLOCK, codes, dead_links, read_page, table
from tests.support import Connection, apply_catalog, as_admin
from tests.teams.people import person
from tests.usage.charges import charge
from tests.wallets import call

PAGE = read_page("disputes.md")
TABLE = (ROOT / "sql/migrations/20261121130000_business.sql").read_text()
RULES = ROOT / "sql/functions/support"


@pytest.fixture
def people(db: Connection) -> dict[str, UUID]:
    """Zoe, who was charged for a film, and Ben, an administrator."""
    apply_catalog(db, "docs-chat")
    found = {name: person(db, name) for name in ("zoe", "ben")}
    assert charge(db, found["zoe"], 30, service="film") == 2
    return found


def listed(column: str) -> set[str]:
    """Return what a column of the table of disputes may be."""
    block = TABLE.partition("create table credits.disputes")[2]
    found = re.search(rf"{column} in \((.*?)\)", block, re.DOTALL)
    assert found is not None
    return set(re.findall(r"'(\w+)'", found[1]))


def test_the_examples_answer_what_stands_below_them(
    db: Connection, people: dict[str, UUID]
) -> None:
    assert play(db, PAGE, people) == 6


def test_the_lists_of_statuses_and_reasons_are_whole() -> None:
    assert {code for row in table(PAGE, "status") for code in codes(row[0])} == listed("status")
    reasons = re.search(r"\*\*Reasons\*\* are (.*?)\. The", PAGE, re.DOTALL)
    assert reasons is not None
    assert set(codes(reasons[1])) == listed("reason")


def test_the_functions_are_there_with_the_parameters_that_the_page_names(db: Connection) -> None:
    known = {
        function.name.removeprefix("public."): [it.name for it in function.parameters]
        for function in list_public_functions(db)
    }
    calls = [re.fullmatch(r"(\w+)\((.*)\)", text) for text in codes(BLOCK.sub("", PAGE))]
    named = {it[1]: it[2] for it in calls if it and "_dispute" in it[1]}
    assert len(named) == 6
    assert {name: ", ".join(known[name]) for name in named} == named
    assert {name for name in known if "dispute" in name} - named.keys() == {
        "admin_review_dispute", "admin_resolve_dispute",
    }  # fmt: skip


def test_the_keys_of_the_statistics_are_on_the_page(
    db: Connection, people: dict[str, UUID]
) -> None:
    with as_admin(db, people["ben"]):
        found = call(db, "admin_get_dispute_statistics")
    assert {code for row in table(PAGE, "key") for code in codes(row[0])} == found.keys()


def test_the_refusals_are_those_of_the_rules() -> None:
    errors = read_page("errors.md")
    told = {code for row in table(PAGE, "refused with") for code in codes(row[0])}
    assert len(told) == 11
    assert {token for token in told if f"`{token}`" not in errors} == set()
    assert f"| {OPEN_DISPUTES} of the account's disputes are open, or were filed in" in PAGE
    assert f"{OPEN_DISPUTES} <=" in (RULES / "check_open_disputes.sql").read_text()


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
