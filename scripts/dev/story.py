"""A scenario that is played and shown: numbered steps, each call with its answer, and checks."""

from __future__ import annotations

import json
import textwrap
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from postgrest.exceptions import APIError
from supabase import Client

WIDTH = 96


class Executable(Protocol):
    """A request of supabase-py that is not sent yet."""

    def execute(self) -> Any:
        """Send it."""


class WrongAnswerError(Exception):
    """An answer is not what the scenario promises; the message says which and how."""


class Story:
    """Plays calls one after the other, prints them, and fails at the first wrong answer.

    Attributes:
        steps: how many were begun.
        title: of the last one.
    """

    def __init__(self, write: Callable[[str], object] = print) -> None:
        self._write = write
        self._started_at = time.monotonic()
        self.steps = 0
        self.title = ""

    @property
    def seconds(self) -> float:
        """How long it has been going on."""
        return time.monotonic() - self._started_at

    def step(self, title: str) -> None:
        """Begin the next step."""
        self.steps += 1
        self.title = title
        self._write(f"\n{self.steps:2}  {title}")

    def call(self, who: str, client: Client, name: str, /, show: str = "", **arguments: Any) -> Any:
        """Call a function with supabase-py and return its answer.

        Args:
            who: the name of the client in what is printed.
            client: a client of supabase-py.
            name: the function.
            show: the keys of the answer that are printed, separated by spaces; all when empty.
            arguments: those of the function.
        """
        self.asks(f'{who}.rpc("{name}"{f", {compact(arguments)}" if arguments else ""})')
        answer = fetch(client.rpc(name, arguments))
        self.answers(answer, show)
        return answer

    def refused(self, who: str, client: Client, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Make a call that must be refused, and return the refusal.

        Returns:
            ``code``, ``message`` and ``hint`` as they came, and the numbers of ``details``.
        """
        try:
            self.call(who, client, name, **arguments)
        except APIError as error:
            refusal = {
                "code": error.code,
                "message": error.message,
                "details": json.loads(error.details or "{}"),
                "hint": error.hint,
            }
            self.answers(refusal)
            return refusal
        raise WrongAnswerError("the call was not refused")

    def asks(self, call: str) -> None:
        """Print what is done."""
        self._write_wrapped(call)

    def answers(self, answer: Any, show: str = "") -> None:
        """Print an answer as compact JSON: a list with a line for each row."""
        for row in answer if isinstance(answer, list) and answer else [answer]:
            self._write_wrapped(f"→ {compact(row, show.split())}")

    def note(self, text: str) -> None:
        """Print what happens by itself."""
        self._write_wrapped(f"… {text}")

    def expect(self, answer: dict[str, Any], **numbers: Any) -> None:
        """Compare members of an answer with what they must be."""
        for name, number in numbers.items():
            self.equal(name, answer.get(name), number)

    def equal(self, what: str, found: object, expected: object) -> None:
        """Compare something that was found with what it must be.

        Raises:
            WrongAnswerError: they differ.
        """
        if found != expected:
            raise WrongAnswerError(f"{what} is {found!r}, it should be {expected!r}")

    def _write_wrapped(self, text: str) -> None:
        self._write(
            textwrap.fill(
                text,
                WIDTH,
                initial_indent="    ",
                subsequent_indent="      ",
                break_long_words=False,
                break_on_hyphens=False,
            )
        )


def fetch(request: Executable) -> Any:
    """Send a request and return what was answered, whatever it is."""
    return request.execute().data


def compact(value: Any, keys: Sequence[str] = ()) -> str:
    """Return JSON on one line; only the named keys of an object, and … for what is left out."""
    if not keys or not isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    shown = json.dumps({key: value[key] for key in keys}, ensure_ascii=False)
    return shown if len(keys) == len(value) else f"{shown[:-1]}, …}}"
