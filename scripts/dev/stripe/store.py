"""The state of the stand-in: every object in memory, behind one lock, on one clock."""

from __future__ import annotations

import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from scripts.dev.stripe.errors import missing

Json = dict[str, Any]
Operation = Callable[..., Json]  # (state, params, *ids of the path)


class Clock:
    """The time that objects are stamped with: the machine's, or one that stands still."""

    def __init__(self, now: int | None = None) -> None:
        self.frozen_at = now

    def now(self) -> int:
        """Return the time in Unix seconds."""
        return int(time.time()) if self.frozen_at is None else self.frozen_at


class State:
    """Objects by kind and id, oldest first. Hold ``lock`` around every use.

    Attributes:
        lock: Re-entrant; a request is served wholly inside it.
        public_url: Where browsers reach the stand-in, without a trailing slash.
        clock: The time of everything but signatures.
        hidden: By object id, what Stripe knows of an object but does not show with it.
        on_event: Called with each new event, inside the lock.
    """

    def __init__(self, public_url: str, clock: Clock) -> None:
        self.lock = threading.RLock()
        self.public_url = public_url.rstrip("/")
        self.clock = clock
        self.hidden: dict[str, Json] = {}
        self.on_event: Callable[[Json], object] = lambda _event: None
        self._objects: defaultdict[str, dict[str, Json]] = defaultdict(dict)

    def new_id(self, prefix: str) -> str:
        """Return an id that no run before this one has used either."""
        return f"{prefix}_{secrets.token_hex(12)}"

    def new_fingerprint(self) -> str:
        """Return what Stripe would tell a card by that was never used before."""
        return secrets.token_hex(8)

    def put(self, thing: Json) -> Json:
        """Keep an object under its ``object`` and ``id``, and return it."""
        self._objects[thing["object"]][thing["id"]] = thing
        return thing

    def get(self, kind: str, object_id: str, param: str = "id") -> Json:
        """Return the object itself, not a copy.

        Raises:
            ApiError: ``resource_missing``, blaming ``param``; 404 for ``id``, else 400.
        """
        try:
            return self._objects[kind][object_id]
        except KeyError:
            raise missing(kind, object_id, param) from None

    def all(self, kind: str) -> list[Json]:
        """Return the objects of a kind, oldest first."""
        return list(self._objects[kind].values())

    def find(self, object_id: str) -> Json | None:
        """Return the object of this id, whatever its kind."""
        return next((kind[object_id] for kind in self._objects.values() if object_id in kind), None)
