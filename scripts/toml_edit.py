"""Changes to a TOML file that leave its comments, order and layout as they are."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from scripts.toml_lines import Keys, read_lines

GROUPED_FROM = 10_000


@dataclass(frozen=True)
class _Edit:
    """Lines to put in the place of others, counted from 0; ``end`` is no longer replaced."""

    start: int
    end: int
    lines: tuple[str, ...]


def edit_tables(text: str, changes: Mapping[Keys, Mapping[str, Any]]) -> str:
    r"""Change keys of tables that have a header of their own.

    Args:
        text: of a TOML file, with lines that end in ``\n``.
        changes: by the way to the table, as ``("models", 0)``: its keys and their new values; None
            takes a key away. Numbers are exact, dates are ``date``.

    Raises:
        KeyError: there is no such table, or it is written inside braces.
    """
    lines, places = text.split("\n"), read_lines(text)
    edits = [
        edit
        for table, values in changes.items()
        for edit in _edit_table(lines, places, table, values)
    ]
    for edit in sorted(edits, key=lambda each: (each.start, each.end), reverse=True):
        lines[edit.start : edit.end] = edit.lines
    return "\n".join(lines)


def append_tables(text: str, name: str, tables: list[dict[str, Any]]) -> str:
    """Add elements of an array of tables at the end of a TOML file."""
    blocks = ("\n".join((f"\n[[{name}]]", *_pairs(table))) for table in tables)
    return text.rstrip("\n") + "".join(f"\n{block}" for block in blocks) + "\n"


def insert_table(text: str, name: str, table: Mapping[str, Any]) -> str:
    """Add a table, which stands after the keys before the first header."""
    lines, places = text.split("\n"), read_lines(text)
    end = _end_of_keys(lines, places, ())
    lines[end:end] = ["", f"[{name}]", *_pairs(table)]
    return "\n".join(lines)


def _edit_table(
    lines: list[str], places: dict[Keys, int], table: Keys, values: Mapping[str, Any]
) -> Iterator[_Edit]:
    if not _is_header(lines[places[table] - 1]):
        raise KeyError(table)
    new = {}
    for key, value in values.items():
        way = (*table, key)
        start = places.get(way, 0) - 1
        if start >= 0 and not _is_header(lines[start]):
            end = _end_of_value(lines, start)
            pair = () if value is None else _pair(key, value, _comment(lines, start, end))
            yield _Edit(start, end, pair)
            continue
        if start >= 0:  # a table of its own, as [models.cost]
            inside = [each for each in places if each[: len(way)] == way]
            last = max(
                (each for each in inside if _is_header(lines[places[each] - 1])),
                key=lambda each: (places[each], len(each)),
            )
            yield _Edit(start, _end_of_keys(lines, places, last), ())
        new[key] = value
    if new:
        end = _end_of_keys(lines, places, table)
        yield _Edit(end, end, tuple(_pairs(new)))


def _end_of_keys(lines: list[str], places: dict[Keys, int], table: Keys) -> int:
    """Return the line after a table's own keys, where another one can stand."""
    own = (place - 1 for keys, place in places.items() if keys[:-1] == table)
    ends = (_end_of_value(lines, start) for start in own if not _is_header(lines[start]))
    return max(ends, default=places.get(table, 0))


def _is_header(line: str) -> bool:
    return line.lstrip().startswith("[")


def _end_of_value(lines: list[str], start: int) -> int:
    """Return the line after a key and its value, which begin on the line ``start``."""
    for end in range(start + 1, len(lines) + 1):
        if _is_toml("\n".join(lines[start:end])):
            return end
    raise AssertionError(f"no value ends after line {start + 1}")  # the text was TOML as a whole


def _is_toml(text: str) -> bool:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return False
    return True


def _comment(lines: list[str], start: int, end: int) -> str:
    """Return the comment behind a key's value."""
    *before, last = lines[start:end]
    marks = (place for place, sign in enumerate(last) if sign == "#")
    first = next((m for m in marks if _is_toml("\n".join((*before, last[:m])))), len(last))
    return last[first:]


def _pair(key: str, value: Any, comment: str) -> tuple[str, ...]:
    *before, last = f"{key} = {_write(value)}".splitlines()
    return (*before, f"{last}  {comment}".rstrip())


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if value is not None:
            yield from _pair(key, value, "")


def _write(value: Any) -> str:
    """Return a value as TOML; a list of tables has a line for each of them."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return f"{value:_}" if abs(value) >= GROUPED_FROM else str(value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case dict():
            return f"{{ {', '.join(f'{key} = {_write(item)}' for key, item in value.items())} }}"
        case [dict(), *_]:
            return "\n".join(("[", *(f"    {_write(item)}," for item in value), "]"))
        case list():
            return f"[{', '.join(map(_write, value))}]"
    return json.dumps(value, ensure_ascii=False)
