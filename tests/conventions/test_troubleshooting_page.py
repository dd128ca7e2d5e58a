"""docs/troubleshooting.md sends nobody to a command, function, page or token that is not there."""

from __future__ import annotations

import re

import pytest

from scripts.cli import main
from scripts.migrations import ROOT
from tests.conventions.test_seed_map import list_commands
from tests.support import Connection

PAGE = (ROOT / "docs/troubleshooting.md").read_text()
FUNCTIONS = sorted(set(re.findall(r"`(\w+)\(\)`", PAGE)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_of_the_page_is_there(db: Connection, name: str) -> None:
    query = (
        "select count(*) from pg_proc where proname = %s and pronamespace = 'public'::regnamespace"
    )
    assert db.execute(query, [name]).fetchone() == (1,)


def test_each_command_of_the_page_is_there() -> None:
    quoted = set(re.findall(r"pgcredits(?: [a-z]+)+", PAGE))
    assert len(quoted) >= 7
    assert quoted <= set(list_commands(main))


def test_each_link_and_each_refusal_of_the_page_leads_somewhere() -> None:
    for page, _, anchor in re.findall(r"\]\(([\w.-]+)(#([\w-]+))?\)", PAGE):
        heads = re.findall(r"^#+ (.+)$", (ROOT / "docs" / page).read_text(), re.MULTILINE)
        assert not anchor or anchor in {head.lower().replace(" ", "-") for head in heads}
    errors = (ROOT / "docs/errors.md").read_text()
    for status, token in re.findall(r"(PT\d+) `(\w+)`", PAGE):
        assert f"| {status} | `{token}` |" in errors
