"""What tests of ``pgcredits stripe`` share: a shop, its environment, and the command on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from scripts.cli import main
from tests.edge.shop import API_KEY, JWT_SECRET, SITE, WEBHOOK_SECRET, Shop

OFFERS = Path(__file__).with_name("offers.toml")


def environment(shop: Shop, **changes: str) -> dict[str, str]:
    """Return the environment of a shop's edge, with variables changed as named."""
    return {
        "CREDITS_DATABASE_URL": shop.dsn,
        "CREDITS_SITE_URL": SITE,
        "STRIPE_SECRET_KEY": API_KEY,
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
        "STRIPE_MODE": "test",
        "STRIPE_API_BASE": shop.stripe.state.public_url,
        "SUPABASE_JWT_SECRET": JWT_SECRET,
        **changes,
    }


def run_on(shop: Shop, *arguments: str, **changes: str) -> Result:
    """Call ``pgcredits stripe`` on a shop, in its environment with variables changed."""
    result = CliRunner().invoke(main, ["stripe", *arguments], env=environment(shop, **changes))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def asked(shop: Shop) -> list[tuple[str, str]]:
    """Return what was asked of Stripe to change something, and forget all that was asked."""
    calls = [(it.method, it.path) for it in shop.calls if it.method != "GET"]
    shop.calls.clear()
    return calls


def price_of(shop: Shop, lookup_key: str) -> dict[str, Any]:
    """Return the newest price that Stripe finds by a lookup key."""
    return [it for it in shop.objects("price") if it["lookup_key"] == lookup_key][-1]
