"""A browser for the stand-in's pages: it opens them and presses their buttons."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass
class Answer:
    """What a browser is given; ``policy`` is the Content-Security-Policy."""

    status: int
    location: str | None
    policy: str | None
    text: str


def browse(url: str, action: str | None = None, **fields: str) -> Answer:
    """Open a page, or press one of its buttons; redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        if action is None:
            connection.request("GET", parts.path)
        else:
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            body = urlencode({"action": action, **fields})
            connection.request("POST", parts.path, body, headers)
        response = connection.getresponse()
        policy = response.getheader("Content-Security-Policy")
        text = response.read().decode()
        return Answer(response.status, response.getheader("Location"), policy, text)
    finally:
        connection.close()
