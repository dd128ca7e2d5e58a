"""Automatic top-ups: whose credits ran low is charged, once, and only as they asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.edge.shop import Shop
from tests.edge.topups import (
    CENTS,
    INTENTS,
    PACK,
    PURCHASE,
    client,
    notices,
    opted_in,
    run,
    set_topup,
    spend,
    status,
    wait,
    webhooks_held,
)

RUNS = 50


def test_an_account_that_runs_low_is_charged_and_credited(shop: Shop) -> None:
    saver = opted_in(shop)
    with webhooks_held(shop):
        assert run(shop) == ["paid"]
        assert shop.history(saver.account_id) == [PURCHASE]
    assert shop.history(saver.account_id) == [PURCHASE]
    (intent,) = shop.objects("payment_intent")
    assert (intent["amount"], intent["currency"], intent["status"]) == (CENTS, "usd", "succeeded")
    assert (intent["customer"], intent["payment_method"]) == (saver.customer_id, saver.card_id)
    assert intent["metadata"]["account_id"] == str(saver.account_id)
    assert run(shop) == []


def test_the_payment_has_the_key_that_was_kept_before_it_was_made(shop: Shop) -> None:
    opted_in(shop)
    run(shop)
    ((key,),) = shop.query("select provider_key::text from credits.orders where is_topup")
    assert [call.key for call in shop.asked("POST", INTENTS)] == [key]


def test_a_card_that_was_saved_at_a_checkout_is_charged(shop: Shop) -> None:
    account_id = shop.sign_up()
    set_topup(shop, account_id)
    shop.stripe.control.act(shop.check_out(account_id, PACK)["session_id"], "pay")
    assert shop.stripe.control.settle()
    spend(shop, account_id)
    assert run(shop) == ["paid"]
    assert len(shop.history(account_id)) == 3


def test_the_card_that_pays_invoices_goes_before_a_newer_one(shop: Shop) -> None:
    saver = opted_in(shop)
    settings = {"invoice_settings": {"default_payment_method": saver.card_id or ""}}
    client(shop).v1.customers.update(saver.customer_id, settings)  # type: ignore[arg-type]
    shop.stripe.control.do("save_card", customer=saver.customer_id, behaviour="decline")
    assert run(shop) == ["paid"]


def test_fifty_runs_at_once_make_one_payment(shop: Shop) -> None:
    saver = opted_in(shop)
    start = Barrier(RUNS)

    def one_run() -> list[str]:
        start.wait()
        return run(shop)

    with ThreadPoolExecutor(RUNS) as pool:
        ends = [future.result() for future in [pool.submit(one_run) for _ in range(RUNS)]]
    assert ["paid"] in ends
    assert shop.stripe.control.settle()
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]


def test_only_so_many_accounts_are_taken(shop: Shop) -> None:
    for _ in range(3):
        opted_in(shop)
    assert run(shop, limit=2) == ["paid", "paid"]
    assert run(shop, limit=2) == ["paid"]


def test_the_month_s_limit_holds(shop: Shop) -> None:
    saver = opted_in(shop, monthly_limit_cents=2 * CENTS - 1)
    assert run(shop) == ["paid"]
    spend(shop, saver.account_id)
    assert run(shop) == []
    assert len(shop.objects("payment_intent")) == 1


@pytest.mark.parametrize("changes", [{"enabled": False}, {"threshold": 0}], ids=str)
def test_who_does_not_ask_for_it_is_not_charged(shop: Shop, changes: dict[str, object]) -> None:
    saver = opted_in(shop)
    set_topup(shop, saver.account_id, **changes)
    assert run(shop) == []
    assert shop.calls == []


def test_a_card_that_pays_later_is_asked_after_and_not_charged_again(shop: Shop) -> None:
    saver = opted_in(shop, "slow")
    with webhooks_held(shop):
        assert run(shop) == ["delayed"]
        (intent,) = shop.objects("payment_intent")
        shop.stripe.control.do("finish_intent", payment_intent=intent["id"], is_paid=True)
        wait(shop, "1 hour")
        assert run(shop) == ["paid"]
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]
    assert status(shop, saver.account_id) == ("active", None)
    assert notices(shop, saver.account_id) == []
