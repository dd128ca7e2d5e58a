"""Checkout: open an order at its quote, and a page of Stripe on which to pay it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from psycopg.rows import class_row

from edge.auth import signed_in_user
from edge.body import read_account_id, read_body, read_code, read_quantity
from edge.db import connection
from edge.sessions import Order, open_session

if TYPE_CHECKING:
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsLineItem,
        SessionCreateParamsLineItemPriceData,
    )

bp = Blueprint("checkout", __name__)


@dataclass(frozen=True)
class Purchase(Order):
    """What ``credits.open_order`` answers; money in minor units of the currency.

    Attributes:
        name: what is bought.
        total_cents: what is paid, ``fee_cents`` of it for the payment itself, which the quote calls
            ``fee_label``.
        product_id: what Stripe calls it; None for what was never synced.
        saves_card: the card is wanted later, when the buyer is not there.
    """

    name: str
    total_cents: int
    fee_cents: int
    fee_label: str | None
    currency: str
    product_id: str | None
    saves_card: bool


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
    promotion_code = read_code(body, "promotion_code", "promotion_code_invalid")
    wish = [
        read_account_id(body),
        read_code(body, "package", "unknown_package"),
        read_quantity(body),
        promotion_code,
    ]
    if promotion_code:  # an empty one is none
        _count_attempt(user_id)
    with connection() as conn:
        (order,) = conn.cursor(row_factory=class_row(Purchase)).execute(
            "select * from credits.open_order(%s, %s, 'stripe', %s, %s, %s)", [user_id, *wish]
        )
    return {**open_session(user_id, order, _params(order)), "order_id": str(order.order_id)}


def _count_attempt(user_id: UUID) -> None:
    """Count a code before it is tried, so that the refusal of a wrong one takes nothing back.

    Raises:
        psycopg.Error: PT429, this user has tried too many.
    """
    with connection() as conn:
        conn.execute("select credits.count_code_attempt(%s)", [user_id])


def _params(order: Purchase) -> SessionCreateParams:
    params: SessionCreateParams = {
        "mode": "payment",
        "line_items": _line_items(order),
        "payment_intent_data": {"metadata": order.metadata},
    }
    if order.saves_card:
        params["payment_intent_data"]["setup_future_usage"] = "off_session"
    return params


def _line_items(order: Purchase) -> list[SessionCreateParamsLineItem]:
    bought = _price(order, order.total_cents - order.fee_cents)
    if order.product_id is None:
        bought["product_data"] = {"name": order.name}
    else:
        bought["product"] = order.product_id
    prices = [bought]
    if order.fee_label is not None:
        fee = _price(order, order.fee_cents)
        prices.append(fee | {"product_data": {"name": order.fee_label}})
    return [{"quantity": 1, "price_data": price} for price in prices]


def _price(order: Purchase, cents: int) -> SessionCreateParamsLineItemPriceData:
    return {"currency": order.currency, "unit_amount": cents}
