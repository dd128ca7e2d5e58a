"""A database with an outbox, a mail server, and an endpoint of HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from scripts.dev.mailbox import Mailbox
from tests.notify.endpoints import Receiver
from tests.notify.notifying import Desk


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def bare_desk(fresh_db: str) -> Iterator[Desk]:
    """A desk at which no channel is set up. Its maintenance has just run."""
    with psycopg.connect(fresh_db, autocommit=True) as conn:
        conn.execute(
            "insert into credits.job_runs (job, started_at, counts) "
            "values ('maintenance', clock_timestamp(), '{}')"
        )
        yield Desk(fresh_db, conn)


@pytest.fixture
def desk(bare_desk: Desk, mailbox: Mailbox) -> Desk:
    """A desk that mails to the mailbox."""
    bare_desk.mails_to(mailbox)
    return bare_desk


@pytest.fixture
def hooked(bare_desk: Desk, receiver: Receiver) -> Desk:
    """A desk that tells the receiver."""
    bare_desk.environment |= receiver.environment
    return bare_desk
