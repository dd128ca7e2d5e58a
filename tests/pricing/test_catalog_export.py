"""``pgcredits catalog export``: the catalog in force as a file, and nothing lost on the way."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from hypothesis import given, settings

from scripts.catalog_export import to_toml
from scripts.catalog_file import CATALOGS, from_json, load_catalog, read_schema, read_toml, to_json
from tests.pricing.catalogs import RICH, Run, run_on, valid_catalogs


@pytest.fixture
def run(fresh_db: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    return run_on(fresh_db, monkeypatch)


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    path = tmp_path / "rich.toml"
    path.write_text(RICH)
    return path


def check_round_trip(run: Run, dsn: str, path: Path, copy: Path) -> None:
    """Apply a file, export it, and find the same content in both files and the database."""
    assert run("apply", path).exit_code == 0
    exported = run("export", copy, "--force")
    assert exported.exit_code == 0
    with psycopg.connect(dsn) as conn:
        row = conn.execute("select content::text from credits.catalog_in_force()").fetchone()
    assert row is not None
    assert load_catalog(copy) == from_json(row[0]) == load_catalog(path)
    assert run("plan", copy).output == "nothing changes\n"


def test_every_shipped_catalog_comes_back_as_it_went_in(
    run: Run, fresh_db: str, tmp_path: Path
) -> None:
    for path in sorted(CATALOGS.glob("*.toml")):
        check_round_trip(run, fresh_db, path, tmp_path / "copy.toml")


def test_every_key_of_the_format_comes_back(
    run: Run, fresh_db: str, rich: Path, tmp_path: Path
) -> None:
    catalog = load_catalog(rich)
    defs = read_schema()["$defs"]
    for kind, item in {
        "catalog": catalog,
        "plan": catalog["plans"][0],
        "package": catalog["packages"][0],
        "service": {**catalog["services"][0], **catalog["services"][1]},
        "meter": catalog["services"][0]["meters"]["images"],
        "model": {**catalog["models"][0], **catalog["models"][1], **catalog["models"][2]},
        "token_prices": catalog["models"][0]["cost"],
        "token_tier": catalog["models"][0]["cost"]["above"][1],
    }.items():
        assert item.keys() == defs[kind]["properties"].keys(), kind
    check_round_trip(run, fresh_db, rich, tmp_path / "copy.toml")


def test_an_export_is_a_file_as_one_would_write_it(run: Run, rich: Path) -> None:
    run("apply", rich)
    assert run("export").output == "# Version 1 of the catalog rich.\n" + RICH


def test_numbers_and_times_stay_as_they_are_written() -> None:
    text = (
        'code = "x"\nlist_price_per_credit = 0.10\neffective_at = 2026-12-01T09:00:00+01:00\n\n'
        "[[models]]\ndeprecated_at = 2026-10-23\ncost = {input = 0.0000001, output = 1000}\n"
    )
    catalog = from_json(
        '{"effective_at": "2026-12-01T09:00:00+01:00", "list_price_per_credit": 0.10, "code": "x",'
        ' "models": [{"cost": {"output": 1e3, "input": 1E-7}, "deprecated_at": "2026-10-23"}]}'
    )
    assert to_toml(catalog) == text
    catalog["effective_at"] = "2026-12-01 09:00Z"
    assert 'effective_at = "2026-12-01 09:00Z"\n' in to_toml(catalog)


@settings(max_examples=150, deadline=None)
@given(valid_catalogs())
def test_any_catalog_comes_back_from_its_export(catalog: dict[str, object]) -> None:
    stored = from_json(to_json(catalog))
    assert read_toml(to_toml(stored)) == stored == catalog


def test_an_older_version_can_be_exported(run: Run, rich: Path, tmp_path: Path) -> None:
    run("apply", rich)
    run("apply", CATALOGS / "docs-chat.toml")
    result = run("export", "--version", 1, tmp_path / "old.toml")
    assert (result.exit_code, result.output) == (0, f"version 1 is in {tmp_path}/old.toml\n")
    assert load_catalog(tmp_path / "old.toml") == load_catalog(rich)
    assert run("export").output.startswith("# Version 2 of the catalog docs-chat.\n")
    result = run("export", "--version", 3)
    assert result.exit_code == 1
    assert result.output == (
        "Error: there is no version 3\nNext: pgcredits catalog history lists the versions\n"
    )


def test_a_file_is_not_written_over_unasked(run: Run, rich: Path) -> None:
    run("apply", rich)
    result = run("export", rich)
    assert result.exit_code == 1
    assert result.output == f"Error: {rich} is there already\nNext: write over it with --force\n"
    assert rich.read_text() == RICH
    assert run("export", rich, "--force").output == f"version 1 is in {rich}\n"
    assert rich.read_text() != RICH


def test_a_file_that_cannot_be_written_is_one_line(run: Run, rich: Path, tmp_path: Path) -> None:
    run("apply", rich)
    result = run("export", tmp_path / "none" / "x.toml")
    assert result.exit_code == 1
    assert result.output == (
        f"Error: {tmp_path}/none/x.toml: No such file or directory\nNext: name another file\n"
    )


@pytest.mark.parametrize("command", ["export", "history"])
def test_without_a_catalog_the_next_step_is_told(run: Run, command: str) -> None:
    result = run(command)
    assert result.exit_code == 1
    assert result.output == (
        "Error: no_catalog (PT409)\nNext: Apply a catalog first: pgcredits catalog apply FILE.\n"
    )
