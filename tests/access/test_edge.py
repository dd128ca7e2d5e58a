"""What the edge's own role may do: open orders for proven users, and hand over events."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.access.victims import Victim, create_victim
from tests.functions import Refusal
from tests.support import Connection, as_caller, sign_up

OPEN = "select order_id from credits.open_order(%s, %s, 'stripe', 'starter', null, null)"
NO_EVENT = ["", "x", "[]", "{}", '{"id": 1, "type": "x"}', '{"id": "evt_1"}', r'{"id": "\ud800"}']


@pytest.fixture
def victim(db: Connection) -> Victim:
    return create_victim(db)


def refusal(conn: Connection, query: str, values: list[Any]) -> Refusal:
    """Run a query as the edge, and return how it is refused."""
    with pytest.raises(psycopg.Error) as caught, as_caller(conn, "credits_edge", None):
        conn.execute(query.encode(), values)
    return Refusal.of(caught.value)


@pytest.mark.parametrize("user_id", [None, UUID(int=0)])
def test_no_order_is_opened_for_nobody(
    db: Connection, victim: Victim, user_id: UUID | None
) -> None:
    """A null user must never be taken for the back end."""
    for account_id in (None, *victim.accounts()):
        found = refusal(db, OPEN, [user_id, account_id])
        assert (found.sqlstate, found.message) == ("42501", "user_unknown")


def test_an_order_for_a_foreign_account_is_refused_like_one_for_an_absent_account(
    db: Connection, victim: Victim
) -> None:
    mallory = sign_up(db, "mallory@example.org")
    absent = refusal(db, OPEN, [mallory, uuid4()])
    assert absent.message == "account_not_found"
    for account_id in victim.accounts():
        assert refusal(db, OPEN, [mallory, account_id]) == absent
    for role in ("member", "viewer"):
        query = "insert into credits.members (account_id, user_id, role) values (%s, %s, %s)"
        buyer = sign_up(db)
        db.execute(query, [victim.team, buyer, role])
        assert refusal(db, OPEN, [buyer, victim.team]) == absent


def test_a_checkout_is_attached_to_an_order_of_its_account_only(
    db: Connection, victim: Victim
) -> None:
    mallory = sign_up(db, "mallory@example.org")
    query = "select credits.attach_checkout(%s, %s, 'cs_1')"
    foreign = refusal(db, query, [mallory, victim.order_id])
    assert foreign.message == "order_not_found"
    assert foreign == refusal(db, query, [mallory, uuid4()])


@pytest.mark.parametrize("payload", NO_EVENT)
def test_what_is_no_event_is_refused_as_such(db: Connection, payload: str) -> None:
    found = refusal(db, "select credits.apply_stripe_event(%s)", [payload])
    assert (found.sqlstate, found.message) == ("22023", "invalid_event")


def test_the_edge_reaches_nothing_else(db: Connection, victim: Victim) -> None:
    for query in (
        "select * from public.credit_accounts",
        "select * from credits.orders",
        "select credits.add_credits(%s, 1, 'bonus', 'k', null, null, null, null)",
        "select public.get_credit_balance(%s)",
        "select credits.settle_payment(%s, null, null, null, null, null)",
    ):
        assert refusal(db, query, [victim.id] if "%s" in query else []).sqlstate == "42501"
