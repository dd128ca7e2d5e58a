"""Checkout: open an order at the catalog's price, and a page of Stripe on which to pay it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import stripe
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from psycopg.rows import class_row

from edge.auth import signed_in_user
from edge.body import read_account_id, read_body, read_code
from edge.config import Config
from edge.db import connection
from edge.errors import unavailable

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

bp = Blueprint("checkout", __name__)


@dataclass(frozen=True)
class Order:
    """What ``credits.open_order`` answers; money in minor units of the currency."""

    account_id: UUID
    order_id: UUID
    provider_key: UUID
    name: str
    total_cents: int
    currency: str


@bp.post("/api/credits/checkout")
@bp.post("/api/credits/purchase")
@bp.post("/api/stripe/create-credit-checkout")
def create_checkout() -> ResponseReturnValue:
    """Start the purchase of a pack: ``{package, account_id?}``.

    Returns:
        200 ``{url, session_id, order_id}``; the buyer pays at the url, and the webhook credits.

    Any other field, above all a price or an address, is refused: the catalog names the price and
    the configuration names where the buyer returns to.
    """
    user_id = signed_in_user()
    body = read_body("package", "account_id")
    with connection() as conn:
        (order,) = conn.cursor(row_factory=class_row(Order)).execute(
            "select * from credits.open_order(%s, %s, 'stripe', %s)",
            [user_id, read_account_id(body), read_code(body, "package")],
        )
    # The order and its key are committed: a repetition of this call opens no second session.
    session_id, url = _open_session(user_id, order)
    with connection() as conn:
        conn.execute(
            "select credits.attach_checkout(%s, %s, %s)",
            [order.account_id, order.order_id, session_id],
        )
    return {"url": url, "session_id": session_id, "order_id": str(order.order_id)}


def _open_session(user_id: UUID, order: Order) -> tuple[str, str]:
    client: stripe.StripeClient = current_app.extensions["stripe"]
    session = client.v1.checkout.sessions.create(
        _session_params(user_id, order), {"idempotency_key": str(order.provider_key)}
    )
    try:
        session_id, url = session.id, session.url
    except AttributeError as error:  # it was JSON, but no session
        raise unavailable("stripe", 502) from error
    if url is None:
        raise unavailable("stripe", 502)
    return session_id, url


def _session_params(user_id: UUID, order: Order) -> SessionCreateParams:
    config: Config = current_app.extensions["config"]
    metadata = {"account_id": str(order.account_id), "order_id": str(order.order_id)}
    return {
        "mode": "payment",
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": order.currency,
                    "unit_amount": order.total_cents,
                    "product_data": {"name": order.name},
                },
            }
        ],
        "client_reference_id": str(user_id),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": (
            f"{config.site_url}/billing?checkout=success&session_id={{CHECKOUT_SESSION_ID}}"
        ),
        "cancel_url": f"{config.site_url}/billing?checkout=cancelled",
    }
