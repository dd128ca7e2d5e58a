"""What a check says: one line, how bad it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """The result of one check.

    Attributes:
        state: ``warn`` can wait for a working day, ``fail`` cannot.
        name: of the check, one word.
        what: what was found.
        todo: what to do about it; empty when there is nothing to do.
    """

    state: Literal["ok", "warn", "fail"]
    name: str
    what: str
    todo: str = ""

    def show(self) -> str:
        """Return it as a line."""
        return f"{self.state} {self.name}: {self.what}" + (f"; {self.todo}" if self.todo else "")


def ok(name: str, what: str) -> Line:
    """Return a line about what is well."""
    return Line("ok", name, what)


def warn(name: str, what: str, todo: str) -> Line:
    """Return a line about what should be put right."""
    return Line("warn", name, what, todo)


def fail(name: str, what: str, todo: str) -> Line:
    """Return a line about what is wrong now."""
    return Line("fail", name, what, todo)


def some(items: Collection[str]) -> str:
    """Return the first of some names in a line, and how many more there are."""
    shown = ", ".join(list(items)[:_SHOWN])
    more = len(items) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def ago(seconds: float) -> str:
    """Return a length of time in its largest whole unit."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{max(int(seconds), 0)} s"
