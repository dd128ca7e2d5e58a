"""What strangers write into gifts, messages and addresses stays text, of the mail's body."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from scripts.dev.mailbox import Letter, Mailbox
from tests.notify.notifying import Desk, deliveries, put, put_gift
from tests.notify.topics import PAYLOADS, TOPICS
from tests.support import as_anon
from tests.teams.people import asks, create, invite, person
from tests.wallets import add, call

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
    "Content-Type",
}  # fmt: skip
MARKUP = '<script>alert(1)</script><img src=x onerror=alert(1)>"\'><a href="https://evil.example">'
SPLIT = "hello\r\nBcc: eve@evil.example\r\n\r\n--\r\nContent-Type: text/html\r\n\r\n<b>hi</b>"
TEMPLATE = "{{ site_url }}{% include 'base.html' %}{# #}${7*7}"
TURNED = "\u202egro.live\u202c\u2066x\u2069"
LINES = "one\u2028two\u0085three\x0bfour\x1b[31m"
HOSTILE = [MARKUP, SPLIT, TEMPLATE, TURNED, LINES, "." * 3 + "\r\n.\r\n..\r\n", "\ufffe\U0001f600"]


class Tags(HTMLParser):
    """The tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, and the names of its attributes."""
        self.found.append((tag, tuple(sorted(name for name, _ in attrs))))


def check(letter: Letter, recipient: str = "eve@example.com") -> None:
    """Check that a letter is one of ours: its headers, its two parts, and their outer form."""
    message = letter.message
    assert set(message.keys()) == HEADERS
    assert len(message.keys()) == len(HEADERS)
    assert letter.recipients == (recipient,)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip
    assert len(str(message["Subject"]).splitlines()) == 1
    page = letter.text("html")
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    allowed = {
        "a", "blockquote", "body", "br", "code", "div", "h1", "head", "html", "meta", "p",
        "strong", "table", "td", "title", "tr",
    }  # fmt: skip
    tags = Tags(page).found
    assert {tag for tag, _ in tags} <= allowed
    assert [tag for tag, _ in tags].count("a") == 1
    assert not {name for _, names in tags for name in names if name.startswith("on")}
    for text in (letter.text(), page):
        assert not set("\x0b\x1b\u0085\u2028\u202e\u2066") & set(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_message_of_a_gift_is_quoted_line_by_line(
    desk: Desk, mailbox: Mailbox, text: str
) -> None:
    giver = person(desk.conn, "giver")
    add(desk.conn, giver, 100, "purchase")
    asks(
        desk.conn, giver, "send_credit_gift",
        recipient_email="eve@example.com", amount=5, key="g", message=text,
    )  # fmt: skip
    desk.run()
    (letter,) = [it for it in mailbox.letters if "gift" in it.text() or "sent you" in it.text()]
    check(letter)
    assert "evil" not in str(letter.message["Subject"])
    said = letter.text().split("The sender writes:\n\n")[1].split("\n\n")[0]
    assert all(line.startswith(">") for line in said.splitlines())


@pytest.mark.parametrize("text", HOSTILE)
def test_a_message_to_sales_is_quoted_and_its_names_are_lines(
    desk: Desk, mailbox: Mailbox, text: str
) -> None:
    name = " ".join(text.splitlines()) if "\n" in text else text
    with as_anon(desk.conn):
        call(
            desk.conn, "contact_credit_sales",
            email="eve@example.com", message=text, name=name, company=name,
        )  # fmt: skip
    assert desk.run().exit_code == 0
    (letter,) = mailbox.letters
    check(letter, "ops@shop.example")
    names = [line for line in letter.text().splitlines() if line.startswith(("Name:", "Company:"))]
    assert len(names) == 2


def poisoned(value: Any, text: str) -> Any:
    """Return a payload whose every free text is another one; its numbers and times stay."""
    if isinstance(value, dict):
        return {
            key: it if str(key).endswith("_at") else poisoned(it, text) for key, it in value.items()
        }
    if isinstance(value, list):
        return [poisoned(it, text) for it in value]
    return text if isinstance(value, str) else value


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_no_text_of_any_notice_gets_out_of_its_place(
    desk: Desk, mailbox: Mailbox, topic: str
) -> None:
    user_id = person(desk.conn, "eve")
    for number, text in enumerate(HOSTILE):
        payload = poisoned(PAYLOADS[topic], text) | {"email": "eve@example.com"}
        account_id = None if topic in ("gift", "invitation") else user_id
        put(desk.conn, topic, payload, account_id, key=str(number))
    desk.environment["CREDITS_ALERT_EMAIL"] = "eve@example.com"
    assert desk.run().exit_code == 0
    assert len(mailbox.letters) == len(HOSTILE)
    for letter in mailbox.letters:
        check(letter)


@pytest.mark.parametrize(
    ("email", "envelope"),
    [
        ("victim,eve@example.com", '"victim,eve"@example.com'),
        ("<eve>@example.com", '"<eve>"@example.com'),
        ('eve"x@example.com', '"eve\\"x"@example.com'),
        ("eve(x)@example.com", '"eve(x)"@example.com'),
        ("eve@bücher.example", "eve@xn--bcher-kva.example"),
        ("jörg@example.com", "jörg@example.com"),
    ],
)
def test_an_odd_address_is_one_address(
    desk: Desk, mailbox: Mailbox, email: str, envelope: str
) -> None:
    put_gift(desk.conn, email)
    desk.run()
    sent = [it.recipients for it in mailbox.letters]
    assert sent in ([(envelope,)], []), "as it is, or refused by the server"
    assert desk.conn.execute("select count(*) from credits.deliveries").fetchone() == (1,)


@pytest.mark.parametrize(
    "email",
    [
        "eve", "", "@example.com", "eve@", "eve@example.com>", "eve@example.com,x.example",
        "eve@example.com\r\nDATA", "e\nve@example.com", "eve@-x.example", "eve@exa mple.com",
        "eve@" + "a" * 64 + ".example", "e" * 65 + "@example.com", "eve@[127.0.0.1]",
    ],
)  # fmt: skip
def test_what_is_no_address_is_sent_nowhere(desk: Desk, mailbox: Mailbox, email: str) -> None:
    put_gift(desk.conn, email)
    other = put_gift(desk.conn, key="2")
    output = desk.run().output
    assert output.splitlines()[0].startswith("email 1 gift: pending, attempt 1: ")
    assert output.endswith(f"email {other} gift: sent\n")
    assert [it.recipients for it in mailbox.letters] == [("eve@example.com",)]
    assert {it["state"] for it in deliveries(desk.conn)} == {"pending", "sent"}


def test_the_name_of_a_team_is_a_part_of_a_line(desk: Desk, mailbox: Mailbox) -> None:
    owner = person(desk.conn, "owner")
    team = create(desk.conn, owner, f"Lab {MARKUP[:60]}\u202e")
    invite(desk.conn, team, owner, "eve@example.com")
    assert desk.run().exit_code == 0
    (letter,) = mailbox.letters
    check(letter)
    assert "Lab <script>" in letter.text()
    assert "Lab &lt;script&gt;" in letter.text("html")
