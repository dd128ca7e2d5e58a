"""Faults of the API itself, planned by a test: each strikes a counted number of requests."""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, get_args

from flask import Blueprint, Response, g, request

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.store import Json

# rate_limit 429, error 500, unavailable 503: nothing is done. hang: done and answered late.
# cut: done, half of the answer. lost: done, no answer at all.
Kind = Literal["rate_limit", "error", "unavailable", "hang", "cut", "lost"]
KINDS: tuple[str, ...] = get_args(Kind)

_REFUSALS = {
    "rate_limit": (429, "invalid_request_error", "rate_limit"),
    "error": (500, "api_error", None),
    "unavailable": (503, "api_error", None),
}
_MOST_SECONDS = 60.0


@dataclass
class _Fault:
    kind: str
    method: str
    path: str
    times: int
    seconds: float

    def strikes(self, method: str, path: str) -> bool:
        return fnmatchcase(method, self.method) and fnmatchcase(path, self.path)


class Faults:
    """The faults that are still to strike; every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Fault] = []

    def inject(
        self,
        kind: str,
        method: str = "*",
        path: str = "/v1/*",
        times: int = 1,
        seconds: float = 1.0,
    ) -> None:
        """Let the next requests that match fail; of several faults the oldest strikes first.

        Args:
            kind: rate_limit, error, unavailable, hang, cut or lost.
            method: Such as POST; ``*`` is any.
            path: Such as ``/v1/payment_intents``; ``*`` stands for any characters.
            times: How many requests it strikes.
            seconds: What ``Retry-After`` tells, or how long ``hang`` waits.

        Raises:
            ApiError: 400, there is no such kind, or a number is out of bounds.
        """
        if kind not in KINDS:
            raise ApiError(f"A fault can be {', '.join(KINDS)}", param="kind")
        if times < 1 or not 0 <= seconds <= _MOST_SECONDS:
            raise ApiError(f"A fault strikes at least once, in 0 to {_MOST_SECONDS:.0f} seconds")
        with self._lock:
            self._faults.append(_Fault(kind, method, path, times, seconds))

    def clear(self) -> None:
        """Forget the faults that have not struck."""
        with self._lock:
            self._faults.clear()

    def left(self) -> int:
        """Return how many requests are still to be struck."""
        with self._lock:
            return sum(fault.times for fault in self._faults)

    def guard(self, routes: Blueprint) -> None:
        """Strike requests of the application that ``routes`` is registered with."""
        routes.before_app_request(self._before)
        routes.after_app_request(_after)

    def _take(self, method: str, path: str) -> _Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.strikes(method, path):
                    fault.times -= 1
                    self._faults = [it for it in self._faults if it.times]
                    return fault
        return None

    def _before(self) -> tuple[Json, int, dict[str, str]] | None:
        # The state is not locked here, so a request that hangs keeps no other one waiting.
        g.fault = fault = self._take(request.method, request.path)
        if fault is None:
            return None
        if fault.kind == "hang":
            time.sleep(fault.seconds)
        if fault.kind not in _REFUSALS:
            return None
        status, kind, code = _REFUSALS[fault.kind]
        error = ApiError("A fault that was asked for", status=status, type=kind, code=code)
        waits = {"Retry-After": f"{fault.seconds:.0f}"} if status == 429 else {}
        return error.body(), status, waits


def _after(response: Response) -> Response:
    fault = g.get("fault")
    if fault and fault.kind == "cut":
        body = response.get_data()
        response.set_data(body[: len(body) // 2])
        response.headers["Content-Length"] = str(len(body))
    if fault and fault.kind == "lost":
        connection: socket.socket = request.environ["werkzeug.socket"]
        connection.shutdown(socket.SHUT_RDWR)
    return response
