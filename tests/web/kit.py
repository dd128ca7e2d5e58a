"""What the web kit exports, read from its sources: the names that pages may speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts.migrations import ROOT

WEB = ROOT / "web"
KIT = WEB / "src/kit"
MODULES = {"pgcredits": KIT / "index.ts", "pgcredits/admin": KIT / "admin.ts"}
FROM = re.compile(r'^export \* from "(.+)";$', re.MULTILINE)
# As the formatter writes them: a body ends with the first brace at the beginning of a line.
VALUE = re.compile(
    r"^export (?:async )?(?P<kind>function|class|const) (?P<name>\w+)(?:[^\n]*;$|.*?^\})",
    re.MULTILINE | re.DOTALL,
)
TYPE = re.compile(r"^export (?:interface|type) (\w+)", re.MULTILINE)
PROPERTIES = re.compile(r"^export interface (\w+)Props\b.*?^\}", re.MULTILINE | re.DOTALL)
PROPERTY = re.compile(r"^  (\w+)\??:", re.MULTILINE)
RESULT = re.compile(r"^  return \{$.*?^  \};$", re.MULTILINE | re.DOTALL)
MEMBER = re.compile(r"^    (\w+)[,:]", re.MULTILINE)
CALL = re.compile(r"^  (\w+): ", re.MULTILINE)


@cache
def sources(*modules: str) -> tuple[str, ...]:
    """Return the texts of the files that the package's modules export: of all, or of some."""
    return tuple(text for module in modules or MODULES for text in _follow(MODULES[module]))


def _follow(index: Path) -> Iterator[str]:
    for name in FROM.findall(index.read_text()):
        ends = [index.parent / f"{name}{end}" for end in (".ts", ".tsx")]
        (path,) = filter(Path.is_file, ends)
        yield path.read_text()
        yield from _follow(path)


def values(*modules: str) -> dict[str, re.Match[str]]:
    """Return what is exported besides types, by name: of all modules, or of some."""
    found = [match for text in sources(*modules) for match in VALUE.finditer(text)]
    return {match["name"]: match for match in found}


def types(module: str) -> set[str]:
    """Return the types that a module exports by name."""
    return {name for text in sources(module) for name in TYPE.findall(text)}


def components(*modules: str) -> set[str]:
    """Return the functions whose names begin with a capital: of all modules, or of some."""
    return {
        name
        for name, match in values(*modules).items()
        if match["kind"] == "function" and name[0].isupper()
    }


def hooks() -> set[str]:
    """Return the functions whose names begin with ``use``."""
    return {name for name in values() if re.match("use[A-Z]", name)}


def services() -> set[str]:
    """Return the objects of calls."""
    return {
        name
        for name, match in values().items()
        if match["kind"] == "const" and name.endswith("Service")
    }


def names() -> Iterator[str]:
    """Yield every name as docs/seed-map.md quotes it.

    Components as they are, their properties as ``Component.property``, functions with brackets, a
    service's as ``service.call()``, what ``useCredits`` returns as ``useCredits().member``.
    """
    found = values()
    yield from components()
    yield from (
        f"{name}()" for name in found if found[name]["kind"] == "function" and name[0].islower()
    )
    for service in services():
        yield from (f"{service}.{call}()" for call in CALL.findall(found[service][0]))
    for text in sources():
        for match in PROPERTIES.finditer(text):
            yield from (f"{match[1]}.{name}" for name in PROPERTY.findall(match[0]))
    (result,) = RESULT.findall(found["useCredits"][0])
    yield from (f"useCredits().{member}" for member in MEMBER.findall(result))
