"""``pgcredits import``: brings data of other programs in, and first shows what it changes."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import click

from scripts.balance_import import balances
from scripts.catalog_changes import count
from scripts.catalog_file import load_catalog
from scripts.cost_import import CostImport, plan_import
from scripts.errors import CommandError
from scripts.litellm import PriceMap, find_installed, read_map

FILE = click.Path(dir_okay=False, path_type=Path)
CURRENCY = "usd"


@click.group("import")
def imports() -> None:
    """Bring data of other programs in."""


imports.add_command(balances)


@imports.command()
@click.argument("file", type=FILE, required=False)
@click.option("--installed", is_flag=True, help="The copy inside the installed litellm.")
@click.option("--catalog", "catalog_file", type=FILE, required=True, help="The catalog to change.")
@click.option("--all", "add_all", is_flag=True, help="Also add the models it does not have yet.")
@click.option("--sha256", help="Refuse a map with another checksum.")
@click.option("--write", is_flag=True, help="Write the changes to the catalog's file.")
def litellm(
    file: Path | None,
    *,
    installed: bool,
    catalog_file: Path,
    add_all: bool,
    sha256: str | None,
    write: bool,
) -> None:
    """Bring what models cost from LiteLLM's price map into a catalog.

    FILE is a model_prices_and_context_window.json. Each model of the catalog that has a source gets
    that model's cost, sizes, end and capabilities. Nothing is written without --write.
    """
    catalog = load_catalog(catalog_file)
    if catalog["currency"] != CURRENCY:
        raise CommandError(
            f"the map's prices are dollars, the catalog's {catalog['currency']}",
            "state the costs of its models by hand",
        )
    price_map = _read(file, sha256, installed=installed)
    plan = plan_import(catalog, price_map, add_all=add_all)
    if not any("source" in model for model in plan.after["models"]):
        raise CommandError(
            f"no model of {catalog_file} has a source", "say what the map calls it, or add --all"
        )
    changes = list(plan.changes())
    for change in changes:
        for line in change.lines():
            click.echo(line)
    if add_all:
        _show_left_out(price_map)
    if plan.problems:
        raise CommandError("\n".join(("nothing is written", *plan.problems)))
    if not changes:
        click.echo(f"nothing is new: checksum {price_map.sha256}")
        return
    _edit(catalog_file, plan, write=write)
    said = f"written to {catalog_file}" if write else "nothing is written without --write"
    click.echo(f"{count(changes)}; {said}")


def _read(file: Path | None, sha256: str | None, *, installed: bool) -> PriceMap:
    if (file is not None) == installed:
        raise click.UsageError("name a FILE, or say --installed")
    price_map = read_map(*find_installed()) if file is None else read_map(file)
    if sha256 is not None and sha256.lower() != price_map.sha256:
        raise CommandError(
            f"{price_map.path} has the checksum {price_map.sha256}, not {sha256}",
            "look at what it changes without --write, then name its own",
        )
    return price_map


def _edit(file: Path, plan: CostImport, *, write: bool) -> None:
    """Make sure that the file can be edited, and with ``write`` do it."""
    text = file.read_bytes().decode()
    newline = "\r\n" if "\r\n" in text else "\n"
    text = plan.edit(text.replace("\r\n", "\n"))
    if write:
        try:
            file.write_text(text, encoding="utf-8", newline=newline)
        except OSError as error:
            hint = "make the file writable, or change a copy"
            raise CommandError(f"{file}: {error.strerror}", hint) from error


def _show_left_out(price_map: PriceMap) -> None:
    by_reason: dict[str, list[str]] = defaultdict(list)
    for name, reason in price_map.left_out.items():
        by_reason[reason].append(name)
    for reason, names in by_reason.items():
        click.echo(f"left out, {len(names)} {reason}: {', '.join(names)}")
