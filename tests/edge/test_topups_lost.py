"""Automatic top-ups when answers, processes or Stripe are lost: never a second payment."""

from __future__ import annotations

import time
from datetime import timedelta

import psycopg
import pytest

from tests.billing.topups import waits
from tests.edge.shop import Shop
from tests.edge.topups import (
    INTENTS,
    PURCHASE,
    client,
    lose_answers,
    notices,
    opted_in,
    run,
    set_topup,
    status,
    wait,
    webhooks_held,
)

MINUTE = timedelta(minutes=1)


def test_a_payment_whose_answer_was_lost_is_credited_by_the_next_run(shop: Shop) -> None:
    saver = opted_in(shop)
    lose_answers(shop)
    with webhooks_held(shop):
        assert run(shop) == ["delayed"]
        assert len(shop.objects("payment_intent")) == 1
        assert shop.history(saver.account_id) == []
        wait(shop, "1 hour")
        assert run(shop) == ["paid"]
        assert shop.history(saver.account_id) == [PURCHASE]
    assert len(shop.objects("payment_intent")) == 1
    assert len({call.key for call in shop.asked("POST", INTENTS)}) == 1
    assert shop.history(saver.account_id) == [PURCHASE]


def test_a_payment_whose_answer_was_lost_is_credited_by_the_webhook(shop: Shop) -> None:
    saver = opted_in(shop)
    lose_answers(shop)
    assert run(shop) == ["delayed"]
    assert shop.stripe.control.settle()
    assert shop.history(saver.account_id) == [PURCHASE]
    wait(shop, "1 hour")
    assert run(shop) == []
    assert status(shop, saver.account_id) == ("active", None)


def test_a_decline_whose_answer_was_lost_pauses(shop: Shop) -> None:
    saver = opted_in(shop, "decline")
    lose_answers(shop)
    with webhooks_held(shop):
        run(shop)
        wait(shop, "1 hour")
        assert run(shop) == ["paused: declined"]
    assert len(shop.objects("payment_intent")) == 1
    assert notices(shop, saver.account_id) == [("topup_paused", "declined")]


@pytest.mark.parametrize(
    ("behaviour", "end"),
    [
        ("ok", "paid"),
        ("decline", "paused: declined"),
        ("authentication_required", "paused: requires_action"),
    ],
)
def test_a_payment_whose_key_stripe_forgot_is_found_by_its_order(
    shop: Shop, behaviour: str, end: str
) -> None:
    opted_in(shop, behaviour)
    lose_answers(shop)
    with webhooks_held(shop):
        run(shop)
        wait(shop, "25 hours")
        shop.stripe.control.set_clock(int(time.time()) + 25 * 3600)
        assert run(shop) == [end]
    assert len(shop.objects("payment_intent")) == 1


def test_an_old_attempt_of_which_stripe_knows_nothing_is_made(shop: Shop) -> None:
    saver = opted_in(shop)
    shop.strike("unavailable", "POST", INTENTS)
    run(shop)
    wait(shop, "25 hours")
    assert run(shop) == ["paid"]
    assert shop.history(saver.account_id) == [PURCHASE]


def test_another_card_does_not_pay_a_second_time(shop: Shop) -> None:
    saver = opted_in(shop)
    lose_answers(shop)
    with webhooks_held(shop):
        run(shop)
        shop.stripe.control.do("save_card", customer=saver.customer_id)
        wait(shop, "1 hour")
        assert run(shop) == ["paid"]
    (intent,) = shop.objects("payment_intent")
    assert intent["payment_method"] == saver.card_id


def test_who_turns_it_off_is_credited_for_what_is_under_way_and_then_no_more(shop: Shop) -> None:
    saver = opted_in(shop)
    lose_answers(shop)
    with webhooks_held(shop):
        run(shop)
        set_topup(shop, saver.account_id, enabled=False)
        wait(shop, "1 hour")
        run(shop)
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]
    shop.query("update credits.auto_topups set threshold = 1e6")
    assert run(shop) == []


def test_who_turns_it_off_before_stripe_was_reached_is_not_charged(shop: Shop) -> None:
    saver = opted_in(shop)
    shop.strike("unavailable", "POST", INTENTS)
    assert run(shop) == ["delayed"]
    set_topup(shop, saver.account_id, enabled=False)
    wait(shop, "1 hour")
    assert run(shop) == []
    assert shop.objects("payment_intent") == []


@pytest.mark.parametrize("fault", ["rate_limit", "error", "unavailable", "cut"])
def test_whatever_ails_stripe_the_attempt_stays_and_waits_longer_each_time(
    shop: Shop, fault: str
) -> None:
    saver = opted_in(shop)
    with webhooks_held(shop):
        for minutes in (1, 2, 4):
            shop.strike(fault, "*", "/v1/*", times=4)
            assert run(shop) == ["delayed"]
            shop.stripe.control.faults.clear()
            with psycopg.connect(shop.dsn) as conn:
                left = waits(conn, saver.account_id)
            assert left is not None
            assert (minutes - 0.5) * MINUTE < left <= minutes * MINUTE
            assert run(shop) == []
            wait(shop, f"{minutes} minutes")
        assert run(shop) == ["paid"]
    assert len(shop.objects("payment_intent")) == 1
    assert notices(shop, saver.account_id) == []
    assert status(shop, saver.account_id) == ("active", None)


def test_a_payment_that_the_database_could_not_note_is_credited_later(shop: Shop) -> None:
    saver = opted_in(shop)
    sign = "apply_stripe_object(text, text, boolean)"
    shop.query(f"alter function credits.{sign} rename to gone")
    with webhooks_held(shop):
        assert run(shop) == ["failed"]
        shop.query("alter function credits.gone(text, text, boolean) rename to apply_stripe_object")
        assert run(shop) == ["paid"]
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]


def test_a_customer_s_other_payments_are_not_mistaken_for_it(shop: Shop) -> None:
    saver = opted_in(shop)
    other = {"amount": 70, "currency": "usd", "customer": saver.customer_id}
    client(shop).v1.payment_intents.create(other)  # type: ignore[arg-type]
    shop.strike("unavailable", "POST", INTENTS)
    run(shop)
    wait(shop, "25 hours")
    assert run(shop) == ["paid"]
    assert shop.history(saver.account_id) == [PURCHASE]
