"""docs/errors.md and the edge list the same refusals of the edge itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from werkzeug.exceptions import default_exceptions

import edge
from edge.errors import _AMOUNT_REFUSALS
from scripts.migrations import Tree

PAGE = Tree().root / "docs/errors.md"
ROW = re.compile(r"\| (\d{3}) \| `(\w+)` \| (.+\.) \|")
# What Flask refuses for us: no JSON, no such route, another method, too large, another type, a bug.
BY_FLASK = (400, 404, 405, 413, 415, 500)

Refusal = tuple[int, str]


def documented() -> list[Refusal]:
    """Return the rows of the page's section, in their order."""
    section = PAGE.read_text().partition("## From the edge\n")[2].partition("\n## ")[0]
    rows = ROW.findall(section)
    assert len(rows) == section.count("\n|") - 2, "a row that does not read like the others"
    return [(int(status), token) for status, token, _ in rows]


def raised() -> Iterator[Refusal]:
    """Yield what the source of the edge can answer of itself."""
    for path in sorted(Path(edge.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                yield from refusals(node.func.id, [constant(arg) for arg in node.args])
    yield from ((400, code) for code in _AMOUNT_REFUSALS)
    for status in BY_FLASK:
        yield status, default_exceptions[status]().name.lower().replace(" ", "_")


def refusals(function: str, given: list[object]) -> Iterator[Refusal]:
    """Yield what one call of a function means; a token that is a variable is named elsewhere."""
    match function, given:
        case "EdgeError", [int(status), str(), str(token), *_]:
            yield status, token
        case "bad_argument", [str(token), *_]:
            yield 400, token
        case "read_code", [_, str(), str(token)]:
            yield 400, token
        case "unavailable", [str(what)]:
            yield 503, f"{what}_unavailable"
        case "unavailable", [str(what), int(status)]:
            yield status, f"{what}_unavailable"


def constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def test_the_page_lists_each_refusal_of_the_edge_once_and_in_order() -> None:
    rows = documented()
    assert rows == sorted(set(rows))
    assert set(rows) == set(raised())


def test_no_refusal_is_hidden_from_this_page() -> None:
    """Every token that is a variable comes from a place that was read above."""
    hidden = [
        (path.name, node.lineno)
        for path in sorted(Path(edge.__path__[0]).glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("EdgeError", "bad_argument", "read_code", "unavailable")
        and not list(refusals(node.func.id, [constant(arg) for arg in node.args]))
    ]
    # read_code's own refusal, Stripe's amounts, and the making of the refusals in errors.py.
    assert [name for name, _ in hidden] == ["body.py", "errors.py", "errors.py", "errors.py"]
