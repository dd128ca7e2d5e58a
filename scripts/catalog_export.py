"""A stored catalog as a TOML file: the same content, in the order of the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.items import AoT, Array, Float, InlineTable, Item, Table, Trivia

from scripts.catalog_file import read_schema

Rule = dict[str, Any]

LONGEST_LINE = 100
TIMES: dict[str, Callable[[str], date]] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
}


def to_toml(catalog: dict[str, Any]) -> str:
    """Return a TOML file that ``load_catalog`` reads as exactly this catalog."""
    return _Writer(read_schema()).write(catalog)


class _Writer:
    def __init__(self, schema: Rule) -> None:
        self._schema = schema

    def write(self, catalog: dict[str, Any]) -> str:
        document = tomlkit.document()
        later: list[tuple[str, Item]] = []
        for key, value, rule in self._entries(catalog, self._schema):
            match value:
                case [dict(), *_]:
                    tables = AoT([])
                    for item in value:
                        tables.append(self._table(item, self._resolve(rule["items"])))
                    later.append((key, tables))
                case dict():
                    later.append((key, self._table(value, rule)))
                case _:
                    document.add(key, self._item(value, rule))
        for key, item in later:
            document.add(key, item)
        return tomlkit.dumps(document)

    def _entries(self, value: dict[str, Any], rule: Rule) -> Iterator[tuple[str, Any, Rule]]:
        """Yield an object's keys in the order of the schema, with their values and rules."""
        rule = self._resolve(rule)
        known = rule.get("properties", {})
        for key in known:
            if key in value:
                yield key, value[key], self._resolve(known[key])
        # Names that a catalog chooses: of tools and meters. The other tools stand last.
        for key in sorted(value.keys() - known.keys(), key=lambda name: (name == "*", name)):
            yield key, value[key], self._resolve(rule["additionalProperties"])

    def _resolve(self, rule: Rule) -> Rule:
        while "$ref" in rule:
            rule = self._schema["$defs"][rule["$ref"].rpartition("/")[2]]
        return rule

    def _table(self, value: dict[str, Any], rule: Rule) -> Table:
        """Return a table; what is nested deeper is inline or, where that is long, stands below."""
        table = tomlkit.table()
        below = []
        for key, inner, inner_rule in self._entries(value, rule):
            item = self._item(inner, inner_rule)
            if isinstance(item, InlineTable) and len(f"{key} = {item.as_string()}") > LONGEST_LINE:
                below.append((key, self._table(inner, inner_rule)))
            else:
                table.add(key, item)
        for key, item in below:
            table.add(key, item)
        return table

    def _item(self, value: Any, rule: Rule) -> Item:
        match value:
            case dict():
                inline = tomlkit.inline_table()
                for key, inner, inner_rule in self._entries(value, rule):
                    inline.add(key, self._item(inner, inner_rule))
                return inline
            case list():
                return self._array(value, self._resolve(rule["items"]))
            case Decimal():
                return Float(float(value), Trivia(), f"{value:f}")
            case str() if "format" in rule:
                moment = TIMES[rule["format"]](value)
                return tomlkit.item(moment if moment.isoformat() == value else value)
        item: Item = tomlkit.item(value)
        return item

    def _array(self, value: list[Any], rule: Rule) -> Array:
        array = tomlkit.array()
        for inner in value:
            array.append(self._item(inner, rule))
        if len(array.as_string()) > LONGEST_LINE * 2 // 3:
            array.multiline(multiline=True)
        return array
