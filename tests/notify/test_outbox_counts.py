"""What is told of the notices on their way: those that a channel has not planned count, too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.notify.notifying import Desk, put_gift

PLAN = "select from credits.claim_notices(%s, '{}', 1000, 60)"


def counts(desk: Desk) -> dict[str, Any]:
    """Return what ``get_health`` tells of the outbox, but for the age."""
    ((found,),) = desk.conn.execute("select credits.get_health() -> 'outbox'").fetchall()
    return {name: found[name] for name in ("unplanned", "pending", "dead")}


def oldest(desk: Desk) -> float | None:
    query = "select (credits.get_health() -> 'outbox' ->> 'oldest_seconds')::float"
    ((seconds,),) = desk.conn.execute(query).fetchall()
    return None if seconds is None else float(seconds)


def age(desk: Desk, interval: str) -> None:
    desk.conn.execute(
        "update credits.outbox set created_at = created_at - %s::interval", [interval]
    )


def waits(unplanned: int, pending: int = 0, dead: int = 0) -> dict[str, int]:
    return {"unplanned": unplanned, "pending": pending, "dead": dead}


def test_where_nobody_sends_all_wait(bare_desk: Desk) -> None:
    assert (counts(bare_desk), oldest(bare_desk)) == (waits(0), None)
    put_gift(bare_desk.conn)
    put_gift(bare_desk.conn, key="2")
    age(bare_desk, "2 hours")
    assert counts(bare_desk) == waits(2)
    assert oldest(bare_desk) == pytest.approx(7200, abs=60)


@pytest.mark.parametrize("channel", ["email", "webhook"])
def test_what_a_channel_in_use_has_planned_waits_for_no_other(
    bare_desk: Desk, channel: str
) -> None:
    put_gift(bare_desk.conn)
    bare_desk.conn.execute(PLAN, [channel])
    assert counts(bare_desk) == waits(0, pending=1)
    bare_desk.conn.execute("update credits.deliveries set state = 'sent'")
    assert (counts(bare_desk), oldest(bare_desk)) == (waits(0), None)


@pytest.mark.parametrize(("stopped", "goes_on"), [("email", "webhook"), ("webhook", "email")])
def test_what_a_channel_that_has_stopped_does_not_plan_waits(
    bare_desk: Desk, stopped: str, goes_on: str
) -> None:
    for channel in (stopped, goes_on):
        bare_desk.conn.execute(PLAN, [channel])
    put_gift(bare_desk.conn)
    age(bare_desk, "3 hours")
    put_gift(bare_desk.conn, key="2")
    assert counts(bare_desk) == waits(2), "once each, whichever channels they wait for"
    bare_desk.conn.execute(PLAN, [goes_on])
    bare_desk.conn.execute("update credits.deliveries set state = 'sent'")
    assert counts(bare_desk) == waits(2)
    assert oldest(bare_desk) == pytest.approx(3 * 3600, abs=60)
    bare_desk.conn.execute(PLAN, [stopped])
    assert counts(bare_desk) == waits(0, pending=2)


def test_the_oldest_is_of_those_on_their_way(bare_desk: Desk) -> None:
    put_gift(bare_desk.conn)
    age(bare_desk, "5 hours")
    bare_desk.conn.execute(PLAN, ["email"])
    put_gift(bare_desk.conn, key="2")
    assert counts(bare_desk) == waits(1, pending=1)
    assert oldest(bare_desk) == pytest.approx(5 * 3600, abs=60)
    bare_desk.conn.execute("update credits.deliveries set state = 'dead'")
    assert counts(bare_desk) == waits(1, dead=1)
    assert oldest(bare_desk) == pytest.approx(0, abs=60)


def test_a_channel_that_was_given_up_is_waited_for_no_longer(bare_desk: Desk) -> None:
    """As docs/notifications.md has it."""
    for channel in ("email", "webhook"):
        bare_desk.conn.execute(PLAN, [channel])
    put_gift(bare_desk.conn)
    bare_desk.conn.execute(PLAN, ["webhook"])
    put_gift(bare_desk.conn, key="2")
    bare_desk.conn.execute(PLAN, ["email"])
    bare_desk.conn.execute("update credits.deliveries set state = 'sent' where channel = 'email'")
    assert counts(bare_desk) == waits(1, pending=1)
    bare_desk.conn.execute("delete from credits.deliveries where channel = 'webhook'")
    bare_desk.conn.execute("delete from credits.channels where channel = 'webhook'")
    assert (counts(bare_desk), oldest(bare_desk)) == (waits(0), None)
