"""Acts of a history: marked methods, of which each step of a history draws one.

Hypothesis' own rules switch each other off in most histories, and its choices repeat themselves
and prefer what is small. Here each act comes as often as its weight says, with any arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from hypothesis import note

F = TypeVar("F", bound=Callable[..., None])


@dataclass(frozen=True)
class Act:
    """How a method is drawn as a step: how often it comes, when it can, and its arguments."""

    weight: int
    when: Callable[[Any], Any]
    arguments: dict[str, Sequence[Any]]


def act(
    weight: int = 1, when: Callable[[Any], Any] = bool, **arguments: Sequence[Any]
) -> Callable[[F], F]:
    """Mark a method as an act, which can happen ``when`` the machine is so.

    Args:
        weight: how often it comes, compared with others.
        when: called with the machine.
        arguments: what each argument is drawn from.
    """

    def mark(method: F) -> F:
        method.act = Act(weight, when, arguments)  # type: ignore[attr-defined]
        return method

    return mark


def play(machine: object, chance: Random, focus: Sequence[str] = ()) -> None:
    """Draw an act that can happen now, and let it happen; those of some files come more often."""
    marked = [
        (name, method)
        for name in sorted(dir(type(machine)))
        if hasattr(method := getattr(type(machine), name), "act")
    ]
    possible = {name: method.act for name, method in marked if method.act.when(machine)}
    weights = [
        method.act.weight * (5 if method.__module__.endswith(tuple(focus)) else 1)
        for name, method in marked
        if name in possible
    ]
    (name,) = chance.choices(list(possible), weights)
    drawn = {it: chance.choice(values) for it, values in possible[name].arguments.items()}
    note(f"{name}({', '.join(f'{it}={value!r}' for it, value in drawn.items())})")
    getattr(machine, name)(**drawn)
