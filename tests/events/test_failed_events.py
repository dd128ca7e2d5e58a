"""Seen is not done: an event whose rule fails is kept, tried again, and counts once in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import (
    buy,
    let_pass,
    mend,
    moves,
    nothing_is_credited,
    poison,
    rows,
    rule,
    stored,
    tell,
)  # fmt: skip
from tests.support import Connection, as_service
from tests.wallets import Row, call, refused

BOUGHT = [("purchase", 50), ("bonus", 5)]


@pytest.fixture
def broken(shop: Connection) -> tuple[Row, Json]:
    """An order, and the event of its payment, which has failed once."""
    poison(shop)
    order = buy(shop)
    intent = payloads.payment_intent(order)
    told = payloads.event("checkout.session.completed", payloads.session(order, intent))
    with nothing_is_credited(shop):
        assert tell(shop, told) == "failed"
    return order, told


def redeliver(conn: Connection, told: Json) -> str:
    return tell(conn, told)


def retry_by_name(conn: Connection, told: Json) -> str:
    (answer,) = rule(conn, "retry_stripe_event", told["id"])
    assert answer["reason"] is None
    return str(answer["state"])


def retry_when_due(conn: Connection, told: Json) -> str:
    row = stored(conn, told)
    query = "select credits.retry_due_stripe_events(%s, 10)"
    early = row["next_attempt_at"] - timedelta(seconds=1)
    with as_service(conn):
        assert conn.execute(query, [early]).fetchone() == (0,)
        assert conn.execute(query, [row["next_attempt_at"]]).fetchone() == (1,)
    return str(stored(conn, told)["state"])


def run_maintenance(conn: Connection, told: Json) -> str:
    due_at = stored(conn, told)["next_attempt_at"]
    with as_service(conn):
        counts = call(conn, "run_credit_maintenance", at=due_at)
    assert 1 in counts.values()
    return str(stored(conn, told)["state"])


@pytest.mark.parametrize(
    "try_again",
    [redeliver, retry_by_name, retry_when_due, run_maintenance],
    ids=lambda f: f.__name__,
)
def test_a_failed_event_counts_once_when_what_was_broken_is_mended(
    shop: Connection, broken: tuple[Row, Json], try_again: Callable[[Connection, Json], str]
) -> None:
    order, told = broken
    row = stored(shop, told)
    assert (row["state"], row["attempts"], row["settled_at"]) == ("failed", 1, None)
    assert "poisoned" in row["reason"]
    mend(shop)
    assert try_again(shop, told) == "applied"
    row = stored(shop, told)
    assert (row["state"], row["attempts"], row["next_attempt_at"]) == ("applied", 2, None)
    assert moves(shop, order["account_id"]) == BOUGHT
    for repeat in (redeliver, retry_due):
        repeat(shop, told)
    assert moves(shop, order["account_id"]) == BOUGHT


def retry_due(conn: Connection, _: Any = None) -> int:
    """Try again whatever is due in a year."""
    (row,) = rule(conn, "retry_due_stripe_events", "2099-01-01", 10)
    return int(row["retry_due_stripe_events"])


def test_what_failed_before_there_was_a_next_attempt_is_tried_too(
    shop: Connection, broken: tuple[Row, Json]
) -> None:
    _, told = broken
    mend(shop)
    shop.execute("update credits.stripe_events set next_attempt_at = null")
    assert retry_due(shop) == 1
    assert stored(shop, told)["state"] == "applied"


def test_what_stays_broken_is_tried_less_and_less_often(
    shop: Connection, broken: tuple[Row, Json]
) -> None:
    _, told = broken
    waits = []
    for attempts in range(1, 8):
        row = stored(shop, told)
        assert (row["state"], row["attempts"]) == ("failed", attempts)
        found = rows(shop, "select clock_timestamp() as now")
        waits.append(row["next_attempt_at"] - found[0]["now"])
        assert retry_due(shop) == 1
    assert waits[0] <= timedelta(minutes=15)
    assert waits[-1] <= timedelta(days=1), "never given up for long"
    assert all(a <= b + timedelta(seconds=1) for a, b in pairwise(waits))
    assert waits[-1] > 2 * waits[0]


def test_one_event_that_fails_keeps_no_other_from_being_tried(
    shop: Connection, broken: tuple[Row, Json]
) -> None:
    order, told = broken
    mend(shop)
    shop.execute(
        f"""
        create function public.break_down() returns trigger language plpgsql as
        $$ begin raise exception 'poisoned' using errcode = 'P0001'; end $$;
        create trigger poison before insert on credits.payments for each row
        when (new.account_id <> '{order["account_id"]}') execute function public.break_down();
        """
    )
    other = buy(shop)
    intent = payloads.payment_intent(other)
    assert tell(shop, payloads.event("payment_intent.succeeded", intent)) == "failed"
    let_pass(shop, 1)
    retry_due(shop)
    assert stored(shop, told)["state"] == "applied"
    assert moves(shop, order["account_id"]) == BOUGHT
    assert moves(shop, other["account_id"]) == []
    assert [row["state"] for row in rule(shop, "list_open_stripe_events", 5)] == ["failed"]


def test_the_limit_of_a_run_is_kept(shop: Connection) -> None:
    poison(shop)
    for _ in range(3):
        intent = payloads.payment_intent(buy(shop))
        assert tell(shop, payloads.event("payment_intent.succeeded", intent)) == "failed"
    mend(shop)
    (row,) = rule(shop, "retry_due_stripe_events", "2099-01-01", 2)
    assert row["retry_due_stripe_events"] == 2
    assert retry_due(shop) == 1
    assert retry_due(shop) == 0


@pytest.mark.parametrize("limit", [0, -1, None])
def test_an_impossible_limit_is_refused(shop: Connection, limit: int | None) -> None:
    with refused(shop, "22023", "invalid_batch_size"):
        rule(shop, "retry_due_stripe_events", "2026-01-01", limit)


@pytest.mark.parametrize("at", [None, "infinity", "-infinity"])
def test_an_impossible_time_is_refused(shop: Connection, at: str | None) -> None:
    with refused(shop, "22023", "invalid_time"):
        rule(shop, "retry_due_stripe_events", at, 10)
