"""Catalog files: read one, check it against ``catalogs/schema.json``, write it as exact JSON."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from scripts.catalog_rules import find_contradictions
from scripts.errors import CommandError
from scripts.migrations import ROOT
from scripts.toml_lines import Keys, find_line, read_lines

CATALOGS = ROOT / "catalogs"
MOST_PLACES = 36  # of any number; as many as the database keeps of a price made from a cost
FORMATS = FormatChecker(formats=())
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(
    DAY.pattern + r"[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})", re.ASCII
)
EXAMPLES = {
    "date": "a date, such as 2026-12-01",
    "date-time": "a time with its offset, such as 2026-12-01T00:00:00Z",
}


class BrokenCatalogError(CommandError):
    """A catalog file that cannot be used, in one line that says where: exit status 2."""

    exit_code = 2


def read_schema() -> dict[str, Any]:
    """Return the JSON Schema of a catalog."""
    schema: dict[str, Any] = json.loads((CATALOGS / "schema.json").read_text(encoding="utf-8"))
    return schema


def load_catalog(path: Path) -> dict[str, Any]:
    """Read a catalog file.

    Returns:
        What stands in it: numbers with a point are Decimals, exactly as written, and dates and
        times are texts, as JSON has them.

    Raises:
        BrokenCatalogError: it cannot be read, is no TOML, is not what the schema describes, or
            contradicts itself.
    """
    try:
        text = path.read_bytes().decode()
        catalog = read_toml(text)
    except OSError as error:
        raise BrokenCatalogError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise BrokenCatalogError(f"{path}:{line}: {error}") from error
    except ValueError as error:
        raise BrokenCatalogError(f"{path}: {error}") from error
    # The first problem, not all: after a number that is none, later checks may not even compute.
    found = next(_find_problems(catalog), None)
    if found is not None:
        keys, problem = found
        line = find_line(read_lines(text), keys)
        where = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in keys)
        place = f"{path}:{line}: {where.lstrip('.')}".removesuffix(": ")
        raise BrokenCatalogError(f"{place}: {problem}")
    return catalog


def read_toml(text: str) -> dict[str, Any]:
    """Return what stands in a TOML text, whatever it is; see ``load_catalog``.

    Raises:
        ValueError: it is no TOML, or more than can be read.
    """
    try:
        catalog: dict[str, Any] = _to_plain(tomllib.loads(text, parse_float=read_decimal))
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    return catalog


def read_decimal(text: str) -> Decimal:
    """Read a number exactly.

    Raises:
        ValueError: it is too large or too small to be kept.
    """
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text} is beyond all numbers") from error


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


def from_json(text: str) -> Any:
    """Read JSON as ``load_catalog`` reads TOML: with exact numbers."""
    return json.loads(text, parse_float=Decimal)


def place_of(path: Path, catalog: dict[str, Any], problem: str) -> str:
    """Return the file and line of the item with whose code a problem of the database begins."""
    code = problem.partition(": ")[0]
    for section in ("services", "models"):
        for index, item in enumerate(catalog.get(section, [])):
            if item["code"] == code:
                lines = read_lines(path.read_text(encoding="utf-8"))
                return f"{path}:{find_line(lines, (section, index))}"
    return str(path)


def _to_plain(value: Any) -> Any:
    """Return a value of TOML in types that JSON has."""
    match value:
        case dict():
            return {key: _to_plain(item) for key, item in value.items()}
        case list():
            return [_to_plain(item) for item in value]
        case date() | time():  # a datetime is a date
            return value.isoformat()
    return value


def _find_problems(catalog: dict[str, Any]) -> Iterator[tuple[Keys, str]]:
    yield from _find_non_numbers((), catalog)
    validator = Draft202012Validator(read_schema(), format_checker=FORMATS)
    yield from map(_describe, validator.iter_errors(catalog))
    yield from find_contradictions(catalog)


def _find_non_numbers(keys: Keys, value: Any) -> Iterator[tuple[Keys, str]]:
    match value:
        case dict():
            for key, item in value.items():
                yield from _find_non_numbers((*keys, key), item)
        case list():
            for index, item in enumerate(value):
                yield from _find_non_numbers((*keys, index), item)
        case Decimal() if not value.is_finite():
            yield keys, f"{value} is not a number that a catalog can have"
        case Decimal() if int(value.as_tuple().exponent) < -MOST_PLACES:
            yield keys, f"{value} has more than {MOST_PLACES} decimal places"


def _describe(error: ValidationError) -> tuple[Keys, str]:
    """Return the keys that lead to an error, and the error in words."""
    keys: Keys = tuple(error.absolute_path)
    item: Any = error.instance
    rule: Any = error.validator_value
    match error.validator:
        case "additionalProperties":
            known = error.schema["properties"]  # type: ignore[index]
            return (*keys, next(key for key in item if key not in known)), "unknown key"
        case "anyOf":
            *names, last = (name for option in rule for name in option["required"])
            return keys, f"no price: {', '.join(names)} or {last}"
        case "not" if "required" in rule:
            return (*keys, *rule["required"]), "a second price of the same"
        case "format":
            return keys, f"{item!r} is not {EXAMPLES[rule]}"
    return keys, re.sub(r"Decimal\('(.*?)'\)", r"\1", error.message)


@FORMATS.checks("date-time", raises=ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or bool(
        MOMENT.fullmatch(value) and datetime.fromisoformat(value)
    )


@FORMATS.checks("date", raises=ValueError)
def _is_day(value: object) -> bool:
    return not isinstance(value, str) or bool(DAY.fullmatch(value) and date.fromisoformat(value))
