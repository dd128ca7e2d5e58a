"""Webhooks: sign each event and deliver it in the background, again and again for a short while."""

from __future__ import annotations

import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from urllib.parse import urlsplit

from scripts.dev.stripe import endpoints
from scripts.dev.stripe.store import Json, State
from scripts.dev.stripe.unreliable import Unreliable

BACKOFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 4.0)
_TIMEOUT_SECONDS = 10.0
_WORKERS = 4


def sign(body: bytes, secret: str, at: int) -> str:
    """Return the ``Stripe-Signature`` of a body, signed at ``at`` (Unix seconds)."""
    digest = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


@dataclass
class Attempt:
    """One request to an endpoint: what it answered, or why there is no answer."""

    at: int
    status: int | None = None
    error: str | None = None


@dataclass
class Delivery:
    """One event on its way to one endpoint; ``state`` is pending, delivered, failed or dropped."""

    id: str
    event: str
    type: str
    endpoint: str
    url: str
    body: bytes
    secret: str
    state: str = "pending"
    attempts: list[Attempt] = field(default_factory=list)

    def to_json(self) -> Json:
        """Return the delivery without its body and secret."""
        hidden = ("body", "secret")
        return {name: value for name, value in asdict(self).items() if name not in hidden}


class Deliveries:
    """Delivers events to the endpoints that listen; several at a time, so in no order.

    An endpoint that does not answer 2xx within 10 s gets the event again after each of the
    ``backoff`` pauses; then the delivery has failed.
    """

    def __init__(
        self, state: State, urls: Sequence[str], secret: str, backoff: Sequence[float]
    ) -> None:
        for url in urls:
            endpoints.add_endpoint(state, url, secret)
        self._state = state
        self._backoff = backoff
        self._changed = threading.Condition(state.lock)
        self._queue: list[tuple[float, int, Delivery]] = []
        self._ticket = itertools.count()
        self._paused = False
        self._stopped = False
        self._held: dict[str, Json] | None = None
        self._unreliable: Unreliable | None = None
        self.all: list[Delivery] = []
        state.on_event = self.send
        self._workers = [threading.Thread(target=self._work, daemon=True) for _ in range(_WORKERS)]
        for worker in self._workers:
            worker.start()

    def send(self, event: Json) -> None:
        """Take a new event: hold it, or deliver it as reliably as ``rely_on`` has chosen."""
        with self._changed:
            event["pending_webhooks"] = self._pending(event)
            if self._held is None:
                self._deliver(event, self._unreliable)
            else:
                self._held[event["id"]] = event

    def deliver(self, event: Json) -> list[Delivery]:
        """Send an event to every endpoint that listens, held or sent before or not.

        The bytes are fixed here; like Stripe's they are indented.
        """
        with self._changed:
            if self._held is not None:
                self._held.pop(event["id"], None)
            event["pending_webhooks"] = self._pending(event)
            return self._deliver(event, None)

    def hold(self) -> None:
        """Keep new events back, to be delivered one by one, until ``release``."""
        with self._changed:
            self._held = self._held or {}

    def held(self) -> list[Json]:
        """Return the events that are kept back, oldest first."""
        with self._changed:
            return list((self._held or {}).values())

    def release(self) -> list[Json]:
        """Keep no more events back, and return those that were; they are not sent."""
        with self._changed:
            held, self._held = self.held(), None
            return held

    def rely_on(self, unreliable: Unreliable | None) -> None:
        """Let each delivery of a new event meet the fate of this plan; None for every one once."""
        with self._changed:
            self._unreliable = unreliable

    def pause(self) -> None:
        """Start no attempt until ``resume``; attempts under way still end."""
        with self._changed:
            self._paused = True

    def resume(self) -> None:
        """Undo ``pause``."""
        with self._changed:
            self._paused = False
            self._changed.notify_all()

    def settle(self, timeout: float) -> bool:
        """Wait until no delivery is pending; return False if some still are after ``timeout`` s."""
        with self._changed:
            return self._changed.wait_for(
                lambda: all(delivery.state != "pending" for delivery in self.all), timeout
            )

    def close(self) -> None:
        """End the workers; what is pending stays so."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for worker in self._workers:
            worker.join()

    def _deliver(self, event: Json, unreliable: Unreliable | None) -> list[Delivery]:
        body = json.dumps(event, indent=2).encode()
        sent = []
        for endpoint in endpoints.listening(self._state, event["type"]):
            waits = unreliable.waits() if unreliable else [0.0]
            for wait in waits:
                sent.append(self._delivery(event, endpoint, body, "pending"))
                self._enqueue(sent[-1], wait)
            if not waits:
                sent.append(self._delivery(event, endpoint, body, "dropped"))
        self.all += sent
        return sent

    def _delivery(self, event: Json, endpoint: Json, body: bytes, state: str) -> Delivery:
        return Delivery(
            id=self._state.new_id("wd"),
            event=event["id"],
            type=event["type"],
            endpoint=endpoint["id"],
            url=endpoint["url"],
            body=body,
            secret=endpoints.secret_of(self._state, endpoint),
            state=state,
        )

    def _pending(self, event: Json) -> int:
        wanted = {endpoint["id"] for endpoint in endpoints.listening(self._state, event["type"])}
        reached = {
            delivery.endpoint
            for delivery in self.all
            if delivery.event == event["id"] and delivery.state == "delivered"
        }
        return len(wanted - reached)

    def _enqueue(self, delivery: Delivery, wait: float) -> None:
        heapq.heappush(self._queue, (time.monotonic() + wait, next(self._ticket), delivery))
        self._changed.notify_all()

    def _next(self) -> Delivery | None:
        with self._changed:
            while not self._stopped:
                due = self._queue[0][0] - time.monotonic() if self._queue else None
                if due is not None and due <= 0 and not self._paused:
                    return heapq.heappop(self._queue)[2]
                self._changed.wait(None if self._paused else due)
            return None

    def _work(self) -> None:
        while (delivery := self._next()) is not None:
            attempt = Attempt(int(time.time()))
            try:
                attempt.status = _post(delivery.url, delivery.body, delivery.secret, attempt.at)
            except (OSError, http.client.HTTPException) as error:
                attempt.error = f"{type(error).__name__}: {error}"
            with self._changed:
                self._record(delivery, attempt)

    def _record(self, delivery: Delivery, attempt: Attempt) -> None:
        tried = len(delivery.attempts)
        delivery.attempts.append(attempt)
        if attempt.status is not None and 200 <= attempt.status < 300:
            delivery.state = "delivered"
            event = self._state.get("event", delivery.event)
            event["pending_webhooks"] = self._pending(event)
        elif tried < len(self._backoff):
            self._enqueue(delivery, self._backoff[tried])
        else:
            delivery.state = "failed"
        self._changed.notify_all()


def _post(url: str, body: bytes, secret: str, at: int) -> int:
    parts = urlsplit(url)
    https = parts.scheme == "https"
    connect = http.client.HTTPSConnection if https else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=_TIMEOUT_SECONDS)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "pgcredits-stripe-stand-in",
        # The time of the signature is the real one, whatever clock the objects are on.
        "Stripe-Signature": sign(body, secret, at),
    }
    try:
        connection.request("POST", f"{parts.path or '/'}?{parts.query}".rstrip("?"), body, headers)
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
