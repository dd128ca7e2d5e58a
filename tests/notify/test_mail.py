"""Mail as a server gets it: its headers, both its parts, and what a server may answer."""

from __future__ import annotations

import smtplib
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.notifying import SITE, Desk, deliveries, pass_time, put_gift


def test_a_notice_is_one_message_of_text_and_html(desk: Desk, mailbox: Mailbox) -> None:
    notice_id = put_gift(desk.conn, amount=1250.5)
    assert desk.run().output == f"email {notice_id} gift: sent\n"
    (letter,) = mailbox.letters
    assert (letter.sender, letter.recipients) == ("credits@shop.example", ("eve@example.com",))
    message = letter.message
    assert message["From"] == "Shop <credits@shop.example>"
    assert message["To"] == "eve@example.com"
    assert message["Subject"] == "Somebody has sent you 1,250.5 credits at shop.example"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].startswith(f"<notice-{notice_id}-")
    assert message["Message-ID"].endswith("@shop.example>")
    assert parsedate_to_datetime(message["Date"]).tzinfo is not None
    assert message.get_content_type() == "multipart/alternative"
    for kind in ("plain", "html"):
        assert "1,250.5 credits" in letter.text(kind)
        assert "1 January 2027, 00:00 UTC" in letter.text(kind)
        assert SITE in letter.text(kind)
    assert f'<a href="{SITE}"' in letter.text("html")


def test_every_line_fits_any_server(desk: Desk, mailbox: Mailbox) -> None:
    put_gift(desk.conn, message="äöü" * 900)
    desk.run()
    (letter,) = mailbox.letters
    assert "äöü" * 900 in letter.text()
    wire = letter.message.as_bytes()
    assert wire.isascii()
    assert max(map(len, wire.splitlines())) < 999


def test_nothing_is_sent_twice(desk: Desk, mailbox: Mailbox) -> None:
    put_gift(desk.conn)
    desk.run()
    pass_time(desk.conn)
    assert desk.run().output == ""
    assert len(mailbox.letters) == 1
    (delivery,) = deliveries(desk.conn)
    assert (delivery["state"], delivery["attempts"], delivery["error"]) == ("sent", 1, None)


class Grumpy(Mailbox):
    """A server that answers a command as a test wishes."""

    answers: dict[str, str] = {}  # noqa: RUF012 - each test sets its own

    async def handle_MAIL(  # noqa: N802
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        """Hear who sends."""
        envelope.mail_from = address
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        """Hear who is to get it."""
        if "RCPT" not in self.answers:
            envelope.rcpt_tos.append(address)
        return self.answers.get("RCPT", "250 OK")

    async def handle_DATA(  # noqa: N802
        self, server: object, session: object, envelope: Any
    ) -> str:
        """Take a message, or do not."""
        if "DATA" not in self.answers:
            await super().handle_DATA(server, session, envelope)
        return self.answers.get("DATA", "250 OK")

    async def handle_QUIT(  # noqa: N802
        self, server: Any, _session: object, _envelope: object
    ) -> str:
        """Take leave, or hang up."""
        if "QUIT" not in self.answers:
            return "221 Bye"
        if not self.answers["QUIT"]:
            server.transport.abort()
        return self.answers["QUIT"]


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_what_a_server_refuses_is_tried_again_and_others_go_on(
    bare_desk: Desk, command: str
) -> None:
    with Grumpy() as server:
        bare_desk.mails_to(server)
        server.answers = {command: "550 no such user here"}
        first, second = put_gift(bare_desk.conn), put_gift(bare_desk.conn, key="2")
        result = bare_desk.run()
        assert result.exit_code == 1
        assert result.output.splitlines() == [
            f"email {it} gift: pending, attempt 1: 550 no such user here" for it in (first, second)
        ]
        server.answers = {}
        pass_time(bare_desk.conn)
        assert bare_desk.run().exit_code == 0
        assert len(server.letters) == 2


def test_a_server_that_refuses_the_sender_is_not_asked_for_each_notice(bare_desk: Desk) -> None:
    with Grumpy() as server:
        bare_desk.mails_to(server)
        server.answers = {"MAIL": "451 come again"}
        first, _ = put_gift(bare_desk.conn), put_gift(bare_desk.conn, key="2")
        told = f"email {first} gift: pending, attempt 1: 451 come again\n"
        assert bare_desk.run().output == told


@pytest.mark.parametrize("leave", ["421 too busy for good-byes", ""])
def test_what_a_server_took_is_sent_however_it_takes_leave(bare_desk: Desk, leave: str) -> None:
    with Grumpy() as server:
        bare_desk.mails_to(server)
        server.answers = {"QUIT": leave}
        put_gift(bare_desk.conn)
        assert bare_desk.run().exit_code == 0
        assert [it["state"] for it in deliveries(bare_desk.conn)] == ["sent"]


def test_an_answer_of_odd_bytes_is_kept_as_a_line(
    bare_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's server writes ASCII only, so that its client is given the answer."""
    refusal = smtplib.SMTPDataError(554, b"go \x00away\r\n\xff\x1b[31m" + b"!" * 500)
    with Mailbox() as server:
        bare_desk.mails_to(server)

        def refuse(*_: object) -> None:
            raise refusal

        monkeypatch.setattr(smtplib.SMTP, "data", refuse)
        put_gift(bare_desk.conn)
        assert bare_desk.run().exit_code == 1
    (delivery,) = deliveries(bare_desk.conn)
    assert delivery["error"].startswith("554 go  away \ufffd [31m!!!")
    assert len(delivery["error"]) == 300


def test_without_a_server_one_notice_is_tried_and_the_rest_waits(bare_desk: Desk) -> None:
    with Mailbox() as gone:
        bare_desk.mails_to(gone)
    first, second = put_gift(bare_desk.conn), put_gift(bare_desk.conn, key="2")
    result = bare_desk.run()
    assert result.exit_code == 1
    assert result.output.startswith(f"email {first} gift: pending, attempt 1: ConnectionRefused")
    assert [(it["notice_id"], it["attempts"]) for it in deliveries(bare_desk.conn)] == [
        (first, 1), (second, 0),
    ]  # fmt: skip
