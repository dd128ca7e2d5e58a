"""The page docs/referral.md: its program is played, its refusals and keys are the database's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from psycopg.rows import dict_row

from scripts.catalog import apply
from scripts.catalog_file import read_toml
from scripts.migrations import ROOT
from tests.billing.test_refunds_page import buy, tell
from tests.events.payloads import charge, day, dispute
from tests.pricing.pages import blocks, codes, dead_links, own_catalog, read_page, table
from tests.referral.referring import claim, code_of, has, person, referral_of
from tests.support import Connection, as_user
from tests.wallets import deduct

PAGE = read_page("referral.md")


@pytest.fixture
def ann(db: Connection, tmp_path: Path) -> UUID:
    path = tmp_path / "shop.toml"
    path.write_text(own_catalog(PAGE), encoding="utf-8")
    apply(db, path)
    return person(db, "ann")


@pytest.fixture
def bob(db: Connection) -> UUID:
    return person(db, "bob")


def play(conn: Connection, ann: UUID, bob: UUID) -> Iterator[str]:
    """Let what the page's example tells happen, one thing after the other; yields each in words."""
    assert claim(conn, bob, code_of(conn, ann))["ok"]
    yield "Bob signs up and claims"
    intent = buy(conn, bob, "starter")
    yield "he buys `starter` for $10.00"
    deduct(conn, ann, 100)
    yield "Ann spends her reward"
    tell(conn, "charge.refunded", charge(intent, 250))
    yield "$2.50 are refunded"
    disputed = dispute(intent, 750)
    tell(conn, "charge.dispute.created", disputed, day(0))
    yield "the rest is disputed"
    tell(conn, "charge.dispute.closed", {**disputed, "status": "won"}, day(1))
    yield "the dispute is won"
    buy(conn, bob, "starter")
    yield "he buys again"


def test_the_example_is_what_happens(db: Connection, ann: UUID, bob: UUID) -> None:
    rows = table(PAGE, "what happens")
    assert len(rows) == 7
    for row, happened in zip(rows, play(db, ann, bob), strict=True):
        assert row[0].startswith(happened)
        assert tuple(map(Decimal, row[1:])) == (*has(db, ann), *has(db, bob)), happened


def test_the_calls_are_answered_as_the_page_shows(db: Connection, ann: UUID, bob: UUID) -> None:
    code, claimed, looked = blocks(PAGE, "sql")
    with as_user(db, ann), db.cursor(row_factory=dict_row) as cursor:
        answer = cursor.execute(code.encode()).fetchone()
    assert answer is not None
    shown = json.loads(blocks(PAGE, "json")[0])
    assert {name: value for name, value in answer.items() if "code" != name != "url_suffix"} == {
        name: value for name, value in shown.items() if "code" != name != "url_suffix"
    }
    assert (len(answer["code"]), answer["url_suffix"]) == (8, f"?ref={answer['code']}")
    assert shown["url_suffix"] == f"?ref={shown['code']}"
    claimed = claimed.replace(shown["code"].lower(), answer["code"].lower())
    with as_user(db, bob):
        assert db.execute(claimed.encode()).fetchall() == [(True, None, 50)]
    buy(db, bob, "starter")
    earned, history = (query for query in looked.split(";\n") if query)
    with as_user(db, ann):
        assert db.execute(earned.encode()).fetchall() == [(1, 1, 100)]
        assert db.execute(history.encode()).fetchall() == [(100, f"referral:{bob}")]


def test_the_program_ends_where_the_page_says(db: Connection, ann: UUID) -> None:
    terms = read_toml(own_catalog(PAGE))["referral"]
    assert {codes(row[0])[0] for row in table(PAGE, "key")} == terms.keys()
    code = code_of(db, ann)
    for _ in range(terms["maximum_rewards"] + 2):
        bob = person(db, "bob")
        assert claim(db, bob, code)["ok"]
        buy(db, bob, "starter")
        assert has(db, bob) == (1000 + terms["referee_credits"], 0)
    assert referral_of(db, ann)["rewarded"] == terms["maximum_rewards"]
    assert has(db, ann) == (terms["maximum_rewards"] * terms["referrer_credits"], 0)


def test_the_refusals_are_those_of_the_table() -> None:
    told = {codes(row[0])[0] for row in table(PAGE, "`message`")}
    folder = ROOT / "sql/functions/billing"
    rules = (folder / f"{name}.sql" for name in ("claim_referral_code", "referral_problem"))
    given = "".join(rule.read_text() for rule in rules)
    pattern = r"'(referral_code_invalid|already_\w+|referral_cycle)'"
    assert told == set(re.findall(pattern, given))


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
