"""Customers: every account has one of its own at Stripe, created before it is first to pay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import stripe
from flask import current_app
from psycopg.rows import class_row

from edge.config import Config
from edge.db import connection
from edge.errors import unavailable
from edge.stripe_api import current_stripe, listed, text_of

if TYPE_CHECKING:
    from stripe.params import CustomerCreateParams


@dataclass(frozen=True)
class Opened:
    """What ``credits.open_customer`` answers.

    Attributes:
        customer_id: None until Stripe's id is attached.
        provider_key: the idempotency key of the call that creates the customer.
        is_stale: Stripe may have forgotten the key.
    """

    account_id: UUID
    customer_id: str | None
    provider_key: UUID
    email: str | None
    is_stale: bool


def customer_of(user_id: UUID, account_id: UUID | None) -> tuple[UUID, str]:
    """Return an account (None: the user's own) and its customer, created when there is none.

    The key is kept before Stripe is asked: who asks at the same time, or again after an answer
    was lost, gets the same customer.

    Raises:
        psycopg.Error: PT404 account_not_found, 42501, PT409 provider_mode_differs.
        stripe.StripeError: Stripe does not serve, or refuses.
    """
    config: Config = current_app.extensions["config"]
    with connection() as conn:
        (opened,) = conn.cursor(row_factory=class_row(Opened)).execute(
            "select * from credits.open_customer(%s, %s, 'stripe', %s)",
            [user_id, account_id, config.livemode],
        )
    if opened.customer_id is not None:
        return opened.account_id, opened.customer_id
    customer_id = (_find(opened) if opened.is_stale else None) or _create(opened)
    with connection() as conn:
        ((kept_id,),) = conn.execute(
            "select credits.attach_customer(%s, 'stripe', %s, %s)",
            [opened.account_id, config.livemode, customer_id],
        )
    return opened.account_id, kept_id


def _create(opened: Opened) -> str:
    params: CustomerCreateParams = {"metadata": {"account_id": str(opened.account_id)}}
    if opened.email is not None:
        params["email"] = opened.email
    try:
        customer = current_stripe().v1.customers.create(
            params, {"idempotency_key": str(opened.provider_key)}
        )
    except stripe.IdempotencyError as error:
        # The e-mail address is another one than in the call whose answer was lost.
        customer_id = _find(opened)
        if customer_id is None:
            raise unavailable("stripe", 502) from error
        return customer_id
    return text_of(customer, "id")


def _find(opened: Opened) -> str | None:
    query = f"metadata['account_id']:'{opened.account_id}'"
    found = listed(current_stripe().v1.customers.search({"query": query, "limit": 1}))
    return text_of(found[0], "id") if found else None
