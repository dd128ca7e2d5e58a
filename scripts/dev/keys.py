"""The secrets of a local stack, new for each."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field


def _secret(prefix: str = "") -> Callable[[], str]:
    # New ones every time: a page that some browser has open must not know them.
    return lambda: prefix + secrets.token_hex(16)


@dataclass(frozen=True)
class Keys:
    """The secrets of one stack. The first two are what an application's clients are made with."""

    anon: str = field(default_factory=_secret("sb_publishable_"))
    service: str = field(default_factory=_secret("sb_secret_"))
    jwt_secret: str = field(default_factory=_secret())
    stripe: str = field(default_factory=_secret("sk_test_"))
    webhook: str = field(default_factory=_secret("whsec_"))
