"""What was ordered, paid and left undone before subscriptions and refunds goes on afterwards."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from scripts.migrations import Tree
from tests.billing.purchases import SHOP
from tests.events import payloads
from tests.events.payloads import Json
from tests.events.shop import buy, maintain, mend, moves, order_of, poison, rows, stored, tell
from tests.support import Connection, as_user, find_violations, migrate
from tests.wallets import Row, balance_of, call_all, use_catalog

FIRST_WITH_REFUNDS = "20261121110000"
BOUGHT = ("purchase", 50)


@pytest.fixture
def old_db(empty_db: str) -> Iterator[Connection]:
    """A database as it was before, with a shop open."""
    with psycopg.connect(empty_db, autocommit=True) as conn:
        conn.execute(Tree().platform_file.read_bytes())
        migrate(conn, "20261121109999")
        use_catalog(conn, SHOP)
        yield conn
        assert find_violations(conn) == []


def paid_session(order: Row, *, livemode: bool) -> tuple[Json, Json]:
    """Return the intent that pays an order, and the event of its checkout."""
    intent = payloads.payment_intent(order, livemode=livemode)
    session = payloads.session(order, intent, livemode=livemode)
    return intent, payloads.event("checkout.session.completed", session)


def refund(conn: Connection, order: Row, intent: Json) -> None:
    """Let Stripe tell that all of an order was refunded, which takes its credits back at once."""
    charge = payloads.charge(intent, order["total_cents"])
    assert tell(conn, payloads.event("charge.refunded", charge)) == "applied"
    account_id = order["account_id"]
    assert moves(conn, account_id) == [BOUGHT, ("clawback", -50)]
    assert balance_of(conn, account_id)["balance"] == 0
    with as_user(conn, account_id):
        (listed,) = call_all(conn, "list_credit_orders")
    assert (listed["status"], listed["refunded_cents"]) == ("paid", order["total_cents"])


@pytest.mark.parametrize("livemode", [False, True], ids=["test", "live"])
def test_an_old_payment_can_be_refunded(old_db: Connection, livemode: bool) -> None:
    """Also one that the old rules take while the upgrade runs, for it is three transactions."""
    before, during = buy(old_db), buy(old_db)
    first, told = paid_session(before, livemode=livemode)
    assert tell(old_db, told) == "applied"
    migrate(old_db, FIRST_WITH_REFUNDS)
    second, told = paid_session(during, livemode=livemode)
    assert tell(old_db, told) == "applied"
    migrate(old_db, "20261121110001")
    refund(old_db, before, first)
    migrate(old_db)
    refund(old_db, during, second)
    found = rows(old_db, "select id, intent_id, livemode from credits.payments order by paid_at")
    assert found == [
        {"id": it["id"], "intent_id": it["id"], "livemode": livemode} for it in (first, second)
    ]


@pytest.mark.parametrize("livemode", [False, True], ids=["test", "live"])
def test_the_database_goes_on_in_the_mode_it_had(old_db: Connection, livemode: bool) -> None:
    tell(old_db, paid_session(buy(old_db), livemode=livemode)[1])
    order = buy(old_db)
    migrate(old_db)
    assert rows(old_db, "select provider, livemode from credits.providers") == [
        {"provider": "stripe", "livemode": livemode}
    ]
    _, other = paid_session(buy(old_db), livemode=not livemode)
    assert tell(old_db, other) == "quarantined"
    _, told = paid_session(order, livemode=livemode)
    assert tell(old_db, told) == "applied", "an order that was open is paid now"
    assert (moves(old_db, order["account_id"]), order_of(old_db, order)["status"]) == (
        [BOUGHT],
        "paid",
    )


def test_an_event_that_failed_before_is_tried_again_by_the_maintenance(old_db: Connection) -> None:
    order = buy(old_db)
    _, told = paid_session(order, livemode=False)
    poison(old_db)
    assert tell(old_db, told) == "failed"
    mend(old_db)
    migrate(old_db)
    assert (stored(old_db, told)["next_attempt_at"], moves(old_db, order["account_id"])) == (
        None,
        [],
    )
    maintain(old_db)
    assert stored(old_db, told)["state"] == "applied"
    assert moves(old_db, order["account_id"]) == [BOUGHT]
    maintain(old_db)
    assert moves(old_db, order["account_id"]) == [BOUGHT]
