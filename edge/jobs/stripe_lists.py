"""Stripe's lists, read to their end or not at all, however often Stripe is busy meanwhile."""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import stripe

from edge.errors import reason_of

Json = dict[str, Any]

PAGE = 100
_ATTEMPTS = 6
_LONGEST_WAIT = 60.0
_PAGES_PER_LINE = 10  # of progress
# Busy, broken, out of reach, or an answer that is none: the same question may be answered later.
_PASSING = (stripe.RateLimitError, stripe.APIConnectionError, stripe.APIError)


class UnreadableError(Exception):
    """Stripe did not answer to the end; the text says what could not be read, and why."""


@dataclass(frozen=True)
class Listing:
    """All objects of a list, as they were some time after ``asked_at``; small in memory."""

    asked_at: datetime
    _pages: list[bytes] = field(default_factory=list)

    def add(self, body: str) -> None:
        """Keep a page, which is older than those before it."""
        self._pages.append(zlib.compress(body.encode()))

    def __iter__(self) -> Iterator[Json]:
        """Yield the objects, oldest first.

        They are what the JSON reader makes of Stripe's text; written as JSON they are that text
        again but for the white space. The library's own objects would turn texts into numbers.
        """
        for page in reversed(self._pages):
            yield from reversed(json.loads(zlib.decompress(page))["data"])


@dataclass(frozen=True)
class StripeLists:
    """Reads lists and objects of Stripe.

    Attributes:
        client: of Stripe.
        progress: is told a line now and then.
        wait_seconds: before the second attempt; doubled before each further one.
    """

    client: stripe.StripeClient
    progress: Callable[[str], None]
    wait_seconds: float = 1.0

    def read(self, path: str, params: Mapping[str, object]) -> Listing:
        """Return the whole list below ``/v1``, such as ``charges``.

        Raises:
            UnreadableError: a page is not to be had after six attempts.
            stripe.StripeError: Stripe refuses the question.
        """
        listing = Listing(datetime.now(UTC))
        cursor: dict[str, object] = {}
        count = pages = 0
        while True:
            body, page = self._ask(path, {**params, "limit": PAGE, **cursor}, _check_page)
            listing.add(body)
            count, pages = count + len(page["data"]), pages + 1
            if not page["has_more"]:
                self.progress(f"{path}: {count:,} read")
                return listing
            if pages % _PAGES_PER_LINE == 0:
                self.progress(f"{path}: {count:,} so far")
            cursor = {"starting_after": page["data"][-1]["id"]}

    def get(self, path: str) -> Json | None:
        """Return one object below ``/v1``, such as ``charges/ch_1``; None where there is none.

        Raises:
            UnreadableError: there is no answer after six attempts.
            stripe.StripeError: Stripe refuses the question.
        """
        try:
            return self._ask(path, {}, _check_object)[1]
        except stripe.InvalidRequestError as error:
            if error.http_status == 404:
                return None
            raise

    def complete(self, thing: Json) -> Json:
        """Return an object with all of its ``lines``, of which it shows but the first ones."""
        lines = thing.get("lines")
        if not (isinstance(lines, dict) and lines.get("has_more")):
            return thing
        every = list(self.read(lines["url"].removeprefix("/v1/"), {}))[::-1]
        return {**thing, "lines": {**lines, "data": every, "has_more": False}}

    def _ask(
        self, path: str, params: Mapping[str, object], check: Callable[[object], None]
    ) -> tuple[str, Json]:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                # One place repeats; the client's own repetitions would multiply.
                answer = self.client.raw_request(
                    "get", f"/v1/{path}", max_network_retries=0, **params
                )
                check(answer.data)
            except _PASSING as error:
                if attempt == _ATTEMPTS:
                    raise UnreadableError(
                        f"could not read all of {path}: {reason_of(error)}"
                    ) from error
                wait = self._wait(attempt, error)
                self.progress(f"{path}: {type(error).__name__}, again in {wait:.0f} s")
                time.sleep(wait)
            else:
                return answer.body, answer.data
        raise AssertionError  # the last attempt returns or raises

    def _wait(self, attempt: int, error: stripe.StripeError) -> float:
        told = (error.headers or {}).get("retry-after") or ""
        least = float(told) if told.isdecimal() else 0.0
        return min(max(least, self.wait_seconds * 2.0 ** (attempt - 1)), _LONGEST_WAIT)


def _check_page(page: object) -> None:
    is_page = (
        isinstance(page, dict)
        and isinstance(page.get("data"), list)
        and isinstance(page.get("has_more"), bool)
        and all(isinstance(it, dict) and isinstance(it.get("id"), str) for it in page["data"])
        and (page["data"] or not page["has_more"])
    )
    if not is_page:
        raise stripe.APIError("The answer is no page of a list")


def _check_object(thing: object) -> None:
    if not (isinstance(thing, dict) and isinstance(thing.get("id"), str)):
        raise stripe.APIError("The answer is no object")
