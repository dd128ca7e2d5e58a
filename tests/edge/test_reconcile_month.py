"""Everything at once, of which a third of the webhooks is lost, and others come twice and late."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import pytest
import stripe

from scripts.dev.stripe.errors import ApiError
from scripts.dev.stripe.unreliable import Unreliable
from tests.edge.reconciling import client, forget, reconcile, subscribe
from tests.edge.shop import Shop

MOVES = 30


def play(shop: Shop, chance: random.Random) -> None:
    """Let buyers, banks and the seller do something, which Stripe may refuse."""
    users = [shop.sign_up() for _ in range(6)]
    control = shop.stripe.control

    def buy() -> None:
        session_id = shop.check_out(chance.choice(users), "small")["session_id"]
        control.act(session_id, "pay")

    def paid() -> str:
        charged = [it for it in shop.objects("payment_intent") if it["latest_charge"]]
        return str(chance.choice(charged)["id"])

    def refund() -> None:
        params = {"payment_intent": paid(), "amount": chance.randint(1, 900)}
        client(shop).v1.refunds.create(params)  # type: ignore[arg-type]

    def fail_refund() -> None:
        control.do("fail_refund", refund=chance.choice(shop.objects("refund"))["id"])

    def dispute() -> None:
        control.do("open_dispute", payment_intent=paid())

    def decide() -> None:
        found = chance.choice(shop.objects("dispute"))
        control.do("close_dispute", dispute=found["id"], outcome=chance.choice(["won", "lost"]))

    def cancel() -> None:
        client(shop).v1.subscriptions.cancel(chance.choice(shop.objects("subscription"))["id"])

    for user_id in users[:3]:
        buy()
        subscribe(shop, user_id)
    moves: list[Callable[[], None]] = [buy, refund, refund, fail_refund, dispute, decide, cancel]
    for _ in range(MOVES):
        with suppress(stripe.InvalidRequestError, ApiError, IndexError):  # nothing left to do it to
            chance.choice(moves)()


@pytest.mark.parametrize("has_events", [True, False], ids=["by events", "by lists"])
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_was_lost_is_repaired_at_once_and_the_books_agree_with_stripe(
    plan_shop: Shop, seed: int, has_events: bool
) -> None:
    plan_shop.stripe.control.rely_on(Unreliable(seed, drop=0.3, repeat=0.2, delay=0.5))
    play(plan_shop, random.Random(seed))  # noqa: S311 - a plan to be repeated, not a secret
    assert plan_shop.stripe.control.settle()
    if not has_events:
        forget(plan_shop, "event")
    first = reconcile(plan_shop)
    assert (bool(first.repaired), first.differing) == (True, {})
    second = reconcile(plan_shop)
    assert (second.repaired, second.differing) == ({}, {})
    paid = [it for it in plan_shop.objects("payment_intent") if it["status"] == "succeeded"]
    ((count, cents),) = plan_shop.query("select count(*), sum(amount_cents) from credits.payments")
    assert (count, cents) == (len(paid), sum(it["amount_received"] for it in paid))
    assert len(plan_shop.objects("refund")) > 2
    assert len(plan_shop.objects("dispute")) > 2
