"""Stripe's billing portal: what a subscriber may do there, as the catalog's policy says.

The configuration is found by a mark in its metadata, which is the digest of what it should say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import stripe

from edge.jobs.offers import Connection, Offer, list_offers
from edge.jobs.prices import Change, stable_key

if TYPE_CHECKING:
    from stripe.params.billing_portal import (
        ConfigurationUpdateParams,
        ConfigurationUpdateParamsFeaturesSubscriptionUpdateProduct,
    )

MARK = "pgcredits"
_MOST_PLANS = 10  # Stripe's limit of products in a portal


def sync_portal(
    conn: Connection, client: stripe.StripeClient, return_url: str, *, dry_run: bool
) -> Change:
    """Bring the portal's configuration to Stripe, and store its id.

    Args:
        conn: the database, in which the prices of the plans are synced.
        client: of Stripe.
        return_url: the page of the site that the portal leads back to.
        dry_run: only find out what would change.

    Raises:
        psycopg.Error: the database refuses.
        stripe.StripeError: Stripe does not serve, or refuses.
    """
    wanted = portal_params(conn, return_url)
    mark = portal_mark(wanted)
    found = _find(client)
    what = _difference(conn, found, mark)
    if dry_run or what is None:
        return Change("portal", what)
    if found is None:
        found = client.v1.billing_portal.configurations.create(
            {"features": {"invoice_history": {"enabled": True}}, "metadata": {MARK: "new"}},
            {"idempotency_key": stable_key("portal")},
        )
    if not bears_mark(found, mark):
        params: ConfigurationUpdateParams = {
            **wanted,
            "active": True,
            "metadata": {MARK: mark},
        }
        client.v1.billing_portal.configurations.update(found.id, params)
    conn.execute("select credits.set_portal_configuration('stripe', %s)", [found.id])
    return Change("portal", what)


def portal_params(conn: Connection, return_url: str) -> ConfigurationUpdateParams:
    """Return what the catalog in force lets a subscriber do in the portal.

    They leave at the end of what is paid. They change to a plan of the catalog: upwards at once,
    where the catalog says so, with the difference paid at once; downwards, where it says so, when
    the period ends. Of more than ten plans, the portal offers the catalog's first ten.
    """
    upgrade, downgrade = _policy(conn)
    plans = [offer for offer in list_offers(conn) if offer.kind == "plan"][:_MOST_PLANS]
    return {
        "default_return_url": return_url,
        "features": {
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {"enabled": True, "mode": "at_period_end"},
            "subscription_update": {
                "enabled": bool(plans),
                "default_allowed_updates": ["price"],
                "products": _products(plans),
                "proration_behavior": "always_invoice" if upgrade == "now" else "none",
                "schedule_at_period_end": {
                    "conditions": (
                        [{"type": "decreasing_item_amount"}] if downgrade == "renewal" else ""
                    )
                },
            },
        },
    }


def portal_mark(params: ConfigurationUpdateParams) -> str:
    """Return the mark of a configuration that says all this."""
    return stable_key(params)[-40:]


def bears_mark(configuration: stripe.billing_portal.Configuration, mark: str) -> bool:
    """Tell whether a configuration says what a mark stands for."""
    metadata = configuration.metadata
    return metadata is not None and MARK in metadata and metadata[MARK] == mark


def _products(
    plans: list[Offer],
) -> Literal[""] | list[ConfigurationUpdateParamsFeaturesSubscriptionUpdateProduct]:
    # An empty list would not be sent, and so leave what was there.
    return [
        {"product": plan.product_id or "", "prices": [plan.price_id or ""]} for plan in plans
    ] or ""


def _policy(conn: Connection) -> tuple[str, str]:
    query = "select upgrade, downgrade from credits.subscription_policy()"
    ((upgrade, downgrade),) = conn.execute(query).fetchall()
    return upgrade, downgrade


def _find(client: stripe.StripeClient) -> stripe.billing_portal.Configuration | None:
    """Return the active configuration that bears our mark, the newest of several."""
    pages = client.v1.billing_portal.configurations.list({"active": True, "limit": 100})
    return next((it for it in pages.auto_paging_iter() if MARK in (it.metadata or {})), None)


def _difference(
    conn: Connection, found: stripe.billing_portal.Configuration | None, mark: str
) -> str | None:
    if found is None:
        return "new configuration"
    if not bears_mark(found, mark):
        return "new terms"
    query = "select portal_configuration_id from credits.get_provider('stripe')"
    known = conn.execute(query).fetchone() == (found.id,)
    return None if known else "configuration known from now on"
