"""What ``pgcredits notify`` is told by its environment: a mail server, an endpoint, or both."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.utils import getaddresses
from urllib.parse import unquote, urlsplit

from edge.config import ConfigError, read_address, set_names, split_address
from edge.jobs.mail_address import mail_address

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"plain": 25, "starttls": 587, "tls": 465}
_KEY_BYTES = range(24, 65)


@dataclass(frozen=True)
class SmtpServer:
    """The server that takes mail.

    Attributes:
        security: ``plain``, ``starttls``, or ``tls`` from the first byte.
        user: empty: it asks for no password.
    """

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class MailConfig:
    """How mail is sent.

    Attributes:
        operators: the addresses of those who run the system.
        site_url: where the buyers are at home, without a trailing slash.
    """

    server: SmtpServer
    sender: Address
    operators: tuple[str, ...]
    site_url: str


@dataclass(frozen=True)
class HookConfig:
    """The endpoint that is told of notices, and the key that signs them."""

    url: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass(frozen=True)
class NotifyConfig:
    """The channels that are set up; None for one that is not."""

    mail: MailConfig | None
    hook: HookConfig | None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> NotifyConfig:
        """Read the settings; an empty text counts as absent.

        Raises:
            ConfigError: a channel is set up by half, or by what cannot be right; no secret is told.
        """
        env = set_names(environment)
        mail = _pair(env, "SMTP_URL", "CREDITS_MAIL_FROM")
        hook = _pair(env, "CREDITS_WEBHOOK_URL", "CREDITS_WEBHOOK_SECRET")
        return cls(_mail(env, *mail) if mail else None, _hook(*hook) if hook else None)


def _pair(env: Mapping[str, str], *names: str) -> tuple[str, ...] | None:
    missing = [name for name in names if name not in env]
    if len(missing) == 1:
        (given,) = set(names) - set(missing)
        raise ConfigError(f"{given} is set, but not {missing[0]}")
    return None if missing else tuple(env[name] for name in names)


def _mail(env: Mapping[str, str], server: str, sender: str) -> MailConfig:
    site_url = read_address(env, "CREDITS_SITE_URL")
    if site_url is None:
        raise ConfigError("SMTP_URL is set, but not CREDITS_SITE_URL")
    senders = _mail_addresses("CREDITS_MAIL_FROM", sender)
    if len(senders) != 1:
        raise ConfigError("CREDITS_MAIL_FROM is not one address")
    operators = _mail_addresses("CREDITS_ALERT_EMAIL", env.get("CREDITS_ALERT_EMAIL", ""))
    addresses = tuple(it.addr_spec for it in operators)
    return MailConfig(_smtp_server(server), senders[0], addresses, site_url)


def _mail_addresses(name: str, text: str) -> list[Address]:
    wrong = ConfigError(f"{name} is not such as Shop <billing@example.com>")
    text = text.strip(" ,")
    # What cannot be read is an empty pair, or none: Pythons differ in it.
    pairs = getaddresses([text]) if text else []
    if not text.isprintable() or not all(address for _, address in pairs):
        raise wrong
    try:
        return [mail_address(address, person) for person, address in pairs]
    except ValueError:
        raise wrong from None


def _smtp_server(url: str) -> SmtpServer:
    wrong = ConfigError("SMTP_URL is not such as smtp://user:password@host:587?starttls=1")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    kind = (parts.scheme, parts.query)
    security = {
        ("smtp", ""): "plain",
        ("smtp", "starttls=1"): "starttls",
        ("smtps", ""): "tls",
    }.get(kind)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if security is None or not host or parts.path.strip("/") or parts.fragment:
        raise wrong
    if not (url.isascii() and url.isprintable()) or bool(user) != bool(password):
        raise wrong
    if user and security == "plain" and host not in _LOOPBACK:
        raise ConfigError("SMTP_URL would send a password in clear: add ?starttls=1, or use smtps:")
    return SmtpServer(host, port or _PORTS[security], security, user, password)


def _hook(url: str, secret: str) -> HookConfig:
    if split_address(url) is None:
        raise ConfigError("CREDITS_WEBHOOK_URL is not an address such as https://example.com/hook")
    try:
        key = b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not secret.startswith("whsec_") or len(key) not in _KEY_BYTES:
        raise ConfigError("CREDITS_WEBHOOK_SECRET is not whsec_ and 24 to 64 bytes in base64")
    return HookConfig(url, key)
