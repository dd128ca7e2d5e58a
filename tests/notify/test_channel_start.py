"""A channel that is set up later does not send what is long over."""

from __future__ import annotations

import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.endpoints import Receiver
from tests.notify.notifying import Desk, deliveries, put_gift


def age(desk: Desk, interval: str) -> None:
    desk.conn.execute(
        "update credits.outbox set created_at = created_at - %s::interval", [interval]
    )


def test_it_starts_with_the_notices_of_the_day_before(desk: Desk, mailbox: Mailbox) -> None:
    put_gift(desk.conn, "old@example.com", key="old")
    age(desk, "2 hours")
    put_gift(desk.conn, "recent@example.com", key="recent")
    age(desk, "23 hours")
    put_gift(desk.conn, "new@example.com", key="new")
    assert desk.run().exit_code == 0
    sent = [it.recipients[0] for it in mailbox.letters]
    assert sent == ["recent@example.com", "new@example.com"]
    assert len(deliveries(desk.conn)) == 2


def test_a_second_channel_starts_on_its_own_day(
    desk: Desk, hooked: Desk, mailbox: Mailbox, receiver: Receiver
) -> None:
    put_gift(desk.conn)
    assert desk.run("--channel", "email").exit_code == 0
    age(desk, "3 days")
    desk.environment |= hooked.environment
    put_gift(desk.conn, key="2")
    desk.run()
    assert (len(mailbox.letters), len(receiver.calls)) == (2, 1)


def test_once_started_it_sends_what_waited_for_days(desk: Desk, mailbox: Mailbox) -> None:
    put_gift(desk.conn)
    desk.run()
    put_gift(desk.conn, key="2")
    desk.conn.execute("update credits.channels set started_at = started_at - interval '9 days'")
    age(desk, "5 days")
    desk.run()
    assert len(mailbox.letters) == 2


@pytest.mark.parametrize("count", [1001, 2500])
def test_thousands_of_old_notices_keep_no_new_one_waiting(
    desk: Desk, mailbox: Mailbox, count: int
) -> None:
    desk.conn.execute(
        "insert into credits.outbox (topic, key, payload, created_at) "
        "select 'contact', n::text, '{}', now() - interval '1 year' "
        "from generate_series(1, %s) as n",
        [count],
    )
    put_gift(desk.conn)
    assert desk.run().output.endswith("gift: sent\n")
    assert len(mailbox.letters) == 1


def test_thousands_that_go_to_nobody_keep_none_waiting(desk: Desk, mailbox: Mailbox) -> None:
    desk.run()
    desk.environment["CREDITS_ALERT_EMAIL"] = ""
    desk.conn.execute(
        "insert into credits.outbox (topic, key, payload) "
        "select 'contact', n::text, '{}' from generate_series(1, 1500) as n"
    )
    put_gift(desk.conn)
    assert desk.run().stdout.endswith("gift: sent\n")
    assert len(mailbox.letters) == 1
