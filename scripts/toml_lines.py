"""Where each key of a TOML text stands, which ``tomllib`` does not tell: for messages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from typing import NamedTuple

Keys = tuple[str | int, ...]

TOKEN = re.compile(
    r"""
    (?P<blank> [ \t\r]+ | \#[^\n]* )
    | (?P<text> \"{3} (?: \\. | [^\\] )*? \"{3,5} | '{3} .*? '{3,5}
              | " (?: \\. | [^"\\] )* " | '[^']*' )
    | (?P<mark> [\[\]{},=.\n] )
    | (?P<bare> [^\s\[\]{},=.\#"']+ )
    """,
    re.VERBOSE | re.DOTALL,
)


def read_lines(text: str) -> dict[Keys, int]:
    """Return the line of each key, table and element of a TOML text that ``tomllib`` can read.

    Returns:
        Lines, from 1, by the way to the value: ``("plans", 0, "name")``.
    """
    return _Reader(text).read()


def find_line(lines: dict[Keys, int], keys: Sequence[str | int]) -> int:
    """Return the line of a value or, where it has none, of the closest one around it."""
    ways = (tuple(keys[:end]) for end in range(len(keys), 0, -1))
    return next((lines[way] for way in ways if way in lines), 1)


class _Token(NamedTuple):
    text: str
    line: int


class _Reader:
    """One pass over a text that is known to be right, so that nothing is checked again."""

    def __init__(self, text: str) -> None:
        self._tokens: list[_Token] = []
        line = 1
        for match in TOKEN.finditer(text):
            if match.lastgroup != "blank":
                self._tokens.append(_Token(match[0], line))
            line += match[0].count("\n")
        self._tokens.append(_Token("\n", line))
        self._tokens.reverse()
        self._lines: dict[Keys, int] = {}
        self._lengths: dict[Keys, int] = {}

    def read(self) -> dict[Keys, int]:
        table: Keys = ()
        while self._tokens:
            match self._next.text:
                case "\n":
                    self._take()
                case "[":
                    table = self._read_header()
                case _:
                    self._read_pair(table)
        return self._lines

    @property
    def _next(self) -> _Token:
        return self._tokens[-1]

    def _take(self) -> str:
        return self._tokens.pop().text

    def _skip(self, *marks: str) -> bool:
        """Take the next token if it is one of the marks."""
        return self._next.text in marks and bool(self._take())

    def _read_header(self) -> Keys:
        """Read ``[a.b]`` or ``[[a.b]]``, and return the way to the table that it opens."""
        line = self._next.line
        self._take()
        is_element = self._skip("[")
        *around, name = self._read_names()
        self._skip("]")
        self._skip("]")
        table: Keys = ()
        for outer in around:
            table = self._enter((*table, outer))
        table = (*table, name)
        self._lines.setdefault(table, line)
        if is_element:
            self._lengths[table] = self._lengths.get(table, 0) + 1
            table = self._enter(table)
            self._lines[table] = line
        return table

    def _enter(self, keys: Keys) -> Keys:
        """Return the way to the last element, if the keys lead to an array of tables."""
        return (*keys, self._lengths[keys] - 1) if keys in self._lengths else keys

    def _read_names(self) -> list[str]:
        """Read a key, which may have dots, up to what follows it."""
        names = []
        while True:
            name = self._take()
            names.append(tomllib.loads(f"key = {name}")["key"] if name[0] in "\"'" else name)
            if not self._skip("."):
                return names

    def _read_pair(self, table: Keys) -> None:
        line = self._next.line
        for name in self._read_names():
            table = (*table, name)
            self._lines.setdefault(table, line)
        self._skip("=")
        self._read_value(table)

    def _read_value(self, keys: Keys) -> None:
        if self._skip("["):
            index = 0
            while not self._skip("]"):
                if not self._skip("\n", ","):
                    self._lines[(*keys, index)] = self._next.line
                    self._read_value((*keys, index))
                    index += 1
        elif self._skip("{"):
            while not self._skip("}"):
                if not self._skip("\n", ","):
                    self._read_pair(keys)
        else:
            while self._next.text not in {",", "]", "}", "\n"}:
                self._take()
