"""Of many notices some are planned at a time, the oldest first, and all go out."""

from __future__ import annotations

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import Desk, deliveries, put_gift

CLAIM = "select id from credits.claim_notices('email', '{}', %s, 60)"


def pile_up(desk: Desk, count: int) -> list[int]:
    """Put so many gifts, and return their numbers."""
    return [put_gift(desk.conn, f"{n}@example.com", key=str(n)) for n in range(count)]


def claim(desk: Desk, limit: int) -> list[int]:
    return [notice_id for (notice_id,) in desk.conn.execute(CLAIM, [limit])]


def test_a_claim_plans_ten_for_each_that_it_takes(desk: Desk) -> None:
    ids = pile_up(desk, 35)
    assert claim(desk, 1) == ids[:1]
    assert [it["notice_id"] for it in deliveries(desk.conn)] == ids[:10]
    assert claim(desk, 2) == ids[1:3]
    assert [it["notice_id"] for it in deliveries(desk.conn)] == ids[:30]
    assert claim(desk, 100) == ids[3:]


def test_the_oldest_is_claimed_first_whatever_comes_meanwhile(desk: Desk) -> None:
    ids = pile_up(desk, 12)
    claimed: list[int] = []
    for _ in ids:
        put_gift(desk.conn, key=f"late {len(claimed)}")
        claimed += claim(desk, 1)
    assert claimed == ids


def test_a_run_sends_them_all(desk: Desk, mailbox: Mailbox) -> None:
    pile_up(desk, 123)
    assert desk.run().exit_code == 0
    assert [it.recipients for it in mailbox.letters] == [(f"{n}@example.com",) for n in range(123)]
    query = "select count(*) from credits.outbox where email_planned_at is null"
    assert desk.conn.execute(query).fetchone() == (0,)


def test_a_portion_that_goes_to_nobody_does_not_end_the_run(desk: Desk, mailbox: Mailbox) -> None:
    desk.environment["CREDITS_ALERT_EMAIL"] = ""
    desk.conn.execute(
        "insert into credits.outbox (topic, key, payload) "
        "select 'contact', n::text, '{}' from generate_series(1, 35) as n"
    )
    put_gift(desk.conn)
    assert desk.run().stdout.endswith("gift: sent\n")
    assert len(mailbox.letters) == 1
