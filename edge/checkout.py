"""Checkout: open an order at its quote, and a page of Stripe on which to pay it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import stripe
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from psycopg.rows import class_row

from edge.auth import signed_in_user
from edge.body import read_account_id, read_body, read_code, read_quantity
from edge.config import Config
from edge.db import connection
from edge.errors import unavailable

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams, SessionCreateParamsLineItem

bp = Blueprint("checkout", __name__)

_FEE = "Payment fee"


@dataclass(frozen=True)
class Order:
    """What ``credits.open_order`` answers; money in minor units of the currency.

    Attributes:
        name: what is bought.
        total_cents: what is paid, ``fee_cents`` of it for the payment itself.
        expires_at: when the page must close.
    """

    account_id: UUID
    order_id: UUID
    provider_key: UUID
    name: str
    total_cents: int
    fee_cents: int
    currency: str
    expires_at: datetime


@bp.post("/api/credits/checkout")
@bp.post("/api/credits/purchase")
@bp.post("/api/stripe/create-credit-checkout")
def create_checkout() -> ResponseReturnValue:
    """Start a purchase: ``{package | quantity, promotion_code?, account_id?}``.

    Returns:
        200 ``{url, session_id, order_id}``; the buyer pays at the url, and the webhook credits.

    Any other field, above all a price or an address, is refused: the order's quote names the price
    and the configuration names where the buyer returns to.
    """
    user_id = signed_in_user()
    body = read_body("package", "quantity", "promotion_code", "account_id")
    wish = [
        read_account_id(body),
        read_code(body, "package", "unknown_package"),
        read_quantity(body),
        read_code(body, "promotion_code", "promotion_code_invalid"),
    ]
    with connection() as conn:
        (order,) = conn.cursor(row_factory=class_row(Order)).execute(
            "select * from credits.open_order(%s, %s, 'stripe', %s, %s, %s)", [user_id, *wish]
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
        "line_items": _line_items(order),
        "expires_at": int(order.expires_at.timestamp()),
        "client_reference_id": str(user_id),
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "success_url": (
            f"{config.site_url}/billing?checkout=success&session_id={{CHECKOUT_SESSION_ID}}"
        ),
        "cancel_url": f"{config.site_url}/billing?checkout=cancelled",
    }


def _line_items(order: Order) -> list[SessionCreateParamsLineItem]:
    amounts = [(order.name, order.total_cents - order.fee_cents)]
    if order.fee_cents:
        amounts.append((_FEE, order.fee_cents))
    return [
        {
            "quantity": 1,
            "price_data": {
                "currency": order.currency,
                "unit_amount": cents,
                "product_data": {"name": name},
            },
        }
        for name, cents in amounts
    ]
