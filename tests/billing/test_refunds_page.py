"""The page docs/refunds.md: its example is played, and its disputes take and give as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import pytest

from tests.billing.purchases import open_order
from tests.events.payloads import Json, charge, day, dispute, event, payment_intent
from tests.pricing.pages import (
    blocks,
    check_excerpts,
    codes,
    dead_links,
    read_page,
    table,
)
from tests.support import Connection, apply_catalog, as_service, as_user, sign_up
from tests.wallets import Row, add, balance_of, deduct

PAGE = read_page("refunds.md")


def tell(conn: Connection, kind: str, subject: Json, at: int | None = None) -> None:
    """Let a webhook deliver an event, which is applied."""
    with as_service(conn):
        told = json.dumps(event(kind, subject, at))
        state = conn.execute("select credits.apply_stripe_event(%s)", [told]).fetchone()
    assert state == ("applied",)


def buy(conn: Connection, user_id: UUID, package: str) -> Json:
    """Buy a pack; returns the intent that paid it."""
    intent = payment_intent(open_order(conn, user_id, package=package))
    tell(conn, "payment_intent.succeeded", intent)
    return intent


def play(conn: Connection, user_id: UUID) -> Iterator[str]:
    """Let what the page's example tells happen, one thing after the other; yields each in words."""
    basic = buy(conn, user_id, "basic")
    yield "`basic` is bought for $45.00"
    tell(conn, "charge.refunded", charge(basic, 900))
    yield "$9.00 are refunded"
    deduct(conn, user_id, 4000)
    yield "4,000 are spent"
    tell(conn, "charge.refunded", charge(basic, 900 + 1350))
    yield "$13.50 more are refunded"
    buy(conn, user_id, "starter")
    yield "`starter` is bought"
    disputed = dispute(basic, 4500 - 2250)
    tell(conn, "charge.dispute.created", disputed, day(0))
    yield "the rest is disputed"
    tell(conn, "charge.dispute.closed", {**disputed, "status": "won"}, day(1))
    yield "the dispute is won"
    add(conn, user_id, 300)
    yield "300 are added"


def gone_back(conn: Connection, user_id: UUID) -> str:
    """Return how much of the pack's price has gone back, as the page writes it."""
    found = conn.execute(
        "select credits.returned_cents(p) from credits.payments as p"
        " where p.account_id = %s and p.amount_cents = 4500",
        [user_id],
    ).fetchone()
    assert found is not None
    return f"${found[0] / 100:.2f}"


def test_the_example_is_what_happens(db: Connection) -> None:
    check_excerpts(PAGE)
    apply_catalog(db, "ai-assistant")
    user_id = sign_up(db)
    rows = table(PAGE, "what happens")
    assert len(rows) == 8
    for row, happened in zip(rows, play(db, user_id), strict=True):
        assert row[0].startswith(happened)
        balance = balance_of(db, user_id)
        assert row[1:] == (
            gone_back(db, user_id), str(balance["available"]), str(balance["debt"]),
        ), happened  # fmt: skip


def disputes() -> list[tuple[str, bool]]:
    """Return each status of a dispute, and whether the page says that credits are away then."""
    rows = table(PAGE, "status at Stripe")
    taken = {"stay": False, "come back": False, "are taken back": True, "stay taken": True}
    return [(status, taken[row[2]]) for row in rows for status in codes(row[0])]


@pytest.mark.parametrize(("status", "is_taken"), disputes())
def test_a_dispute_takes_the_credits_in_the_states_of_the_table(
    db: Connection, status: str, is_taken: bool
) -> None:
    apply_catalog(db, "ai-assistant")
    user_id = sign_up(db)
    told: Row = dispute(buy(db, user_id, "basic"), status=status)
    tell(db, "charge.dispute.updated", told)
    assert balance_of(db, user_id)["available"] == (0 if is_taken else 5500)


def test_the_queries_of_the_page_can_be_asked(db: Connection) -> None:
    apply_catalog(db, "ai-assistant")
    user_id = sign_up(db)
    for _ in play(db, user_id):
        pass
    available, history, orders = (
        query for text in blocks(PAGE, "sql") for query in text.split(";\n") if query
    )
    with as_user(db, user_id):
        assert db.execute(available.encode()).fetchall() == [(50, 0)]
        types = {row[1] for row in db.execute(history.encode())}
        assert types == {"clawback", "reinstatement"}
        assert sorted(row[1:] for row in db.execute(orders.encode())) == [(1000, 0), (4500, 2250)]


def test_no_link_is_dead() -> None:
    assert dead_links(PAGE) == []
