"""How much a browser loads for a page, compressed: R240's half a second begins with this."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from scripts.dev.web import WEB, ensure_pages
from scripts.errors import CommandError
from tests.conftest import skip_or_fail

# Kilobytes of JavaScript and CSS, a tenth above what they are.
USABLE = 214
CHARTS = 119
WITH_CHARTS = {"pages/billing", "admin/analytics"}
OF_CHARTS = "recharts-"  # the names of its classes begin so


class Build:
    """A build of the pages, as Vite's manifest tells it: modules and the files that have them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._modules: dict[str, Any] = json.loads((folder / ".manifest.json").read_text())

    def pages(self) -> set[str]:
        """Return the pages by their modules, such as ``pages/billing``."""
        names = {name.removeprefix("src/app/") for name in self._modules}
        return {
            name.removesuffix(".tsx") for name in names if name.startswith(("pages/", "admin/"))
        }

    def usable(self, page: str) -> set[str]:
        """Return the files without which a page cannot be used."""
        frame = ["src/app/admin/admin.tsx"] if page.startswith("admin/") else []
        return self._files(["index.html", *frame, f"src/app/{page}.tsx"])

    def later(self, page: str) -> set[str]:
        """Return the files that it asks for when it is shown."""
        own = self._closure([f"src/app/{page}.tsx"]) - self._closure(["index.html"])
        asked = [it for name in own for it in self._modules[name].get("dynamicImports", [])]
        return self._files(asked) - self.usable(page)

    def weight(self, files: Iterable[str]) -> float:
        """Return the kilobytes that come over the wire."""
        return sum(len(gzip.compress(self.read(file))) for file in files) / 1000

    def has_charts(self, files: Iterable[str]) -> bool:
        """Whether the library of the charts is among them."""
        return any(OF_CHARTS.encode() in self.read(file) for file in files)

    def read(self, file: str) -> bytes:
        """Return what stands in a file."""
        return (self._folder / file).read_bytes()

    def _files(self, modules: Iterable[str]) -> set[str]:
        chunks = [self._modules[name] for name in self._closure(modules)]
        return {file for it in chunks for file in (it["file"], *it.get("css", []))}

    def _closure(self, modules: Iterable[str]) -> set[str]:
        """Return modules with all that they import."""
        waiting, seen = list(modules), set[str]()
        while waiting:
            if (name := waiting.pop()) not in seen:
                seen.add(name)
                waiting += self._modules[name].get("imports", [])
        return seen


@cache
def build() -> Build:
    """Return the real one."""
    try:
        return Build(ensure_pages(WEB, print))
    except CommandError as error:
        skip_or_fail(error)


def test_every_page_is_weighed() -> None:
    sources = (WEB / "src/app").glob("*/*.tsx")
    pages = {f"{path.parent.name}/{path.stem}" for path in sources if ".test" not in path.name}
    assert build().pages() == pages
    assert pages > WITH_CHARTS


def test_what_a_page_needs_before_it_can_be_used_stays_light() -> None:
    weights = {page: build().weight(build().usable(page)) for page in build().pages()}
    assert {page: kb for page, kb in weights.items() if kb > USABLE} == {}
    assert min(weights.values()) > USABLE / 2, "the files are not those that are loaded"


def test_charts_come_after_the_pages_that_have_them_and_to_no_others() -> None:
    for page in build().pages():
        assert not build().has_charts(build().usable(page)), page
        assert build().has_charts(build().later(page)) == (page in WITH_CHARTS), page
        assert build().weight(build().later(page)) < CHARTS, page
