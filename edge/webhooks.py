"""Stripe webhook: prove who sent the event, hand it to Postgres, answer.

What an event means is decided by ``credits.apply_stripe_event`` and nowhere else. Stripe
delivers an event at least once and in any order; the function accepts both.
"""

from __future__ import annotations

import stripe
from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from edge.config import Config
from edge.db import connection
from edge.errors import EdgeError, bad_argument

bp = Blueprint("webhooks", __name__)


@bp.post("/api/stripe/webhook")
@bp.post("/api/credits/webhook")
def receive_stripe_event() -> ResponseReturnValue:
    """Apply one Stripe event to the ledger, once however often it is delivered.

    Returns:
        204 the event is applied, or an earlier delivery of it was.
        400 the signature does not match, is missing, or is older than 300 seconds.
        413 the body is larger than any event.

    Any other failure answers 5xx, and Stripe delivers the event again.
    """
    config: Config = current_app.extensions["config"]
    payload = request.get_data()
    try:
        stripe.Webhook.construct_event(
            payload, request.headers.get("Stripe-Signature", ""), config.stripe_webhook_secret
        )
    except (
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
        stripe.SignatureVerificationError,
    ) as error:
        # The library raises the first four for bodies and headers that are not what Stripe sends.
        raise bad_argument(
            "invalid_signature", "Only Stripe's own events, signed with our secret, are taken."
        ) from error

    # The bytes that were signed are the bytes Postgres stores: nothing is re-serialised.
    with connection() as conn:
        state = conn.execute("select credits.apply_stripe_event(%s)", [payload.decode()]).fetchone()
    # Committed, failures too: what went wrong stays with the event for a person to read.
    if state == ("failed",):
        raise EdgeError(500, "PT500", "event_failed", "It is kept; deliver it again.")
    return "", 204
