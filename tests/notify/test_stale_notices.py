"""A warning that nobody planned for three days goes to nobody; all else goes out however late."""

from __future__ import annotations

import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import Desk, put
from tests.notify.topics import PAYLOADS, TOPICS
from tests.support import Connection, sign_up

STALE = {"low_balance", "renewal_reminder", "credits_expiring"}
CHANNELS = ["email", "webhook"]


def age(conn: Connection, interval: str) -> None:
    conn.execute("update credits.outbox set created_at = now() - %s::interval", [interval])


def claimed(conn: Connection, channel: str) -> set[str]:
    """Return the topics that go out over a channel which was started a year ago."""
    conn.execute(
        "insert into credits.channels (channel, started_at) values (%s, now() - interval '1 year')"
        " on conflict do nothing",
        [channel],
    )
    query = "select topic from credits.claim_notices(%s, '{ops@example.com}', 1000, 60)"
    return {topic for (topic,) in conn.execute(query, [channel])}


def put_each_topic(conn: Connection) -> None:
    account_id = sign_up(conn, "zoe@example.com")
    for topic in TOPICS:
        put(conn, topic, PAYLOADS[topic], account_id)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("interval", "expected"),
    [("2 days 23 hours 59 minutes", TOPICS), ("3 days", TOPICS - STALE)],
)
def test_only_warnings_and_reminders_of_three_days_ago_go_to_nobody(
    db: Connection, channel: str, interval: str, expected: set[str]
) -> None:
    put_each_topic(db)
    age(db, interval)
    assert claimed(db, channel) == expected


@pytest.mark.parametrize("channel", CHANNELS)
def test_what_is_too_late_does_not_count_as_waiting(db: Connection, channel: str) -> None:
    put_each_topic(db)
    age(db, "80 days")
    claimed(db, channel)
    query = "select count(*) from credits.deliveries as d inner join credits.outbox as o"
    query += " on d.notice_id = o.id where o.topic = any(%s)"
    assert db.execute(query.encode(), [list(STALE)]).fetchone() == (0,)
    query = f"select count(*) from credits.outbox where {channel}_planned_at is null"
    assert db.execute(query.encode()).fetchone() == (0,)


def test_one_that_was_planned_in_time_goes_out_however_late(desk: Desk, mailbox: Mailbox) -> None:
    account_id = sign_up(desk.conn, "zoe@example.com")
    desk.run()
    put(desk.conn, "low_balance", PAYLOADS["low_balance"], account_id)
    desk.conn.execute("select credits.plan_deliveries('email', '{}', 10)")
    age(desk.conn, "80 days")
    desk.run()
    assert [it.recipients for it in mailbox.letters] == [("zoe@example.com",)]
