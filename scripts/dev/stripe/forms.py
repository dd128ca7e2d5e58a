"""Bracketed form fields to nested dictionaries: ``a[b][0]=x`` to ``{"a": {"b": {"0": "x"}}}``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from scripts.dev.stripe.errors import ApiError

_NAME = re.compile(r"[^\[\]]+(\[[^\[\]]*\])*")
_DEEPEST = 8


def parse(fields: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Nest the fields. A list stays a dictionary by index; ``a[]`` takes the next index.

    The last of several fields of one name wins.

    Raises:
        ApiError: 400, unbalanced brackets, too deep, or a name that is both a text and a group.
    """
    nested: dict[str, Any] = {}
    for name, value in fields:
        parts = name.replace("]", "").split("[")
        if not _NAME.fullmatch(name) or len(parts) > _DEEPEST:
            raise ApiError(f"Malformed parameter name: {name}", param=name)
        group = nested
        for part in parts[:-1]:
            group = group.setdefault(part or str(len(group)), {})
            if not isinstance(group, dict):
                raise ApiError(f"Parameter is both a text and a group: {name}", param=name)
        last = parts[-1] or str(len(group))
        if isinstance(group.get(last), dict):
            raise ApiError(f"Parameter is both a text and a group: {name}", param=name)
        group[last] = value
    return nested
