"""Notices sent to an endpoint, signed as Standard Webhooks 1.0 says."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC
from typing import ClassVar

import requests

from edge.jobs.notices import ChannelDownError, DeliveryError, Notice
from edge.notify_config import HookConfig

_SECONDS = 10
_SUCCESS = range(200, 300)


@dataclass(frozen=True)
class Endpoint:
    """The channel ``webhook``."""

    config: HookConfig
    name: ClassVar[str] = "webhook"
    operators: ClassVar[tuple[str, ...]] = ()

    def send(self, notice: Notice) -> None:
        """Post a notice; any answer of 2xx is a success, and a redirection is not followed.

        Raises:
            DeliveryError: the endpoint refuses it, or, ChannelDownError, does not answer.
        """
        message_id, now = f"notice_{notice.reference}", str(int(time.time()))
        body = body_of(notice)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "pgcredits",
            "webhook-id": message_id,
            "webhook-timestamp": now,
            "webhook-signature": sign(self.config.key, message_id, now, body),
        }
        try:
            # The body of the answer is not read: it may have no end.
            with requests.post(
                self.config.url,
                data=body,
                headers=headers,
                timeout=_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
        except requests.RequestException as error:
            # Its text would quote the address, which may hold a token.
            raise ChannelDownError(type(error).__name__) from error
        if status not in _SUCCESS:
            raise DeliveryError(f"HTTP {status}")


def body_of(notice: Notice) -> bytes:
    """Return ``{"type", "timestamp", "account_id", "data"}``; data is the notice's payload."""
    head = {
        "type": notice.topic,
        "timestamp": notice.created_at.astimezone(UTC).isoformat(),
        "account_id": notice.account_id and str(notice.account_id),
    }
    return f'{json.dumps(head)[:-1]}, "data": {notice.payload}}}'.encode()


def sign(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a message, of version 1: HMAC with SHA-256."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
