"""Lists: filters, and pages that run from the newest object to the oldest."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.params import Params
from scripts.dev.stripe.store import Json, State

# kind -> {parameter that lists the accepted values: field}
_ONE_OF = {"price": {"lookup_keys": "lookup_key"}, "event": {"types": "type"}}
Filters = Mapping[str, str | Callable[[Json, str], bool]]
_PAGING = ("limit", "starting_after", "ending_before")
_RANGES = {"gt": operator.gt, "gte": operator.ge, "lt": operator.lt, "lte": operator.le}


def list_objects(state: State, kind: str, url: str, params: Params, filters: Filters) -> Json:
    """Return one page of a kind as Stripe's list object.

    Args:
        state: Where the objects are.
        kind: Their ``object``, such as ``price``.
        url: The path of the list, which clients page by.
        params: ``limit`` (1 to 100, else 10), ``starting_after`` or ``ending_before``, ``created``
            and the kind's filters.
        filters: Parameter, such as ``a`` or ``a[b]``, to the field that must equal it, or to a
            test of an object and the parameter's value; ``a.b`` is field b of the object in a.
    """
    one_of = _ONE_OF.get(kind, {})
    extra = ("delivery_success",) if kind == "event" else ()
    params.only(*_PAGING, "created", *(it.split("[")[0] for it in filters), *one_of, *extra)
    found = _after_cursor([it for it in state.all(kind)[::-1] if not it.get("deleted")], params)
    for name, test in filters.items():
        wanted = _filter(params, name)
        if wanted is not None:
            fits = test if callable(test) else partial(_has, test)
            found = [thing for thing in found if fits(thing, wanted)]
    for name, field in one_of.items():
        if name in params:
            accepted = params.texts(name)
            found = [thing for thing in found if thing[field] in accepted]
    if (delivered := params.flag("delivery_success") if extra else None) is not None:
        found = [thing for thing in found if (thing["pending_webhooks"] == 0) is delivered]
    return _page(_created_within(found, params), url, params)


def list_all(found: list[Json], url: str, params: Params) -> Json:
    """Return one page of a list that is in the order of the answer; it has no filters."""
    params.only(*_PAGING)
    return _page(_after_cursor(found, params), url, params)


def _after_cursor(found: list[Json], params: Params) -> list[Json]:
    # Before the filters, because the object of the cursor may have left them since the last page.
    after, before = params.text("starting_after"), params.text("ending_before")
    if after is not None and before is not None:
        raise ApiError("starting_after and ending_before exclude each other", param="ending_before")
    if after is not None:
        return found[_position(found, after, "starting_after") + 1 :]
    if before is not None:
        return found[: _position(found, before, "ending_before")]
    return found


def _page(found: list[Json], url: str, params: Params) -> Json:
    limit = params.integer("limit", 1, 100) or 10
    data = found[-limit:] if "ending_before" in params else found[:limit]
    return {"object": "list", "url": url, "has_more": len(found) > limit, "data": data}


def _created_within(found: list[Json], params: Params) -> list[Json]:
    if "created" not in params:
        return found
    ranges = params.group("created").only(*_RANGES)
    for name, compare in _RANGES.items():
        bound = ranges.integer(name, 0, 2**53)
        if bound is not None:
            found = [thing for thing in found if compare(thing["created"], bound)]
    return found


def _position(found: list[Json], object_id: str, param: str) -> int:
    for position, thing in enumerate(found):
        if thing["id"] == object_id:
            return position
    raise ApiError(f"No such object: '{object_id}'", code="resource_missing", param=param)


def _filter(params: Params, name: str) -> str | None:
    group, _, inner = name.partition("[")
    return params.group(group).text(inner.removesuffix("]")) if inner else params.text(name)


def _has(path: str, thing: Json, wanted: str) -> bool:
    value: Any = thing
    for name in path.split("."):
        value = None if value is None else value[name]
    return (str(value).lower() if isinstance(value, bool) else str(value)) == wanted
