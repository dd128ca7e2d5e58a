"""Pages whose examples say who asks: each query is asked by them, and answers what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from tests.pricing.pages import BLOCK
from tests.support import Connection, as_admin, as_service, as_user

ADMINISTRATOR = "ben"


def examples(page: str) -> Iterator[tuple[str, str, Any]]:
    """Yield who asks, the query, and the answer that stands below it."""
    found = BLOCK.findall(page)
    assert [language for language, _ in found] == ["sql", "json"] * (len(found) // 2)
    for (_, query), (_, answer) in zip(found[::2], found[1::2], strict=True):
        who, _, text = query.removeprefix("-- ").partition("\n")
        yield who, text, json.loads(answer)


def play(conn: Connection, page: str, people: Mapping[str, UUID]) -> int:
    """Ask all of a page's queries, and compare: one row, or a list of rows. Returns how many."""
    asked = list(examples(page))
    for who, query, answer in asked:
        with caller(conn, who, people):
            rows = [[plain(value) for value in row] for row in conn.execute(query.encode())]
        assert answer in (rows, *rows[:1]), (query, rows)
    return len(asked)


def caller(conn: Connection, who: str, people: Mapping[str, UUID]) -> AbstractContextManager[Any]:
    """Be somebody of the page."""
    entry: AbstractContextManager[Any]
    if who == "the owner":
        entry = nullcontext()
    elif who == "the back end":
        entry = as_service(conn)
    else:
        entry = (as_admin if who == ADMINISTRATOR else as_user)(conn, people[who])
    return entry


def plain(value: Any) -> Any:
    """Return a value as JSON would say it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
