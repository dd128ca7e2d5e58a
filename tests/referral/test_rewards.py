"""The reward: for both, with the first purchase that is paid, and only then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from tests.billing.purchases import open_order, promote
from tests.events import payloads
from tests.events.shop import moves, new_subscriber, rows
from tests.events.shop import tell as deliver
from tests.referral.referring import (
    ALL_OF_IT,
    CREDITS,
    REFEREE,
    REFERRER,
    bought,
    code_of,
    has,
    open_shop,
    person,
    refer,
    referrals,
    rewards,
    shop_of,
)
from tests.returns.sales import tell
from tests.returns.stories import tried
from tests.support import Connection, as_user
from tests.wallets import add, call, change_plan, deduct, refused, use_catalog


@pytest.fixture
def ann(shop: Connection) -> UUID:
    return person(shop, "ann")


@pytest.fixture
def bob(shop: Connection, ann: UUID) -> UUID:
    """A user whom Ann has referred."""
    return refer(shop, ann)


def pay(conn: Connection, user_id: UUID, **wish: Any) -> str:
    """Let an order be paid, told by its checkout session; returns the event's state."""
    order = open_order(conn, user_id, **wish)
    intent = payloads.payment_intent(order) if order["total_cents"] else None
    done = payloads.session(order, intent)
    return deliver(conn, payloads.event("checkout.session.completed", done))


def test_both_are_rewarded_with_the_first_purchase(shop: Connection, ann: UUID, bob: UUID) -> None:
    bought(shop, bob)
    assert has(shop, ann) == (REFERRER, 0)
    assert has(shop, bob) == (CREDITS + REFEREE, 0)
    assert moves(shop, ann) == [("referral", REFERRER)]
    assert moves(shop, bob) == [("purchase", CREDITS), ("referral", REFEREE)]


def test_the_rewards_are_grants_for_nothing(shop: Connection, ann: UUID, bob: UUID) -> None:
    purchase = bought(shop, bob)
    found = rows(shop, "select * from credits.grants where source = 'referral'")
    assert {grant["account_id"] for grant in found} == {ann, bob}
    for grant in found:
        assert grant["reference"] == f"referral:{bob}"
        assert (grant["is_paid"], grant["paid_cents"], grant["expires_at"]) == (False, None, None)
    (kept,) = referrals(shop, ann)
    assert (kept["payment_id"], kept["is_void"]) == (purchase.payment_id, False)
    assert kept["rewarded_at"] is not None


def test_the_history_calls_it_a_bonus(shop: Connection, ann: UUID, bob: UUID) -> None:
    bought(shop, bob)
    with as_user(shop, ann):
        shown = call(shop, "list_credit_transactions", page_size=1)
    assert (shown["type"], shown["transaction_type"]) == ("referral", "bonus")


def test_a_sign_up_earns_nothing(shop: Connection, ann: UUID, bob: UUID) -> None:
    change_plan(shop, bob, "guest")
    change_plan(shop, bob, "member")
    for source in ("purchase", "bonus"):
        add(shop, bob, 100, source)
    with as_user(shop, bob):
        call(shop, "use_credits", service="sms", key="k")
    assert rewards(shop, ann) == rewards(shop, bob) == []


def test_a_purchase_counts_once(shop: Connection, ann: UUID, bob: UUID) -> None:
    purchase = bought(shop, bob)
    deliver(shop, payloads.event("payment_intent.succeeded", purchase.intent))
    bought(shop, bob)
    assert (rewards(shop, ann), rewards(shop, bob)) == ([REFERRER], [REFEREE])
    assert has(shop, bob) == (2 * CREDITS + REFEREE, 0)


def test_a_purchase_of_somebody_else_earns_nothing(shop: Connection, ann: UUID, bob: UUID) -> None:
    bought(shop, ann)
    bought(shop, person(shop))
    assert rewards(shop, ann) == rewards(shop, bob) == []


def test_a_quantity_is_a_purchase_too(shop: Connection, ann: UUID, bob: UUID) -> None:
    assert pay(shop, bob, quantity=10) == "applied"
    assert (rewards(shop, ann), rewards(shop, bob)) == ([REFERRER], [REFEREE])


def test_a_purchase_that_takes_days_counts_when_the_money_has_come(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    order = open_order(shop, bob, package="plain")
    done = payloads.session(order, payloads.payment_intent(order))
    deliver(shop, payloads.event("checkout.session.completed", done | {"payment_status": "unpaid"}))
    assert rewards(shop, ann) == []
    deliver(shop, payloads.event("checkout.session.async_payment_succeeded", done))
    assert (rewards(shop, ann), rewards(shop, bob)) == ([REFERRER], [REFEREE])


def test_an_invoice_of_a_subscription_counts(shop: Connection, ann: UUID, bob: UUID) -> None:
    subscriber = new_subscriber(shop, "pro", account_id=bob)
    assert deliver(shop, subscriber.news("created")) == "applied"
    assert rewards(shop, ann) == []
    assert deliver(shop, subscriber.bill("subscription_create")) == "applied"
    assert (rewards(shop, ann), rewards(shop, bob)) == ([REFERRER], [REFEREE])
    subscriber.advance(payloads.day(-0.5), payloads.day(29))
    deliver(shop, subscriber.bill())
    assert (rewards(shop, ann), rewards(shop, bob)) == ([REFERRER], [REFEREE])


def test_a_trial_does_not_count(shop: Connection, ann: UUID, bob: UUID) -> None:
    subscriber = new_subscriber(shop, "tried", account_id=bob, end=payloads.day(13))
    for told in tried(subscriber):
        deliver(shop, told)
    assert rewards(shop, ann) == rewards(shop, bob) == []


def test_a_purchase_for_nothing_does_not_count(shop: Connection, ann: UUID, bob: UUID) -> None:
    promote(shop, "ALL", discount_value=100)
    assert pay(shop, bob, package="plain", promotion_code="ALL") == "applied"
    assert has(shop, bob) == (CREDITS, 0)
    assert rewards(shop, ann) == []
    bought(shop, bob)
    assert (rewards(shop, ann), rewards(shop, bob)) == ([REFERRER], [REFEREE])


def test_a_purchase_below_the_minimum_does_not_count(db: Connection) -> None:
    open_shop(db, minimum_cents=700)
    ann = person(db, "ann")
    small, enough = refer(db, ann), refer(db, ann)
    bought(db, small, "thirds")  # 3 cents
    assert rewards(db, ann) == rewards(db, small) == []
    bought(db, enough)  # 700 cents
    assert rewards(db, ann) == [REFERRER]


def test_the_terms_are_those_of_the_purchase(shop: Connection, ann: UUID, bob: UUID) -> None:
    use_catalog(shop, shop_of(referral={"referrer_credits": 7, "referee_credits": "0.5"}))
    bought(shop, bob)
    assert [str(amount) for amount in rewards(shop, ann) + rewards(shop, bob)] == ["7", "0.5"]


def test_a_program_that_has_ended_rewards_nobody(shop: Connection, ann: UUID, bob: UUID) -> None:
    use_catalog(shop, shop_of(referral=None))
    bought(shop, bob)
    assert rewards(shop, ann) == rewards(shop, bob) == []


def test_a_program_may_reward_one_side_only(db: Connection) -> None:
    for terms, expected in (
        ({"referrer_credits": 0}, ([], [REFEREE])),
        ({"referee_credits": 0}, ([REFERRER], [])),
    ):
        open_shop(db, **terms)
        ann = person(db, "ann")
        bob = refer(db, ann)
        bought(db, bob)
        assert (rewards(db, ann), rewards(db, bob)) == expected


def test_who_was_referred_may_refer(shop: Connection, ann: UUID, bob: UUID) -> None:
    cara = refer(shop, bob)
    bought(shop, cara)
    assert rewards(shop, ann) == []
    bought(shop, bob)
    found = [rewards(shop, user_id) for user_id in (ann, bob, cara)]
    assert found == [[REFERRER], [REFERRER, REFEREE], [REFEREE]]


def test_beyond_the_most_rewards_only_the_referee_is_rewarded(db: Connection) -> None:
    open_shop(db, maximum_rewards=2)
    ann = person(db, "ann")
    for number in range(4):
        referee = refer(db, ann)
        bought(db, referee)
        assert rewards(db, referee) == [REFEREE]
        assert len(rewards(db, ann)) == min(number + 1, 2)


def test_a_reward_is_not_given_away(shop: Connection, ann: UUID, bob: UUID) -> None:
    bought(shop, bob)
    with refused(shop, "PT402", "insufficient_credits") as detail, as_user(shop, ann):
        call(shop, "send_credit_gift", recipient_email="eve@example.org", amount=1, key="k")
    assert detail == {"required": 1, "available": 0, "balance": REFERRER, "held": 0}


def test_a_reward_repays_debt_first(shop: Connection, ann: UUID, bob: UUID) -> None:
    own = bought(shop, ann)
    deduct(shop, ann, 30)
    tell(shop, own, ALL_OF_IT)
    assert has(shop, ann) == (0, 30)
    bought(shop, bob)
    assert has(shop, ann) == (REFERRER - 30, 0)


def test_a_closed_referrer_gets_nothing_and_the_purchase_is_credited(
    shop: Connection, ann: UUID, bob: UUID
) -> None:
    code_of(shop, ann)
    shop.execute("update credits.accounts set status = 'closed' where id = %s", [ann])
    bought(shop, bob)
    assert has(shop, bob) == (CREDITS + REFEREE, 0)
    assert has(shop, ann) == (0, 0)
