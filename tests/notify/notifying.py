"""What tests of notices share: notices to send, the command that sends them, and their state."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from click.testing import CliRunner, Result
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from scripts.cli import main
from scripts.dev.mailbox import Mailbox
from tests.support import Connection
from tests.wallets import Row

SITE = "https://shop.example"
SENDER = "Shop <credits@shop.example>"
OPERATOR = "ops@shop.example"
SECONDS = 30
COMMAND = [sys.executable, "-c", "from scripts.cli import main; main()", "notify"]
SILENT = {"job": "maintenance", "last_at": None}


def put(
    conn: Connection, topic: str, payload: Row, account_id: UUID | None = None, key: str = "1"
) -> int:
    """Put a notice into the outbox, as the rules do, and return its number."""
    query = "select credits.put_notice(%s, %s, %s, %s)"
    assert conn.execute(query, [account_id, topic, key, Jsonb(payload)]).fetchone() == (True,)
    query = "select id from credits.outbox where topic = %s and key = %s"
    ((notice_id,),) = conn.execute(query, [topic, key]).fetchall()
    return int(notice_id)


def put_gift(conn: Connection, email: str = "eve@example.com", key: str = "1", **more: Any) -> int:
    """Put the notice of a gift into the outbox: one that goes to the address it names."""
    payload = {
        "gift_id": "g", "email": email, "amount": 5, "message": None,
        "expires_at": "2027-01-01T00:00:00+00:00",
    }  # fmt: skip
    return put(conn, "gift", payload | more, key=key)


def notices(conn: Connection, topic: str, account_id: UUID | None = None) -> list[Row]:
    """Return the payloads of a topic's notices, of one account if it is named, oldest first."""
    query = (
        "select payload from credits.outbox where topic = %s"
        " and coalesce(account_id = %s, true) order by id"
    )
    return [payload for (payload,) in conn.execute(query, [topic, account_id])]


def deliveries(conn: Connection) -> list[Row]:
    """Return all deliveries as stored."""
    query = "select * from credits.deliveries order by notice_id, channel, recipient"
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query).fetchall()


def pass_time(conn: Connection, interval: str = "7 days") -> None:
    """Let time pass for what waits for another attempt, and for claims."""
    conn.execute(
        "update credits.deliveries set next_attempt_at = next_attempt_at - %s::interval,"
        " claimed_until_at = claimed_until_at - %s::interval where state = 'pending'",
        [interval, interval],
    )


def until(condition: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < end, "it did not become so"
        time.sleep(0.05)


@dataclass
class Desk:
    """A database whose outbox is sent, and the environment that does it.

    Attributes:
        conn: in autocommit, as the owner.
        environment: of the command.
    """

    dsn: str
    conn: psycopg.Connection[Any]
    environment: dict[str, str] = field(default_factory=dict)

    def mails_to(self, mailbox: Mailbox, **changes: str) -> None:
        """Set the channel email up."""
        self.environment |= {
            "SMTP_URL": mailbox.url,
            "CREDITS_MAIL_FROM": SENDER,
            "CREDITS_ALERT_EMAIL": OPERATOR,
            "CREDITS_SITE_URL": SITE,
            **changes,
        }

    def run(self, *arguments: str) -> Result:
        """Call ``pgcredits notify``."""
        env = {"CREDITS_DATABASE_URL": self.dsn} | self.environment
        result = CliRunner().invoke(main, ["notify", *arguments], env=env)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command as a process of its own."""
        env = os.environ | {"CREDITS_DATABASE_URL": self.dsn} | self.environment
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [*COMMAND, *arguments], env=env, stdout=pipe, stderr=pipe, text=True
        )


def recipients(conn: Connection, topic: str, operators: tuple[str, ...] = (OPERATOR,)) -> list[str]:
    """Claim what is due by e-mail, and return to whom a topic's notices go."""
    query = "select topic, recipient from credits.claim_notices('email', %s, 1000, 60)"
    claimed = conn.execute(query, [list(operators)]).fetchall()
    return sorted(recipient for name, recipient in claimed if name == topic)
