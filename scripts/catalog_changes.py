"""What a catalog changes against another, told to a person: one line for each value."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from scripts.catalog_file import to_json

SIGNS = {"added": "+", "changed": "~", "removed": "-"}
# Numbers that are no amounts: their change in percent would say nothing.
NO_AMOUNT = re.compile(r"percent|^markup\.|places$|_(months|days|hours|per_minute|rewards)$")
# What tells the elements of a list apart, first found.
IDENTITIES = ("context_tokens", "from")


@dataclass(frozen=True)
class Change:
    """What a catalog adds, changes or removes, and its content before and after.

    That is an item; for the kind ``order`` the codes of a list, whose name is the code here; for
    the kind ``version`` a scheduled version that will never take effect.
    """

    kind: str
    code: str
    change: str
    before: Any
    after: Any

    def lines(self) -> Iterator[str]:
        """Describe the change: what it is about, and below that what is new or differs."""
        if self.kind == "version":
            due = self.before["effective_at"]
            yield f"- version {self.code}, which was to take effect at {due}, is withdrawn"
            return
        yield f"{SIGNS[self.change]} {self.kind} {self.code}"
        if self.kind == "order":
            yield f"    {_show(self.before)} -> {_show(self.after)}"
        elif self.change == "added":
            for path, value in _flatten(self.after).items():
                if path != "code":
                    yield f"    {path}: {_show(value)}"
        elif self.change == "changed":
            before, after = _flatten(self.before), _flatten(self.after)
            for path in sorted(before.keys() | after.keys()):
                old, new = before.get(path), after.get(path)
                if old != new:
                    yield f"    {path}: {_compare(path, old, new)}"


def count(changes: Sequence[Change]) -> str:
    """Say how much changes: ``1 added, 2 changed, 1 withdrawn``."""
    words = Counter("withdrawn" if c.kind == "version" else c.change for c in changes)
    order = (*SIGNS, "withdrawn")
    return ", ".join(f"{words[word]} {word}" for word in order if words[word])


def _flatten(value: Any, path: str = "") -> dict[str, Any]:
    """Return nested values by path: ``cost.above[200000].input``. A list of texts is one value."""
    found: dict[str, Any] = {}
    match value:
        case dict() if value:
            for key in sorted(value):
                found |= _flatten(value[key], f"{path}.{key}" if path else key)
        case [dict(), *_]:
            for item in value:
                name = next(key for key in IDENTITIES if key in item)
                rest = {key: item[key] for key in item if key != name}
                found |= _flatten(rest, f"{path}[{item[name]}]")
        case _:
            found[path] = value
    return found


def _compare(path: str, old: Any, new: Any) -> str:
    match old, new:
        case (bool(), _) | (_, bool()):
            pass
        case list(), list() if set(old) != set(new):
            gone = (f"- {_show(item)}" for item in old if item not in new)
            come = (f"+ {_show(item)}" for item in new if item not in old)
            return ", ".join([*gone, *come])
        case (int() | Decimal(), int() | Decimal()) if old and not NO_AMOUNT.search(path):
            return f"{_show(old)} -> {_show(new)} ({_percent(old, new)} %)"
    return f"{_show(old)} -> {_show(new)}"


def _percent(old: int | Decimal, new: int | Decimal) -> str:
    percent = (Decimal(new) / Decimal(old) - 1) * 100
    places = 1 if abs(percent) >= Decimal("0.05") else 6
    return f"{percent:+.{places}f}".rstrip("0").rstrip(".")


def _show(value: Any) -> str:
    match value:
        case None:
            return "none"
        case Decimal():
            return f"{value:f}"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(map(_show, value))}]"
    return to_json(value)
