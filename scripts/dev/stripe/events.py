"""Events: what happened to an object, with a snapshot of it."""

from __future__ import annotations

import copy

from scripts.dev.stripe import objects
from scripts.dev.stripe.store import Json, State


def emit(state: State, kind: str, subject: Json, previous: Json | None = None) -> Json:
    """Keep an event of type ``kind`` and hand it to the deliveries.

    Args:
        state: Where the event is kept.
        kind: Such as ``charge.refunded``.
        subject: The object as it is now; the event gets a copy.
        previous: What the fields that changed were before, for ``previous_attributes``.
    """
    event = objects.event(state, kind, copy.deepcopy(subject))
    if previous is not None:
        event["data"]["previous_attributes"] = previous
    return publish(state, event)


def publish(state: State, event: Json) -> Json:
    """Keep this event as it is and hand it to the deliveries."""
    state.put(event)
    state.on_event(event)
    return event


def created(state: State, subject: Json) -> Json:
    """Keep a new object, tell of it, and return it."""
    state.put(subject)
    emit(state, f"{subject['object']}.created", subject)
    return subject


def updated(state: State, kind: str, subject: Json, changes: Json) -> Json:
    """Change an object, tell what its fields were before, and return it; tell nothing of nothing.

    Args:
        state: Keeps the event.
        kind: The event's type, such as ``price.updated``.
        subject: The object itself.
        changes: Fields to their new values.
    """
    before = {name: subject[name] for name, value in changes.items() if subject[name] != value}
    if before:
        before = copy.deepcopy(before)
        subject |= changes
        emit(state, kind, subject, before)
    return subject
