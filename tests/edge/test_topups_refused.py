"""Automatic top-ups whose card does not pay: it is told at once, and not tried again and again."""

from __future__ import annotations

import pytest

from tests.edge.shop import Shop
from tests.edge.topups import (
    INTENTS,
    PURCHASE,
    client,
    notices,
    opted_in,
    run,
    set_topup,
    status,
    wait,
)


def test_a_card_that_wants_its_owner_pauses_for_good_and_is_told(shop: Shop) -> None:
    saver = opted_in(shop, "authentication_required")
    assert run(shop) == ["paused: requires_action"]
    assert status(shop, saver.account_id) == ("paused", "requires_action")
    assert notices(shop, saver.account_id) == [("topup_paused", "requires_action")]
    for _ in range(3):
        wait(shop, "61 minutes")
        assert run(shop) == []
    assert shop.stripe.control.settle()
    assert len(shop.asked("POST", INTENTS)) == 1
    assert shop.history(saver.account_id) == []


def test_it_goes_on_when_the_owner_turns_it_on_again(shop: Shop) -> None:
    saver = opted_in(shop, "authentication_required")
    run(shop)
    shop.stripe.control.do("set_card", card=saver.card_id, behaviour="ok")
    set_topup(shop, saver.account_id)
    assert run(shop) == ["paid"]
    assert shop.history(saver.account_id) == [PURCHASE]


def test_a_declined_card_is_tried_after_an_hour_after_a_day_and_no_more(shop: Shop) -> None:
    saver = opted_in(shop, "decline")
    for tried, (too_soon, later) in enumerate([("59 minutes", "1 minute"), ("23 hours", "1 hour")]):
        assert run(shop) == ["paused: declined"]
        wait(shop, too_soon)
        assert run(shop) == []
        wait(shop, later)
        assert len(shop.objects("payment_intent")) == tried + 1
    assert run(shop) == ["paused: declined"]
    wait(shop, "1000 days")
    assert run(shop) == []
    assert shop.stripe.control.settle()
    assert len(shop.objects("payment_intent")) == 3
    assert status(shop, saver.account_id) == ("paused", "declined")
    assert shop.history(saver.account_id) == []


def test_each_attempt_after_a_decline_has_a_key_of_its_own(shop: Shop) -> None:
    opted_in(shop, "decline")
    run(shop)
    wait(shop, "1 hour")
    run(shop)
    assert len({call.key for call in shop.asked("POST", INTENTS)}) == 2


def test_an_account_without_a_card_is_told(shop: Shop) -> None:
    saver = opted_in(shop, None)
    assert run(shop) == ["paused: no_payment_method"]
    assert notices(shop, saver.account_id) == [("topup_paused", "no_payment_method")]
    assert shop.objects("payment_intent") == []


def test_a_customer_that_was_deleted_at_stripe_is_told(shop: Shop) -> None:
    saver = opted_in(shop)
    shop.stripe.control.pause()  # that the customer is gone is not yet known here
    client(shop).v1.customers.delete(saver.customer_id)
    assert run(shop) == ["paused: no_customer"]
    assert status(shop, saver.account_id) == ("paused", "no_customer")


@pytest.mark.parametrize("behaviour", ["decline", "authentication_required"])
def test_one_account_s_card_keeps_no_other_account_waiting(shop: Shop, behaviour: str) -> None:
    opted_in(shop, behaviour)
    opted_in(shop)
    assert sorted(it.split(":")[0] for it in run(shop)) == ["paid", "paused"]
