"""The pages of refunds of usage, batches and explanations: their examples are played."""

from __future__ import annotations

import re

import psycopg
import pytest
from supabase import create_client

from scripts.dev.stack import Stack
from scripts.migrations import ROOT
from tests.pricing.pages import codes, dead_links, read_page, table
from tests.support import Connection, find_violations, sign_up
from tests.usage.pages import USERS, examples, play
from tests.wallets import call, funded_account

PAGES = ["usage-refunds.md", "batches.md", "explain.md"]


@pytest.mark.parametrize("name", PAGES)
def test_each_example_prints_what_stands_below_it(fresh_db: str, name: str) -> None:
    with Stack(database_url=fresh_db) as stack:
        with psycopg.connect(stack.database_url) as conn:
            for number, user_id in enumerate(USERS):
                sign_up(conn, f"user-{number}@example.com", id=user_id)
        supabase = create_client(stack.url, stack.keys.service)
        page = read_page(name)
        assert play(page, stack.database_url, {"supabase": supabase}) == len(examples(page)) > 1
        with psycopg.connect(stack.database_url) as conn:
            assert find_violations(conn) == []


def test_the_table_has_the_keys_of_an_event() -> None:
    told = {code for row in table(read_page("batches.md"), "key") for code in codes(row[0])}
    rule = (ROOT / "sql/functions/wallet/event_charge.sql").read_text()
    named = re.search(r"v_keys text\[\] := array\[(.*?)\]", rule, re.DOTALL)
    assert named is not None
    assert told == set(re.findall(r"'(\w+)'", named[1]))


def test_the_tables_have_the_parts_of_explanations(db: Connection) -> None:
    page = read_page("explain.md")
    account_id = funded_account(db, 10)
    for title, transaction_id in (("key", None), ("part", 1)):
        told = {code for row in table(page, title) for code in codes(row[0])}
        found = call(db, "explain_credits", account_id=account_id, transaction_id=transaction_id)
        assert told == found.keys()


def test_the_errors_of_events_are_ours() -> None:
    listed = read_page("errors.md")
    told = {code for row in table(read_page("batches.md"), "`message`") for code in codes(row[0])}
    assert len(told) > 8
    assert {token for token in told if f"`{token}`" not in listed} == set()


@pytest.mark.parametrize("name", PAGES)
def test_no_link_is_dead(name: str) -> None:
    assert dead_links(read_page(name)) == []
