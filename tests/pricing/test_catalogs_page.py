"""The page docs/catalogs.md: its files can be applied, its prices are charged, its numbers hold."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from scripts.catalog import apply
from scripts.catalog_file import CATALOGS, BrokenCatalogError, load_catalog, read_schema
from scripts.catalog_lint import lint
from tests.cli.shops import TODAY
from tests.pricing.charges import prices
from tests.pricing.pages import (
    blocks,
    check_excerpts,
    codes,
    dead_links,
    own_catalog,
    queries,
    read_page,
    table,
    write_catalogs,
)
from tests.support import Connection, apply_catalog, as_anon
from tests.wallets import call

PAGE = read_page("catalogs.md")
PURCHASES = read_page("purchases.md")
OBJECTS = read_schema()["$defs"]
# What the head's table leaves to the sections of the page.
SECTIONS = {"plans", "packages", "services", "models"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with our catalogs, and that of the page."""
    write_catalogs(tmp_path, own_catalog(PAGE))
    return tmp_path


def test_what_the_page_shows_of_a_shipped_catalog_stands_there() -> None:
    check_excerpts(PAGE)


def test_the_other_blocks_together_are_a_catalog(folder: Path) -> None:
    catalog = load_catalog(folder / "shop.toml")
    assert [item["code"] for item in (*catalog["services"], *catalog["models"])] == [
        "agent_run", "reader", "writer",
    ]  # fmt: skip


def test_each_business_has_a_row_an_example_and_a_realistic_catalog() -> None:
    names = {path.stem for path in CATALOGS.glob("*.toml")}
    given = {name for name in names if not name.endswith("-realistic")}
    assert {code for row in table(PAGE, "file") for code in codes(row[0])} == {
        f"{name}.toml" for name in given
    }
    assert {f"{name}-realistic" for name in given} == names - given
    for name in given:
        assert f"# catalogs/{name}.toml" in PAGE
        assert lint(load_catalog(CATALOGS / f"{name}-realistic.toml"), TODAY) == []


def test_the_prices_of_the_page_are_what_its_catalogs_charge(db: Connection, folder: Path) -> None:
    asked = list(queries(PAGE))
    assert len(asked) == "".join(blocks(PAGE, "sql")).count("select ") == 11
    for query in asked:
        apply(db, folder / query.catalog)
        with as_anon(db):
            row = db.execute(query.text.encode()).fetchone()
        assert query.result is not None
        assert row == (Decimal(query.result),), query.text


def test_a_query_costs_what_the_table_of_tools_says(db: Connection) -> None:
    apply_catalog(db, "docs-chat")
    rows = table(PAGE, "tools of the query")
    assert len(rows) == 5
    with as_anon(db):
        for tools, cost in rows:
            assert call(db, "calculate_query_cost", tools=codes(tools)) == int(cost)


def test_the_classes_of_tokens_cost_what_the_table_says(db: Connection, folder: Path) -> None:
    apply(db, folder / "shop.toml")
    charged = {
        (meter.removesuffix("_tokens"), unit): cost
        for service, meter, unit, _, cost in prices(db)
        if service == "reader"
    }
    rows = re.findall(r"^\| `(\w+)` \| (\d+) \| (\d+) \|$", PAGE, re.MULTILINE)
    assert len(charged) == 2 * len(rows) == 10
    for name, below, above in rows:
        assert charged[name, "1M tokens"] == Decimal(below)
        assert charged[name, "1M tokens above 200000"] == Decimal(above)


def test_what_the_text_reckons_is_so(db: Connection, folder: Path) -> None:
    apply(db, folder / "shop.toml")
    charged = {(service, meter): cost for service, meter, _, _, cost in prices(db)}
    assert "= 431.25 credits" in PAGE
    assert charged["writer", "input_tokens"] == Decimal("431.25")
    assert "its output 2,300" in PAGE
    assert charged["writer", "output_tokens"] == 2300

    apply_catalog(db, "ai-assistant")
    with as_anon(db):
        (pack,) = db.execute(
            "select price_per_credit, savings_percent from list_credit_packages()"
            " where code = 'basic'"
        ).fetchall()
    assert "$0.008182 a credit, 18 % below" in PAGE
    assert pack == (Decimal("0.008182"), 18)

    apply_catalog(db, "voice-agent")
    usage = {"input_tokens": 1468, "output_tokens": 1000}
    assert "1,468 in with 1,000 out cost 148.08" in PAGE
    with as_anon(db):
        cost = call(db, "calculate_query_cost", service="gpt-4", usage=usage)
    assert cost == Decimal("148.08")


def test_a_broken_file_is_told_as_the_page_tells_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    path = Path("shop.toml")
    path.write_text(path.read_text().replace("\ncredits = 2\n", "\ncredits = -1\n"))
    (shown,) = blocks(PAGE, "")
    with pytest.raises(BrokenCatalogError) as told:
        load_catalog(path)
    assert f"Error: {told.value}\n" == shown


def test_the_tables_have_the_keys_of_the_head_and_of_a_plan() -> None:
    head = PAGE[PAGE.index("## The head") : PAGE.index("## Packs")]
    plan = PAGE[PAGE.index("## Plans") : PAGE.index("## Services")]
    told = [{code for row in table(part, "key") for code in codes(row[0])} for part in (head, plan)]
    assert told[0] == OBJECTS["catalog"]["properties"].keys() - SECTIONS
    assert told[1] == OBJECTS["plan"]["properties"].keys() - {"code", "name"}


@pytest.mark.parametrize(
    "name", [name for name, rule in OBJECTS.items() if "properties" in rule and name != "catalog"]
)
def test_every_key_of_a_catalog_is_shown_or_told(name: str) -> None:
    toml = "".join(blocks(PAGE, "toml") + blocks(PURCHASES, "toml"))
    for key in OBJECTS[name]["properties"]:
        assert re.search(rf"`{key}[ `]", PAGE + PURCHASES) or re.search(rf"\b{key} = ", toml), key


def test_every_capability_and_class_of_tokens_is_told() -> None:
    for name in OBJECTS["model"]["properties"]["capabilities"]["items"]["enum"]:
        assert f"`{name}`" in PAGE
    known = OBJECTS["token_prices"]["properties"].keys() - {"above"}
    classes = re.findall(r"^\| `(\w+)` \|.*\| `(\w+)_tokens` \|", PAGE, re.MULTILINE)
    assert {name for name, counted in classes if name == counted} == known


@pytest.mark.parametrize("name", ["catalogs.md", "catalog-commands.md", "purchases.md"])
def test_the_links_of_the_page_lead_somewhere(name: str) -> None:
    assert dead_links(read_page(name)) == []
