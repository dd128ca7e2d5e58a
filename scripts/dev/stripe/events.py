"""Events: what happened to an object, with a snapshot of it."""

from __future__ import annotations

import copy

from scripts.dev.stripe import objects
from scripts.dev.stripe.store import Json, State


def emit(state: State, kind: str, subject: Json) -> Json:
    """Keep an event of type ``kind`` and hand it to the deliveries."""
    return publish(state, objects.event(state, kind, copy.deepcopy(subject)))


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
