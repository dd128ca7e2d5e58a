"""The command needs no more rights than the edge has."""

from __future__ import annotations

import pytest
from psycopg.conninfo import make_conninfo

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import Desk, deliveries, pass_time, put_gift


@pytest.mark.parametrize("role", ["credits_edge", "service_role"])
def test_all_of_it_works_as_a_login_without_tables(desk: Desk, mailbox: Mailbox, role: str) -> None:
    allowed = Desk(make_conninfo(desk.dsn, options=f"-c role={role}"), desk.conn, desk.environment)
    notice_id = put_gift(desk.conn, "nobody")
    for _ in range(8):
        assert allowed.run().exit_code == 1
        pass_time(desk.conn)
    assert "nobody" in allowed.run("dead").output
    assert allowed.run("retry", str(notice_id)).exit_code == 0
    put_gift(desk.conn, key="2")
    assert allowed.run().exit_code == 1
    assert [it.recipients for it in mailbox.letters] == [("eve@example.com",)]
    assert [it["state"] for it in deliveries(desk.conn)] == ["pending", "sent"]


@pytest.mark.parametrize("role", ["authenticated", "anon"])
def test_nobody_else_may_send(desk: Desk, role: str) -> None:
    other = Desk(make_conninfo(desk.dsn, options=f"-c role={role}"), desk.conn, desk.environment)
    result = other.run()
    assert (result.exit_code, "42501" in result.output) == (1, True)
