"""The page docs/administrators.md: its examples are played in their order, its tables are so."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from tests.administrators.acting import LIMIT, WAIT_DAYS
from tests.functions import list_public_functions
from tests.pricing.pages import BLOCK, codes, dead_links, read_page, table
from tests.support import Connection, as_user
from tests.teams.people import person

PAGE = read_page("administrators.md")
TEXT = " ".join(PAGE.split())


def examples() -> Iterator[tuple[str, str, Any]]:
    """Yield who asks, the query, and the answer that stands below it."""
    found = BLOCK.findall(PAGE)
    assert [language for language, _ in found] == ["sql", "json"] * (len(found) // 2)
    for (_, query), (_, answer) in zip(found[::2], found[1::2], strict=True):
        who, _, text = query.removeprefix("-- ").partition("\n")
        yield who, text, json.loads(answer)


def signed_in(conn: Connection, user_id: UUID) -> AbstractContextManager[Any]:
    """Be a user, whose token carries what Auth knows, as Supabase makes it."""
    query = "select raw_app_meta_data from auth.users where id = %s"
    row = conn.execute(query, [user_id]).fetchone()
    assert row is not None
    caller: AbstractContextManager[Any] = as_user(conn, user_id, app_metadata=row[0])
    return caller


def test_the_examples_answer_what_stands_below_them(db: Connection) -> None:
    people = {name: person(db, name) for name in ("ann", "ben", "zoe")}
    played = []
    for who, query, answer in examples():
        with nullcontext() if who == "the owner" else signed_in(db, people[who]):
            row = db.execute(query.encode()).fetchone()
        assert row is not None
        assert answer in (list(row), row[0]), query
        played.append(who)
    assert len(played) == 9
    assert set(played) == {"ann", "ben", "the owner"}


def test_the_functions_are_there_with_the_parameters_that_the_page_names(db: Connection) -> None:
    known = {
        function.name.removeprefix("public."): [it.name for it in function.parameters]
        for function in list_public_functions(db)
    }
    calls = [re.fullmatch(r"(admin_\w+)\((.*)\)", text) for text in codes(BLOCK.sub("", PAGE))]
    named = {call[1]: call[2].split(", ") for call in calls if call and "=>" not in call[2]}
    assert len(named) > 12
    for function, parameters in named.items():
        assert known[function] == parameters, function


def test_every_function_that_changes_something_is_on_the_page(db: Connection) -> None:
    """Those of disputes have a page of their own."""
    writers = db.execute(
        r"""
        select p.proname from pg_proc as p
        where
            p.pronamespace = 'public'::regnamespace
            and p.proname like 'admin\_%' and p.proname not like '%\_dispute'
            and p.provolatile = 'v'
        """
    ).fetchall()
    assert [name for (name,) in writers if f"{name}(" not in PAGE] == []


def test_the_numbers_are_those_of_the_rules() -> None:
    assert f"`approval_credits` of the [catalog](catalogs.md#the-head), {LIMIT:,} unless" in TEXT
    assert f"after {WAIT_DAYS} days it is `expired`" in TEXT


def test_the_refusals_of_an_erasure_are_those_of_the_rule(db: Connection) -> None:
    query = "select prosrc from pg_proc where proname = any(%s)"
    bodies = db.execute(query, [["check_erasable", "check_last_owner", "check_alone"]]).fetchall()
    raised = {token for (body,) in bodies for token in re.findall(r"raise exception '(\w+)'", body)}
    assert raised == {codes(row[0])[0] for row in table(PAGE, "refusal")}


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
