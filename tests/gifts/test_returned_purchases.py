"""Money of a purchase that goes back reaches who bought and gave, and leaves the friend alone."""

from __future__ import annotations

from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from tests.gifts.giving import (
    ALL_OF_IT,
    CENTS,
    CREDITS,
    OPENED,
    WON,
    accept,
    buyer,
    cancel,
    has,
    let_end,
    nothing_comes_of_it,
    person,
    send,
    worth,
)
from tests.returns.model import Told
from tests.returns.sales import Purchase, bought, some_orders, tell
from tests.support import Connection, find_violations
from tests.wallets import Row, add, deduct

HALF = Told("charge.refunded", CENTS // 2)
LOST = Told("charge.dispute.closed", CENTS, "du_1", "lost", 30)
GIVEN = 60


class Story:
    """A pack that Ann bought, 60 of whose 100 credits she gives to Bob; and what becomes of it."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.ann, (self.purchase,) = buyer(conn)
        self.bob = person(conn, "bob")
        self.gift = send(conn, self.ann, self.bob, GIVEN)

    def happen(self, act: str | Told) -> None:
        """Let one thing happen; what is refused does nothing."""
        if isinstance(act, Told):
            tell(self.conn, self.purchase, act)
        elif act == "expire":
            let_end(self.conn)
        elif act == "accept":
            accept(self.conn, self.bob, self.gift)
        else:
            cancel(self.conn, self.ann, self.gift)

    def ann_has(self) -> tuple[Any, Any, Any]:
        """Return what the giver has."""
        return has(self.conn, self.ann)

    def bob_has(self) -> tuple[Any, Any, Any]:
        """Return what the friend has."""
        return has(self.conn, self.bob)


@pytest.fixture
def story(shop: Connection) -> Story:
    return Story(shop)


@pytest.mark.parametrize("news", [[ALL_OF_IT], [OPENED], [OPENED, LOST], [HALF, OPENED]], ids=str)
def test_while_it_waits_the_purchase_goes_back(story: Story, news: list[Told]) -> None:
    """What waits is not touched, so it is owed; the friend cannot take it, the giver repays."""
    for told in news:
        story.happen(told)
    assert story.ann_has() == (0, GIVEN, GIVEN)
    with nothing_comes_of_it(story.conn, "PT409", "gift_not_pending") as detail:
        story.happen("accept")
    assert detail == {"gift_id": str(story.gift["id"]), "state": "pending"}
    assert story.bob_has() == (0, 0, 0)


@pytest.mark.parametrize("end", ["cancel", "expire"])
@pytest.mark.parametrize("news", [[ALL_OF_IT], [OPENED, LOST]], ids=str)
def test_what_comes_back_repays_the_debt(story: Story, news: list[Told], end: str) -> None:
    for told in news:
        story.happen(told)
    story.happen(end)
    assert story.ann_has() == (0, 0, 0)
    add(story.conn, story.ann, 1)
    assert story.ann_has() == (1, 0, 0)
    assert story.bob_has() == (0, 0, 0)


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_a_purchase_that_goes_back_after_the_gift_did_leaves_no_debt(
    story: Story, end: str
) -> None:
    story.happen(end)
    story.happen(ALL_OF_IT)
    assert story.ann_has() == (0, 0, 0)


@pytest.mark.parametrize("news", [[ALL_OF_IT], [OPENED], [OPENED, LOST]], ids=str)
def test_after_it_was_accepted_the_giver_owes_it(story: Story, news: list[Told]) -> None:
    story.happen("accept")
    before = worth(story.conn)
    for told in news:
        story.happen(told)
    assert story.ann_has() == (0, 0, GIVEN)
    assert story.bob_has() == (GIVEN, 0, 0)
    assert worth(story.conn) == before - CREDITS
    deduct(story.conn, story.bob, GIVEN)


def test_a_part_that_goes_back_takes_what_is_left_first(story: Story) -> None:
    story.happen("accept")
    story.happen(HALF)
    assert story.ann_has() == (0, 0, 10)
    assert story.bob_has() == (GIVEN, 0, 0)


def test_a_gift_can_be_accepted_when_the_debt_is_gone(story: Story) -> None:
    story.happen(OPENED)
    with nothing_comes_of_it(story.conn, "PT409", "gift_not_pending"):
        story.happen("accept")
    story.happen(WON)
    assert story.ann_has() == (40, GIVEN, 0)
    story.happen("accept")
    assert (story.ann_has(), story.bob_has()) == ((40, 0, 0), (GIVEN, 0, 0))


def test_a_gift_can_be_accepted_when_the_debt_is_repaid(story: Story) -> None:
    story.happen(ALL_OF_IT)
    add(story.conn, story.ann, GIVEN)
    assert story.ann_has() == (0, GIVEN, 0)
    story.happen("accept")
    assert (story.ann_has(), story.bob_has()) == ((0, 0, 0), (GIVEN, 0, 0))


@pytest.mark.parametrize("end", ["accept", "cancel"])
@pytest.mark.parametrize(
    "news", [(HALF,), (OPENED, WON), (HALF, OPENED, WON), (OPENED, LOST)], ids=str
)
def test_in_every_order_the_sums_are_the_same(
    shop: Connection, news: tuple[Told, ...], end: str
) -> None:
    """Only whether the gift can still be accepted depends on the order."""
    acts: list[Told | str] = [*news, end]
    for order in some_orders(acts):
        with shop.transaction(force_rollback=True):
            check_order(shop, order)
            assert find_violations(shop) == []


def check_order(conn: Connection, order: tuple[Told | str, ...]) -> None:
    """Let all happen in an order, and compare with plain arithmetic after each step."""
    story = Story(conn)
    moved, pending = 0, True
    told: list[Told] = []
    for act in order:
        if isinstance(act, Told):
            told.append(act)
            story.happen(act)
        elif act == "cancel":
            story.happen(act)
            pending = False
        elif story.ann_has()[2] > 0:
            with nothing_comes_of_it(conn, "PT409", "gift_not_pending"):
                story.happen(act)
        else:
            story.happen(act)
            moved, pending = GIVEN, False
        held = GIVEN if pending else 0
        left = CREDITS - _gone_back(told) - moved - held
        assert story.ann_has() == (max(left, 0), held, max(-left, 0)), (act, order)
        assert story.bob_has() == (moved, 0, 0)


def _gone_back(told: list[Told]) -> int:
    """Return the credits that go back for what was told, in whatever order."""
    refunded = max((t.cents for t in told if t.is_sum), default=0)
    last = max((t for t in told if t.is_dispute), key=lambda t: t.at, default=None)
    disputed = last.cents if last and last.status in ("needs_response", "lost") else 0
    return min(refunded + disputed, CENTS) * CREDITS // CENTS


def test_a_friend_who_spent_it_owes_nothing(story: Story) -> None:
    story.happen("accept")
    deduct(story.conn, story.bob, GIVEN)
    story.happen(ALL_OF_IT)
    assert (story.ann_has(), story.bob_has()) == ((0, 0, GIVEN), (0, 0, 0))


def test_a_friend_who_bought_as_well_keeps_both_apart(shop: Connection) -> None:
    ann, _ = buyer(shop)
    bob, (own,) = buyer(shop, "bob")
    accept(shop, bob, send(shop, ann, bob, 60))
    deduct(shop, bob, 130)
    tell(shop, own, ALL_OF_IT)
    assert has(shop, bob) == (0, 0, 70)
    assert has(shop, ann) == (40, 0, 0)


def test_only_the_purchase_that_goes_back_counts(shop: Connection) -> None:
    ann, (first, second) = buyer(shop, packs=2)
    bob = person(shop, "bob")
    accept(shop, bob, send(shop, ann, bob, 150))
    tell(shop, first, ALL_OF_IT)
    assert has(shop, ann) == (0, 0, 50)
    tell(shop, second, ALL_OF_IT)
    assert has(shop, ann) == (0, 0, 150)
    assert has(shop, bob) == (150, 0, 0)


# Rings: what goes round never becomes more.


def ring(conn: Connection, size: int) -> tuple[list[UUID], list[Purchase]]:
    people = [buyer(conn, f"p{number}") for number in range(size)]
    return [user_id for user_id, _ in people], [bought for _, (bought,) in people]


def test_a_ring_of_five_moves_what_each_has_bought_and_no_more(shop: Connection) -> None:
    people, purchases = ring(shop, 5)
    before = worth(shop)
    gifts: list[Row] = []
    for giver, friend in zip(people, [*people[1:], people[0]], strict=True):
        gifts.append(send(shop, giver, friend, CREDITS))
    for friend, gift in zip([*people[1:], people[0]], gifts, strict=True):
        accept(shop, friend, gift)
    assert [has(shop, user_id) for user_id in people] == [(CREDITS, 0, 0)] * 5
    assert worth(shop) == before
    for giver, friend in permutations(people, 2):
        with nothing_comes_of_it(shop, "PT402", "insufficient_credits"):
            send(shop, giver, friend, 1)
    for purchase in purchases:
        tell(shop, purchase, ALL_OF_IT)
    assert [has(shop, user_id) for user_id in people] == [(0, 0, 0)] * 5
    assert worth(shop) == before - 5 * CREDITS


def test_a_ring_whose_first_purchase_goes_back_leaves_one_debt(shop: Connection) -> None:
    """One of five bought: her credits go to the next one, who cannot pass them on."""
    ann, (purchase,) = buyer(shop)
    others = [person(shop, f"p{number}") for number in range(4)]
    accept(shop, others[0], send(shop, ann, others[0], CREDITS))
    for giver, friend in zip(others, [*others[1:], ann], strict=True):
        with nothing_comes_of_it(shop, "PT402", "insufficient_credits"):
            send(shop, giver, friend, 1)
    tell(shop, purchase, ALL_OF_IT)
    assert has(shop, ann) == (0, 0, CREDITS)
    assert [has(shop, user_id)[0] for user_id in others] == [CREDITS, 0, 0, 0]
    assert worth(shop) == 0


def test_buying_again_repays_what_was_given_away(shop: Connection) -> None:
    ann, (purchase,) = buyer(shop)
    bob = person(shop, "bob")
    accept(shop, bob, send(shop, ann, bob, GIVEN))
    tell(shop, purchase, ALL_OF_IT)
    again = bought(shop, ann, "plain")
    assert has(shop, ann) == (CREDITS - GIVEN, 0, 0)
    with nothing_comes_of_it(shop, "PT402", "insufficient_credits"):
        send(shop, ann, bob, CREDITS)
    tell(shop, again, ALL_OF_IT)
    assert has(shop, ann) == (0, 0, GIVEN)
