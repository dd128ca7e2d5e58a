"""Notices of the outbox on their way out: claim one, send it, settle it.

Each is sent at least once: who dies between sending and settling leaves a claim that runs out, and
whoever comes next sends it again under the same reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg.rows import class_row

# Longer than any sending lasts, whose every step has a timeout.
LEASE_SECONDS = 300
_CLAIM = """
select id, recipient, topic, account_id, payload::text, created_at, attempt
from credits.claim_notices(%s, %s, 1, %s)
"""
_SETTLE = "select credits.settle_notice(%s, %s, %s, %s, %s)"


class DeliveryError(Exception):
    """A notice could not be sent; the text says why, without secrets, on one line."""


class ChannelDownError(DeliveryError):
    """It could not, and others could not be sent now either."""


@dataclass(frozen=True)
class Notice:
    """A claimed delivery.

    Attributes:
        recipient: an e-mail address; empty for the endpoint.
        account_id: whom it concerns; None for those who run the system.
        payload: an object of JSON, as the database has it: no number is rounded.
        attempt: 1 for the first.
    """

    id: int
    recipient: str
    topic: str
    account_id: UUID | None
    payload: str
    created_at: datetime
    attempt: int

    @property
    def reference(self) -> str:
        """What the notice is known by to a recipient, who may get it twice."""
        return f"{self.id}-{self.created_at.astimezone(UTC):%Y%m%d%H%M%S%f}"


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """``email`` or ``webhook``."""

    @property
    def operators(self) -> tuple[str, ...]:
        """The addresses of those who run the system."""

    def send(self, notice: Notice) -> None:
        """Send a notice.

        Raises:
            DeliveryError: it was not sent, as far as can be known.
        """


@dataclass(frozen=True)
class Delivery:
    """What became of an attempt.

    Attributes:
        state: sent; pending, it is tried again later; dead, it is not; None, it was erased, or
            somebody else has claimed it since.
    """

    channel: str
    notice: Notice
    state: str | None
    error: str | None

    def show(self) -> str:
        """Return it as a line, which names nobody."""
        line = f"{self.channel} {self.notice.id} {self.notice.topic}: {self.state or 'gone'}"
        if self.error is None:
            return line
        return f"{line}, attempt {self.notice.attempt}: {self.error}"


def deliver(conn: psycopg.Connection[Any], channel: Channel) -> Iterator[Delivery]:
    """Send what is due over a channel, one notice after the other, and tell what became of each.

    It may be ended between two of them, or anywhere by a crash, and runs beside others of its kind.
    It ends when nothing is due, or when the channel is down.

    Args:
        conn: in autocommit, so that nothing stays locked while a notice is sent.
        channel: the way out.

    Raises:
        psycopg.Error: the connection is lost, or is not allowed to do this.
    """
    claim = [channel.name, list(channel.operators), LEASE_SECONDS]
    is_up = True
    while is_up:
        with conn.cursor(row_factory=class_row(Notice)) as cursor:
            notice = cursor.execute(_CLAIM, claim).fetchone()
        if notice is None:
            return
        error = None
        try:
            channel.send(notice)
        except DeliveryError as refusal:
            error = str(refusal)
            is_up = not isinstance(refusal, ChannelDownError)
        settle = [notice.id, channel.name, notice.recipient, notice.attempt, error]
        ((state,),) = conn.execute(_SETTLE, settle).fetchall()
        yield Delivery(channel.name, notice, state, error)
