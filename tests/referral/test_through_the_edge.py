"""A referral from end to end: the edge's checkout, the stand-in for Stripe, and its webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.edge.shop import SUBSCRIBE, Shop, open_shop
from tests.referral.referring import has, person, refer, referral_of
from tests.returns.sales import maintain, open_events

CATALOG = Path(__file__).with_name("program.toml")
PACK, MONTH, REFERRER, REFEREE = 500, 1000, 50, 20


@pytest.fixture
def shop(fresh_db: str) -> Iterator[Shop]:
    """A shop with a pack, a plan and a referral program."""
    with open_shop(fresh_db) as opened:
        opened.sell(CATALOG)
        opened.sync()
        yield opened


@pytest.fixture
def ann(shop: Shop) -> UUID:
    with psycopg.connect(shop.dsn) as conn:
        return person(conn, "ann")


@pytest.fixture
def bob(shop: Shop, ann: UUID) -> UUID:
    """A user whom Ann has referred."""
    with psycopg.connect(shop.dsn) as conn:
        return refer(conn, ann)


def pay(shop: Shop, answer: dict[str, str], card: str) -> dict[str, Any]:
    """Pay a checkout with a card; returns its session when all webhooks have come."""
    control = shop.stripe.control
    control.do("choose_card", session=answer["session_id"], fingerprint=card)
    session = control.act(answer["session_id"], "pay")
    assert control.settle()
    return session


def buy(shop: Shop, user_id: UUID, card: str) -> str:
    """Buy the pack with a card; returns the payment's id."""
    return str(pay(shop, shop.check_out(user_id, "small"), card)["payment_intent"])


def found(shop: Shop, *users: UUID) -> list[tuple[Any, Any]]:
    """Return what users have and owe, when nothing waits any more."""
    with psycopg.connect(shop.dsn) as conn:
        maintain(conn)
        assert open_events(conn) == []
        return [has(conn, user_id) for user_id in users]


def test_a_referred_purchase_rewards_both(shop: Shop, ann: UUID, bob: UUID) -> None:
    buy(shop, ann, "hers")
    buy(shop, bob, "his")
    assert found(shop, ann, bob) == [(PACK + REFERRER, 0), (PACK + REFEREE, 0)]
    with psycopg.connect(shop.dsn) as conn:
        told = referral_of(conn, ann)
    assert (told["referred"], told["rewarded"], told["credits_earned"]) == (1, 1, REFERRER)
    cards = shop.query("select account_id, fingerprint from credits.cards order by fingerprint")
    assert cards == [(ann, "hers"), (bob, "his")]


def test_one_card_for_both_is_seen(shop: Shop, ann: UUID, bob: UUID) -> None:
    buy(shop, ann, "one")
    buy(shop, bob, "one")
    assert found(shop, ann, bob) == [(PACK, 0), (PACK, 0)]


def test_one_card_for_a_pack_and_a_subscription_is_seen(shop: Shop, ann: UUID, bob: UUID) -> None:
    """The charge of an invoice names no order: its customer tells whose it is."""
    buy(shop, ann, "one")
    pay(shop, shop.post(bob, {"plan": "member"}, SUBSCRIBE).json(), "one")
    assert found(shop, ann, bob) == [(PACK, 0), (MONTH, 0)]


def test_the_first_invoice_rewards_both(shop: Shop, ann: UUID, bob: UUID) -> None:
    pay(shop, shop.post(bob, {"plan": "member"}, SUBSCRIBE).json(), "his")
    assert found(shop, ann, bob) == [(REFERRER, 0), (MONTH + REFEREE, 0)]


def test_a_refund_and_a_dispute_take_the_rewards_back(shop: Shop, ann: UUID, bob: UUID) -> None:
    intent_id = buy(shop, bob, "his")
    stripe, control = shop.edge.extensions["stripe"], shop.stripe.control
    stripe.v1.refunds.create({"payment_intent": intent_id, "amount": 500})
    assert control.settle()
    assert found(shop, ann, bob) == [(REFERRER / 2, 0), ((PACK + REFEREE) / 2, 0)]
    dispute = control.do("open_dispute", payment_intent=intent_id, amount=500)
    assert control.settle()
    assert found(shop, ann, bob) == [(0, 0), (0, 0)]
    control.do("close_dispute", dispute=dispute["id"], outcome="won")
    assert control.settle()
    assert found(shop, ann, bob) == [(REFERRER / 2, 0), ((PACK + REFEREE) / 2, 0)]


@pytest.mark.parametrize("step", [1, -1])
def test_the_webhooks_may_come_in_any_order(shop: Shop, ann: UUID, bob: UUID, step: int) -> None:
    control = shop.stripe.control
    control.hold()
    for user_id in (bob, ann):
        answer = shop.check_out(user_id, "small")
        control.do("choose_card", session=answer["session_id"], fingerprint="one")
        control.act(answer["session_id"], "pay")
    ids = [event["id"] for event in control.held()]
    control.deliver([*ids[::step], *ids])
    assert found(shop, ann, bob) == [(PACK, 0), (PACK, 0)]
