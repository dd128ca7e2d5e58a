"""The page docs/teams.md: its examples are played in their order, its tables are the rules."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from tests.functions import list_public_functions
from tests.pricing.pages import BLOCK, codes, dead_links, read_page, table
from tests.support import Connection, as_user
from tests.teams.people import (
    INVITATION_LIFE,
    MAY,
    OPEN_INVITATIONS,
    ROLES,
    TEAMS,
    person,
)
from tests.wallets import refused, use_catalog

PAGE = read_page("teams.md")


def examples() -> Iterator[tuple[str, str, Any]]:
    """Yield who asks, the query, and the answer that stands below it."""
    found = BLOCK.findall(PAGE)
    assert [language for language, _ in found] == ["sql", "json"] * (len(found) // 2)
    for (_, query), (_, answer) in zip(found[::2], found[1::2], strict=True):
        who, _, text = query.removeprefix("-- ").partition("\n")
        yield who, text, json.loads(answer)


def test_the_examples_answer_what_stands_below_them(db: Connection) -> None:
    use_catalog(db)
    people = {name: person(db, name) for name in ("ada", "bob")}
    played = []
    for who, query, answer in examples():
        caller: AbstractContextManager[Any] = (
            nullcontext() if who == "the back end" else as_user(db, people[who])
        )
        if "cap" in answer:
            with refused(db, "PT402", "member_cap_reached") as detail, caller:
                db.execute(query.encode())
            assert detail.pop("resets_at")
            assert detail == answer
        else:
            with caller:
                row = db.execute(query.encode()).fetchone()
            assert row is not None
            assert (list(row) if isinstance(answer, list) else row[0]) == answer
        played.append(who)
    assert len(played) == 7
    assert set(played) == {*people, "the back end"}


def test_the_table_of_roles_is_that_of_the_rules() -> None:
    rights = {
        "read the balance, and who is in the team": "read",
        "spend": "spend",
        "buy, set the automatic top-up, invite, remove, cap": "manage",
    }
    rows = {row[0]: row[1:] for row in table(PAGE, "right")}
    head = " | ".join(f"`{role}`" for role in ROLES)
    assert f"\n| right | {head} |\n" in PAGE
    for words, right in rights.items():
        assert rows[words] == tuple("yes" if role in MAY[right] else "no" for role in ROLES)


def test_the_functions_are_there_with_the_parameters_that_the_page_names(db: Connection) -> None:
    known = {
        function.name.removeprefix("public."): {it.name for it in function.parameters}
        for function in list_public_functions(db)
    }
    calls = [re.fullmatch(r"(\w+)\((.*)\)", text) for text in codes(BLOCK.sub("", PAGE))]
    named = [(call[1], call[2].split(", ")) for call in calls if call]
    assert len(named) > 6
    for function, parameters in named:
        assert function in known, function
        assert {name for name in parameters if name} <= known[function], function


def test_the_limits_are_those_of_the_rules() -> None:
    text = " ".join(PAGE.split())
    assert f"A user owns {TEAMS} teams at most" in text
    assert f"{OPEN_INVITATIONS} open invitations at most" in text
    assert f"is open for {INVITATION_LIFE.days} days" in text


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
