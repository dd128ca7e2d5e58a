"""``pgcredits import litellm``: a price map in, a difference out, a file changed on demand."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scripts.catalog_export import to_toml
from scripts.catalog_file import load_catalog
from scripts.litellm import INSTALLED_COPY
from tests.cli.conftest import Run
from tests.cli.price_maps import HEAD, IMPORTED, MAP, MODEL, SHA256


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(HEAD + MODEL)
    return path


def models(path: Path) -> dict[str, dict[str, Any]]:
    return {model["code"]: model for model in load_catalog(path)["models"]}


def test_without_write_the_difference_is_shown_and_the_file_stays(run: Run, catalog: Path) -> None:
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog))
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "+ cost_source litellm",
        '    name: "litellm"',
        f'    sha256: "{SHA256}"',
        "~ model one",
        '    capabilities: none -> ["vision", "tools"]',
        "    context_tokens: 1 -> 128000 (+12799900 %)",
        "    cost.input: 5 -> 2.5 (-50 %)",
        "    max_output_tokens: none -> 16384",
        "~ model two",
        '    capabilities: none -> ["caching"]',
        "    context_tokens: none -> 1000000",
        "    cost.above[200000].cached: none -> 0.25",
        "    cost.above[200000].input: none -> 2.5",
        "    cost.above[200000].output: none -> 15",
        "    cost.cache_write: none -> 1.5625",
        "    cost.cached: none -> 0.125",
        "    cost.input: none -> 1.25",
        "    cost.output: none -> 10",
        '    deprecated_at: none -> "2027-03-31"',
        "1 added, 2 changed; nothing is written without --write",
    ]
    assert catalog.read_text() == HEAD + MODEL


def test_what_is_written_leaves_comments_and_layout_as_they_were(run: Run, catalog: Path) -> None:
    arguments = ("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert run(*arguments).output.endswith(f"1 added, 2 changed; written to {catalog}\n")
    assert catalog.read_text() == IMPORTED
    assert run(*arguments).output == f"nothing is new: checksum {SHA256}\n"
    assert catalog.read_text() == IMPORTED


def test_the_ends_of_lines_stay_as_they_were(run: Run, catalog: Path) -> None:
    catalog.write_bytes((HEAD + MODEL).replace("\n", "\r\n").encode())
    run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert catalog.read_bytes() == IMPORTED.replace("\n", "\r\n").encode()


def test_another_map_with_the_same_facts_changes_only_where_they_come_from(
    run: Run, catalog: Path, tmp_path: Path
) -> None:
    catalog.write_text(IMPORTED.replace('"litellm"', '"litellm"\nversion = "1.0"'))
    later = tmp_path / "later.json"
    later.write_text(MAP.read_text() + "\n")
    checksum = hashlib.sha256(later.read_bytes()).hexdigest()
    result = run("import", "litellm", str(later), "--catalog", str(catalog), "--write")
    assert result.output.splitlines() == [
        "~ cost_source litellm",
        f'    sha256: "{SHA256}" -> "{checksum}"',
        '    version: "1.0" -> none',
        f"1 changed; written to {catalog}",
    ]
    assert catalog.read_text() == IMPORTED.replace(SHA256, checksum)


def test_a_file_of_the_same_checksum_is_of_the_same_version(run: Run, catalog: Path) -> None:
    text = IMPORTED.replace('"litellm"', '"litellm"\nversion = "1.0"').replace("2.5,", "3,", 1)
    catalog.write_text(text)
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.output.splitlines() == [
        "~ model one",
        "    cost.input: 3 -> 2.5 (-16.7 %)",
        f"1 changed; written to {catalog}",
    ]
    assert load_catalog(catalog)["cost_source"]["version"] == "1.0"


def test_a_catalog_of_tables_as_export_writes_it_can_be_changed(
    run: Run, catalog: Path, tmp_path: Path
) -> None:
    catalog.write_text(IMPORTED)
    exported = tmp_path / "exported.toml"
    # Long lists of prices become tables of their own.
    text = to_toml(load_catalog(catalog)).replace("2.5", "99")
    assert "[models.cost]" in text
    exported.write_text(text)
    result = run("import", "litellm", str(MAP), "--catalog", str(exported), "--write")
    assert "    cost.above[200000].input: 99 -> 2.5 (-97.5 %)\n" in result.output
    assert load_catalog(exported) == load_catalog(catalog)


def test_all_adds_each_model_that_is_not_there_yet(run: Run, catalog: Path) -> None:
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--all", "--write")
    assert result.exit_code == 0
    assert result.output.splitlines()[-3:] == [
        "left out, 3 not priced by the token: pictures, seconds, half",
        "left out, 1 priced by the request as well: requests",
        f"5 added, 2 changed; written to {catalog}",
    ]
    assert catalog.read_text().startswith(IMPORTED)
    found = models(catalog)
    assert list(found) == [
        "one",
        "two",
        "own",
        "ranges",
        "vendor-many-digits-v1",
        "vendor-many-digits-v1-2",
        "nothing",
    ]
    assert found["vendor-many-digits-v1"] == {
        "code": "vendor-many-digits-v1",
        "name": "Vendor/Many Digits:v1",
        "provider": "gamma",
        "tier": "expensive",
        "source": "Vendor/Many Digits:v1",
        "cost": {
            "input": Decimal("0.10000000000000001"),
            "output": Decimal("33.333333333333333"),
            "reasoning": 40,
            "cache_write": 0,
        },
        "capabilities": ["reasoning"],
    }
    assert found["ranges"]["cost"] == {
        "input": 1,
        "output": 2,
        "reasoning": 4,
        "above": [
            {"context_tokens": 32_000, "input": Decimal("1.6"), "output": 3, "reasoning": 5},
            {"context_tokens": 256_000, "input": 3, "output": Decimal("6.000000000000001")},
        ],
    }
    assert [found[code]["tier"] for code in ("ranges", "vendor-many-digits-v1-2")] == ["cheap"] * 2
    assert found["nothing"]["free"] is True
    again = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--all", "--write")
    assert again.output.endswith(f"\nnothing is new: checksum {SHA256}\n")


@pytest.mark.parametrize(
    ("written", "tier"),
    [("5e-06", "cheap"), ("5.01e-06", "medium"), ("2e-05", "medium"), ("2.01e-05", "expensive")],
)
def test_the_price_of_output_decides_the_tier_of_a_new_model(
    run: Run, catalog: Path, tmp_path: Path, written: str, tier: str
) -> None:
    path = tmp_path / "map.json"
    path.write_text(
        '{"new": {"mode": "chat", "litellm_provider": "x", "input_cost_per_token": 1e-06,'
        f' "output_cost_per_token": {written}}}}}'
    )
    catalog.write_text(HEAD)
    run("import", "litellm", str(path), "--catalog", str(catalog), "--all", "--write")
    assert models(catalog)["new"]["tier"] == tier


def test_the_copy_of_an_installed_litellm_is_read_without_importing_it(
    run: Run, catalog: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "site"
    copy = site / INSTALLED_COPY
    copy.parent.mkdir(parents=True)
    (copy.parent / "__init__.py").write_text("raise SystemExit('imported')\n")
    metadata = site / "litellm-99.1.2.dist-info/METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: litellm\nVersion: 99.1.2\n")
    monkeypatch.syspath_prepend(site)

    arguments = ("import", "litellm", "--installed", "--catalog", str(catalog), "--write")
    result = run(*arguments)
    assert result.exit_code == 1
    assert "litellm 99.1.2 carries no litellm/model_prices" in result.output
    copy.write_bytes(MAP.read_bytes())
    assert run(*arguments).exit_code == 0
    source = load_catalog(catalog)["cost_source"]
    assert source == {"name": "litellm", "version": "99.1.2", "sha256": SHA256}


def test_a_new_model_takes_no_code_of_a_service(run: Run, catalog: Path) -> None:
    catalog.write_text(HEAD + '[[services]]\ncode = "ranges"\nbase = 1\n')
    run("import", "litellm", str(MAP), "--catalog", str(catalog), "--all", "--write")
    assert models(catalog)["ranges-2"]["source"] == "ranges"
