"""Who dies between sending and settling costs one repetition; two at once send nothing twice."""

from __future__ import annotations

import signal
import threading
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from scripts.dev.mailbox import Mailbox
from tests.notify.endpoints import Receiver
from tests.notify.notifying import SECONDS, Desk, deliveries, pass_time, put_gift, until

LOCK = "select from credits.deliveries for update"
SETTLING = """
    pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock' and query like '%settle_notice%'
"""


class Holding(Mailbox):
    """A server that lets nobody settle what it is about to take."""

    def __init__(self, dsn: str) -> None:
        super().__init__()
        self.holder: psycopg.Connection[Any] = psycopg.connect(dsn)

    async def handle_DATA(  # noqa: N802
        self, server: object, session: object, envelope: Any
    ) -> str:
        """Take a message; before the first, lock what is to be settled."""
        if not self.letters:
            self.holder.execute(LOCK)
        return await super().handle_DATA(server, session, envelope)


def kill_at_settling(desk: Desk) -> None:
    """Send the first notice, and kill the sender, with its session, as it settles."""
    process = desk.start()
    until(lambda: desk.conn.execute(f"select from {SETTLING}").fetchall())
    process.kill()
    process.communicate(timeout=SECONDS)
    desk.conn.execute(f"select pg_terminate_backend(pid, 10000) from {SETTLING}")


def test_who_is_killed_between_sending_and_settling_costs_one_repetition(bare_desk: Desk) -> None:
    with Holding(bare_desk.dsn) as server:
        bare_desk.mails_to(server)
        put_gift(bare_desk.conn)
        kill_at_settling(bare_desk)
        server.holder.close()
        (delivery,) = deliveries(bare_desk.conn)
        assert (delivery["state"], delivery["attempts"]) == ("pending", 1)

        assert bare_desk.run().output == "", "the claim of the dead one holds"
        pass_time(bare_desk.conn, "301 seconds")
        assert bare_desk.run().output.endswith("gift: sent\n")
        pass_time(bare_desk.conn)
        assert bare_desk.run().output == ""
        first, second = [it.message["Message-ID"] for it in server.letters]
        assert first == second


def test_the_claim_lasts_longer_than_sending(bare_desk: Desk) -> None:
    """Ten seconds for each of the steps of a mail: connect, greet, TLS, log in, send, and so on."""
    put_gift(bare_desk.conn)
    with Holding(bare_desk.dsn) as server:
        bare_desk.mails_to(server)
        kill_at_settling(bare_desk)
        server.holder.close()
    ((left,),) = bare_desk.conn.execute(
        "select extract(epoch from claimed_until_at - clock_timestamp()) from credits.deliveries"
    ).fetchall()
    assert 200 < left <= 300


@pytest.mark.parametrize("count", [2, 4])
def test_several_at_once_send_each_notice_once(
    desk: Desk, hooked: Desk, mailbox: Mailbox, receiver: Receiver, count: int
) -> None:
    desk.environment |= hooked.environment
    emails = {f"user{number}@example.com" for number in range(60)}
    for email in sorted(emails):
        put_gift(desk.conn, email, key=email)
    processes = [desk.start() for _ in range(count)]
    outputs = [process.communicate(timeout=2 * SECONDS)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * count
    assert sorted(it.recipients[0] for it in mailbox.letters) == sorted(emails)
    assert len(receiver.calls) == len({it.headers["webhook-id"] for it in receiver.calls}) == 60
    assert sum(map(len, outputs)) == 120
    assert {it["state"] for it in deliveries(desk.conn)} == {"sent"}
    assert {it["attempts"] for it in deliveries(desk.conn)} == {1}


class Slow(Mailbox):
    """A server that takes a message when a test lets it."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()
        self.asked = 0

    async def handle_DATA(  # noqa: N802
        self, server: object, session: object, envelope: Any
    ) -> str:
        """Take a message, when it may."""
        self.asked += 1
        self.go.wait(5)
        return await super().handle_DATA(server, session, envelope)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_that_is_ended_while_it_sends_ends_after_that_notice(
    bare_desk: Desk, number: signal.Signals
) -> None:
    with Slow() as server:
        bare_desk.mails_to(server)
        put_gift(bare_desk.conn)
        put_gift(bare_desk.conn, key="2")
        process = bare_desk.start("--watch", "60")
        until(lambda: server.asked)
        process.send_signal(number)
        server.go.set()
        output, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0
        assert len(output.splitlines()) == len(server.letters) == 1
    assert [it["state"] for it in deliveries(bare_desk.conn)] == ["sent", "pending"]
    assert [it["attempts"] for it in deliveries(bare_desk.conn)] == [1, 0]


def test_a_watch_sends_what_comes_and_outlives_a_database_that_is_away(
    desk: Desk, mailbox: Mailbox, cluster_dsn: str
) -> None:
    first = put_gift(desk.conn)
    process = desk.start("--watch", "0.2")
    until(lambda: len(mailbox.letters) == 1)
    with psycopg.connect(cluster_dsn, autocommit=True) as conn:
        name = sql.Identifier(str(conninfo_to_dict(desk.dsn)["dbname"]))
        allow = sql.SQL("alter database {} with allow_connections {}")
        conn.execute(allow.format(name, sql.SQL("false")))
        assert process.stderr is not None
        assert "no connection to the database" in process.stderr.readline()
        conn.execute(allow.format(name, sql.SQL("true")))
    second = put_gift(desk.conn, key="2")
    until(lambda: len(mailbox.letters) == 2)
    process.terminate()
    output, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert output.splitlines() == [f"email {it} gift: sent" for it in (first, second)]


def test_who_dies_every_time_gives_the_notice_up(desk: Desk, mailbox: Mailbox) -> None:
    put_gift(desk.conn)
    claim = "select from credits.claim_notices('email', '{}', 1, 300)"
    for _ in range(8):
        assert len(desk.conn.execute(claim).fetchall()) == 1
        pass_time(desk.conn)
    assert desk.run().output == ""
    assert mailbox.letters == []
    (delivery,) = deliveries(desk.conn)
    assert (delivery["state"], delivery["attempts"]) == ("dead", 8)
    assert desk.run("dead").output != "no notice is dead\n"
