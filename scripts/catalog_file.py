"""Catalog files: read one, check it against ``catalogs/schema.json``, write it as exact JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from scripts.errors import CommandError
from scripts.migrations import ROOT

CATALOGS = ROOT / "catalogs"


class BrokenCatalogError(CommandError):
    """A catalog file that cannot be used, in one line that says where: exit status 2."""

    exit_code = 2


def read_schema() -> dict[str, Any]:
    """Return the JSON Schema of a catalog."""
    schema: dict[str, Any] = json.loads((CATALOGS / "schema.json").read_text(encoding="utf-8"))
    return schema


def load_catalog(path: Path) -> dict[str, Any]:
    """Read a catalog file; its numbers with a point are Decimals, exactly as written.

    Raises:
        BrokenCatalogError: it cannot be read, is no TOML, or is not what the schema describes.
    """
    try:
        text = path.read_text(encoding="utf-8")
        catalog = tomllib.loads(text, parse_float=_parse_decimal)
    except OSError as error:
        raise BrokenCatalogError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise BrokenCatalogError(f"{path}: {error}") from error
    # The first error, not all: with a number out of its bounds, later checks may not even compute.
    found = next(Draft202012Validator(read_schema()).iter_errors(catalog), None)
    if found is not None:
        keys, problem = _describe(found)
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
        place = f"{path}:{_find_line(text, keys)}: {where.lstrip('.')}"
        raise BrokenCatalogError(f"{place.removesuffix(': ')}: {problem}") from found
    return catalog


def to_json(value: Any) -> str:
    """Return JSON in which a Decimal is the number that it was written as."""
    match value:
        case dict():
            pairs = (f"{json.dumps(key)}: {to_json(item)}" for key, item in value.items())
            return "{" + ", ".join(pairs) + "}"
        case list():
            return "[" + ", ".join(map(to_json, value)) + "]"
        case Decimal():
            return str(value)
    return json.dumps(value)


def _parse_decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(f"{text} is not a number that a catalog can have")
    return number


def _describe(error: ValidationError) -> tuple[list[str | int], str]:
    """Return the keys that lead to an error, and the error in words."""
    keys = list(error.absolute_path)
    item: Any = error.instance
    schema: Any = error.schema
    if error.validator == "additionalProperties":
        return [*keys, next(key for key in item if key not in schema["properties"])], "unknown key"
    if error.validator == "anyOf":
        return keys, "no price: credits, base, tools or meters"
    return keys, re.sub(r"Decimal\('(.*?)'\)", r"\1", error.message)


def _find_line(text: str, keys: Sequence[str | int]) -> int:
    """Return the line of a key or, where it has none of its own, of the table around it."""
    lines = text.splitlines()
    start = 0
    match keys:
        case [str(section), int(index), *rest]:
            tables = [n for n, line in enumerate(lines, 1) if line.startswith(f"[[{section}]]")]
            start = tables[index] if index < len(tables) else 0
            keys = rest
    for key in reversed(keys):
        for number, line in enumerate(lines[start:], start + 1):
            if line.startswith("["):
                break
            if re.match(rf"\s*{re.escape(str(key))}\s*=", line):
                return number
    return start or 1
