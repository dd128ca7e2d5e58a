"""A hold of credits around work, as a back end places it on its own connection to Postgres."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg
from psycopg.rows import TupleRow
from psycopg.types.json import Jsonb

from edge.db import Pool
from edge.errors import EdgeError

Answer = dict[str, Any]

_SETTINGS = """
select
    set_config('role', 'service_role', true),
    set_config('lock_timeout', '5s', true),
    set_config('statement_timeout', '8s', true)
"""
_PLACE = """
select to_jsonb(hold) from public.hold_credits(
    account_id => %(account_id)s,
    user_id => %(account_id)s,
    key => %(key)s,
    service => %(service)s,
    quantity => %(quantity)s,
    usage => %(usage)s,
    metadata => %(metadata)s,
    reference => %(reference)s,
    ttl_seconds => %(ttl_seconds)s
) as hold
"""
_EXTEND = "select from public.extend_hold(%s, %s, %s)"
_CAPTURE = "select to_jsonb(paid) from public.capture_credits(%s, %s, usage => %s) as paid"
_RELEASE = "select to_jsonb(hold) from public.release_credits(%s, %s, %s) as hold"
_BEYOND_THE_HOLD = ("PT402", "PT403", "PT404")
_log = logging.getLogger(__name__)


class Hold:
    """Credits of a user that nothing else can spend until they are captured or released.

    As a ``with`` block it is released when the block fails, for a reason that names no more than a
    refusal's token. One that nobody ends ends by itself.
    """

    def __init__(
        self,
        pool: Pool,
        user_id: UUID,
        key: str,
        service: str,
        *,
        quantity: int | None = None,
        usage: Answer | None = None,
        metadata: Answer | None = None,
        reference: str | None = None,
        ttl_seconds: int = 300,
    ) -> None:
        """Place it, for what the service costs by the catalog.

        Args:
            pool: a login that may become ``service_role``.
            user_id: who pays.
            key: makes it happen once; another request under the same key is refused.
            service: by its code.
            quantity: how many units of it.
            usage: what a model counts; without ``input_tokens`` they are estimated.
            metadata: of its ``prompt`` only size and hash are stored.
            reference: what the job is called in the history.
            ttl_seconds: when it ends by itself, unless it is extended.

        Raises:
            psycopg.Error: PT402, and what else ``hold_credits`` refuses; nothing is held.
        """
        self._pool = pool
        self._extend_at = 0.0
        self._ttl = ttl_seconds
        self._request = {
            "account_id": user_id,
            "key": key,
            "service": service,
            "quantity": quantity,
            "usage": Jsonb(usage or {}),
            "metadata": Jsonb(metadata or {}),
            "reference": reference or key,
            "ttl_seconds": ttl_seconds,
        }
        with self._transaction() as conn:
            placed = _ask(conn, _PLACE, self._request)
        self._remember(placed)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            return
        try:
            self.release(error.message if isinstance(error, EdgeError) else "The work failed")
        except psycopg.Error:  # such as a hold that was captured, whose answer was lost
            _log.exception("A hold was not released")

    def keep(self) -> None:
        """Extend it when a third of its time is over; to be called often.

        A failure is no reason to break off the work: the next third tries again.
        """
        if time.monotonic() < self._extend_at:
            return
        self._extend_at = time.monotonic() + self._ttl / 3
        try:
            with self._transaction() as conn:
                conn.execute(_EXTEND, [*self._this, self._ttl])
        except psycopg.Error as error:
            _log.warning("A hold was not extended: %s", error)

    def enlarge(self, key: str, quantity: int) -> None:
        """Hold another quantity instead, from now on for as long as at first.

        Both happen in one transaction: whoever is refused still holds what they held.

        Raises:
            psycopg.Error: as for a new hold.
        """
        request = self._request | {"key": key, "quantity": quantity}
        with self._transaction() as conn:
            conn.execute(_RELEASE, [*self._this, "It goes on"])
            placed = _ask(conn, _PLACE, request)
        self._remember(placed)

    def capture(self, usage: Answer | None = None) -> Answer:
        """Charge what it came to, all that is held without ``usage``, and return the rest.

        Returns:
            ``{transaction_id, cost, released, balance, held, available}``, in credits; the same
            again for the same usage.

        Usage beyond the hold is charged as far as it can be paid: at least what is held.
        """
        try:
            with self._transaction() as conn:
                return _ask(conn, _CAPTURE, [*self._this, Jsonb(usage or {})])
        except psycopg.Error as error:
            if not usage or error.sqlstate not in _BEYOND_THE_HOLD:
                raise
        return self.capture()

    def release(self, reason: str) -> Answer:
        """Give all of it back; ``{balance, held, available}`` among what it returns."""
        with self._transaction() as conn:
            return _ask(conn, _RELEASE, [*self._this, reason])

    @property
    def _this(self) -> tuple[object, object]:
        return self._request["account_id"], self._id

    def _remember(self, placed: Answer) -> None:
        self._id = placed["hold_id"]
        self._extend_at = time.monotonic() + self._ttl / 3

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Connection[TupleRow]]:
        with self._pool.connection() as conn:
            conn.execute(_SETTINGS)
            yield conn


def _ask(conn: psycopg.Connection[TupleRow], query: str, values: Any) -> Answer:
    ((answer,),) = conn.execute(query.encode(), values)
    return dict(answer)
