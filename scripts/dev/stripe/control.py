"""The control interface: what a test or a demonstration does to the stand-in from behind.

``Control`` is for Python; ``/_control/...`` is the same over HTTP, with the secret key and JSON.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

from flask import Blueprint, request

from scripts.dev.stripe import (
    checkout,
    disputes,
    events,
    intents,
    invoice_api,
    objects,
    payment_methods,
    refunds,
    renewals,
)
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.faults import Faults
from scripts.dev.stripe.payments import ACTIONS
from scripts.dev.stripe.store import Json, Operation, State
from scripts.dev.stripe.unreliable import Unreliable
from scripts.dev.stripe.webhooks import Deliveries

_MODULES = (checkout, disputes, intents, invoice_api, payment_methods, refunds, renewals)
# What ``do`` does, by name: a function of the state and of named arguments.
CONTROLS: dict[str, Operation] = {
    name: act for module in _MODULES for name, act in module.CONTROLS.items()
}
_SETTLE_SECONDS = 30.0


class Control:
    """Everything Stripe would do of itself. Results are copies; errors are ApiError.

    Attributes:
        faults: What goes wrong with requests to the API.
    """

    def __init__(self, state: State, deliveries: Deliveries) -> None:
        self._state = state
        self._deliveries = deliveries
        self.faults = Faults()

    def act(self, session_id: str, action: str) -> Json:
        """Do to a session what the buyer or the bank would, without the page.

        Args:
            session_id: The checkout session.
            action: pay, pay_async, async_succeed, async_fail, decline or expire.

        Returns:
            The session afterwards.
        """
        if action not in ACTIONS:
            raise ApiError(f"No such action: {action}", status=404, param="action")
        with self._state.lock:
            checkout.expire_due(self._state)
            return copy.deepcopy(ACTIONS[action](self._state, session_id))

    def do(self, name: str, **arguments: Any) -> Json:
        """Do what one of ``CONTROLS`` does, such as ``open_dispute`` with ``charge="ch_..."``.

        Returns:
            The object that changed, afterwards.
        """
        if name not in CONTROLS:
            raise ApiError(f"No such control: {name}", status=404, param="name")
        try:
            signature(CONTROLS[name]).bind(self._state, **arguments)
        except TypeError as error:
            raise ApiError(f"{name}: {error}") from None
        with self._state.lock:
            return copy.deepcopy(CONTROLS[name](self._state, **arguments))

    def list_deliveries(self) -> list[Json]:
        """Return every delivery with its state and attempts, oldest first."""
        with self._state.lock:
            return [delivery.to_json() for delivery in self._deliveries.all]

    def redeliver(self, event_id: str) -> list[Json]:
        """Send a known event once more, under its own id, as Stripe's Resend button does."""
        with self._state.lock:
            event = self._state.get("event", event_id)
            return [delivery.to_json() for delivery in self._deliveries.deliver(event)]

    def send_event(self, given: Json) -> Json:
        """Sign and deliver a crafted event, be it genuine or not.

        Args:
            given: ``type`` and ``data``; every other field replaces the one we would fill in,
                but for ``pending_webhooks``, which is counted.
        """
        kind, data = given.get("type"), given.get("data")
        if not (isinstance(kind, str) and isinstance(data, dict)):
            raise ApiError("An event needs a type and data", code="parameter_missing")
        if not isinstance(given.get("id", ""), str):
            raise ApiError("The id of an event is a text", param="id")
        with self._state.lock:
            genuine = objects.event(self._state, kind, {})
            crafted = genuine | copy.deepcopy(given) | {"object": "event"}
            return copy.deepcopy(events.publish(self._state, crafted))

    def pause(self) -> None:
        """Hold back webhooks."""
        self._deliveries.pause()

    def resume(self) -> None:
        """Let webhooks go again."""
        self._deliveries.resume()

    def rely_on(self, unreliable: Unreliable | None) -> None:
        """Let the deliveries of new events be lost, repeated, late; None ends it."""
        self._deliveries.rely_on(unreliable)

    def hold(self) -> None:
        """Keep new events back, so that ``deliver`` sends them in any order."""
        self._deliveries.hold()

    def held(self) -> list[Json]:
        """Return the events kept back by ``hold``, oldest first."""
        with self._state.lock:
            return copy.deepcopy(self._deliveries.held())

    def deliver(self, event_ids: Sequence[str]) -> list[Json]:
        """Deliver events one after the other, each when the one before it has ended.

        Args:
            event_ids: In this order, held or not; one that is named twice is delivered twice.

        Returns:
            The deliveries, with what the endpoints answered.
        """
        sent = []
        for event_id in event_ids:
            with self._state.lock:
                sent += self._deliveries.deliver(self._state.get("event", event_id))
            self.settle()
        return [delivery.to_json() for delivery in sent]

    def release(self, *, is_sent: bool = True) -> None:
        """End ``hold``; what it kept back is sent now, or lost."""
        with self._state.lock:
            for event in self._deliveries.release():
                if is_sent:
                    self._deliveries.send(event)

    def settle(self, timeout: float = _SETTLE_SECONDS) -> bool:
        """Wait until no delivery is pending; False if some are after ``timeout`` seconds."""
        return self._deliveries.settle(timeout)

    def set_clock(self, now: int | None) -> None:
        """Stop the clock at ``now`` (Unix seconds), or set it going with None."""
        with self._state.lock:
            self._state.clock.frozen_at = now
            checkout.expire_due(self._state)


def control_routes(control: Control) -> Blueprint:
    """Return ``/_control/...``; whoever registers it guards it with the secret key."""
    routes = Blueprint("control", __name__, url_prefix="/_control")
    control.faults.guard(routes)
    _delivery_routes(control, routes)
    _event_routes(control, routes)

    @routes.post("/sessions/<session_id>/<action>")
    def act(session_id: str, action: str) -> Json:
        return control.act(session_id, action)

    @routes.post("/do/<name>")
    def do(name: str) -> Json:
        return control.do(name, **_body())

    @routes.post("/faults")
    def inject_fault() -> Json:
        control.faults.inject(**_arguments(control.faults.inject))
        return {"left": control.faults.left()}

    @routes.delete("/faults")
    def clear_faults() -> Json:
        control.faults.clear()
        return {"left": 0}

    @routes.post("/clock")
    def set_clock() -> Json:
        now = _body().get("now")
        if now is not None and not isinstance(now, int):
            raise ApiError("now is in Unix seconds, or null", param="now")
        control.set_clock(now)
        return {"now": now}

    return routes


def _delivery_routes(control: Control, routes: Blueprint) -> None:
    @routes.get("/deliveries")
    def list_deliveries() -> Json:
        return {"data": control.list_deliveries()}

    @routes.post("/deliveries/pause")
    def pause() -> Json:
        control.pause()
        return {"paused": True}

    @routes.post("/deliveries/resume")
    def resume() -> Json:
        control.resume()
        return {"paused": False}

    @routes.post("/deliveries/settle")
    def settle() -> Json:
        return {"settled": control.settle()}

    @routes.post("/deliveries/unreliable")
    def be_unreliable() -> Json:
        plan = _arguments(Unreliable)
        control.rely_on(Unreliable(**plan))
        return plan

    @routes.post("/deliveries/reliable")
    def be_reliable() -> Json:
        control.rely_on(None)
        return {}


def _event_routes(control: Control, routes: Blueprint) -> None:
    @routes.post("/events")
    def send_event() -> Json:
        return control.send_event(_body())

    @routes.post("/events/<event_id>/redeliver")
    def redeliver(event_id: str) -> Json:
        return {"data": control.redeliver(event_id)}

    @routes.post("/events/hold")
    def hold() -> Json:
        control.hold()
        return {"held": True}

    @routes.get("/events/held")
    def held() -> Json:
        return {"data": control.held()}

    @routes.post("/events/deliver")
    def deliver() -> Json:
        return {"data": control.deliver(**_arguments(control.deliver))}

    @routes.post("/events/release")
    def release() -> Json:
        control.release(**_arguments(control.release))
        return {"held": False}


def _body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise ApiError("Expected a JSON object")
    return body


def _arguments(function: Callable[..., object]) -> dict[str, Any]:
    body = _body()
    try:
        signature(function).bind(**body)
    except TypeError as error:
        raise ApiError(str(error)) from None
    return body
