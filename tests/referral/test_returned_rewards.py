"""What goes back of the purchase takes the same share of both rewards, in whatever order told."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest

from tests.events import payloads
from tests.events.shop import new_subscriber
from tests.events.shop import tell as deliver
from tests.referral.referring import (
    ALL_OF_IT,
    CENTS,
    CREDITS,
    HALF,
    LOST,
    OPENED,
    REFEREE,
    REFERRER,
    WON,
    bought,
    has,
    person,
    refer,
    rewards,
)
from tests.returns.model import PLACES, Sale, Told
from tests.returns.sales import buy, maintain, open_events, paid, some_orders, tell
from tests.returns.stories import of_invoice
from tests.support import Connection, find_violations
from tests.wallets import add, deduct


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return person(shop, "ann")


@pytest.fixture
def bob(shop: Connection, ann: UUID) -> UUID:
    """A user whom Ann has referred."""
    return refer(shop, ann)


def third(number: int) -> Told:
    """Return the news that so many cents of one more refund have gone back."""
    return Told("refund.created", 233, f"re_{number}", "succeeded")


NEWS: dict[str, list[Told]] = {
    "half": [HALF],
    "all": [ALL_OF_IT],
    "in steps": [third(1), third(2), HALF],
    "an odd part": [Told("charge.refunded", 1)],
    "a refund that failed": [
        Told("refund.created", 350, "re_1", "pending"),
        Told("refund.failed", 350, "re_1", "failed"),
    ],
    "opened": [OPENED],
    "lost": [OPENED, LOST],
    "won": [OPENED, WON],
    "half, then won": [HALF, OPENED, WON],
    "half, then lost": [HALF, OPENED, LOST],
    "won, then half": [OPENED, WON, HALF],
    "an inquiry": [Told("charge.dispute.created", CENTS, "du_1", "warning_needs_response", 10)],
}


def shares(news: Sequence[Told]) -> tuple[Decimal, Decimal, Decimal]:
    """Return what must be left of the credits and of both rewards, after this news."""
    sale = Sale({}, {Told("checkout.session.completed", CENTS), *news})
    whole = (CREDITS, REFEREE, REFERRER)
    pack, referee, referrer = (
        Decimal(amount)
        - (Decimal(amount) * sale.returned_cents / CENTS).quantize(PLACES, ROUND_HALF_UP)
        for amount in whole
    )
    return pack, referee, referrer


@pytest.mark.parametrize("what", NEWS)
def test_each_step_takes_the_same_share_of_both_rewards(
    shop: Connection, ann: UUID, bob: UUID, what: str
) -> None:
    purchase = bought(shop, bob)
    told: list[Told] = []
    for one in NEWS[what]:
        told.append(one)
        tell(shop, purchase, one, one)
        pack, referee, referrer = shares(told)
        assert has(shop, bob) == (pack + referee, 0)
        assert has(shop, ann) == (referrer, 0)
        assert find_violations(shop) == []


@pytest.mark.parametrize("what", NEWS)
def test_the_order_of_the_news_does_not_matter(shop: Connection, what: str) -> None:
    """Also when a return is told before the purchase, which it then waits for."""
    pack, referee, referrer = shares(NEWS[what])
    for order in some_orders([None, *NEWS[what]])[:12]:
        with shop.transaction(force_rollback=True):
            ann = person(shop, "ann")
            bob = refer(shop, ann)
            purchase = buy(shop, bob, "plain")
            tell(shop, purchase, *(one or paid(purchase) for one in order))
            maintain(shop)
            assert open_events(shop) == []
            assert has(shop, bob) == (pack + referee, 0)
            assert has(shop, ann) == (referrer, 0)
            assert find_violations(shop) == []


def test_only_the_purchase_that_earned_it_counts(shop: Connection, ann: UUID, bob: UUID) -> None:
    first, second = bought(shop, bob), bought(shop, bob)
    tell(shop, second, ALL_OF_IT)
    assert (has(shop, ann), has(shop, bob)) == ((REFERRER, 0), (CREDITS + REFEREE, 0))
    tell(shop, first, ALL_OF_IT)
    assert (has(shop, ann), has(shop, bob)) == ((0, 0), (0, 0))


def test_a_reward_that_is_spent_is_taken_of_others_then_owed(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    purchase = bought(shop, bob)
    deduct(shop, ann, REFERRER)
    add(shop, ann, 30)
    deduct(shop, bob, CREDITS + REFEREE)
    tell(shop, purchase, HALF)
    assert (has(shop, ann), has(shop, bob)) == ((5, 0), (0, 60))
    tell(shop, purchase, ALL_OF_IT)
    assert (has(shop, ann), has(shop, bob)) == ((0, 20), (0, 120))


def test_a_won_chargeback_gives_spent_rewards_back(shop: Connection, ann: UUID, bob: UUID) -> None:
    purchase = bought(shop, bob)
    deduct(shop, ann, REFERRER)
    tell(shop, purchase, OPENED)
    assert (has(shop, ann), has(shop, bob)) == ((0, REFERRER), (0, 0))
    tell(shop, purchase, WON)
    assert (has(shop, ann), has(shop, bob)) == ((0, 0), (CREDITS + REFEREE, 0))


def test_no_later_purchase_earns_it_again(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell(shop, bought(shop, bob), ALL_OF_IT)
    bought(shop, bob)
    assert (has(shop, ann), has(shop, bob)) == ((0, 0), (CREDITS, 0))
    assert rewards(shop, ann) == [REFERRER]


def test_the_refund_of_an_invoice_takes_the_rewards_too(shop: Connection) -> None:
    ann = person(shop, "ann")
    bob = refer(shop, ann)
    subscriber = new_subscriber(shop, "pro", account_id=bob)
    for told in of_invoice(("charge.refunded", ""))(subscriber):
        deliver(shop, told)
    assert rewards(shop, ann) == [REFERRER]
    assert (has(shop, ann), has(shop, bob)) == ((0, 0), (0, 0))


def test_an_invoice_that_is_disputed_and_won_leaves_them(shop: Connection) -> None:
    ann = person(shop, "ann")
    bob = refer(shop, ann)
    subscriber = new_subscriber(shop, "pro", account_id=bob)
    news = ("charge.dispute.created", "needs_response"), ("charge.dispute.closed", "won")
    for told in of_invoice(*news)(subscriber):
        deliver(shop, told)
    assert (has(shop, ann), has(shop, bob)) == ((REFERRER, 0), (200 + REFEREE, 0))


def test_a_refund_and_its_failure_may_come_as_older_twins(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    purchase = bought(shop, bob)
    refund = payloads.refund(purchase.intent, CENTS)
    for kind in ("refund.created", "charge.refund.updated"):
        deliver(shop, payloads.event(kind, refund))
    assert (has(shop, ann), has(shop, bob)) == ((0, 0), (0, 0))
    failed = refund | {"status": "failed"}
    for kind in ("refund.failed", "charge.refund.updated"):
        deliver(shop, payloads.event(kind, failed))
    assert (has(shop, ann), has(shop, bob)) == ((REFERRER, 0), (CREDITS + REFEREE, 0))
