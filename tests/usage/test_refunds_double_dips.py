"""A purchase comes back once: refunds of its usage, of its money, and chargebacks, in any order."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.returns.model import PLACES, Told, Wallet
from tests.returns.sales import (
    PACKS,
    Purchase,
    Standing,
    bought,
    open_shop,
    paid,
    sale_of,
    standing_of,
    tell,
    violations,
)
from tests.support import Connection
from tests.usage.charges import charge, refund, unchanged
from tests.wallets import add, balance_of, refused

USED = 400
HALVES = ["usage 1", "usage 2"]
Act = Callable[[Connection, Purchase, int], object]


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def by_half(conn: Connection, sold: Purchase, used: int) -> None:
    """Refund half of a charge."""
    refund(conn, sold.account_id, used, USED // 2)


def money(cents: int) -> Act:
    """Return the act by which so much of a payment is refunded in all."""
    return lambda conn, sold, _: tell(conn, sold, Told("charge.refunded", cents))


def dispute(status: str) -> Act:
    """Return the act by which all of a payment is disputed, and the dispute decided."""
    return lambda conn, sold, _: tell(
        conn,
        sold,
        Told("charge.dispute.created", 1000, "du_1", "needs_response", 10),
        Told("charge.dispute.closed", 1000, "du_1", status, 20),
    )


# Each purchase is of 1,000 credits and 100 that came with them, and 400 of them were used.
STORIES: dict[str, dict[str, Act]] = {
    "usage, money, chargeback": {
        "usage": lambda conn, sold, used: refund(conn, sold.account_id, used),
        "money": money(1000),
        "chargeback": dispute("lost"),
    },
    "halves": {
        **dict.fromkeys(HALVES, by_half),
        "half the money": money(500),
        "chargeback": dispute("lost"),
    },
}


@pytest.mark.parametrize("others", [0, 250])
@pytest.mark.parametrize(
    ("story", "order"),
    [
        (story, order)
        for story, acts in STORIES.items()
        for order in permutations(acts)
        if [name for name in order if name in HALVES] in ([], HALVES)
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_a_purchase_comes_back_at_most_once(
    db: Connection, story: str, order: tuple[str, ...], others: int
) -> None:
    sold = bought(db)
    used = charge(db, sold.account_id, USED)
    if others:
        add(db, sold.account_id, others, priority=1)
    for name in order:
        STORIES[story][name](db, sold, used)
        found = standing_of(db, sold)
        assert sum(found.clawed.values()) <= 1100
        assert found.balance <= 1100 + others
    assert found.returned == {0: 1000}
    assert found.clawed == {(0, "purchase"): 1000, (0, "bonus"): 100}
    assert (found.balance, found.debt) == (others, 0)
    with unchanged(db), refused(db, "PT409", "refund_exceeds_paid"):
        refund(db, sold.account_id, used)


@pytest.mark.parametrize("order", list(permutations(["usage", "taken", "won"])), ids="-".join)
def test_a_dispute_that_is_won_leaves_what_was_bought(
    db: Connection, order: tuple[str, ...]
) -> None:
    sold = bought(db)
    used = charge(db, sold.account_id, USED)
    acts: dict[str, Act] = {
        "usage": lambda conn, sold, used: refund(conn, sold.account_id, used),
        "taken": lambda conn, sold, _: tell(
            conn, sold, Told("charge.dispute.created", 1000, "du_1", "needs_response", 10)
        ),
        "won": lambda conn, sold, _: tell(
            conn, sold, Told("charge.dispute.closed", 1000, "du_1", "won", 20)
        ),
    }
    for name in order:
        acts[name](db, sold, used)
    found = standing_of(db, sold)
    assert (found.balance, found.debt, found.clawed) == (1100, 0, {})


def test_what_was_refunded_and_spent_again_is_debt(db: Connection) -> None:
    sold = bought(db)
    refund(db, sold.account_id, charge(db, sold.account_id, 1100))
    charge(db, sold.account_id, 1100)
    tell(db, sold, Told("charge.refunded", 1000))
    found = standing_of(db, sold)
    assert (found.balance, found.debt) == (0, 1100)


CENTS = st.integers(1, 1000)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("spend"), st.sampled_from(["1", "40", "333.333333333", "900"])),
        st.tuples(st.just("refund"), st.tuples(st.integers(0, 4), st.sampled_from([1, 2, 3]))),
        st.tuples(st.just("money"), CENTS),
        st.tuples(st.just("opened"), CENTS),
        st.tuples(st.just("decided"), st.sampled_from(["won", "lost"])),
        st.tuples(st.just("give"), st.sampled_from(["5", "0.000000001"])),
    ),
    max_size=14,
)


@given(package=st.sampled_from(["pack", "thirds"]), steps=STEPS)
@settings(
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_whatever_happens_all_that_came_and_went_adds_up(
    db: Connection, package: str, steps: list[tuple[str, object]]
) -> None:
    with db.transaction(force_rollback=True):
        story = Story(db, package)
        for kind, value in steps:
            getattr(story, kind)(value)
            story.agrees()
        assert violations(db, [story.sold.account_id]) == []


class Story:
    """A purchase, what is told of it, and what is used and refunded meanwhile.

    Attributes:
        wallet: the plain model; what was used and came back counts there as never used.
        owed: what has not come back of each charge, by its id.
    """

    def __init__(self, conn: Connection, package: str) -> None:
        self.conn = conn
        self.sold = bought(conn, package=package)
        self.cents = PACKS[package]["price_cents"]
        self.wallet = Wallet([sale_of(package)])
        self.wallet.sales[0].told.add(paid(self.sold))
        self.owed: dict[int, Decimal] = {}
        self.disputed = 0

    @property
    def account_id(self) -> UUID:
        """Whose purchase it is."""
        return self.sold.account_id

    def news(self, told: Told) -> None:
        """Tell something of the purchase, in the database and to the model."""
        self.wallet.sales[0].told.add(told)
        tell(self.conn, self.sold, told)

    def spend(self, amount: str) -> None:
        """Use an amount, or be refused."""
        if self.wallet.spend(Decimal(amount)):
            self.owed[charge(self.conn, self.account_id, amount)] = Decimal(amount)
        else:
            with refused(self.conn, "PT402", "insufficient_credits"):
                charge(self.conn, self.account_id, amount)

    def refund(self, which: tuple[int, int]) -> None:
        """Refund a part of what has not come back of a charge."""
        number, part = which
        if number < len(self.owed):
            id_ = list(self.owed)[number]
            amount = (self.owed[id_] / part).quantize(PLACES)
            if amount:
                self.owed[id_] -= amount
                self.wallet.spent -= amount
                refund(self.conn, self.account_id, id_, amount)
            else:
                with refused(self.conn, "PT409", "refund_exceeds_paid"):
                    refund(self.conn, self.account_id, id_)

    def money(self, cents: int) -> None:
        """Refund so many thousandths of the price in all."""
        self.news(Told("charge.refunded", max(1, cents * self.cents // 1000)))

    def opened(self, cents: int) -> None:
        """Dispute so many thousandths of the price; told again, as many as the first time."""
        self.disputed = self.disputed or max(1, cents * self.cents // 1000)
        self.news(Told("charge.dispute.created", self.disputed, "du_1", "needs_response", 10))

    def decided(self, status: str) -> None:
        """Decide the dispute, if there is one."""
        if self.disputed:
            self.news(Told("charge.dispute.closed", self.disputed, "du_1", status, 20))

    def give(self, amount: str) -> None:
        """Grant other credits."""
        self.wallet.given += Decimal(amount)
        add(self.conn, self.account_id, amount)

    def agrees(self) -> None:
        """Compare what there is with the model."""
        found: Standing = standing_of(self.conn, self.sold)
        assert (found.balance, found.debt) == (self.wallet.balance, self.wallet.debt)
        shown = balance_of(self.conn, self.account_id)
        assert shown["available"] == self.wallet.balance
