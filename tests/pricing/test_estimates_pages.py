"""The pages docs/estimates.md and docs/models.md: their answers and figures are the database's."""

from __future__ import annotations

import json
import re

import pytest

from scripts.catalog import apply
from scripts.catalog_file import CATALOGS
from tests.pricing.pages import blocks, dead_links, queries, read_page, table
from tests.support import Connection, as_anon

PAGES = ("estimates.md", "models.md")
TIERS = ("", "cheap", "medium", "expensive")


@pytest.mark.parametrize("name", PAGES)
def test_a_query_answers_what_stands_below_it(db: Connection, name: str) -> None:
    page = read_page(name)
    (query,) = queries(page)
    (answer,) = blocks(page, "json")
    apply(db, CATALOGS.parent / query.catalog)
    with as_anon(db):
        assert db.execute(query.text.encode()).fetchone() == (json.loads(answer),)


@pytest.mark.parametrize("name", PAGES)
def test_no_link_is_dead(name: str) -> None:
    assert dead_links(read_page(name)) == []


def test_a_model_without_a_history_answers_as_long_as_the_table_says(db: Connection) -> None:
    _, told = read_page("estimates.md").split("| complexity | low | expected | high |\n|---|", 1)
    rows = [row.strip("| ").split(" | ") for row in told.strip().splitlines()[1:4]]
    assert [complexity for complexity, *_ in rows] == ["simple", "medium", "complex"]
    for complexity, *tokens in rows:
        row = db.execute("select * from credits.expected_output('m', %s, null)", [complexity])
        assert row.fetchone() == tuple(int(number.replace(",", "")) for number in tokens)


def test_a_task_has_the_tiers_of_the_table(db: Connection) -> None:
    page = read_page("models.md")
    rows = re.findall(r"^\| ([a-z, ]+) \| (\w+) \| (\w+) \| (\w+) \|$", page, re.MULTILINE)
    told = {
        (task, complexity, TIERS.index(tier))
        for tasks, *tiers in rows
        if tiers[0] in TIERS
        for task in tasks.split(", ")
        for complexity, tier in zip(("simple", "medium", "complex"), tiers, strict=True)
    }
    assert told == set(db.execute("select * from credits.tier_rules()").fetchall())


def test_the_table_of_rules_names_functions_that_there_are(db: Connection) -> None:
    for cell, _ in table(read_page("models.md"), "function"):
        assert db.execute(f"select 1 from {cell.strip('`')}".encode()).fetchone() == (1,)
