"""The client that calls Stripe, and what may be believed of its answers."""

from __future__ import annotations

import stripe
from flask import current_app

from edge.config import Config
from edge.errors import unavailable

# One repetition under the same Idempotency-Key: a worker waits for Stripe for at most twice the
# timeout and half a second.
_RETRIES = 1


def stripe_client(config: Config) -> stripe.StripeClient:
    """Return a client of Stripe, or of the stand-in that the configuration names."""
    return stripe.StripeClient(
        config.stripe_secret_key,
        base_addresses={"api": config.stripe_api_base or stripe.DEFAULT_API_BASE},
        max_network_retries=_RETRIES,
        http_client=stripe.RequestsClient(timeout=config.stripe_timeout),
    )


def current_stripe() -> stripe.StripeClient:
    """Return the application's client."""
    client: stripe.StripeClient = current_app.extensions["stripe"]
    return client


def text_of(answer: object, name: str) -> str:
    """Return a text that an answer of Stripe must hold.

    Raises:
        EdgeError: 502 stripe_unavailable, it was JSON, but not what was asked for.
    """
    value = getattr(answer, name, None)
    if not isinstance(value, str):
        raise unavailable("stripe", 502)
    return value


def listed(answer: object) -> list[object]:
    """Return the objects of a list that Stripe answered.

    Raises:
        EdgeError: 502 stripe_unavailable, it is no list.
    """
    data = getattr(answer, "data", None)
    if not isinstance(data, list):
        raise unavailable("stripe", 502)
    return data
