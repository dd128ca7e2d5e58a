"""docs/web.md and the web kit say the same: names, properties, types, examples, addresses."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from scripts.dev.pages import create_pages
from tests.pricing.pages import blocks, codes, dead_links, read_page
from tests.web import kit
from tests.web.kit import KIT, WEB

PAGE = read_page("web.md")
TABLE = re.compile(r"^\| (\w+) \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", re.MULTILINE)
CELL = re.compile(r"(?<!\\)\|")
SECONDS = 180
# Written out: of an alias the compiler would compare the arguments only, where what is optional can
# be missing.
SAME = """\
type Same<Name, A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : Name;
"""
KIT_OBJECT = """\
import * as administrators from "pgcredits/admin";
import * as customers from "pgcredits";
const kit = { ...customers, ...administrators };
"""


def rows(title: str) -> list[list[str]]:
    """Return the cells of all tables whose first column has this title."""
    lines = "".join(body for head, body in TABLE.findall(PAGE) if head == title).splitlines()
    assert lines, title
    cells = [[cell.strip() for cell in CELL.split(line)[1:-1]] for line in lines]
    return [[cell.replace(r"\|", "|") for cell in row] for row in cells]


def listed(title: str) -> list[str]:
    """Return the names in the first column of these tables, without parameters."""
    return [code.partition("(")[0] for first, *_ in rows(title) for code in codes(first)]


def compile_in(folder: Path, files: dict[str, str]) -> str:
    """Compile files that import "pgcredits", which is here the kit's sources.

    Args:
        folder: where they are written.
        files: their texts, by name.

    Returns:
        what the compiler says is wrong, or "".
    """
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "node_modules").symlink_to(WEB / "node_modules")
    paths = {name: [str(path)] for name, path in kit.MODULES.items()}
    paths["pgcredits/database"] = [str(KIT / "database.ts")]
    project = {
        "extends": str(WEB / "tsconfig.json"),
        "compilerOptions": {"noEmit": True, "paths": paths, "types": ["vite/client"]},
        "include": ["*.ts", "*.tsx"],
    }
    (folder / "tsconfig.json").write_text(json.dumps(project))
    done = subprocess.run(
        [WEB / "node_modules/.bin/tsc", "--pretty", "false"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
    )
    return done.stdout if done.returncode else ""


def examples() -> dict[str, str]:
    found = {f"example{n}.tsx": text for n, text in enumerate(blocks(PAGE, "tsx", "ts"))}
    assert len(found) >= 6
    return found


def imports(used: set[str]) -> str:
    """Return the imports of the types that the page's tables name."""
    ours = {module: kit.types(module) for module in kit.MODULES}
    of_columns = set(re.findall(r"^export type (\w+)", (KIT / "database.ts").read_text(), re.M))
    places = {
        "react": {"ReactNode"},
        "@tanstack/react-query": {"QueryClient"},
        **ours,
        "pgcredits/database": of_columns.difference(*ours.values()),
    }
    return "".join(
        f'import type {{ {", ".join(sorted(used & there))} }} from "{place}";\n'
        for place, there in places.items()
        if used & there
    )


def statement(number: int, name: str, actual: str, expected: str) -> str:
    """Return a line that compiles if two types are the same; if not, the compiler says the name."""
    return f'export const same{number}: Same<"{name}", {actual}, {expected}> = true;\n'


def union(names: Sequence[str]) -> str:
    return " | ".join(map(json.dumps, names))


def assertions() -> str:
    """Return a module that compiles if the tables are right: a line a component and a service."""
    claims = [("useCredits", "keyof ReturnType<typeof kit.useCredits>", union(listed("Returned")))]
    used: set[str] = set()
    for (name,), members in ((codes(row[0]), codes(row[1])) for row in rows("Component")):
        used |= {word for member in members for word in re.findall(r"\b[A-Z]\w+", member)}
        expected = f"[{{ {'; '.join(members)} }}]" if members else "[]"
        claims.append((name, f"Parameters<typeof kit.{name}>", expected))
    for (name,), calls in ((codes(row[0]), codes(row[1])) for row in rows("Service")):
        claims.append((name, f"keyof typeof kit.{name}", union(calls)))
    lines = [statement(number, *claim) for number, claim in enumerate(claims)]
    return "".join([imports(used), KIT_OBJECT, SAME, *lines])


def test_the_tables_list_each_component_and_each_service_once() -> None:
    assert len(kit.components()) > 40
    assert sorted(listed("Component")) == sorted(kit.components())
    assert sorted(listed("Service")) == sorted(kit.services())


def test_what_administrators_have_is_told_in_their_chapter() -> None:
    chapter = re.search(r"^## Administrators\n.*?(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    assert chapter is not None
    told = {codes(row)[0] for row in re.findall(r"^\| (`\w+`) \|", chapter[0], re.MULTILINE)}
    assert told == kit.components("pgcredits/admin")


def test_the_page_names_every_hook_and_no_other() -> None:
    quoted = set(re.findall(r"`(use[A-Z]\w+)`", PAGE))
    assert quoted == kit.hooks()
    of_administrators = {
        name for name in kit.hooks() if f"`{name}`" in PAGE.split("Their hooks")[1]
    }
    assert sorted(listed("Hook")) == sorted(kit.hooks() - of_administrators)


def test_the_table_of_the_rest_lists_what_the_others_do_not() -> None:
    rest = kit.values().keys() - kit.components() - kit.hooks() - kit.services()
    assert sorted(listed("Export")) == sorted(rest - {"CreditsError", "explain"})
    assert "`CreditsError`" in PAGE
    assert "`explain(error)`" in PAGE


@pytest.mark.usefixtures("packages")
def test_the_tables_have_the_properties_returns_and_calls_that_the_compiler_sees(
    tmp_path: Path,
) -> None:
    assert compile_in(tmp_path, {"tables.ts": assertions()}) == ""


@pytest.mark.usefixtures("packages")
def test_the_examples_compile(tmp_path: Path) -> None:
    assert compile_in(tmp_path, examples()) == ""


def test_the_version_to_install_is_the_one_that_is_packed() -> None:
    version = json.loads((WEB / "package.json").read_text())["version"]
    assert f"pgcredits-{version}.tgz" in PAGE


def test_the_variables_are_those_of_the_style_sheet() -> None:
    declared = re.findall(r"^    (--credits-[\w-]+):", (KIT / "styles.css").read_text(), re.M)
    assert sorted(listed("Variable")) == sorted(declared)


def test_the_policy_is_the_one_that_the_pages_are_served_under(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html>")
    servers = ["https://project.supabase.co", "https://edge.example.com"]
    pages = create_pages(tmp_path, dict, servers)
    response = pages.test_client().get("/", base_url="http://127.0.0.1:80")
    (policy,) = blocks(PAGE, "text")
    assert policy.strip() == response.headers["Content-Security-Policy"]


def test_the_pages_are_those_of_the_routes() -> None:
    app = WEB / "src/app"
    paths = re.findall(r'path: "([^"]+)"', (app / "routes.tsx").read_text())
    below = re.findall(r'path: "([^"]+)"', (app / "admin/routes.ts").read_text())
    assert below[0] == "admin"
    expected = {"/" + path.strip("/") for path in paths if path != "*"}
    expected |= {"/admin", *(f"/admin/{path}" for path in below[1:])}
    assert set(listed("Path")) == expected


def test_the_configuration_has_the_members_that_the_pages_read() -> None:
    (config,) = blocks(PAGE, "json")
    text = (WEB / "src/app/config.ts").read_text()
    known = re.findall(r"^  (\w+)\??:", text[text.index("interface PagesConfig") :], re.MULTILINE)
    assert {*json.loads(config), "demo"} == set(known)


def test_every_link_of_the_page_leads_somewhere() -> None:
    assert dead_links(PAGE) == []
