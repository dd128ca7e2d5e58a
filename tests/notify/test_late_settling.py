"""Whose claim has run out may be late: an error then counts nothing, that it was sent counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from edge.jobs.notices import DeliveryError, Notice, deliver
from tests.notify.notifying import Desk, deliveries, pass_time, put_gift

CLAIM = "select attempt from credits.claim_notices('webhook', '{}', 1, 300)"
SETTLE = "select credits.settle_notice(%s, 'webhook', '', %s, %s)"


def claim(desk: Desk) -> int:
    """Claim the only notice, and return which attempt it is."""
    ((attempt,),) = desk.conn.execute(CLAIM).fetchall()
    return int(attempt)


def settle(desk: Desk, notice_id: int, attempt: int, error: str | None) -> str | None:
    ((state,),) = desk.conn.execute(SETTLE, [notice_id, attempt, error]).fetchall()
    return None if state is None else str(state)


def claimed_twice(desk: Desk) -> int:
    """Put a notice, whose first claim runs out and which is claimed again; return its number."""
    notice_id = put_gift(desk.conn)
    assert claim(desk) == 1
    pass_time(desk.conn, "301 seconds")
    assert claim(desk) == 2
    return notice_id


def test_a_late_error_leaves_somebody_else_s_claim_alone(bare_desk: Desk) -> None:
    notice_id = claimed_twice(bare_desk)
    before = deliveries(bare_desk.conn)
    assert settle(bare_desk, notice_id, 1, "no answer") is None
    assert deliveries(bare_desk.conn) == before
    assert bare_desk.conn.execute(CLAIM).fetchall() == [], "it is still claimed"
    assert settle(bare_desk, notice_id, 2, "no answer") == "pending"


def test_a_late_error_of_the_last_but_one_attempt_does_not_end_the_last(bare_desk: Desk) -> None:
    notice_id = put_gift(bare_desk.conn)
    for attempt in range(1, 9):
        assert claim(bare_desk) == attempt
        pass_time(bare_desk.conn, "250 seconds" if attempt == 8 else "301 seconds")
    assert settle(bare_desk, notice_id, 7, "no answer") is None
    assert settle(bare_desk, notice_id, 8, None) == "sent"


def test_that_it_was_sent_counts_however_late(bare_desk: Desk) -> None:
    notice_id = claimed_twice(bare_desk)
    assert settle(bare_desk, notice_id, 1, None) == "sent"
    (before,) = deliveries(bare_desk.conn)
    assert (before["state"], before["error"]) == ("sent", None)
    assert settle(bare_desk, notice_id, 2, "no answer") is None
    assert settle(bare_desk, notice_id, 2, None) is None
    assert deliveries(bare_desk.conn) == [before]
    pass_time(bare_desk.conn)
    assert bare_desk.conn.execute(CLAIM).fetchall() == []


@dataclass
class Slow:
    """A way out that takes longer than a claim lasts.

    Attributes:
        meanwhile: what happens while it sends.
        error: why it could not be sent; None, it was.
    """

    meanwhile: Callable[[], Any]
    error: str | None
    name: str = "webhook"
    operators: tuple[str, ...] = ()

    def send(self, notice: Notice) -> None:
        """Take long."""
        assert notice.attempt == 1
        self.meanwhile()
        if self.error:
            raise DeliveryError(self.error)


@pytest.mark.parametrize(("error", "state"), [("no answer", None), (None, "sent")])
def test_who_sends_settles_its_own_attempt(
    bare_desk: Desk, error: str | None, state: str | None
) -> None:
    def run_out() -> None:
        pass_time(bare_desk.conn, "301 seconds")
        assert claim(bare_desk) == 2

    put_gift(bare_desk.conn)
    (delivery,) = deliver(bare_desk.conn, Slow(run_out, error))
    assert (delivery.state, delivery.notice.attempt) == (state, 1)
    (stored,) = deliveries(bare_desk.conn)
    assert (stored["state"], stored["attempts"]) == (state or "pending", 2)
    assert (stored["claimed_until_at"] is None) == (state == "sent")
