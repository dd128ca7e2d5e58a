"""A call that is metered: the minutes it has talked are always among those that are held."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator

import psycopg

from examples.events import SILENCE, balances, event
from examples.holds import Answer, Hold

FIRST_MINUTES = 2
_log = logging.getLogger(__name__)


class Call:
    """Meters a call for as long as its events are read: to close the stream is to hang up.

    While the last held minute runs, one more is held. Where that is refused the call is cut at the
    end of the minute; credits bought in time let it go on. So a capture at the end never comes to
    more than is held, and it always succeeds. What is charged is what was talked, to a hundredth.
    """

    def __init__(self, hold: Hold, name: str, minute: float, until: float) -> None:
        """Begin a call.

        Args:
            hold: of the first minutes.
            name: makes the keys of further holds.
            minute: how many seconds it has.
            until: after how many minutes the other side hangs up.
        """
        self._hold = hold
        self._name = name
        self._minute = minute
        self._until = until
        self._held = FIRST_MINUTES
        self._began_at = time.monotonic()
        self._minutes: float | None = None
        self._is_charged = False

    def events(self) -> Iterator[str]:
        """Yield ``minute`` as each begins, ``low`` where no more can be held, last ``ended``."""
        begun = 0
        warned_at = 0
        while self._talked < min(self._held, self._until):
            is_last = self._held - 1 < self._talked and self._held < self._until
            refusal = self._hold_another() if is_last else None
            if refusal and warned_at < self._held:
                warned_at = self._held
                left = round(self._held - self._talked, 2)
                yield event("low", {"minutes_left": left, "message": refusal})
            if self._talked >= begun:
                begun += 1
                yield event("minute", {"minute": begun, "held_minutes": self._held})
            else:
                yield SILENCE
            time.sleep(min(1.0, self._minute / 20))
        reason = "hung_up" if self._until <= self._held else "cut"
        paid = self._charge()
        more = {"reason": reason, "minutes": self._minutes, "cost": paid["cost"]}
        yield event("ended", more | balances(paid))

    def close(self) -> None:
        """Charge what was talked, if that is not done: the caller has hung up."""
        if not self._is_charged:
            self._charge()

    @property
    def _talked(self) -> float:
        return (time.monotonic() - self._began_at) / self._minute

    def _hold_another(self) -> str | None:
        """Return why not; None where one more minute is held now."""
        try:
            self._hold.enlarge(f"{self._name}:{self._held + 1}", self._held + 1)
        except psycopg.Error as error:
            _log.info("No further minute is held: %s", error)
            is_refusal = (error.sqlstate or "").startswith("PT4")
            return (is_refusal and error.diag.message_primary) or "database_unavailable"
        self._held += 1
        return None

    def _charge(self) -> Answer:
        if self._minutes is None:  # as it ended: another try charges the same
            talked = min(self._talked, self._held, self._until)
            self._minutes = max(math.ceil(round(talked * 100, 6)), 1) / 100
        paid = self._hold.capture({"minutes": self._minutes})
        self._is_charged = True
        return paid
