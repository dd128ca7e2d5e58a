"""What a chat needs of a model, and a stand-in that needs no network and always says the same."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import Protocol

Usage = dict[str, int]

SAYING = (
    "The moon pulls at the near side of the sea, and least of all at the far one; so the water"
    " stands high on both, and the earth turns below them once a day."
)
_SLOWLY = 20  # times slower


class ModelAnswer(Protocol):
    """An answer on its way: iterate over its texts; another thread may close it meanwhile."""

    @property
    def usage(self) -> Usage | None:
        """``{input_tokens, output_tokens}`` so far; None while the model has taken nothing in."""

    def __iter__(self) -> Iterator[str]: ...

    def close(self) -> None:
        """Let the model stop; the iteration ends, one way or another."""


class Model(Protocol):
    """Whatever answers prompts."""

    def answer(self, prompt: str, max_tokens: int) -> ModelAnswer:
        """Return an answer that begins when it is iterated over; failures are raised then."""


class StandIn:
    """A model whose tokens are words.

    A prompt with the word ``/fail`` makes it fail half way, one with ``/slow`` take its time.
    """

    def __init__(self, pause: float = 0.05) -> None:
        """Make it pause so many seconds before each word."""
        self._pause = pause

    def answer(self, prompt: str, max_tokens: int) -> ModelAnswer:
        """Return an answer that begins when it is iterated over."""
        return StandInAnswer(prompt.split(), max_tokens, self._pause)


class StandInAnswer:
    """The same words as always, up to a number of them."""

    def __init__(self, prompt: list[str], max_tokens: int, pause: float) -> None:
        self.usage: Usage | None = None
        self._prompt = prompt
        self._words = SAYING.split()[:max_tokens]
        self._pause = pause * (_SLOWLY if "/slow" in prompt else 1)
        self._is_closed = Event()

    def __iter__(self) -> Iterator[str]:
        if self._is_closed.is_set():
            return
        self.usage = {"input_tokens": len(self._prompt), "output_tokens": 0}
        for count, word in enumerate(self._words, start=1):
            if self._is_closed.wait(self._pause):
                return
            if "/fail" in self._prompt and count > len(self._words) / 2:
                raise ConnectionError("the stand-in was told to fail")
            self.usage["output_tokens"] = count
            yield f"{word} "

    def close(self) -> None:
        """Say no further word."""
        self._is_closed.set()
