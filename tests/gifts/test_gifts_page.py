"""The page docs/gifts.md: its example is played, its calls are answered so, its lists are whole."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from psycopg.rows import dict_row

from scripts.migrations import ROOT
from tests.billing.test_refunds_page import buy, tell
from tests.events.payloads import charge
from tests.gifts.giving import accept, cancel, has, nothing_comes_of_it, send
from tests.pricing.pages import blocks, codes, dead_links, read_page, table
from tests.support import Connection, apply_catalog, as_user, sign_up
from tests.wallets import deduct

PAGE = read_page("gifts.md")
ID = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def ann(db: Connection) -> UUID:
    apply_catalog(db, "ai-assistant")
    return sign_up(db, "ann@example.org")


@pytest.fixture
def bob(db: Connection) -> UUID:
    return sign_up(db, "bob@example.org")


def play(conn: Connection, ann: UUID, bob: UUID) -> Iterator[str]:
    """Let what the page's example tells happen, one thing after the other; yields each in words."""
    basic = buy(conn, ann, "basic")
    yield "Ann buys `basic`"
    gift = send(conn, ann, bob, 3000)
    yield "she sends Bob 3,000"
    accept(conn, bob, gift)
    yield "he accepts"
    deduct(conn, bob, 1000)
    yield "he spends 1,000"
    gift = send(conn, ann, bob, 1500)
    yield "she sends him 1,500 more"
    tell(conn, "charge.refunded", charge(basic, 4500))
    yield "her purchase is refunded"
    with nothing_comes_of_it(conn, "PT409", "gift_not_pending"):
        accept(conn, bob, gift)
    cancel(conn, ann, gift)
    yield "he cannot accept"
    buy(conn, ann, "starter")
    yield "she buys `starter`"


def test_the_example_is_what_happens(db: Connection, ann: UUID, bob: UUID) -> None:
    rows = table(PAGE, "what happens")
    assert len(rows) == 8
    for row, happened in zip(rows, play(db, ann, bob), strict=True):
        assert row[0].startswith(happened)
        assert row[1:] == tuple(map(str, [*has(db, ann), has(db, bob)[0]])), happened


def test_the_calls_are_answered_as_the_page_shows(db: Connection, ann: UUID, bob: UUID) -> None:
    buy(db, ann, "basic")
    first, second = blocks(PAGE, "sql")[0].split(";\n")[:2]
    answers = []
    gift_id = ""
    for user_id, query in ((ann, first), (bob, second)):
        with as_user(db, user_id), db.cursor(row_factory=dict_row) as cursor:
            answer = cursor.execute(query.replace("…", gift_id).encode()).fetchone()
        assert answer is not None
        if "id" in answer:
            gift_id, answer["id"] = str(answer["id"]), "…"
        answers.append(answer)
    assert answers == json.loads(blocks(PAGE, "json")[0])


def test_the_queries_of_the_page_can_be_asked(db: Connection, ann: UUID, bob: UUID) -> None:
    for _ in play(db, ann, bob):
        pass
    gifts, history = (query for query in blocks(PAGE, "sql")[1].split(";\n") if query)
    with as_user(db, ann):
        assert db.execute(gifts.encode()).fetchall() == [
            ("sent", "cancelled", 1500, "bob@example.org"),
            ("sent", "accepted", 3000, "bob@example.org"),
        ]
        assert [row[:2] for row in db.execute(history.encode())] == [("gift_sent", -3000)]
    with as_user(db, bob):
        assert [row[:2] for row in db.execute(history.encode())] == [("gift_received", 3000)]


def test_the_states_are_those_of_the_table(db: Connection) -> None:
    found = db.execute(
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'gifts_state_check'"
    ).fetchone()
    assert found is not None
    told = [codes(row[0])[0] for row in table(PAGE, "state")]
    assert sorted(told) == sorted(re.findall(r"'(\w+)'::text", found[0]))


def test_the_refusals_of_gifts_are_all_in_the_table() -> None:
    told = {codes(row[1])[0] for row in table(PAGE, "function")}
    rules = "".join(path.read_text() for path in (ROOT / "sql/functions").glob("*/*gift*.sql"))
    assert set(re.findall(r"raise exception '(\w+)'", rules)) <= told


def test_the_limits_are_those_of_the_rules() -> None:
    rules = (ROOT / "sql/functions/wallet/check_gifts_sent.sql").read_text()
    limits = re.search(r"v_pending >= (\d+) or v_sent >= (\d+)", rules)
    assert limits
    (told,) = [row[2] for row in table(PAGE, "function") if "`too_many_gifts`" in row[1]]
    assert re.findall(r"\d+", told) == list(limits.groups())


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
