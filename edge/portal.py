"""Stripe's portal, where a customer manages cards, invoices and subscriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from edge.auth import signed_in_user
from edge.body import read_account_id, read_body
from edge.config import Config
from edge.db import connection
from edge.stripe_api import current_stripe, text_of

if TYPE_CHECKING:
    from stripe.params.billing_portal import SessionCreateParams

bp = Blueprint("portal", __name__)


@bp.post("/api/stripe/portal")
def open_portal() -> ResponseReturnValue:
    """Open the portal of an account's customer: ``{account_id?}``.

    Returns:
        200 ``{url}``, good for a few minutes.

    A link creates nothing that lasts, and a link of yesterday is of no use: this call alone goes
    under a new idempotency key each time, which the client makes.
    """
    config: Config = current_app.extensions["config"]
    user_id = signed_in_user()
    account_id = read_account_id(read_body("account_id"))
    with connection() as conn:
        ((customer_id, configuration_id),) = conn.execute(
            "select customer_id, portal_configuration_id"
            " from credits.find_customer(%s, %s, 'stripe', %s)",
            [user_id, account_id, config.livemode],
        )
    params: SessionCreateParams = {"customer": customer_id, "return_url": config.billing_url}
    if configuration_id is not None:
        params["configuration"] = configuration_id
    return {"url": text_of(current_stripe().v1.billing_portal.sessions.create(params), "url")}
