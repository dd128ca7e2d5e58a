"""The page docs/catalogs.md: its files can be applied, its prices are charged, its numbers hold."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path

from scripts.catalog import apply
from scripts.catalog_file import CATALOGS, load_catalog
from scripts.migrations import ROOT
from tests.pricing.charges import check_price, customer
from tests.support import Connection, apply_catalog

PAGE = (ROOT / "docs/catalogs.md").read_text()
BLOCKS = re.findall(r"^```toml\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
QUERY = re.compile(r"^(select calculate_query_cost.*;) +-- (\S+)$", re.MULTILINE)


def test_the_blocks_of_the_page_together_are_a_catalog(db: Connection, tmp_path: Path) -> None:
    path = tmp_path / "page.toml"
    path.write_text("".join(BLOCKS))
    apply(db, path)
    usage = {"steps": 3, "images": 2, "output_tokens": 500}
    check_price(db, customer(db), "agent_run", "19.25", usage=usage)


def test_what_the_page_shows_of_a_shipped_catalog_stands_there() -> None:
    shipped = [load_catalog(path) for path in CATALOGS.glob("*.toml")]
    for section, code in (
        ("packages", "basic"),
        ("plans", "starter"),
        ("services", "voice_call"),
        ("services", "query"),
        ("models", "gpt-4"),
    ):
        (item,) = (
            item
            for block in BLOCKS
            for item in tomllib.loads(block).get(section, [])
            if item["code"] == code
        )
        assert any(item in catalog.get(section, []) for catalog in shipped)


def test_the_prices_of_the_page_are_the_prices_charged(db: Connection) -> None:
    queries = QUERY.findall(PAGE)
    assert len(queries) == 3
    for (query, cost), name in zip(
        queries, ("docs-chat", "voice-agent", "voice-agent"), strict=True
    ):
        apply_catalog(db, name)
        assert db.execute(query).fetchone() == (Decimal(cost),)
