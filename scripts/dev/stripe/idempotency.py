"""Idempotency keys: a POST that is repeated under its key gets the first answer again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.store import Clock

KEPT_SECONDS = 24 * 3600
_LONGEST = 255


@dataclass(frozen=True)
class _Answer:
    request: str
    outcome: bytes | ApiError
    at: int


class Answers:
    """The answers given under a key during the last 24 hours. Use it inside the state's lock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._answers: dict[str, _Answer] = {}

    def once(self, key: str, request: str, act: Callable[[], bytes]) -> tuple[bytes, bool]:
        """Act, or replay what acting answered before.

        A refusal keeps nothing, so that the corrected request may use the same key; but a card that
        did not pay (402) was charged, and does not pay again under the key.

        Args:
            key: The caller's Idempotency-Key.
            request: Method, path and parameters, in one comparable text.
            act: Serves the request and returns the answer's body.

        Returns:
            The body, and whether it is a replay.

        Raises:
            ApiError: ``idempotency_error`` if the key was used for another request; 402 as above.
        """
        if len(key) > _LONGEST:
            raise ApiError(
                f"An idempotency key has at most {_LONGEST} characters", type="idempotency_error"
            )
        known = self._answers.get(key)
        if known is None or known.at + KEPT_SECONDS <= self._clock.now():
            outcome = _outcome(act)
            self._answers[key] = _Answer(request, outcome, self._clock.now())
            return _told(outcome), False
        if known.request != request:
            raise ApiError(
                "This idempotency key was used with another request", type="idempotency_error"
            )
        return _told(known.outcome), True


def _outcome(act: Callable[[], bytes]) -> bytes | ApiError:
    try:
        return act()
    except ApiError as error:
        if error.status != 402:
            raise
        return error


def _told(outcome: bytes | ApiError) -> bytes:
    if isinstance(outcome, ApiError):
        raise outcome
    return outcome
