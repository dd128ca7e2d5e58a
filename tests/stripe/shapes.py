"""What the library annotates, held against an object of the stand-in."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import stripe

from scripts.dev.stripe.store import Json


def faults(value: Any, annotation: Any, where: str) -> Iterator[str]:
    """Tell where a value departs from its annotation."""
    members = (
        get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    )
    if value is None:
        if NoneType not in members:
            yield f"{where} is null"
        return
    # The library opens its choices with `| str`; ours are to be among those it names.
    choices = [
        word for member in members if get_origin(member) is Literal for word in get_args(member)
    ]
    if choices and value not in choices:
        yield f"{where} is {value!r}"
    for plain in (str, int, bool):
        if members[0] is plain and type(value) is not plain:
            yield f"{where} is a {type(value).__name__}"
    for member in members:
        if isinstance(member, type) and issubclass(member, stripe.StripeObject):
            yield from object_faults(value, member, where)


def object_faults(thing: Json, resource: type[stripe.StripeObject], where: str) -> Iterator[str]:
    """Tell of unknown fields, of fields that must be there, and of wrong values."""
    known = resource.__annotations__
    for name in thing.keys() - known.keys():
        yield f"{where}.{name} is unknown"
    for name, annotation in known.items():
        if name in thing:
            yield from faults(thing[name], annotation, f"{where}.{name}")
        elif name != "OBJECT_NAME" and NoneType not in get_args(annotation):
            yield f"{where}.{name} is missing"
