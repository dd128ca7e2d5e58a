"""What the edge is told by its environment, read once and checked before it serves."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_REQUIRED = (
    "CREDITS_DATABASE_URL",
    "CREDITS_SITE_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
)
PUBLISHABLE_NAMES = ("STRIPE_PUBLISHABLE_KEY", "NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY")


class ConfigError(Exception):
    """The environment lacks a name, or holds what cannot be right; the text names it."""


@dataclass(frozen=True)
class Config:
    """The settings of one edge. Secrets are not shown when it is printed.

    Attributes:
        database_url: Postgres, as a login that is or may become the role credits_edge.
        site_url: where the buyer's browser comes from and goes back to, without a trailing slash.
        stripe_secret_key: the key that calls Stripe.
        stripe_webhook_secret: the key that signs Stripe's events.
        supabase_url: the project; its published keys prove asymmetric tokens.
        supabase_jwt_secret: proves HS256 tokens.
        livemode: Stripe takes money; else its test mode, where none is.
        stripe_api_base: a local stand-in's address instead of Stripe's own; in test mode only.
        stripe_timeout: seconds to wait for each answer of Stripe.
        metrics_token: who bears it reads ``/metrics``; None for everybody.
    """

    database_url: str = field(repr=False)
    site_url: str
    stripe_secret_key: str = field(repr=False)
    stripe_webhook_secret: str = field(repr=False)
    supabase_url: str | None = None
    supabase_jwt_secret: str | None = field(default=None, repr=False)
    livemode: bool = False
    stripe_api_base: str | None = None
    stripe_timeout: float = 10.0
    metrics_token: str | None = field(default=None, repr=False)

    @property
    def billing_url(self) -> str:
        """The page of the site on which a browser comes back from Stripe."""
        return f"{self.site_url}/billing"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Config:
        """Read the settings; an empty text counts as absent.

        Raises:
            ConfigError: a name is missing, an address is none, or keys are of another mode.
        """
        env = set_names(environment)
        missing = [name for name in _REQUIRED if name not in env]
        if not {"SUPABASE_URL", "SUPABASE_JWT_SECRET"} & env.keys():
            missing.append("SUPABASE_JWT_SECRET or SUPABASE_URL")
        if missing:
            raise ConfigError(f"Not set in the environment: {', '.join(missing)}")
        livemode = _check_mode(env) == "live"
        return cls(
            database_url=env["CREDITS_DATABASE_URL"],
            site_url=read_address(env, "CREDITS_SITE_URL") or "",
            stripe_secret_key=env["STRIPE_SECRET_KEY"],
            stripe_webhook_secret=env["STRIPE_WEBHOOK_SECRET"],
            supabase_url=read_address(env, "SUPABASE_URL"),
            supabase_jwt_secret=env.get("SUPABASE_JWT_SECRET"),
            livemode=livemode,
            stripe_api_base=read_address(env, "STRIPE_API_BASE"),
            metrics_token=env.get("METRICS_TOKEN"),
        )


def set_names(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what is set, without spaces around it; an empty text counts as absent."""
    return {name: value.strip() for name, value in environment.items() if value.strip()}


def _check_mode(env: Mapping[str, str]) -> str:
    mode = env.get("STRIPE_MODE", "test")
    if mode not in ("test", "live"):
        raise ConfigError("STRIPE_MODE is either test or live")
    if mode == "live" and "STRIPE_API_BASE" in env:
        raise ConfigError("STRIPE_API_BASE is for development: it has no place in live mode")
    if not re.match(f"(sk|rk)_{mode}_", env["STRIPE_SECRET_KEY"]):
        raise ConfigError(f"STRIPE_SECRET_KEY is not a secret key of STRIPE_MODE={mode}")
    for name in PUBLISHABLE_NAMES:
        if name in env and not env[name].startswith(f"pk_{mode}_"):
            raise ConfigError(f"{name} is not a publishable key of STRIPE_MODE={mode}")
    return mode


def read_address(env: Mapping[str, str], name: str) -> str | None:
    """Return an address of the web without a trailing slash; None where it is not set.

    Raises:
        ConfigError: it is none, or it has a query.
    """
    address = env.get(name)
    if address is None:
        return None
    parts = split_address(address)
    if parts is None or parts.query:
        raise ConfigError(f"{name} is not an address such as https://example.com")
    return address.rstrip("/")


def split_address(address: str) -> SplitResult | None:
    """Return the parts of an address of the web, which may have a query; None for what is none."""
    try:
        parts = urlsplit(address)
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return None
    if not is_whole or parts.fragment or parts.username or not address.isprintable():
        return None
    return parts
