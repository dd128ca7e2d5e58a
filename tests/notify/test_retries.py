"""What is not sent is tried again, later and later, then given up, and revived by a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.endpoints import Receiver
from tests.notify.notifying import Desk, deliveries, pass_time, put, put_gift
from tests.wallets import refused

BACK_OFF = [1, 5, 30, 120, 360, 1440, 1440]


def only(desk: Desk) -> dict[str, Any]:
    (delivery,) = deliveries(desk.conn)
    return delivery


def give_up(desk: Desk, receiver: Receiver) -> int:
    """Put a notice that nobody takes, try it eight times, and return its number."""
    receiver.status = 500
    notice_id = put_gift(desk.conn)
    for _ in range(8):
        desk.run()
        pass_time(desk.conn)
    return notice_id


def test_the_pauses_grow_and_the_eighth_failure_is_the_last(
    hooked: Desk, receiver: Receiver
) -> None:
    receiver.status = 500
    notice_id = put_gift(hooked.conn)
    waited = []
    for attempt in range(1, 8):
        assert hooked.run().output.endswith(f"pending, attempt {attempt}: HTTP 500\n")
        query = "select next_attempt_at - clock_timestamp() from credits.deliveries"
        ((pause,),) = hooked.conn.execute(query).fetchall()
        waited.append(round(pause / timedelta(minutes=1)))
        assert only(hooked)["settled_at"] is None
        assert hooked.run().output == ""
        pass_time(hooked.conn)
    assert waited == BACK_OFF
    assert hooked.run().output == f"webhook {notice_id} gift: dead, attempt 8: HTTP 500\n"
    pass_time(hooked.conn)
    assert hooked.run().output == ""
    assert len(receiver.calls) == 8
    assert (only(hooked)["state"], only(hooked)["settled_at"] is None) == ("dead", False)


@pytest.mark.parametrize("attempt", range(1, 8))
def test_it_is_not_tried_before_its_time(hooked: Desk, receiver: Receiver, attempt: int) -> None:
    receiver.status = 500
    put_gift(hooked.conn)
    for _ in range(attempt):
        pass_time(hooked.conn)
        hooked.run()
    pass_time(hooked.conn, f"{BACK_OFF[attempt - 1] * 60 - 30} seconds")
    assert hooked.run().output == ""
    pass_time(hooked.conn, "30 seconds")
    assert hooked.run().output != ""


def test_the_dead_are_listed_and_revived(hooked: Desk, receiver: Receiver) -> None:
    assert hooked.run("dead").output == "no notice is dead\n"
    notice_id = give_up(hooked, receiver)
    assert hooked.run("dead").output.startswith(f"{notice_id} webhook gift, 2")
    assert hooked.run("dead").output.endswith(": HTTP 500\n")
    assert hooked.run("retry", str(notice_id)).output == "1 delivery is due again\n"
    assert hooked.run("dead").output == "no notice is dead\n"
    assert hooked.run().output.endswith("pending, attempt 1: HTTP 500\n")
    receiver.status = 204
    pass_time(hooked.conn)
    assert hooked.run().output == f"webhook {notice_id} gift: sent\n"
    assert (only(hooked)["state"], only(hooked)["error"]) == ("sent", None)


def test_what_is_not_dead_is_not_revived(hooked: Desk, receiver: Receiver) -> None:
    notice_id = put_gift(hooked.conn)
    hooked.run()
    result = hooked.run("retry", str(notice_id))
    assert (result.exit_code, f"the notice {notice_id} has nothing dead" in result.output) == (
        1, True,
    )  # fmt: skip
    assert hooked.run("retry", "99").exit_code == 1
    assert hooked.run("retry", "x").exit_code == 2
    assert len(receiver.calls) == 1


def test_the_list_of_the_dead_names_who_was_to_get_it(desk: Desk) -> None:
    with Mailbox() as gone:
        desk.mails_to(gone)
    notice_id = put_gift(desk.conn)
    for _ in range(8):
        desk.run()
        pass_time(desk.conn)
    assert f"{notice_id} email gift to eve@example.com, " in desk.run("dead").output


def test_the_channels_fail_and_succeed_apart(
    hooked: Desk, desk: Desk, receiver: Receiver, mailbox: Mailbox
) -> None:
    hooked.environment |= desk.environment
    receiver.status = 500
    put_gift(hooked.conn)
    assert hooked.run().exit_code == 1
    assert {it["channel"]: it["state"] for it in deliveries(hooked.conn)} == {
        "email": "sent",
        "webhook": "pending",
    }
    pass_time(hooked.conn)
    receiver.status = 204
    assert hooked.run().exit_code == 0
    assert (len(mailbox.letters), len(receiver.calls)) == (1, 2)


def test_a_notice_without_words_dies_and_stops_no_other(desk: Desk, mailbox: Mailbox) -> None:
    put(desk.conn, "unheard_of", {})
    lacking = put(desk.conn, "job_silent", {"job": "maintenance"})
    put_gift(desk.conn)
    output = desk.run().output
    assert "unheard_of: pending, attempt 1: " in output
    assert f"{lacking} job_silent: pending, attempt 1: " in output
    assert "'last_at' is undefined" in output
    assert output.endswith("gift: sent\n")
    assert len(mailbox.letters) == 1


def test_a_settled_delivery_stays_settled(desk: Desk) -> None:
    """As when a claim ran out while it was sent, and somebody else has sent it too."""
    notice_id = put_gift(desk.conn)
    desk.run()
    settle = "select credits.settle_notice(%s, 'email', 'eve@example.com', 1, 'too late')"
    assert desk.conn.execute(settle, [notice_id]).fetchone() == (None,)
    assert only(desk)["state"] == "sent"


@pytest.mark.parametrize("channel", ["sms", "", None])
def test_a_channel_that_there_is_not_is_refused(desk: Desk, channel: str | None) -> None:
    with refused(desk.conn, "22023", "invalid_channel"):
        desk.conn.execute("select credits.claim_notices(%s, '{}', 1, 60)", [channel])


@pytest.mark.parametrize("seconds", [None, 0, -5])
def test_a_claim_that_would_last_no_time_is_refused(desk: Desk, seconds: int | None) -> None:
    put_gift(desk.conn)
    with refused(desk.conn, "22023", "invalid_lease"):
        desk.conn.execute("select credits.claim_notices('email', '{}', 1, %s)", [seconds])
