"""What tests of the pages about catalogs share: their blocks, tables, catalogs and queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.catalog_file import CATALOGS, load_catalog, read_toml
from scripts.migrations import ROOT

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
SHIPPED = re.compile(r"# catalogs/(\S+\.toml)\n")
# A line that says which catalog is in force and perhaps which plan the user is on, or a query.
STEP = re.compile(
    r"^-- (?P<catalog>\S+\.toml)(?:, plan (?P<plan>\w+))?.*?$"
    r"|^(?P<query>select .*?;)(?: +-- (?P<result>\S+))?$",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Query:
    """A query of a page, the file of the catalog that it is asked with, and what it answers."""

    catalog: str
    plan: str | None
    text: str
    result: str | None


def read_page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> list[str]:
    """Return the blocks of code in some languages, in the page's order."""
    return [text for language, text in BLOCK.findall(page) if language in languages]


def own_catalog(page: str) -> str:
    """Return the catalog that the blocks make up which are from no file of ours."""
    return "".join(text for text in blocks(page, "toml") if not SHIPPED.match(text))


def excerpts(page: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the blocks that are from a file of ours, each with the file's name."""
    found = [(SHIPPED.match(text), text) for text in blocks(page, "toml")]
    return [(match[1], read_toml(text)) for match, text in found if match]


def is_from(shown: Any, whole: Any) -> bool:
    """Whether all that is shown is in the whole, which may say more; items are told by code."""
    match shown, whole:
        case dict(), dict():
            return all(key in whole and is_from(shown[key], whole[key]) for key in shown)
        case [{"code": _}, *_], list():
            items = {item["code"]: item for item in whole}
            return all(is_from(item, items.get(item["code"])) for item in shown)
    return bool(shown == whole)


def check_excerpts(page: str) -> None:
    """Check that what a page shows of our files stands there."""
    found = excerpts(page)
    assert found
    for name, shown in found:
        assert is_from(shown, load_catalog(CATALOGS / name)), (name, shown)


def queries(page: str) -> Iterator[Query]:
    """Yield the queries that a page asks of a catalog."""
    for text in blocks(page, "sql"):
        catalog, plan = "", None
        for step in STEP.finditer(text):
            if step["catalog"]:
                catalog, plan = step["catalog"], step["plan"]
            elif catalog:
                yield Query(catalog, plan, step["query"], step["result"])


def table(page: str, title: str) -> list[tuple[str, ...]]:
    """Return the rows of the one table whose first column has this title."""
    start = f"\n| {title} |"
    assert page.count(start) == 1, title
    _, _, *rows = page[page.index(start) + 1 :].partition("\n\n")[0].splitlines()
    return [tuple(cell.strip() for cell in row.strip("|").split(" | ")) for row in rows]


def codes(cell: str) -> list[str]:
    """Return what stands between backticks in a cell."""
    return re.findall(r"`([^`]+)`", cell)


def dead_links(page: str) -> list[str]:
    """Return the links of a page that lead to no page of ours, or to no heading of it."""
    dead = []
    for link in re.findall(r"\]\(([\w.-]*(?:#[\w-]+)?)\)", page):
        name, _, heading = link.partition("#")
        path = ROOT / "docs" / name
        text = (path.read_text(encoding="utf-8") if path.is_file() else "") if name else page
        known = (
            re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        )
        if not text or (heading and heading not in known):
            dead.append(link)
    return dead


def write_catalogs(folder: Path, text: str) -> None:
    """Make a folder in which a page's commands find our catalogs and its ``shop.toml``."""
    (folder / "catalogs").symlink_to(CATALOGS)
    (folder / "shop.toml").write_text(text, encoding="utf-8")
