"""An erasure while a notifier claims: each waits for the other or passes it by, and none fails."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.administrators.acting import WHY, administrator
from tests.concurrency.load import CALL_SECONDS, connect, request, wait_for_lock
from tests.events.shop import rows, rule
from tests.support import sign_up
from tests.wallets import add, deduct

CHANNELS = ("email", "webhook")
CLAIM = "select count(*) from credits.claim_notices(%s, '{ops@example.com}', 100, 60)"
ERASE = "select status from public.admin_erase_account(%s, %s)"
AT_ANY_TIME = pytest.mark.parametrize("is_first", [False, True], ids=["later", "first"])
SETTLE = "select credits.settle_notice(%s, %s, %s, 1, null)"


@pytest.fixture
def zoe(fresh_db: str) -> UUID:
    """Who was told once over each channel, and of whom a notice is not planned yet."""
    with psycopg.connect(fresh_db) as conn:
        administrator(conn)
        zoe = sign_up(conn, "zoe@example.org")
        spend_all(conn, zoe)
        for channel in CHANNELS:
            assert rule(conn, "claim_notices", channel, [], 100, 60)
        spend_all(conn, zoe)
    return zoe


def spend_all(conn: psycopg.Connection[Any], user_id: UUID) -> None:
    """Add credits and spend them, of which the account is told."""
    add(conn, user_id, 10)
    deduct(conn, user_id, 10)


@contextmanager
def begun(dsn: str, query: str, *values: Any) -> Iterator[Any]:
    """Ask in a transaction that ends with the block, which is given the answer."""
    with connect(dsn, autocommit=False) as conn:
        yield conn.execute(query.encode(), values).fetchone()


def left(dsn: str, user_id: UUID) -> dict[str, int]:
    """Count the notices of an account, and all deliveries."""
    query = """
        select
            (select count(*) from credits.outbox where account_id = %s) as notices,
            (select count(*) from credits.deliveries) as deliveries
    """
    with psycopg.connect(dsn) as conn:
        (row,) = rows(conn, query, user_id)
    return row


def forget_channels(dsn: str) -> None:
    """Let the channels be as before the first claim, when there is no row of them."""
    with psycopg.connect(dsn) as conn:
        conn.execute("delete from credits.deliveries")
        conn.execute("delete from credits.channels")
        conn.execute("update credits.outbox set email_planned_at = null, webhook_planned_at = null")


def test_there_is_something_to_claim_and_to_erase(fresh_db: str, zoe: UUID) -> None:
    """Or the tests below would pass without looking."""
    assert left(fresh_db, zoe) == {"notices": 2, "deliveries": 2}
    for channel in CHANNELS:
        with begun(fresh_db, CLAIM, channel) as claimed:
            assert claimed == (1,)


@AT_ANY_TIME
@pytest.mark.parametrize("channel", CHANNELS)
def test_an_erasure_waits_for_a_claim_and_takes_what_it_planned(
    fresh_db: str, zoe: UUID, channel: str, is_first: bool
) -> None:
    if is_first:
        forget_channels(fresh_db)
    with ThreadPoolExecutor(1) as pool, connect(fresh_db) as eraser:
        with begun(fresh_db, CLAIM, channel) as claimed:
            assert claimed == (2 if is_first else 1,)
            erasing = pool.submit(request, eraser, ERASE, [zoe, WHY])
            wait_for_lock(fresh_db, eraser.info.backend_pid)
        assert erasing.result(CALL_SECONDS) == ("ok", ("closed",))
    assert left(fresh_db, zoe) == {"notices": 0, "deliveries": 0}


@AT_ANY_TIME
@pytest.mark.parametrize("channel", CHANNELS)
def test_a_claim_passes_an_erasure_by_and_finds_nothing_afterwards(
    fresh_db: str, zoe: UUID, channel: str, is_first: bool
) -> None:
    if is_first:
        forget_channels(fresh_db)
    with connect(fresh_db) as notifier:
        notifier.execute("set lock_timeout = '5s'")
        with begun(fresh_db, ERASE, zoe, WHY) as erased:
            assert erased == ("closed",)
            assert request(notifier, CLAIM, [channel]) == ("ok", (0,))
        assert request(notifier, CLAIM, [channel]) == ("ok", (0,))
    assert left(fresh_db, zoe) == {"notices": 0, "deliveries": 0}


def test_who_sends_meanwhile_settles_what_is_gone(fresh_db: str, zoe: UUID) -> None:
    """The notice was sent, and is erased: to settle it is no error and brings nothing back."""
    query = "select notice_id, channel, recipient from credits.deliveries where channel = 'email'"
    with psycopg.connect(fresh_db) as conn:
        sent = conn.execute(query).fetchone()
    with connect(fresh_db) as conn:
        assert request(conn, ERASE, [zoe, WHY]) == ("ok", ("closed",))
        assert sent is not None
        assert request(conn, SETTLE, sent) == ("ok", (None,))
    assert left(fresh_db, zoe) == {"notices": 0, "deliveries": 0}
