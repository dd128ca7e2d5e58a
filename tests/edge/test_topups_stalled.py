"""Automatic top-ups when a run stalls between the attempt and the charge, and others go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import request

from tests.edge.shop import CUSTOMERS, Shop
from tests.edge.topups import (
    INTENTS,
    PURCHASE,
    Saver,
    client,
    notices,
    opted_in,
    run,
    set_topup,
    spend,
    status,
    webhooks_held,
)

CARD_LOOKUP, CHARGE = ("GET", CUSTOMERS), ("POST", INTENTS)
both = pytest.mark.parametrize(
    "where", [CARD_LOOKUP, CHARGE], ids=["before the card lookup", "after it"]
)


def stall(shop: Shop, where: tuple[str, str], meanwhile: Callable[[], object]) -> list[str]:
    """Run the job once, which stalls at its first request of a kind, while something happens.

    Returns:
        How the run that stalled ended.
    """
    stalls = [True]

    def hold() -> None:
        method, path = where
        if request.method == method and request.path.startswith(path) and stalls:
            stalls.clear()
            meanwhile()

    # Before the stand-in takes its lock: others are served meanwhile.
    shop.stripe.flask.before_request_funcs[None].append(hold)
    ends = run(shop)
    assert not stalls
    return ends


def choose_another_card(shop: Shop, saver: Saver) -> None:
    """Let the customer's newest card be another one, with which invoices are paid, too."""
    card = shop.stripe.control.do("save_card", customer=saver.customer_id)["id"]
    settings = {"invoice_settings": {"default_payment_method": card}}
    client(shop).v1.customers.update(saver.customer_id, settings)  # type: ignore[arg-type]


@both
def test_another_run_that_pays_meanwhile_with_another_card_is_the_only_one(
    shop: Shop, where: tuple[str, str]
) -> None:
    saver = opted_in(shop)

    def overtake() -> None:
        choose_another_card(shop, saver)
        assert run(shop) == ["paid"]

    with webhooks_held(shop):
        assert stall(shop, where, overtake) == ["paid"]
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]


@both
def test_another_run_that_is_declined_meanwhile_counts_once(
    shop: Shop, where: tuple[str, str]
) -> None:
    saver = opted_in(shop, "decline")

    def overtake() -> None:
        assert run(shop) == ["paused: declined"]
        choose_another_card(shop, saver)

    stall(shop, where, overtake)
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == []
    assert notices(shop, saver.account_id) == [("topup_paused", "declined")]
    assert shop.query("select declines from credits.auto_topups") == [(1,)]


@both
def test_what_is_charged_after_the_owner_turned_it_off_is_credited_once(
    shop: Shop, where: tuple[str, str]
) -> None:
    saver = opted_in(shop)
    stall(shop, where, lambda: set_topup(shop, saver.account_id, enabled=False))
    assert shop.stripe.control.settle()
    assert len(shop.objects("payment_intent")) == 1
    assert shop.history(saver.account_id) == [PURCHASE]
    spend(shop, saver.account_id)
    assert run(shop) == []
    assert status(shop, saver.account_id) == ("off", None)
