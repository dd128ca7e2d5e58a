"""Pieces of SQL text: quoted names, and values that travel as parameters."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql


class Parameters:
    """Collects the values of one statement; what it hands out are their placeholders."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}

    def bind(self, value: object) -> sql.Composable:
        """Take a value and return the placeholder that stands for it."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return sql.Placeholder(name)


def identifier(*names: str) -> sql.Composable:
    """Quote a (qualified) name, so that no ``%`` in it is read as a placeholder."""
    return sql.Identifier(*(name.replace("%", "%%") for name in names))


def trusted(text: str) -> sql.SQL:
    """Take as SQL a text that comes from the catalogs or from a checked alphabet.

    Never pass what a client wrote.
    """
    return sql.SQL(text.replace("%", "%%"))


def conjunction(conditions: list[sql.Composable], word: LiteralString = " and ") -> sql.Composable:
    """Join conditions; none of them is the condition that always holds."""
    return sql.SQL(word).join(conditions) if conditions else sql.SQL("true")
