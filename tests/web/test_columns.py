"""``web_columns`` says what may be null, and the fixed words, as a database shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from scripts.dev.public_api import list_functions, list_relations
from scripts.dev.web_columns import NULLABLE, PLACES, TAKES_NULL, WORDS
from scripts.dev.web_types import find_words
from tests.support import Connection
from tests.web.played import Played
from tests.web.scenes import play


@pytest.fixture(scope="module")
def played(shared_db: str) -> Iterator[Played]:
    """A database in which everything was done once."""
    with psycopg.connect(shared_db) as conn:
        yield play(conn)
        conn.rollback()


def test_every_function_of_users_was_called_and_every_shape_and_view_was_seen(
    played: Played,
) -> None:
    listed = [it for it in list_functions(played.conn) if it.caller != "service_role"]
    assert len(listed) > 60
    assert [it.name for it in listed if not played.rows[it.name]] == []
    assert [name for name, rows in played.of_relations().items() if not rows] == []


def test_a_column_is_null_now_and_then_exactly_where_it_may_be(played: Played) -> None:
    json = {
        (it.name, column)
        for kind in ("shapes", "views")
        for it in list_relations(played.conn, kind)
        for column, type_ in it.columns.items()
        if type_ == "jsonb"
    }
    seen = {
        (name, column)
        for name, rows in played.of_relations().items()
        for row in rows
        for column, value in row.items()
        if value is None
    }
    may_be = {(name, column) for name, columns in NULLABLE.items() for column in columns.split()}
    assert sorted(seen - json - may_be) == []
    assert sorted(may_be - seen) == []


def places_of(name: str) -> list[tuple[str, str]]:
    """Return where words are: the shape, view or function, and the column or parameter."""
    return [
        (owner, member) for owner, _, member in (p.partition(".") for p in PLACES[name].split())
    ]


def test_words_and_nulls_are_said_of_what_there_is(db: Connection) -> None:
    relations = [*list_relations(db, "shapes"), *list_relations(db, "views")]
    there = {(it.name, column) for it in relations for column in it.columns}
    there |= {(it.name, p.name) for it in list_functions(db) for p in it.parameters}
    said = {place for name in PLACES for place in places_of(name)}
    said |= {(name, column) for name, columns in NULLABLE.items() for column in columns.split()}
    assert len(said) > 100
    assert said - there == set()
    assert list(PLACES) == list(WORDS)


@pytest.mark.parametrize("name", WORDS)
def test_what_was_seen_are_such_words(played: Played, name: str) -> None:
    rows, words = played.of_relations(), find_words(played.conn, name)
    places = [(owner, member) for owner, member in places_of(name) if owner in rows]
    seen = {row[member] for owner, member in places for row in rows[owner]} - {None}
    assert seen <= set(words)
    assert seen or not places
    if places and "." not in WORDS[name] and not name.startswith("Transaction"):
        assert seen == set(words)


def test_the_types_of_transactions_are_those_that_the_database_tells_words_for(
    db: Connection,
) -> None:
    types, words = WORDS["TransactionType"].split(), WORDS["TransactionWord"].split()
    called = """
        select array_agg(t order by t)
        from unnest(%s::text[]) as w (word), unnest(credits.types_called(w.word)) as t
    """
    assert db.execute(called, [words]).fetchone() == (sorted(types),)
    told = """
        select array_agg(distinct credits.transaction_word(t.type))
        from unnest(%s::text[]) as t (type)
    """
    assert db.execute(told, [types]).fetchone() == (sorted(words),)


@pytest.mark.parametrize(
    ("name", "rule"), [("Bucket", "check_bucket"), ("DisputeOutcome", "check_outcome")]
)
def test_the_words_of_a_parameter_are_those_that_its_refusal_names(
    db: Connection, name: str, rule: str
) -> None:
    for word in WORDS[name].split():
        db.execute(f"select credits.{rule}(%s)".encode(), [word])
    with pytest.raises(psycopg.errors.InvalidParameterValue) as refusal, db.transaction():
        db.execute(f"select credits.{rule}('other')".encode())
    _, _, named = re.sub(r" \(.*?\)", "", refusal.value.diag.message_hint or "").partition(": ")
    assert named.rstrip(".").split(", ") == WORDS[name].split()


def test_where_null_means_all_it_is_taken(played: Played) -> None:
    assert list(TAKES_NULL) == ["admin_list_disputes.status"]
    assert played.ask("admin", "admin_list_disputes", status=None)["status"] == "approved"
