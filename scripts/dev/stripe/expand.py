"""``expand``: replace ids by the objects they name, in a copy of the answer."""

from __future__ import annotations

import copy
from collections.abc import Iterable

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.store import Json, State

_DEEPEST = 4


def expand(state: State, answer: Json, paths: Iterable[str]) -> Json:
    """Return a copy of the answer with every path expanded, such as ``data.payment_intent``.

    What ``hidden`` holds as expandable (a session's ``line_items``) can be asked for too.

    Raises:
        ApiError: 400, a path of more than four names, or one that cannot be expanded.
    """
    answer = copy.deepcopy(answer)
    for path in paths:
        names = path.split(".")
        if len(names) > _DEEPEST:
            raise ApiError(f"Expansion is too deep: {path}", param="expand")
        _expand(state, answer, names, path)
    return answer


def _expand(state: State, thing: Json, names: list[str], path: str) -> None:
    name, rest = names[0], names[1:]
    shown = state.hidden.get(thing.get("id", ""), {}).get("expandable", {})
    if name in shown:
        thing.setdefault(name, copy.deepcopy(shown[name]))
    value = thing.get(name)
    found = state.find(value) if isinstance(value, str) else value
    if name not in thing or (found is None and value is not None):
        raise ApiError(f"Cannot be expanded: {path}", param="expand")
    thing[name] = found = copy.deepcopy(found)
    for item in found if isinstance(found, list) else [found]:
        if rest and isinstance(item, dict):
            _expand(state, item, rest, path)
