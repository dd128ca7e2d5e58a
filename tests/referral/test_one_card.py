"""A card that both have paid with: who refers themselves is not rewarded, whenever it is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

import pytest

from tests.events.payloads import again
from tests.events.shop import rows
from tests.events.shop import tell as deliver
from tests.referral.referring import (
    ALL_OF_IT,
    CREDITS,
    OPENED,
    REFEREE,
    REFERRER,
    WON,
    bought,
    card_news,
    claim,
    code_of,
    has,
    open_shop,
    person,
    refer,
    referrals,
    rewards,
    tell_card,
)
from tests.returns.sales import buy, paid, some_orders, tell
from tests.support import Connection, find_violations
from tests.wallets import deduct


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return person(shop, "ann")


@pytest.fixture
def bob(shop: Connection, ann: UUID) -> UUID:
    """A user whom Ann has referred."""
    return refer(shop, ann)


def check_void(conn: Connection, ann: UUID, bob: UUID, packs: int) -> None:
    """Check that nothing of the rewards is left; Ann and Bob have so many packs each."""
    assert (has(conn, ann), has(conn, bob)) == ((packs * CREDITS, 0), (CREDITS, 0))
    (kept,) = referrals(conn, ann)
    assert kept["is_void"]


def test_the_card_is_kept_once(shop: Connection, ann: UUID) -> None:
    purchase = bought(shop, ann)
    told = card_news(purchase, "one")
    assert deliver(shop, told) == "applied"
    assert deliver(shop, again(told)) == "ignored"
    assert tell_card(shop, bought(shop, ann), "two") == "applied"
    found = rows(shop, "select account_id, fingerprint from credits.cards order by fingerprint")
    assert found == [{"account_id": ann, "fingerprint": name} for name in ("one", "two")]


def test_one_card_told_before_the_reward_earns_none(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell_card(shop, bought(shop, ann), "one")
    purchase = buy(shop, bob, "plain")
    tell_card(shop, purchase, "one")
    tell(shop, purchase, paid(purchase))
    check_void(shop, ann, bob, 1)
    assert rewards(shop, ann) == rewards(shop, bob) == []


def test_one_card_told_after_the_reward_takes_it_back(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    tell_card(shop, bought(shop, ann), "one")
    purchase = bought(shop, bob)
    assert has(shop, ann) == (CREDITS + REFERRER, 0)
    tell_card(shop, purchase, "one")
    check_void(shop, ann, bob, 1)


def test_one_card_of_a_later_purchase_takes_it_back(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell_card(shop, bought(shop, bob), "one")
    assert has(shop, ann) == (REFERRER, 0)
    tell_card(shop, bought(shop, ann), "one")
    check_void(shop, ann, bob, 1)


def test_in_every_order_one_card_earns_nothing(shop: Connection) -> None:
    """The claim comes first, or it is refused; the rest comes in any order."""
    for order in some_orders(range(4)):
        with shop.transaction(force_rollback=True):
            ann = person(shop, "ann")
            bob = refer(shop, ann)
            hers, his = buy(shop, ann, "plain"), buy(shop, bob, "plain")
            acts: list[Callable[[], object]] = [
                partial(tell, shop, hers, paid(hers)),
                partial(tell_card, shop, hers, "one"),
                partial(tell, shop, his, paid(his)),
                partial(tell_card, shop, his, "one"),
            ]
            for number in order:
                acts[number]()
            shop.execute("select credits.retry_due_stripe_events(clock_timestamp(), 100)")
            check_void(shop, ann, bob, 1)
            assert find_violations(shop) == []


def test_a_card_that_was_used_before_the_claim_counts(shop: Connection, ann: UUID) -> None:
    tell_card(shop, bought(shop, ann), "one")
    bob = person(shop, "bob")
    assert claim(shop, bob, code_of(shop, ann))["ok"]
    purchase = bought(shop, bob)
    tell_card(shop, purchase, "one")
    check_void(shop, ann, bob, 1)


def test_two_cards_are_two_people(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell_card(shop, bought(shop, ann), "one")
    tell_card(shop, bought(shop, bob), "two")
    assert (has(shop, ann), has(shop, bob)) == ((CREDITS + REFERRER, 0), (CREDITS + REFEREE, 0))


def test_a_card_that_somebody_else_has_is_no_matter(shop: Connection, ann: UUID, bob: UUID) -> None:
    """Two whom Ann has referred share a card, as a couple does: neither of them is Ann."""
    cara = refer(shop, ann)
    for user_id in (bob, cara, person(shop)):
        tell_card(shop, bought(shop, user_id), "one")
    assert has(shop, ann) == (2 * REFERRER, 0)
    assert has(shop, bob) == has(shop, cara) == (CREDITS + REFEREE, 0)


def test_only_the_referral_of_that_card_is_void(shop: Connection, ann: UUID, bob: UUID) -> None:
    cara = refer(shop, ann)
    tell_card(shop, bought(shop, ann), "one")
    tell_card(shop, bought(shop, bob), "one")
    tell_card(shop, bought(shop, cara), "two")
    assert has(shop, ann) == (CREDITS + REFERRER, 0)
    assert [(r["referee_id"], r["is_void"]) for r in referrals(shop, ann)] == [
        (bob, True), (cara, False),
    ]  # fmt: skip


def test_what_is_void_stays_so(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell_card(shop, bought(shop, ann), "one")
    tell_card(shop, bought(shop, bob), "one")
    tell_card(shop, bought(shop, bob), "two")
    assert (has(shop, ann), has(shop, bob)) == ((CREDITS, 0), (2 * CREDITS, 0))


def test_spent_rewards_of_one_card_are_owed(shop: Connection, ann: UUID, bob: UUID) -> None:
    tell_card(shop, bought(shop, ann), "one")
    purchase = bought(shop, bob)
    deduct(shop, ann, CREDITS + REFERRER)
    deduct(shop, bob, CREDITS + REFEREE)
    tell_card(shop, purchase, "one")
    assert (has(shop, ann), has(shop, bob)) == ((0, REFERRER), (0, REFEREE))


@pytest.mark.parametrize("news", [[ALL_OF_IT], [OPENED], [OPENED, WON]], ids=str)
@pytest.mark.parametrize("is_card_first", [True, False])
def test_card_and_return_take_the_reward_once(
    shop: Connection, ann: UUID, bob: UUID, news: list[object], is_card_first: bool
) -> None:
    tell_card(shop, bought(shop, ann), "one")
    purchase = bought(shop, bob)
    if is_card_first:
        tell_card(shop, purchase, "one")
    tell(shop, purchase, *news)  # type: ignore[arg-type]
    if not is_card_first:
        tell_card(shop, purchase, "one")
    left = CREDITS if news[-1] == WON else 0
    assert (has(shop, ann), has(shop, bob)) == ((CREDITS, 0), (left, 0))


def test_a_void_referral_takes_no_room_of_the_most_rewards(db: Connection) -> None:
    open_shop(db, maximum_rewards=1)
    ann = person(db, "ann")
    tell_card(db, bought(db, ann), "one")
    bob, cara = refer(db, ann), refer(db, ann)
    purchase = buy(db, bob, "plain")
    tell_card(db, purchase, "one")
    tell(db, purchase, paid(purchase))
    bought(db, cara)
    assert rewards(db, ann) == [REFERRER]


@pytest.mark.parametrize(
    "fields",
    [
        {"payment_method_details": None},
        {"payment_method_details": {"type": "sepa_debit", "sepa_debit": {"fingerprint": "one"}}},
        {"payment_method_details": {"type": "card", "card": {"fingerprint": None}}},
        {"payment_method_details": {"type": "card", "card": {"brand": "visa"}}},
        {"payment_method_details": {"type": "card", "card": {"fingerprint": ""}}},
        {"payment_method_details": {"type": "card", "card": {"fingerprint": "x" * 201}}},
        {"payment_intent": None},
        {"metadata": {}, "customer": "cus_of_nobody", "payment_intent": "pi_of_nobody"},
        {"metadata": {"account_id": "no uuid"}, "payment_intent": None},
    ],
    ids=lambda fields: str(fields)[:60],
)
def test_a_charge_that_tells_of_no_card_of_ours_does_no_harm(
    shop: Connection, ann: UUID, fields: dict[str, object]
) -> None:
    purchase = bought(shop, ann)
    told = card_news(purchase, "one")
    told["data"]["object"] |= fields
    assert deliver(shop, told) in ("ignored", "waiting", "quarantined", "applied")
    assert deliver(shop, again(told)) != "failed"
    assert has(shop, ann) == (CREDITS, 0)
