"""Subscriptions: begun on a page of Stripe, and cancelled at the end of what is paid for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
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
from edge.sessions import Order, open_session
from edge.stripe_api import current_stripe, text_of

if TYPE_CHECKING:
    from stripe.params.checkout import (
        SessionCreateParams,
        SessionCreateParamsSubscriptionData,
    )

bp = Blueprint("subscriptions", __name__, url_prefix="/api/stripe")


@dataclass(frozen=True)
class PlanOrder(Order):
    """What ``credits.open_subscription_order`` answers.

    Attributes:
        price_id: the plan's price at Stripe, as it was synced.
        trial_days: days before the first payment, 0 for none.
    """

    plan: str
    price_id: str
    trial_days: int


@bp.post("/create-subscription-checkout")
def create_subscription_checkout() -> ResponseReturnValue:
    """Start a subscription: ``{plan, account_id?}``.

    Returns:
        200 ``{url, session_id, order_id}``; the buyer pays at the url, the webhook starts the plan.

    The plan is all that the buyer chooses: its price and its trial are the catalog's.
    """
    user_id = signed_in_user()
    body = read_body("plan", "account_id")
    wish = [read_account_id(body), read_code(body, "plan", "unknown_plan")]
    with connection() as conn:
        (order,) = conn.cursor(row_factory=class_row(PlanOrder)).execute(
            "select * from credits.open_subscription_order(%s, %s, 'stripe', %s)", [user_id, *wish]
        )
    subscription: SessionCreateParamsSubscriptionData = {"metadata": order.metadata}
    if order.trial_days:
        subscription["trial_period_days"] = order.trial_days
    params: SessionCreateParams = {
        "mode": "subscription",
        "line_items": [{"price": order.price_id, "quantity": 1}],
        "subscription_data": subscription,
    }
    return {**open_session(user_id, order, params), "order_id": str(order.order_id)}


@bp.post("/cancel")
def cancel_subscription() -> ResponseReturnValue:
    """End a subscription when what is paid for ends: ``{account_id?}``.

    Returns:
        200 ``{subscription_id, status, cancel_at}``; again the same, however often it is asked.
    """
    config: Config = current_app.extensions["config"]
    user_id = signed_in_user()
    account_id = read_account_id(read_body("account_id"))
    with connection() as conn:
        ((subscription_id, provider_key),) = conn.execute(
            "select subscription_id, provider_key from credits.request_cancel(%s, %s, 'stripe')",
            [user_id, account_id],
        )
    subscription = _cancelled(subscription_id, provider_key)
    # The answer is news as good as an event, and need not be waited for.
    with connection() as conn:
        conn.execute(
            "select credits.apply_stripe_object('customer.subscription.updated', %s, %s)",
            [text_of(subscription.last_response, "body"), config.livemode],
        )
    if subscription.cancel_at is None:  # it went on since, and has another key from now on
        raise unavailable("stripe", 502)
    return {
        "subscription_id": subscription.id,
        "status": subscription.status,
        "cancel_at": datetime.fromtimestamp(subscription.cancel_at, UTC).isoformat(),
    }


def _cancelled(subscription_id: str, key: UUID) -> stripe.Subscription:
    subscriptions = current_stripe().v1.subscriptions
    answer = subscriptions.update(
        subscription_id, {"cancel_at_period_end": True}, {"idempotency_key": str(key)}
    )
    text_of(answer, "status")  # it is a subscription
    if answer.last_response and "Idempotent-Replayed" in answer.last_response.headers:
        return subscriptions.retrieve(subscription_id)  # an old answer is no news
    return answer
