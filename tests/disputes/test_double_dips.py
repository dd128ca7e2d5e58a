"""A purchase comes back once: by disputes of its usage, refunds, its money, and chargebacks."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.disputes.disputing import resolve, submit
from tests.returns.model import Told
from tests.returns.sales import Purchase, bought, open_shop, standing_of, tell
from tests.support import Connection
from tests.usage.charges import charge, refund
from tests.wallets import Row, add

USED = 400
BOUGHT = 1100  # 1,000 credits for 1,000 cents, and 100 that came with them


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


class Story:
    """A purchase of which a part was used, and the dispute of that, perhaps filed already."""

    def __init__(self, conn: Connection, sold: Purchase) -> None:
        self.conn, self.sold = conn, sold
        self.used = charge(conn, sold.account_id, USED)
        self.dispute: Row | None = None

    @property
    def account_id(self) -> UUID:
        """Whose purchase it is."""
        return self.sold.account_id

    def submit(self) -> None:
        """Dispute all that is left of the charge, where something is."""
        self._attempt(lambda: submit(self.conn, self.account_id, self.used))

    def approve(self) -> None:
        """Resolve the dispute, filed first where it is not yet, in favour of the user."""
        if self.dispute is None:
            self.submit()
        if self.dispute is not None:
            self._attempt(lambda: resolve(self.conn, self.dispute or {}))

    def half(self) -> None:
        """Refund half of the charge, as far as it is left."""
        self._attempt(lambda: refund(self.conn, self.account_id, self.used, USED // 2))

    def money(self) -> None:
        """Let all of the payment go back."""
        tell(self.conn, self.sold, Told("charge.refunded", 1000))

    def lost(self) -> None:
        """Let all of the payment be charged back, and the bank agree."""
        self.opened()
        tell(self.conn, self.sold, Told("charge.dispute.closed", 1000, "du_1", "lost", 20))

    def opened(self) -> None:
        """Let all of the payment be charged back for now."""
        news = Told("charge.dispute.created", 1000, "du_1", "needs_response", 10)
        tell(self.conn, self.sold, news)

    def won(self) -> None:
        """Let the bank decide for the seller."""
        tell(self.conn, self.sold, Told("charge.dispute.closed", 1000, "du_1", "won", 20))

    def _attempt(self, act: Callable[[], Row]) -> None:
        token = None
        try:
            with self.conn.transaction():
                row = act()
        except psycopg.Error as error:
            token = error.diag.message_primary
        if token:
            assert token == "refund_exceeds_paid"
        elif "reason" in row:
            self.dispute = row

    def came_back(self) -> Any:
        """Return how much of the charge has come back."""
        query = "select sum(amount) from credits.transactions where account_id = %s and type = %s"
        found = self.conn.execute(query, [self.account_id, "refund"]).fetchone()
        return found[0] or 0 if found else 0


@pytest.mark.parametrize("others", [0, 250])
@pytest.mark.parametrize("order", list(permutations(["approve", "money", "lost"])), ids="-".join)
def test_a_purchase_comes_back_at_most_once(
    db: Connection, order: tuple[str, ...], others: int
) -> None:
    story = Story(db, bought(db))
    if others:
        add(db, story.account_id, others, priority=1)
    for name in order:
        getattr(story, name)()
        found = standing_of(db, story.sold)
        assert sum(found.clawed.values()) <= BOUGHT
        assert found.balance <= BOUGHT + others
    assert found.returned == {0: 1000}
    assert found.clawed == {(0, "purchase"): 1000, (0, "bonus"): 100}
    assert (found.balance, found.debt, story.came_back()) == (others, 0, USED)
    assert story.dispute is not None
    assert story.dispute["status"] == "approved"


@pytest.mark.parametrize(
    "order",
    [
        order
        for order in permutations(["submit", "approve", "half", "money", "lost"])
        if order.index("submit") < order.index("approve")
    ],
    ids="-".join,
)
def test_a_charge_comes_back_at_most_once(db: Connection, order: tuple[str, ...]) -> None:
    story = Story(db, bought(db))
    for name in order:
        getattr(story, name)()
        assert story.came_back() <= USED
    found = standing_of(db, story.sold)
    assert found.clawed == {(0, "purchase"): 1000, (0, "bonus"): 100}
    assert (found.balance, found.debt, story.came_back()) == (0, 0, USED)
    assert story.dispute is not None
    # Half of it that came back before the dispute was filed is not asked for.
    between = order.index("submit") < order.index("half") < order.index("approve")
    assert story.dispute["status"] == ("partially_approved" if between else "approved")


@pytest.mark.parametrize("order", list(permutations(["approve", "opened", "won"])), ids="-".join)
def test_a_chargeback_that_is_won_leaves_the_purchase_and_the_refund(
    db: Connection, order: tuple[str, ...]
) -> None:
    story = Story(db, bought(db))
    for name in order:
        getattr(story, name)()
    found = standing_of(db, story.sold)
    assert (found.balance, found.debt, found.clawed) == (BOUGHT, 0, {})


@pytest.mark.parametrize("returned", ["money", "lost"])
def test_what_a_dispute_gives_back_pays_the_debt_first(db: Connection, returned: str) -> None:
    story = Story(db, bought(db))
    getattr(story, returned)()
    assert (standing_of(db, story.sold).balance, standing_of(db, story.sold).debt) == (0, USED)
    story.approve()
    found = standing_of(db, story.sold)
    assert (found.balance, found.debt) == (0, 0)
