"""Calls over HTTP: one request for each, whose events last for as long as it does."""

from __future__ import annotations

import math
from uuid import uuid4

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from edge.auth import signed_in_user
from edge.body import read_body
from edge.errors import bad_argument
from examples.events import stream
from examples.holds import Hold
from examples.voice.call import FIRST_MINUTES, Call

SERVICE = "voice_call"
LONGEST_MINUTES = 60
_SPARE_MINUTES = 2


def voice_routes(minute: float) -> Blueprint:
    """Return the routes, for minutes of so many seconds."""
    routes = Blueprint("voice", __name__)

    @routes.post("/api/voice/calls")
    def call() -> ResponseReturnValue:
        """Talk: ``{minutes?}``, after how many the other side hangs up; 60 at most.

        Returns:
            200 and the events of `Call`; 402 where the first minutes cannot be held.

        Nobody is rung up: put what carries the voice in its place. It ends the stream when it ends.
        """
        user_id = signed_in_user()
        until = _read_minutes()
        name = f"call:{uuid4()}"
        hold = Hold(
            current_app.extensions["pool"],
            user_id,
            name,
            SERVICE,
            quantity=FIRST_MINUTES,
            reference=name,
            ttl_seconds=math.ceil((FIRST_MINUTES + _SPARE_MINUTES) * minute),
        )
        talk = Call(hold, name, minute, until)
        return stream(talk.events(), talk.close)

    return routes


def _read_minutes() -> float:
    minutes = read_body("minutes").get("minutes", LONGEST_MINUTES)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise _invalid_minutes()
    if not 0 < minutes <= LONGEST_MINUTES:
        raise _invalid_minutes()
    return float(minutes)


def _invalid_minutes() -> Exception:
    return bad_argument("invalid_minutes", f"Talk for 0 to {LONGEST_MINUTES} minutes.")
