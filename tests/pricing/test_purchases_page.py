"""The page docs/purchases.md: its quotes and its totals are those of the database."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scripts.catalog import apply
from scripts.catalog_file import CATALOGS, load_catalog, to_json
from scripts.migrations import ROOT
from tests.billing.purchases import quote
from tests.pricing.pages import (
    blocks,
    check_excerpts,
    codes,
    dead_links,
    own_catalog,
    queries,
    read_page,
    table,
    write_catalogs,
)
from tests.support import Connection, as_service, as_user, sign_up
from tests.wallets import change_plan

PAGE = read_page("purchases.md")
FUNCTIONS = ROOT / "sql/functions/billing"


def create_promotions(conn: Connection) -> list[Any]:
    """Create the page's promotions as it says, and return their codes."""
    queries = [text for text in blocks(PAGE, "sql") if "create_promotion" in text]
    with as_service(conn):
        found = [conn.execute(query.encode()).fetchone() for query in queries]
    return [row[0] for row in found if row]


def part(title: str) -> str:
    """Return a section of the page."""
    return PAGE[PAGE.index(f"## {title}") :].partition("\n## ")[0]


def test_what_the_page_shows_of_a_shipped_catalog_stands_there() -> None:
    check_excerpts(PAGE)
    assert own_catalog(PAGE) == ""


def test_each_query_answers_what_stands_below_it(db: Connection, tmp_path: Path) -> None:
    write_catalogs(tmp_path, "")
    create_promotions(db)
    asked = list(queries(PAGE))
    answers = [json.loads(text) for text in blocks(PAGE, "json")]
    assert len(asked) == len(answers) == 5
    for query, answer in zip(asked, answers, strict=True):
        apply(db, tmp_path / query.catalog)
        user_id = sign_up(db)
        if query.plan:
            change_plan(db, user_id, query.plan)
        with as_user(db, user_id):
            assert db.execute(query.text.encode()).fetchone() == (answer,)


def test_the_tables_have_the_keys_and_messages_of_a_quote() -> None:
    keys = [codes(row[0])[0] for row in table(part("A quote"), "key")]
    assert keys == list(json.loads(blocks(PAGE, "json")[0]))
    source = (FUNCTIONS / "quote_purchase.sql").read_text()
    messages = {codes(row[0])[0] for row in table(PAGE, "message")}
    assert messages == set(re.findall(r"then '(\w+)'", source))


def test_the_table_has_the_states_of_an_order(db: Connection) -> None:
    query = """
        select pg_get_constraintdef(c.oid) from pg_constraint as c
        where c.conname = 'orders_status_check'
    """
    found = db.execute(query).fetchone()
    assert found is not None
    told = {codes(row[0])[0] for row in table(part("Orders"), "status")}
    assert told == set(re.findall(r"'(\w+)'", found[0]))


def test_the_table_has_the_keys_of_a_promotion() -> None:
    source = (FUNCTIONS / "create_promotion.sql").read_text()
    known = re.search(r"k\.key = any\(array\[(.*?)\]\)", source, re.DOTALL)
    assert known is not None
    told = [codes(row[0])[0] for row in table(part("Promotions"), "key")]
    assert told == re.findall(r"'(\w+)'", known[1])


def test_a_code_has_one_spelling(db: Connection) -> None:
    assert create_promotions(db) == ["SPRING25", "HELLO25"]
    assert "`SPRING25`" in PAGE


def test_the_table_has_the_answers_that_refuse_a_code() -> None:
    source = (FUNCTIONS / "redeem_code.sql").read_text()
    told = {codes(row[0])[0] for row in table(PAGE, "answer")}
    assert told == set(re.findall(r"false, '(\w+)'", source))


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []


@pytest.mark.parametrize(("method", "column"), [("additive", 2), ("gross_up", 4)])
def test_the_totals_with_fees_are_those_of_the_table(
    db: Connection, method: str, column: int
) -> None:
    catalog = load_catalog(CATALOGS / "smart-insights.toml")
    fees = catalog["fees"]
    content = to_json({**catalog, "fees": {**fees, "method": method}})
    db.execute("select public.apply_credit_catalog(%s)", [content])
    user_id = sign_up(db)
    rows = table(PAGE, "pack")
    assert len(rows) == len(catalog["packages"]) == 4
    for row in rows:
        answer = quote(db, user_id, package=codes(row[0])[0])
        assert [answer["subtotal_cents"], answer["total_cents"]] == [int(row[1]), int(row[column])]
        processor = round(answer["total_cents"] * fees["processor_percent"] / 100)
        kept = answer["total_cents"] - processor - fees["processor_fixed_cents"]
        short = answer["subtotal_cents"] + fees["platform_fixed_cents"] - kept
        assert short == (int(row[3]) if method == "additive" else 0)
