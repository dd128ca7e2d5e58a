"""One answer on its way to the client, and what becomes of its hold.

| what happens                          | the hold                                                |
|---------------------------------------|---------------------------------------------------------|
| the model comes to its end            | is captured: the tokens that it counted                 |
| the model fails                       | is released: half an answer is not what was asked for   |
| the client goes before the model began| is released: it has cost nobody anything                |
| the client goes in the middle         | is captured: what was produced. The provider charges it |
|                                       | too, and whoever left before the last word would never  |
|                                       | pay                                                     |
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

from examples.chat.models import ModelAnswer
from examples.events import SILENCE, balances, event
from examples.holds import Answer, Hold

SILENCE_SECONDS = 1.0
_FAILED = {
    "code": "PT502",
    "message": "model_failed",
    "details": None,
    "hint": "The model failed, and nothing is charged. Try again.",
}
_log = logging.getLogger(__name__)


class Reply:
    """Streams an answer, and settles its hold exactly once."""

    def __init__(self, hold: Hold, answer: ModelAnswer) -> None:
        self._hold = hold
        self._answer = answer
        self._is_settled = False
        self._has_failed = False

    def events(self) -> Iterator[str]:
        """Yield ``text`` events, and last ``done`` with usage, cost and balance, or ``error``."""
        try:
            for text in _texts(self._answer):
                self._hold.keep()
                yield event("text", text) if text else SILENCE
        except Exception:  # noqa: BLE001 - whatever it was, the answer is not whole
            _log.exception("The model failed")
            self._has_failed = True
            yield event("error", _FAILED | balances(self._settle()))
        else:
            paid = self._settle()
            more = {"usage": self._answer.usage, "cost": paid["cost"]}
            yield event("done", more | balances(paid))

    def close(self) -> None:
        """Settle what the stream has left: the client has gone, or the database had."""
        if not self._is_settled:
            self._settle()

    def _settle(self) -> Answer:
        usage = self._answer.usage
        if self._has_failed:
            answer = self._hold.release("The model failed")
        elif usage is None:
            answer = self._hold.release("The client went before the model began")
        else:
            answer = self._hold.capture(usage)
        self._is_settled = True
        return answer


def _texts(answer: ModelAnswer) -> Iterator[str | None]:
    """Yield the texts of an answer, and None for each second in which there is none.

    A model may think for minutes. Meanwhile its hold wants to be extended, and only what is
    written tells whether anybody is there.
    """
    texts = iter(answer)
    with ThreadPoolExecutor(max_workers=1) as reader:
        try:
            while True:
                coming = reader.submit(next, texts, None)
                while not wait([coming], SILENCE_SECONDS).done:
                    yield None
                text = coming.result()
                if text is None:
                    return
                yield text
        finally:
            answer.close()  # or the reader would be waited for
