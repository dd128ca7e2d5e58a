"""Chargebacks take all while they run, nothing once won; inquiries take nothing at all."""

from __future__ import annotations

import pytest

from tests.events.shop import moves
from tests.returns.model import Told
from tests.returns.sales import (
    bought,
    buy,
    open_shop,
    paid,
    some_orders,
    standing_of,
    tell,
)
from tests.support import Connection
from tests.wallets import add, deduct, remaining


@pytest.fixture(autouse=True)
def _shop(db: Connection) -> None:
    open_shop(db)


def dispute(word: str, status: str, at: int, cents: int = 1000) -> Told:
    """Return one piece of news of the dispute."""
    return Told(f"charge.dispute.{word}", cents, "du_1", status, at)


ASKED = dispute("created", "warning_needs_response", 0)
ANSWERED = dispute("updated", "warning_under_review", 1)
INQUIRY_ENDED = dispute("closed", "warning_closed", 2)
CREATED = dispute("created", "needs_response", 10)
WITHDRAWN = dispute("funds_withdrawn", "needs_response", 10)
REVIEWED = dispute("updated", "under_review", 20)
WON = dispute("closed", "won", 30)
REINSTATED = dispute("funds_reinstated", "won", 30)
LOST = dispute("closed", "lost", 30)
LOST_LATER = dispute("updated", "lost", 40)
PREVENTED = dispute("created", "prevented", 10)
REFUND = Told("charge.refunded", 400)

# What is told, in the order in which it happened, and the credits that are left after each.
TOLD: dict[str, list[tuple[Told, int]]] = {
    "open": [(CREATED, 0), (WITHDRAWN, 0), (REVIEWED, 0)],
    "lost": [(CREATED, 0), (REVIEWED, 0), (LOST, 0)],
    "won": [(CREATED, 0), (WITHDRAWN, 0), (WON, 1100), (REINSTATED, 1100)],
    "won, then lost": [(CREATED, 0), (WON, 1100), (LOST_LATER, 0)],
    "inquiry only": [(ASKED, 1100), (ANSWERED, 1100), (INQUIRY_ENDED, 1100)],
    "inquiry that becomes a chargeback": [(ASKED, 1100), (WITHDRAWN, 0), (LOST, 0)],
    "prevented": [(PREVENTED, 1100)],
    "refund and dispute of the rest": [
        (REFUND, 660),
        (dispute("created", "needs_response", 10, 600), 0),
        (dispute("closed", "lost", 30, 600), 0),
    ],
    "refund and dispute of all": [(REFUND, 660), (CREATED, 0), (LOST, 0)],
    "refund and won dispute of all": [(REFUND, 660), (CREATED, 0), (WON, 660)],
    "won, then refund": [(CREATED, 0), (WON, 1100), (REFUND, 660)],
    "dispute of a part": [
        (dispute("created", "needs_response", 10, 250), 825),
        (dispute("closed", "lost", 30, 250), 825),
    ],
    "appeal": [
        (CREATED, 0),
        (LOST, 0),
        (dispute("updated", "appeal_needs_response", 40), 0),
        (dispute("updated", "appeal_under_review", 50), 0),
        (dispute("closed", "won", 60), 1100),
    ],
}


@pytest.mark.parametrize("what", TOLD)
def test_a_dispute_takes_what_it_must_at_each_step(db: Connection, what: str) -> None:
    purchase = bought(db)
    for told, left in TOLD[what]:
        tell(db, purchase, told, told)
        found = standing_of(db, purchase)
        assert (found.balance, found.debt) == (left, 0)


@pytest.mark.parametrize("what", TOLD)
def test_its_news_come_to_the_same_in_any_order(db: Connection, what: str) -> None:
    news = [told for told, _ in TOLD[what]]
    left = TOLD[what][-1][1]
    for order in some_orders(news):
        with db.transaction(force_rollback=True):
            purchase = bought(db)
            tell(db, purchase, *order, order[0])
            found = standing_of(db, purchase)
            assert (found.balance, found.debt) == (left, 0)


@pytest.mark.parametrize("closed", [LOST, WON])
def test_of_one_second_the_later_stage_holds(db: Connection, closed: Told) -> None:
    left = 0 if closed is LOST else 1100
    first = dispute("created", "needs_response", closed.at)
    for order in some_orders([first, closed]):
        purchase = bought(db)
        tell(db, purchase, *order)
        assert standing_of(db, purchase).balance == left


def test_two_disputes_of_one_payment_add_up(db: Connection) -> None:
    purchase = bought(db)
    other = Told("charge.dispute.created", 300, "du_2", "needs_response", 15)
    tell(db, purchase, dispute("created", "needs_response", 10, 500), other)
    assert standing_of(db, purchase).returned == {0: 800}
    tell(db, purchase, dispute("closed", "won", 30, 500))
    found = standing_of(db, purchase)
    assert (found.returned, found.balance) == ({0: 300}, 770)


def test_what_is_won_comes_back_as_grants_and_can_be_lost_again(db: Connection) -> None:
    purchase = bought(db)
    tell(db, purchase, CREATED, WON)
    assert moves(db, purchase.account_id)[2:] == [
        ("clawback", -1000), ("clawback", -100),
        ("reinstatement", 1000), ("reinstatement", 100),
    ]  # fmt: skip
    assert remaining(db, purchase.account_id) == {1: 0, 2: 0, 5: 1000, 6: 100}
    tell(db, purchase, LOST_LATER)
    assert remaining(db, purchase.account_id) == {1: 0, 2: 0, 5: 0, 6: 0}
    assert standing_of(db, purchase).clawed == {(0, "purchase"): 1000, (0, "bonus"): 100}


def test_what_was_won_back_is_the_purchases_own_when_it_is_refunded(db: Connection) -> None:
    purchase = bought(db)
    other = add(db, purchase.account_id, 50, priority=0)["grant_id"]
    tell(db, purchase, CREATED, WON, Told("charge.refunded", 1000))
    assert remaining(db, purchase.account_id)[other] == 50
    assert standing_of(db, purchase).kept == {None: 50}


def test_won_cancels_the_debt_first(db: Connection) -> None:
    purchase = bought(db)
    deduct(db, purchase.account_id, 900)
    tell(db, purchase, CREATED)
    found = standing_of(db, purchase)
    assert (found.balance, found.available, found.debt) == (0, 0, 900)
    tell(db, purchase, WON)
    assert moves(db, purchase.account_id)[-2:] == [("reinstatement", 100)] * 2
    found = standing_of(db, purchase)
    assert (found.balance, found.debt, found.clawed) == (200, 0, {})


def test_won_gives_back_what_had_repaid_the_debt(db: Connection) -> None:
    purchase = bought(db)
    deduct(db, purchase.account_id, 900)
    tell(db, purchase, CREATED)
    other = bought(db, purchase.account_id, "plain")
    found = standing_of(db, purchase, other)
    assert (found.balance, found.debt) == (0, 800)
    tell(db, purchase, WON)
    found = standing_of(db, purchase, other)
    assert (found.balance, found.debt) == (300, 0)
    tell(db, purchase, LOST_LATER)
    found = standing_of(db, purchase, other)
    assert (found.balance, found.debt) == (0, 800)


def test_a_dispute_told_before_its_payment_waits_for_it(db: Connection) -> None:
    purchase = bought(db)
    late = buy(db, purchase.account_id)
    assert tell(db, late, CREATED, REFUND) == ["waiting", "waiting"]
    assert tell(db, late, paid(late)) == ["applied"]
    found = standing_of(db, purchase, late)
    assert (found.returned, found.balance, found.debt) == ({1: 1000}, 1100, 0)
