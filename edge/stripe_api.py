"""The client that calls Stripe."""

from __future__ import annotations

import stripe

from edge.config import Config

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
