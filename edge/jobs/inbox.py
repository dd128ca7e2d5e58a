"""What Stripe tells, handed to the database piece by piece, each in a transaction of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import psycopg

from edge.jobs.provider_totals import Payment
from edge.jobs.stripe_lists import Json

_SETTLED = ("applied", "ignored")
_MOST_OPEN = 10_000
_RETRY = "select state, reason, object_id from credits.retry_stripe_event(%s)"


class Outcome(NamedTuple):
    """What the database made of a piece of news: its state, why, and the id that it waits for."""

    state: str
    reason: str | None = None
    waits_for: str | None = None

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do."""
        return self.state in _SETTLED


@dataclass(frozen=True)
class Inbox:
    """The database's side of it. Every method raises psycopg.Error when the database is lost.

    Attributes:
        conn: in autocommit.
        livemode: the mode of the key with which objects are fetched.
        is_dry: undo everything, having seen what would come of it.
    """

    conn: psycopg.Connection[Any]
    livemode: bool
    is_dry: bool = False

    def find_unseen(self, event_ids: Sequence[str]) -> set[str]:
        """Return which of these events were never received."""
        query = "select * from credits.unseen_stripe_events(%s)"
        return {event_id for (event_id,) in self._fetch(query, list(event_ids))}

    def apply_event(self, event: Json) -> Outcome:
        """Apply an event as Stripe sent it."""
        return self._attempt(
            ("select credits.apply_stripe_event(%s)", json.dumps(event)),
            # What it does not settle it keeps with the reason, which one more attempt tells.
            (_RETRY, event["id"]),
        )

    def apply_object(self, news: str, thing: Json, *, is_dry: bool = False) -> Outcome:
        """Apply an object as it is now, as if an event of the type ``news`` told it."""
        livemode = thing.get("livemode", self.livemode)  # refunds do not say
        query = "select state, reason, object_id from credits.apply_stripe_object(%s, %s, %s)"
        return self._attempt((query, news, json.dumps(thing), livemode), is_dry=is_dry)

    def list_open(self, since: datetime) -> list[tuple[str, str, str]]:
        """Return the events received since then that are not settled: id, type, object's id."""
        return self._fetch(
            "select id, type, coalesce(about, id) from credits.list_open_stripe_events(%s) "
            "where received_at >= %s",
            _MOST_OPEN,
            since,
        )

    def retry(self, event_id: str) -> Outcome:
        """Apply a stored event once more."""
        return self._attempt((_RETRY, event_id))

    def list_payments(self, since: datetime) -> list[Payment]:
        """Return what was paid through Stripe since then."""
        rows = self._fetch(
            "select account_id, id, intent_id, amount_cents, returned_cents, currency "
            "from credits.list_provider_payments('stripe', %s, %s)",
            self.livemode,
            since,
        )
        return [Payment(*row) for row in rows]

    def _attempt(self, *steps: tuple[object, ...], is_dry: bool = False) -> Outcome:
        """Take steps, each a query with its values, until one settles it, in one transaction."""
        try:
            with self.conn.transaction(force_rollback=is_dry or self.is_dry):
                for query, *values in steps:
                    outcome = Outcome(*self._fetch(str(query), *values)[0])
                    if outcome.is_settled:
                        break
                return outcome
        except psycopg.ProgrammingError:
            raise  # not ours, or not allowed: true of every other piece as well
        except psycopg.Error as error:
            if self.conn.broken:
                raise
            return Outcome("failed", f"{error.sqlstate} {error.diag.message_primary}")

    def _fetch(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.conn.execute(query.encode(), values).fetchall()
