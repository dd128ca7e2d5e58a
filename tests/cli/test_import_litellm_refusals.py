"""``pgcredits import litellm`` leaves the catalog alone whenever it cannot be sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.catalog_file import load_catalog
from tests.cli.conftest import Run
from tests.cli.price_maps import HEAD, MAP, MODEL, SHA256


@pytest.fixture
def catalog(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(HEAD + MODEL)
    return path


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("plain v2", "two: plain v2 is not in the map"),
        ("drawing", "two: drawing is not in the map"),
        ("seconds", "two: seconds is not priced by the token"),
        ("requests", "two: requests is priced by the request as well"),
    ],
)
def test_a_source_that_the_map_cannot_price_is_named_and_nothing_is_written(
    run: Run, catalog: Path, source: str, problem: str
) -> None:
    text = (HEAD + MODEL).replace('"tiers"', f'"{source}"')
    catalog.write_text(text)
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.exit_code == 1
    assert result.output.splitlines()[-2:] == ["Error: nothing is written", problem]
    assert "~ model one" in result.output
    assert catalog.read_text() == text


@pytest.mark.parametrize("text", [HEAD, (HEAD + MODEL).replace("source =", "description =")])
def test_a_catalog_in_which_no_model_has_a_source_is_refused(
    run: Run, catalog: Path, text: str
) -> None:
    catalog.write_text(text)
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: no model of {catalog} has a source\nNext: ")
    assert catalog.read_text() == text


def test_a_model_never_becomes_free_because_the_map_says_so(run: Run, catalog: Path) -> None:
    catalog.write_text((HEAD + MODEL).replace('"plain"', '"nothing"'))
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.exit_code == 1
    assert "one: nothing costs nothing now; say free = true, or a price" in result.output
    catalog.write_text((HEAD + MODEL).replace('"plain"', '"nothing"\nfree = true'))
    assert run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write").exit_code == 0
    assert load_catalog(catalog)["models"][0]["cost"] == {"input": 0, "output": 0}


def test_a_map_with_another_checksum_is_refused(run: Run, catalog: Path) -> None:
    arguments = ("import", "litellm", str(MAP), "--catalog", str(catalog), "--write", "--sha256")
    result = run(*arguments, "0" * 64)
    assert result.exit_code == 1
    assert f"Error: {MAP} has the checksum {SHA256}, not {'0' * 64}\nNext: " in result.output
    assert catalog.read_text() == HEAD + MODEL
    assert run(*arguments, SHA256).exit_code == 0


def test_without_litellm_the_command_asks_for_a_file(
    run: Run, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.path", [])
    result = run("import", "litellm", "--installed", "--catalog", str(catalog))
    assert result.exit_code == 1
    assert result.output == "Error: litellm is not installed\nNext: name a file instead\n"


@pytest.mark.parametrize("arguments", [(), (str(MAP), "--installed")])
def test_one_place_of_the_map_has_to_be_named(
    run: Run, catalog: Path, arguments: tuple[str, ...]
) -> None:
    result = run("import", "litellm", *arguments, "--catalog", str(catalog))
    assert result.exit_code == 2
    assert "name a FILE, or say --installed" in result.output


def test_prices_in_dollars_are_not_written_into_a_catalog_in_euros(run: Run, catalog: Path) -> None:
    catalog.write_text((HEAD + MODEL).replace("usd", "eur"))
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.exit_code == 1
    assert "Error: the map's prices are dollars, the catalog's eur\nNext: " in result.output


def test_a_catalog_that_cannot_be_written_is_told_in_one_line(
    run: Run, catalog: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_text = Path.write_text

    def refuse(path: Path, text: str, encoding: str, newline: str | None = None) -> int:
        if path == catalog:
            raise PermissionError(13, "Permission denied")  # root, who may run this, never sees one
        return write_text(path, text, encoding, newline=newline)

    monkeypatch.setattr(Path, "write_text", refuse)
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.exit_code == 1
    assert f"Error: {catalog}: Permission denied\nNext: " in result.output


@pytest.mark.parametrize(
    ("layout", "problem"),
    [
        (
            'models = [{ code = "m", name = "M", provider = "P", tier = "cheap", source = "plain",'
            " credits_per_1k_tokens = 1 }]\n",
            "models stands inside braces",
        ),
        (
            '[[models]]\ncode = "m"\nname = "M"\nprovider = "P"\ntier = "cheap"\n'
            'source = "plain"\ncost.input = 1\ncost.output = 2\n',
            "the changed catalog would be broken: ",
        ),
    ],
)
def test_a_layout_that_cannot_be_followed_is_left_alone(
    run: Run, catalog: Path, layout: str, problem: str
) -> None:
    catalog.write_text(HEAD + layout)
    result = run("import", "litellm", str(MAP), "--catalog", str(catalog), "--write")
    assert result.exit_code == 1
    assert f"Error: {problem}" in result.output
    assert "\nNext: " in result.output
    assert catalog.read_text() == HEAD + layout
