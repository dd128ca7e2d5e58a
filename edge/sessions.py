"""Checkout sessions: the page of Stripe on which an order is paid, one for each order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import stripe
from flask import current_app

from edge.config import Config
from edge.customers import customer_of
from edge.db import connection
from edge.stripe_api import current_stripe, listed, text_of

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams


@dataclass(frozen=True)
class Order:
    """What Postgres tells of every order that it opens.

    Attributes:
        provider_key: the idempotency key of the call that opens the page.
        expires_at: when the page must close.
    """

    account_id: UUID
    order_id: UUID
    provider_key: UUID
    expires_at: datetime

    @property
    def metadata(self) -> dict[str, str]:
        """What leads from an object of Stripe back to the order."""
        return {"account_id": str(self.account_id), "order_id": str(self.order_id)}


def open_session(user_id: UUID, order: Order, params: SessionCreateParams) -> dict[str, str]:
    """Open the page of an order, committed before, and note the session with it.

    Args:
        user_id: who asks.
        order: what is paid.
        params: what the page sells, and how; the rest is the same for every order.

    Returns:
        ``{url, session_id}``.
    """
    _, customer_id = customer_of(user_id, order.account_id)
    session = _open(order, _whole(params, user_id, order, customer_id))
    answer = {"url": text_of(session, "url"), "session_id": text_of(session, "id")}
    with connection() as conn:
        conn.execute(
            "select credits.attach_checkout(%s, %s, %s)",
            [order.account_id, order.order_id, answer["session_id"]],
        )
    return answer


def _whole(
    params: SessionCreateParams, user_id: UUID, order: Order, customer_id: str
) -> SessionCreateParams:
    config: Config = current_app.extensions["config"]
    return {
        **params,
        "customer": customer_id,
        "expires_at": int(order.expires_at.timestamp()),
        "client_reference_id": str(user_id),
        "metadata": order.metadata,
        "success_url": f"{config.billing_url}?checkout=success&session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{config.billing_url}?checkout=cancelled",
    }


def _open(order: Order, params: SessionCreateParams) -> object:
    sessions = current_stripe().v1.checkout.sessions
    try:
        return sessions.create(params, {"idempotency_key": str(order.provider_key)})
    except stripe.IdempotencyError:
        # It was opened when something else was set, such as the site's address: it sells the same.
        found = sessions.list({"customer": params["customer"], "status": "open", "limit": 100})
        for session in listed(found):
            if getattr(getattr(session, "metadata", None), "order_id", None) == str(order.order_id):
                return session
        raise
