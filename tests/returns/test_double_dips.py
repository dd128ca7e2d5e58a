"""A purchase comes back once, be it by refunds of usage and of money and by a chargeback."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import pytest

from tests.returns.model import Told
from tests.returns.sales import Purchase, bought, open_shop, standing_of, tell
from tests.support import Connection, sign_up
from tests.wallets import add, deduct

USED = 400
Act = Callable[[Connection, Purchase], object]
ACTS: dict[str, Act] = {
    "usage": lambda conn, bought: add(conn, bought.account_id, USED, "refund"),
    "money": lambda conn, bought: tell(conn, bought, Told("charge.refunded", 1000)),
    "chargeback": lambda conn, bought: tell(
        conn,
        bought,
        Told("charge.dispute.created", 1000, "du_1", "needs_response", 10),
        Told("charge.dispute.closed", 1000, "du_1", "lost", 20),
    ),
}


@pytest.mark.parametrize("order", list(permutations(ACTS)), ids="-".join)
def test_a_purchase_is_returned_at_most_once(db: Connection, order: tuple[str, ...]) -> None:
    open_shop(db)
    purchase = bought(db, sign_up(db))
    deduct(db, purchase.account_id, USED)
    for name in order:
        ACTS[name](db, purchase)
        found = standing_of(db, purchase)
        assert sum(found.clawed.values()) <= 1100
    assert found.returned == {0: 1000}
    assert found.clawed == {(0, "purchase"): 1000, (0, "bonus"): 100}
    assert (found.balance, found.debt) == (0, 0)
