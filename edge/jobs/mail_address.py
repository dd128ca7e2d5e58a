"""E-mail addresses that somebody typed, in a form that no header and no server reads otherwise."""

from __future__ import annotations

import re
from email.headerregistry import Address

_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.I)
_LONGEST_LOCAL = 64


def mail_address(text: str, name: str = "") -> Address:
    """Return an address whose parts are quoted where they must be.

    Args:
        text: one address, such as ``ada@example.com``; a domain may have letters of any script.
        name: of the person, or nothing.

    Raises:
        ValueError: there is no such address.
    """
    local, _, domain = text.strip().rpartition("@")
    ascii_domain = domain.encode("idna").decode()
    if not _DOMAIN.fullmatch(ascii_domain) or not 0 < len(local) <= _LONGEST_LOCAL:
        raise ValueError("not an e-mail address")
    if not (local.isprintable() and name.isprintable()):
        raise ValueError("an e-mail address has one line")
    return Address(name, local, ascii_domain)
