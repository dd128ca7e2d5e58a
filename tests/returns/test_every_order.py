"""Whatever is told of payments, in any order and any number of times, comes to one state.

After each step the database agrees with the model of all that was told so far, and that model
knows no order. ``PGCREDITS_RETURNS_EXAMPLES`` sets how many histories are played.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.returns.model import Sale, Told, Wallet
from tests.returns.sales import (
    PACKS,
    Purchase,
    Standing,
    buy,
    open_shop,
    sale_of,
    standing_of,
    tell,
    violations,
)
from tests.support import Connection, sign_up
from tests.wallets import add, deduct, refused

SETTINGS = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    max_examples=int(os.environ.get("PGCREDITS_RETURNS_EXAMPLES", "30")),
)
CREATED, UPDATED, CLOSED, WITHDRAWN, REINSTATED = (
    f"charge.dispute.{word}"
    for word in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
# The lives of a dispute: type of event and status of each piece of news.
INQUIRY = [(CREATED, "warning_needs_response"), (UPDATED, "warning_under_review")]
OPEN = [(CREATED, "needs_response"), (WITHDRAWN, "needs_response"), (UPDATED, "under_review")]
WON = [(CLOSED, "won"), (REINSTATED, "won")]
LOST = [(CLOSED, "lost")]
APPEAL = [(UPDATED, "appeal_needs_response"), (UPDATED, "appeal_under_review")]
LIVES = {
    "inquiry only": [*INQUIRY, (CLOSED, "warning_closed")],
    "inquiry that becomes a chargeback": [*INQUIRY, (WITHDRAWN, "needs_response"), *LOST],
    "open": OPEN,
    "won": [*OPEN, *WON],
    "lost": [*OPEN, *LOST],
    "won, then lost": [*OPEN, *WON, *LOST],
    "lost, then won": [*OPEN, *LOST, *WON],
    "lost, appealed, won": [*OPEN, *LOST, *APPEAL, *WON],
    "prevented": [(CREATED, "prevented"), (CLOSED, "prevented")],
}
REFUNDS = [
    ["succeeded"],
    ["pending", "succeeded"],
    ["succeeded", "failed"],
    ["pending", "canceled"],
]
REFUND_TYPES = {
    "pending": "refund.created", "failed": "refund.failed", "canceled": "charge.refund.updated",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


@dataclass(frozen=True)
class Spend:
    """Some credits are used, if they are there."""

    amount: Decimal


@dataclass(frozen=True)
class Give:
    """Other credits are granted."""

    amount: Decimal


@dataclass(frozen=True)
class News:
    """Something is told of the purchase of a number."""

    number: int
    told: Told


Step = Spend | Give | News


@st.composite
def stories(draw: st.DrawFn, package: str) -> list[Told]:
    """Draw all that is told of a purchase, oldest first: paid, refunds, disputes."""
    total = PACKS[package]["price_cents"]
    told = [Told("checkout.session.completed", total)]
    cents = st.integers(1, total)
    by_sum, by_refund = draw(st.sampled_from([(True, True), (True, False), (False, True)]))
    in_sum = 0
    for number in range(draw(st.integers(0, 3))):
        amount = draw(cents)
        statuses = draw(st.sampled_from(REFUNDS))
        in_sum += amount
        if by_sum:
            told.append(Told("charge.refunded", min(in_sum, total)))
        # That it failed is told of the refund alone.
        told += [
            Told(REFUND_TYPES.get(status, "refund.updated"), amount, f"re_{number}", status)
            for status in statuses
            if by_refund or status in ("failed", "canceled")
        ]
        if statuses[-1] in ("failed", "canceled"):
            in_sum -= amount
    for number in range(draw(st.sampled_from([0, 1, 1, 2]))):
        amount = draw(st.one_of(st.just(total), cents))
        life = LIVES[draw(st.sampled_from(sorted(LIVES)))]
        told += [
            Told(type_, amount, f"du_{number}", status, 1000 * number + 10 * at)
            for at, (type_, status) in enumerate(life)
        ]
    return told


AMOUNTS = st.sampled_from(["1", "40", "333.333333333", "0.000000001", "900"]).map(Decimal)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[str], list[Step]]:
    """Draw packages, and in any order all that is told of their purchases and done meanwhile."""
    packages = draw(st.lists(st.sampled_from(sorted(PACKS)), min_size=1, max_size=2, unique=True))
    news = [
        News(number, told)
        for number, package in enumerate(packages)
        for told in draw(stories(package))
    ]
    twice = draw(st.lists(st.sampled_from(news), max_size=4))
    others = draw(st.lists(st.one_of(AMOUNTS.map(Spend), AMOUNTS.map(Give)), max_size=6))
    return packages, draw(st.permutations([*news, *twice, *others]))


@given(histories())
@SETTINGS
def test_after_each_step_what_was_told_decides(
    db: Connection, history: tuple[list[str], list[Step]]
) -> None:
    packages, steps = history
    with db.transaction(force_rollback=True):
        account_id = sign_up(db)
        purchases = [buy(db, account_id, package) for package in packages]
        wallet = Wallet([sale_of(package) for package in packages])
        for step in steps:
            _take(db, purchases, wallet, step)
            _agrees(standing_of(db, *purchases), wallet)
        assert violations(db, [account_id]) == []


def _take(conn: Connection, purchases: list[Purchase], wallet: Wallet, step: Step) -> None:
    account_id = purchases[0].account_id
    if isinstance(step, News):
        wallet.sales[step.number].told.add(step.told)
        assert tell(conn, purchases[step.number], step.told) != ["failed"]
    elif isinstance(step, Give):
        wallet.given += step.amount
        answer = add(conn, account_id, step.amount)
        assert (answer["balance"], answer["available"]) == (wallet.balance, wallet.balance)
    elif wallet.spend(step.amount):
        assert deduct(conn, account_id, step.amount)["balance"] == wallet.balance
    else:
        with refused(conn, "PT402", "insufficient_credits"):
            deduct(conn, account_id, step.amount)


def _agrees(found: Standing, wallet: Wallet) -> None:
    numbered = list(enumerate(wallet.sales))
    returned = {number: sale.returned_cents for number, sale in numbered}
    clawed = {
        (number, name): amount
        for number, sale in numbered
        for name, amount in sale.clawed().items()
    }
    assert found.returned == {number: cents for number, cents in returned.items() if cents}
    assert found.clawed == {grant: amount for grant, amount in clawed.items() if amount}
    assert (found.balance, found.debt) == (wallet.balance, wallet.debt)
    assert found.available == found.balance
    assert sum(found.kept.values()) == found.balance


@st.composite
def two_orders(draw: st.DrawFn) -> tuple[str, list[Told], list[Told]]:
    """Draw a package and two orders of all that is told of its purchase."""
    package = draw(st.sampled_from(sorted(PACKS)))
    told = draw(stories(package))
    first, second = (
        draw(st.permutations([*told, *draw(st.lists(st.sampled_from(told), max_size=3))]))
        for _ in range(2)
    )
    return package, first, second


PAID = Told("checkout.session.completed", 1000)
TAKEN = Told(CREATED, 1000, "du_0", "needs_response", 0)
BACK = Told(CLOSED, 1000, "du_0", "won", 10)
HALF = Told("charge.refunded", 500)


@given(two_orders())
@example(("pack", [PAID, TAKEN, BACK, HALF], [HALF, BACK, TAKEN, PAID]))
@SETTINGS
def test_where_nothing_is_spent_all_credits_are_the_same_in_the_end(
    db: Connection, orders: tuple[str, list[Told], list[Told]]
) -> None:
    package, *both = orders
    with db.transaction(force_rollback=True):
        first, second = (_play(db, package, told) for told in both)
        assert first == second
        sale = sale_of(package)
        sale.told |= set(both[0])
        kept = sum(sale.grants.values()) - sum(sale.clawed().values())
        assert first.kept == {None: 30} | ({0: kept} if kept else {})
        assert first.debt == 0


def _play(conn: Connection, package: str, told: Sequence[Told]) -> Standing:
    """Tell it all of the purchase of an account that has other credits, which burn down first."""
    purchase = buy(conn, package=package)
    add(conn, purchase.account_id, 30, priority=1)
    tell(conn, purchase, *told)
    assert violations(conn, [purchase.account_id]) == []
    return standing_of(conn, purchase)


def test_the_model_knows_what_counts() -> None:
    refunds = [Told("refund.updated", 300, f"re_{n}", "succeeded") for n in (1, 2)]
    failed = Told("refund.failed", 300, "re_2", "failed")
    inquiry = Told(CREATED, 1000, "du_0", "warning_needs_response", 0)
    expected = {
        0: [PAID],
        300: [PAID, refunds[0]],
        600: [PAID, *refunds, Told("charge.refunded", 300)],
        200: [PAID, failed, Told("charge.refunded", 500)],
        1000: [PAID, TAKEN, HALF],
        500: [PAID, TAKEN, BACK, HALF, inquiry],
    }
    for cents, told in expected.items():
        assert Sale({"purchase": Decimal(1000)}, set(told)).returned_cents == cents
