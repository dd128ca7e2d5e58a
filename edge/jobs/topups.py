"""Automatic top-ups: charge the saved card of each account whose credits ran low.

The attempt and its idempotency key are kept in Postgres before Stripe is called, so whoever runs
this again, at the same time or after a crash, goes on with the same payment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
import stripe
from psycopg.rows import class_row

from edge.errors import reason_of
from edge.jobs.topup_payments import Attempt, RefusedError, charge_card

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Outcome:
    """How one account's turn ended.

    Attributes:
        state: paid; paused, the account's owner has to act or the card may be tried later;
            delayed, it is tried again; failed, somebody should look.
    """

    account_id: UUID
    state: str
    reason: str | None = None

    def show(self) -> str:
        """Return it as a line."""
        return f"{self.account_id}: {self.state}" + (f", {self.reason}" if self.reason else "")


def run_topups(
    conn: Connection, client: stripe.StripeClient, *, livemode: bool, limit: int
) -> Iterator[Outcome]:
    """Top up the accounts that are due, one after the other, and tell how each turn ended.

    It may be ended between two of them, or anywhere by a crash, and runs beside others of its
    kind: an account is charged once for each time that its credits run low.

    Args:
        conn: in autocommit, so that nothing stays locked while Stripe is asked.
        client: of Stripe.
        livemode: the mode of the client's key.
        limit: accounts at most.

    Raises:
        psycopg.Error: the connection is lost; what one account is refused is told as its outcome.
    """
    due = conn.execute("select credits.due_topups(%s)", [limit]).fetchall()
    for (account_id,) in due:
        try:
            outcome = _top_up(conn, client, account_id, livemode=livemode)
        except psycopg.Error as error:
            if conn.broken:
                raise
            reason = error.diag.message_primary or type(error).__name__
            outcome = Outcome(account_id, "failed", reason)
        if outcome is not None:
            yield outcome


def _top_up(
    conn: Connection, client: stripe.StripeClient, account_id: UUID, *, livemode: bool
) -> Outcome | None:
    with conn.cursor(row_factory=class_row(Attempt)) as cursor:
        query = "select * from credits.open_topup(%s, 'stripe', %s)"
        attempt = cursor.execute(query, [account_id, livemode]).fetchone()
    if attempt is None:
        return None
    try:
        intent = charge_card(client, account_id, attempt)
    except RefusedError as error:
        reason = str(error)
        fail = "select credits.fail_topup(%s, %s, %s)"
        conn.execute(fail, [account_id, attempt.order_id, reason])
        return Outcome(account_id, "paused", reason)
    except stripe.StripeError as error:
        # It is not known whether the card was charged: the same key asks again.
        delay = "select credits.delay_topup(%s, %s)"
        conn.execute(delay, [account_id, attempt.order_id])
        return Outcome(account_id, "delayed", reason_of(error))
    apply = "select state, reason from credits.apply_stripe_object(%s, %s, %s)"
    news = ["payment_intent.succeeded", str(intent), livemode]
    ((state, why),) = conn.execute(apply, news).fetchall()
    # Ignored is what the webhook has brought already.
    if state in ("applied", "ignored"):
        return Outcome(account_id, "paid")
    return Outcome(account_id, "failed", f"{state}: {why}")
