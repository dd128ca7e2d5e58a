"""docs/errors.md and the raise statements of the code say the same."""

from __future__ import annotations

import re

from scripts.migrations import Tree
from tests.conventions.sources import COMMENT, FILES, RAISE, Raise, find_raises
from tests.functions import TOKEN

PAGE = Tree().root / "docs/errors.md"
ROW = re.compile(r"\| (\w{5}) \| `(\w+)` \| ?((?:`\w+`(?:, )?)*) ?\| (.+) \|")
CODES = re.compile(r"PT4\d\d|22023|42501")

Errors = dict[tuple[str, str], set[str]]


def raised() -> list[Raise]:
    """List the raise statements whose error can reach a caller, or who migrates."""
    found = [raised for file in FILES for raised in file.raises()]
    for migration in Tree().migrations():
        written_by_hand = migration.text.partition("\n-- source: ")[0]
        found += find_raises(migration.path.name, written_by_hand)
    return [raised for raised in found if not raised.is_internal]


def documented() -> list[tuple[str, str, set[str], str]]:
    """Read the rows of the page: SQLSTATE, token, keys of the detail, what to do."""
    return [
        (code, token, set(re.findall(r"`(\w+)`", keys)), advice)
        for code, token, keys, advice in ROW.findall(PAGE.read_text())
    ]


def test_the_page_and_the_code_list_the_same_errors_with_the_same_details() -> None:
    code: Errors = {}
    for found in raised():
        code.setdefault((found.sqlstate, found.token), set()).update(found.detail)
    page: Errors = {(sqlstate, token): keys for sqlstate, token, keys, _ in documented()}
    assert page == code


def test_the_page_lists_each_error_once_and_in_order_with_advice() -> None:
    rows = documented()
    names = [(code, token) for code, token, _, _ in rows]
    assert names == sorted(set(names))
    assert all(advice.endswith(".") and len(advice) > 15 for *_, advice in rows)
    table = PAGE.read_text().partition("| what to do |\n")[2].splitlines()[1:]
    assert len(table) == len(rows), "a row that does not read like the others"


def test_every_refusal_has_a_code_a_token_and_a_hint() -> None:
    wrong = [
        found
        for found in raised()
        if not (TOKEN.fullmatch(found.token) and CODES.fullmatch(found.sqlstate) and found.has_hint)
    ]
    assert wrong == []


def test_no_raise_statement_is_overlooked() -> None:
    """Every ``raise`` is an exception that was read above, or a warning to the log."""
    for file in FILES:
        body = COMMENT.sub("", file.body)
        words = len(re.findall(r"\braise\b(?!\s+warning)", body))
        assert words == len(RAISE.findall(body)), file.path


def test_a_token_has_one_code() -> None:
    codes: dict[str, set[str]] = {}
    for found in raised():
        codes.setdefault(found.token, set()).add(found.sqlstate)
    assert {token: found for token, found in codes.items() if len(found) > 1} == {}
