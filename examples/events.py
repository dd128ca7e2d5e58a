"""Server-sent events: their text, and a response that notices when nobody listens any more."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from flask import Response

from examples.holds import Answer

# A comment, which readers skip. Only who writes learns that the client has gone.
SILENCE = ":\n\n"


def event(name: str, data: object) -> str:
    """Return one event; the data is sent as JSON, on one line."""
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def balances(answer: Answer) -> Answer:
    """Return what a last event tells of an answer of the database, in credits."""
    return {name: answer[name] for name in ("balance", "held", "available")}


def stream(events: Iterator[str], close: Callable[[], None]) -> Response:
    """Answer with events.

    Args:
        events: closed when the client has gone.
        close: called once at the end, however it comes; also when nothing was ever sent, which
            leaves a generator that has not begun, and so no ``finally`` of it.
    """
    response = Response(events, mimetype="text/event-stream")
    response.cache_control.no_store = True
    response.headers["X-Accel-Buffering"] = "no"  # proxies pass each event on at once
    response.call_on_close(close)
    return response
