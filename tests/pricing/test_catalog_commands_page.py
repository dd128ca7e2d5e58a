"""The page docs/catalog-commands.md: it prints what its commands print, and has all rules."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from scripts.catalog_file import CATALOGS, load_catalog
from scripts.catalog_lint import RULES, lint
from scripts.linting.sentinels import find_sentinels
from tests.cli.shops import TODAY
from tests.pricing.pages import BLOCK, blocks, codes, own_catalog, read_page, table, write_catalogs

PAGE = read_page("catalog-commands.md")
# A time of the run itself: those that a catalog states are of another century's end.
NOW = re.compile(r"20[2-8]\d-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")


def run(code: str, folder: Path, dsn: str) -> str:
    """Run lines of the page in a folder; returns what they print, errors as well."""
    done = subprocess.run(
        ["bash", "-c", code],
        cwd=folder,
        env={
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
            "CREDITS_DATABASE_URL": dsn,
            "LC_ALL": "C.UTF-8",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout


def test_the_page_prints_what_its_commands_print(fresh_db: str, tmp_path: Path) -> None:
    write_catalogs(tmp_path, own_catalog(read_page("catalogs.md")))
    (price_map,) = blocks(PAGE, "json")
    (tmp_path / "map.json").write_text(price_map)
    steps = [(language, code) for language, code in BLOCK.findall(PAGE) if language != "json"][1:]
    assert [language for language, _ in steps] == ["sh", "text"] * (len(steps) // 2)
    assert len(steps) == 2 * 6
    for (_, code), (_, shown) in zip(steps[::2], steps[1::2], strict=True):
        assert NOW.sub("now", run(code, tmp_path, fresh_db)) == NOW.sub("now", shown)


def test_the_first_block_names_commands_that_there_are(fresh_db: str, tmp_path: Path) -> None:
    commands = re.findall(r"^(pgcredits(?: [a-z]+)+)", blocks(PAGE, "bash")[0], re.MULTILINE)
    assert len(commands) == 6
    for command in commands:
        assert f"Usage: {command} [OPTIONS]" in run(f"{command} --help", tmp_path, fresh_db)


def test_the_table_has_the_rules_of_the_linter() -> None:
    rules = {
        name
        for rule in (find_sentinels, *RULES)
        for name in (rule.__doc__ or "").partition(":")[0].split(", ")
    }
    assert {code for row in table(PAGE, "rule") for code in codes(row[0])} == rules


def test_the_findings_in_the_catalogs_are_those_of_the_table() -> None:
    told: dict[tuple[str, str], str] = {}
    business = ""
    for name, rule, message in table(PAGE, "catalog"):
        business = codes(name)[0] if name else business
        told[business, codes(rule)[0]] = message
    found: dict[tuple[str, str], list[str]] = {}
    for path in CATALOGS.glob("*.toml"):
        for finding in lint(load_catalog(path), TODAY):
            found.setdefault((path.stem, finding.rule), []).append(finding.message)
    assert found.keys() == told.keys()
    for key, messages in found.items():
        assert any(told[key] in message for message in messages), key
