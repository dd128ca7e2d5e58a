"""Check: the key, the webhook, the prices and the portal at Stripe are what the rules count on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import stripe

from edge.events import EVENT_TYPES
from edge.jobs.offers import Connection, Offer, find_prices, list_offers, price_terms
from edge.jobs.portal import bears_mark, portal_mark, portal_params

_WEBHOOK_PATHS = ("/api/stripe/webhook", "/api/credits/webhook")
_SYNC = "run pgcredits stripe sync"
_MEANT = "set it, or " + _SYNC + " if that mode is meant"


@dataclass(frozen=True)
class Finding:
    """What is not as it should be; ``rule`` is one of key, mode, account, webhook, price, portal.

    The rules webhook-events and webhook-version are of one endpoint each.
    """

    rule: str
    text: str

    def show(self) -> str:
        """Return it as a line."""
        return f"{self.rule}: {self.text}"


def check(
    conn: Connection, client: stripe.StripeClient, return_url: str, *, livemode: bool
) -> Iterator[Finding]:
    """Find what is missing at Stripe, or differs there; nothing is changed.

    Args:
        conn: the database.
        client: of Stripe.
        return_url: the page of the site that the portal leads back to.
        livemode: the mode of the client's key.

    Raises:
        psycopg.Error: the database refuses.
        stripe.StripeError: Stripe does not serve.
    """
    query = "select livemode, portal_configuration_id from credits.get_provider('stripe')"
    ((stored, configuration_id),) = conn.execute(query).fetchall()
    if stored is not livemode:
        modes = ("live" if stored else "test", "live" if livemode else "test")
        yield Finding(
            "mode", "the database takes {} mode, STRIPE_MODE is {}: ".format(*modes) + _MEANT
        )
        return
    rules: tuple[Callable[[], Iterator[Finding]], ...] = (
        partial(_check_account, client, livemode=livemode),
        partial(_check_webhooks, client),
        partial(_check_prices, client, list_offers(conn)),
        partial(
            _check_portal, client, configuration_id, portal_mark(portal_params(conn, return_url))
        ),
    )
    for rule in rules:
        try:
            yield from rule()
        except stripe.AuthenticationError:
            yield Finding("key", "Stripe does not know STRIPE_SECRET_KEY")
            return
        except stripe.PermissionError as error:
            yield Finding("key", f"it lacks a permission: {error.user_message}")


def _check_account(client: stripe.StripeClient, *, livemode: bool) -> Iterator[Finding]:
    try:
        account = client.v1.accounts.retrieve_current()
    except stripe.PermissionError:
        return  # a restricted key need not read the account: that it is refused is an answer
    if livemode and not account.charges_enabled:
        yield Finding("account", f"{account.id} cannot take payments yet: complete it at Stripe")


def _check_webhooks(client: stripe.StripeClient) -> Iterator[Finding]:
    endpoints = client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter()
    ours = [it for it in endpoints if urlsplit(it.url).path.endswith(_WEBHOOK_PATHS)]
    enabled = [it for it in ours if it.status == "enabled"]
    if not enabled:
        for endpoint in ours:
            yield Finding("webhook", f"{endpoint.url} is {endpoint.status}")
        if not ours:
            yield Finding("webhook", f"no endpoint at Stripe ends in {_WEBHOOK_PATHS[0]}")
    for endpoint in enabled:
        missing = sorted(set(EVENT_TYPES) - set(endpoint.enabled_events))
        if missing and "*" not in endpoint.enabled_events:
            yield Finding("webhook-events", f"{endpoint.url} does not get {', '.join(missing)}")
        if endpoint.api_version != stripe.api_version:
            version = endpoint.api_version or "the account's default version"
            yield Finding(
                "webhook-version",
                f"{endpoint.url} sends {version}: it is understood, but not pinned to "
                f"{stripe.api_version}, which the library speaks",
            )


def _check_prices(client: stripe.StripeClient, offers: list[Offer]) -> Iterator[Finding]:
    prices = find_prices(client, offers)
    for offer in offers:
        price = prices.get(offer.lookup_key)
        if price is None or offer.price_id is None:
            problem = f"is not at Stripe on the catalog's terms, {offer.terms}"
        elif not offer.is_sold_by(price):
            problem = f"costs {price_terms(price)} at Stripe, {offer.terms} in the catalog"
        elif offer.price_id != price.id:
            problem = f"is {offer.price_id} in the database, {price.id} at Stripe"
        elif not price.active:
            problem = f"is archived at Stripe ({price.id})"
        else:
            continue
        yield Finding("price", f"{offer.title} {problem}: {_SYNC}")


def _check_portal(
    client: stripe.StripeClient, configuration_id: str | None, mark: str
) -> Iterator[Finding]:
    if configuration_id is None:
        yield Finding("portal", f"it has no configuration: {_SYNC}")
        return
    try:
        found = client.v1.billing_portal.configurations.retrieve(configuration_id)
    except stripe.InvalidRequestError as error:
        if error.code != "resource_missing":
            raise
        yield Finding("portal", f"{configuration_id} is not at Stripe: {_SYNC}")
        return
    if not found.active:
        yield Finding("portal", f"{configuration_id} is not active: {_SYNC}")
    elif not bears_mark(found, mark):
        yield Finding("portal", f"{configuration_id} does not say what the catalog says: {_SYNC}")
