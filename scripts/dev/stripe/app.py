"""The application: state, deliveries, control and routes put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from scripts.dev.stripe import checkout
from scripts.dev.stripe.api import api_routes, authenticate
from scripts.dev.stripe.control import Control, control_routes
from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.pay_page import pay_page_routes
from scripts.dev.stripe.portal_page import portal_page_routes
from scripts.dev.stripe.store import Clock, Json, State
from scripts.dev.stripe.webhooks import BACKOFF_SECONDS, Deliveries

DEFAULT_API_KEY = "sk_test_stand_in"


@dataclass(frozen=True)
class App:
    """The stand-in: a WSGI application, and the way in for tests of the same process."""

    flask: Flask
    state: State
    deliveries: Deliveries
    control: Control

    def close(self) -> None:
        """End the background deliveries."""
        self.deliveries.close()


def create_stripe(
    webhook_urls: Sequence[str],
    webhook_secret: str,
    public_url: str,
    api_key: str = DEFAULT_API_KEY,
    *,
    now: int | None = None,
    backoff: Sequence[float] = BACKOFF_SECONDS,
) -> App:
    """Make a stand-in without any objects. It delivers webhooks at once, until ``close``.

    Args:
        webhook_urls: Endpoints; each gets every event.
        webhook_secret: Signs the webhooks, such as ``whsec_...``.
        public_url: Where browsers reach the stand-in; the pay page is below it.
        api_key: The secret key that callers must send.
        now: Unix seconds at which the clock stands still; None for the real time.
        backoff: Seconds before each further attempt of a delivery.

    Raises:
        ValueError: The key is not one of test mode, or an endpoint is not http(s).
    """
    if not api_key.startswith("sk_test_"):
        raise ValueError("The stand-in takes only a test key: sk_test_...")
    for url in webhook_urls:
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"Not an http address: {url}")
    state = State(public_url, Clock(now))
    deliveries = Deliveries(state, tuple(webhook_urls), webhook_secret, tuple(backoff))
    control = Control(state, deliveries)
    return App(_flask(state, control, api_key), state, deliveries, control)


def _flask(state: State, control: Control, api_key: str) -> Flask:
    flask = Flask("stripe-stand-in", static_folder=None)
    # A page of another host that resolves to 127.0.0.1 must not reach the control interface.
    flask.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]

    @flask.before_request
    def guard() -> None:
        if request.path.startswith(("/v1/", "/_control/")):
            authenticate(api_key)
        with state.lock:
            checkout.expire_due(state)

    @flask.errorhandler(ApiError)
    def refuse(error: ApiError) -> tuple[Json, int, dict[str, str]]:
        return error.body(), error.status, {"Request-Id": state.new_id("req")}

    @flask.errorhandler(HTTPException)
    def refuse_http(error: HTTPException) -> tuple[Json, int, dict[str, str]]:
        status = error.code or 500
        kind = "api_error" if status >= 500 else "invalid_request_error"
        return refuse(ApiError(f"{error.name}: {request.path}", status=status, type=kind))

    pages = (pay_page_routes(state), portal_page_routes(state))
    for routes in (api_routes(state), control_routes(control), *pages):
        flask.register_blueprint(routes)
    return flask
