"""What a price map changes in a catalog: the facts of its models, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.catalog_changes import Change
from scripts.catalog_file import BrokenCatalogError, load_catalog
from scripts.errors import CommandError
from scripts.litellm import PriceMap
from scripts.toml_edit import append_tables, edit_tables, insert_table
from scripts.toml_lines import Keys

Item = dict[str, Any]

NAME = "litellm"
FACTS = ("cost", "context_tokens", "max_output_tokens", "deprecated_at", "capabilities")
# Our choice, in dollars for 1M tokens of output: up to the first a model is cheap, up to the second
# medium, above that expensive.
CHEAP, MEDIUM = 5, 20
LONGEST_CODE = 100
NO_PRICES = ("above", "context_tokens")


@dataclass(frozen=True)
class CostImport:
    """A catalog, and the same with what a price map says of its models.

    Attributes:
        before: as ``load_catalog`` returned it.
        after: likewise, with the map's facts.
        problems: models of which the map does not say what is asked.
    """

    before: Item
    after: Item
    problems: list[str]

    def changes(self) -> Iterator[Change]:
        """Yield what differs."""
        source = self.after["cost_source"]
        yield from _compare("cost_source", NAME, self.before.get("cost_source"), source)
        before = {model["code"]: model for model in self.before.get("models", [])}
        for model in self.after["models"]:
            yield from _compare("model", model["code"], before.get(model["code"]), model)

    def edit(self, text: str) -> str:
        """Return the text of the catalog's file with the changes, and all else as it was.

        Raises:
            CommandError: the file is laid out in a way that this cannot follow, or what is new in
                it cannot be in a catalog.
        """
        models = self.before.get("models", [])
        tables: dict[Keys, Item] = {
            ("models", index): _new_values(model, self.after["models"][index])
            for index, model in enumerate(models)
            if model != self.after["models"][index]
        }
        source, old = self.after["cost_source"], self.before.get("cost_source")
        try:
            if old is not None:
                text = edit_tables(text, {("cost_source",): _new_values(old, source)})
            text = edit_tables(text, tables)
        except KeyError as error:
            where = error.args[0][0]
            raise CommandError(
                f"{where} stands inside braces", "give each its own header, as [[models]]"
            ) from error
        if old is None:
            text = insert_table(text, "cost_source", source)
        added = self.after["models"][len(models) :]
        text = append_tables(text, "models", [_to_toml(model) for model in added])
        self._check(text)
        return text

    def _check(self, text: str) -> None:
        with TemporaryDirectory() as folder:
            copy = Path(folder, "catalog.toml")
            copy.write_text(text, encoding="utf-8")
            try:
                problem = "" if load_catalog(copy) == self.after else "not all changes are in it"
            except BrokenCatalogError as error:
                problem = error.message.removeprefix(f"{copy}:").strip()
        if problem:
            hint = "write each model under [[models]], and its cost as one key or table"
            raise CommandError(f"the changed catalog would be broken: {problem}", hint)


def plan_import(catalog: Item, price_map: PriceMap, *, add_all: bool) -> CostImport:
    """Bring what the map says of the catalog's models; what it does not say stays as it is.

    Args:
        catalog: as ``load_catalog`` returned it.
        price_map: where the facts are.
        add_all: also add each model of the map that the catalog has not.
    """
    problems: list[str] = []
    models = [_update(model, price_map, problems) for model in catalog.get("models", [])]
    if add_all:
        known = {model.get("source") for model in models}
        codes = {item["code"] for item in (*models, *catalog.get("services", []))}
        for name, facts in price_map.models.items():
            if name not in known:
                models.append(_new_model(name, facts, _unused_code(name, codes)))
    after = {**catalog, "cost_source": _new_source(catalog, price_map), "models": models}
    return CostImport(catalog, after, problems)


def _new_source(catalog: Item, price_map: PriceMap) -> Item:
    """Return where the facts come from; a file of the same checksum is of the same version."""
    old = catalog.get("cost_source", {})
    is_same = old.get("sha256") == price_map.sha256
    version = price_map.version or (old.get("version") if is_same else None)
    source = {"name": NAME, "version": version, "sha256": price_map.sha256}
    return {key: value for key, value in source.items() if value is not None}


def _update(model: Item, price_map: PriceMap, problems: list[str]) -> Item:
    name = model.get("source")
    if name is None:
        return model
    facts = price_map.models.get(name)
    if facts is None:
        reason = price_map.left_out.get(name, "not in the map")
        problems.append(f"{model['code']}: {name} is {reason}")
        return model
    is_priced_by_cost = not model.keys() & {"credits_per_1k_tokens", "credits_per_1m_tokens"}
    if _is_free(facts) and is_priced_by_cost and not model.get("free"):
        problems.append(f"{model['code']}: {name} costs nothing now; say free = true, or a price")
        return model
    return {**model, **{key: facts[key] for key in FACTS if key in facts}}


def _new_model(name: str, facts: Item, code: str) -> Item:
    written = facts["cost"]["output"]
    tier = "cheap" if written <= CHEAP else "medium" if written <= MEDIUM else "expensive"
    model = {"code": code, "name": name, "provider": facts["provider"], "tier": tier}
    free = {"free": True} if _is_free(facts) else {}
    return {**model, "source": name, **{key: facts[key] for key in FACTS if key in facts}, **free}


def _is_free(facts: Item) -> bool:
    tiers = (facts["cost"], *facts["cost"].get("above", []))
    return not any(price for tier in tiers for kind, price in tier.items() if kind not in NO_PRICES)


def _unused_code(name: str, codes: set[str]) -> str:
    """Make a code of a name, and add it to those in use."""
    base = re.sub(r"[^a-z0-9._-]", "-", name.lower()).lstrip("._-") or "model"
    code, number = base[:LONGEST_CODE], 1
    while code in codes:
        number += 1
        suffix = f"-{number}"
        code = base[: LONGEST_CODE - len(suffix)] + suffix
    codes.add(code)
    return code


def _compare(kind: str, code: str, before: Item | None, after: Item) -> Iterator[Change]:
    if before is None:
        yield Change(kind, code, "added", None, after)
    elif before != after:
        yield Change(kind, code, "changed", before, after)


def _new_values(before: Item, after: Item) -> Item:
    keys = before.keys() | after.keys()
    changed = {key for key in keys if before.get(key) != after.get(key)}
    ordered = [key for key in (*after, *before) if key in changed]
    return _to_toml({key: after.get(key) for key in ordered})


def _to_toml(item: Item) -> Item:
    """Return an item with its day as a day, not as a text."""
    day = item.get("deprecated_at")
    return {**item, "deprecated_at": date.fromisoformat(day)} if day else item
